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
}

export interface MyDataDeps {
  members: Pick<Members, 'find'>;
  nationalCodes: Pick<NationalCodes, 'ownMasked'>;
  businessesOf: (memberId: string) => Promise<readonly Business[]>;
  casesOf: (memberId: string) => Promise<readonly Obstacle[]>;
  formsOf: (memberId: string) => Promise<readonly UnsentForm[]>;
  messagesOf: (memberId: string) => Promise<Kept['messages']>;
}

/** Gathers what is kept about a person, for that person alone; null where there is no such member. */
export type KeptAbout = (memberId: string) => Promise<Kept | null>;

export function createKeptAbout(deps: MyDataDeps): KeptAbout {
  return async (memberId) => {
    const member = await deps.members.find(memberId);
    if (!member) return null;
    const [nationalCode, businesses, cases, forms, messages] = await Promise.all([
      deps.nationalCodes.ownMasked(memberId),
      deps.businessesOf(memberId),
      deps.casesOf(memberId),
      deps.formsOf(memberId),
      deps.messagesOf(memberId),
    ]);
    return { member, nationalCode, businesses, cases, forms, messages };
  };
}
