/** Iranian numbers change hands: a proof speaks for somebody so long, then the contact is asked anew. */
export const PROOF_LASTS_MS = 90 * 24 * 3_600_000;

export interface PhoneProof {
  phoneVerifiedAt?: Date | null | undefined;
  /** Missing in data from before it was kept. */
  phoneLostAt?: Date | null | undefined;
}

/** Whether the proof is of the last 90 days; with another who proved the number since, it may be the same person's. */
export const isRecentlyProved = ({ phoneVerifiedAt }: PhoneProof, at: Date): boolean =>
  phoneVerifiedAt ? at.getTime() - phoneVerifiedAt.getTime() <= PROOF_LASTS_MS : false;

/** Whether the number speaks for this person now: proved of late, and by nobody else since. */
export const isProvedNow = (proof: PhoneProof, at: Date): boolean => !proof.phoneLostAt && isRecentlyProved(proof, at);
