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
const FROM_WORK: readonly Status[] = [...WORKING, 'declared_solved', 'not_possible', 'not_ours', 'merged'];

/** From each status: where it may go, and by whom. Only the reporter can call a case solved. */
export const TRANSITIONS: Readonly<Record<Status, Partial<Record<Party, readonly Status[]>>>> = {
  received: { staff: FROM_WORK, reporter: ['withdrawn'] },
  under_review: { staff: without(FROM_WORK, 'under_review'), reporter: ['withdrawn'] },
  needs_information: { staff: without(FROM_WORK, 'needs_information'), reporter: ['under_review', 'withdrawn'] },
  referred: { staff: FROM_WORK, reporter: ['withdrawn'] },
  planned: { staff: without(FROM_WORK, 'planned'), reporter: ['withdrawn'] },
  in_progress: { staff: without(FROM_WORK, 'in_progress'), reporter: ['withdrawn'] },
  declared_solved: { reporter: ['solved', 'reopened'], staff: ['in_progress'], clock: ['closed_unconfirmed'] },
  solved: { reporter: ['reopened'] },
  reopened: { staff: FROM_WORK, reporter: ['withdrawn', 'solved'] },
  closed_unconfirmed: { reporter: ['solved', 'reopened'], staff: ['reopened'] },
  not_possible: { reporter: ['reopened'], staff: ['reopened'] },
  not_ours: { reporter: ['reopened'], staff: ['reopened'] },
  merged: { staff: ['reopened'] },
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

/** Roles that act as the secretariat on cases. */
export const DESK_ROLES: readonly Role[] = ['officer', 'head', 'admin'];

export function mayMove(from: Status, to: Status, party: Party): boolean {
  return TRANSITIONS[from][party]?.includes(to) ?? false;
}

function without(list: readonly Status[], one: Status): readonly Status[] {
  return list.filter((status) => status !== one);
}
