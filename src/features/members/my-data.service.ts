import type { Business } from '../businesses/businesses.service.ts';
import type { Obstacle } from '../obstacles/obstacles.service.ts';
import type { Member, Members } from './members.service.ts';
import type { NationalCodes } from './national-codes.service.ts';

/** A form that is not sent yet, or was put by. */
export interface UnsentForm {
  dialogue: string;
  updatedAt: Date;
  /** By the question's key. */
  answers: Readonly<Record<string, unknown>>;
}

/** Everything that is kept about a person. */
export interface Kept {
  member: Member;
  /** Masked; null where none was given. */
  nationalCode: string | null;
  businesses: readonly Business[];
  cases: readonly Obstacle[];
  forms: readonly UnsentForm[];
  /** What was written to businesses of the directory. */
  messages: readonly { at: Date; text: string }[];
  /** Reported to the procurement file. */
  purchases: readonly KeptPurchase[];
  /** Letters of activity that the person asked for. */
  letters: readonly { code: string; name: string; issuedAt: Date; expiresAt: Date }[];
}

export interface KeptPurchase {
  buyer: string;
  item: string;
  amountRials: number;
  /** `YYYY-MM-DD`. */
  boughtOn: string;
  noticeNumber: string | null;
  reportedAt: Date;
}

/** What the rooms keep of a person, beside who they are. */
export type Shown = Omit<Kept, 'member' | 'nationalCode'>;

export interface MyDataDeps {
  members: Pick<Members, 'find'>;
  nationalCodes: Pick<NationalCodes, 'ownMasked'>;
  show: (memberId: string) => Promise<Shown>;
}

/** Gathers what is kept about a person, for that person alone; null where there is no such member. */
export type KeptAbout = (memberId: string) => Promise<Kept | null>;

export function createKeptAbout(deps: MyDataDeps): KeptAbout {
  return async (memberId) => {
    const member = await deps.members.find(memberId);
    if (!member) return null;
    const [nationalCode, shown] = await Promise.all([deps.nationalCodes.ownMasked(memberId), deps.show(memberId)]);
    return { member, nationalCode, ...shown };
  };
}
