import type { Role } from '../members/members.service.ts';

/** The life of a case, as one table: what may follow what, and who may do it. */
export const STATUSES = [
  'received',
  'under_review',
  'needs_information',
  'referred',
  'planned',
  'in_progress',
  'declared_solved',
  'solved',
  'reopened',
  'closed_unconfirmed',
  'not_possible',
  'not_ours',
  'merged',
  'withdrawn',
] as const;
export type Status = (typeof STATUSES)[number];

/** The reporter, somebody of the secretariat, or the clock. */
export type Party = 'reporter' | 'staff' | 'clock';

const WORKING: readonly Status[] = ['under_review', 'needs_information', 'referred', 'planned', 'in_progress'];
/** A further word in the same status is a change as well: it has a reason, and moves the deadline of the next one. */
const FROM_WORK: readonly Status[] = [...WORKING, 'declared_solved', 'not_possible', 'not_ours', 'merged'];
/** What a merge may be taken back to. */
const BEFORE_MERGE: readonly Status[] = ['received', 'reopened', ...WORKING];

/** From each status: where it may go, and by whom. Only the reporter can call a case solved. */
export const TRANSITIONS: Readonly<Record<Status, Partial<Record<Party, readonly Status[]>>>> = {
  received: { staff: FROM_WORK, reporter: ['withdrawn'] },
  under_review: { staff: FROM_WORK, reporter: ['withdrawn'] },
  needs_information: { staff: FROM_WORK, reporter: ['under_review', 'withdrawn'] },
  referred: { staff: FROM_WORK, reporter: ['withdrawn'] },
  planned: { staff: FROM_WORK, reporter: ['withdrawn'] },
  in_progress: { staff: FROM_WORK, reporter: ['withdrawn'] },
  declared_solved: { reporter: ['solved', 'reopened'], staff: ['in_progress'], clock: ['closed_unconfirmed'] },
  solved: { reporter: ['reopened'] },
  reopened: { staff: FROM_WORK, reporter: ['withdrawn', 'solved'] },
  closed_unconfirmed: { reporter: ['solved', 'reopened'], staff: ['reopened'] },
  not_possible: { reporter: ['reopened'], staff: ['reopened'] },
  not_ours: { reporter: ['reopened'], staff: ['reopened'] },
  merged: { staff: BEFORE_MERGE },
  withdrawn: {},
};

/** Ends: nobody works on the case now. */
export const ENDED: readonly Status[] = [
  'solved',
  'closed_unconfirmed',
  'not_possible',
  'not_ours',
  'merged',
  'withdrawn',
];

export const OPEN: readonly Status[] = STATUSES.filter((status) => !ENDED.includes(status));

/** Roles that act as the secretariat on cases. */
export const DESK_ROLES: readonly Role[] = ['officer', 'head', 'admin'];

export function mayMove(from: Status, to: Status, party: Party): boolean {
  return TRANSITIONS[from][party]?.includes(to) ?? false;
}
