import type { Role } from '../members/members.service.ts';
import type { BusinessRole } from './business.model.ts';

/** What somebody may do with a business, by what they are to it. */
export type BusinessAct = 'see' | 'leave' | 'edit' | 'see-people' | 'answer-join' | 'transfer';

const ACTS: Readonly<Record<BusinessRole, readonly BusinessAct[]>> = {
  owner: ['see', 'leave', 'edit', 'see-people', 'answer-join', 'transfer'],
  manager: ['see', 'leave', 'edit', 'see-people', 'answer-join'],
  employee: ['see', 'leave'],
};

/** Whom each role invites, makes something else and removes. An owner is made by an invitation or a transfer alone. */
const OVER: Readonly<Record<BusinessRole, { invite: readonly BusinessRole[]; change: readonly BusinessRole[] }>> = {
  owner: { invite: ['owner', 'manager', 'employee'], change: ['manager', 'employee'] },
  manager: { invite: ['employee'], change: ['employee'] },
  employee: { invite: [], change: [] },
};

export const mayDo = (role: BusinessRole | null, act: BusinessAct): boolean =>
  role !== null && ACTS[role].includes(act);

/** The roles that this role's invitations may carry. */
export const invitable = (role: BusinessRole | null): readonly BusinessRole[] =>
  role === null ? [] : OVER[role].invite;

export const mayRemove = (role: BusinessRole | null, other: BusinessRole): boolean =>
  role !== null && OVER[role].change.includes(other);

/** Only an owner changes what somebody is, and never to or from owner. */
export const mayChangeRole = (role: BusinessRole | null, from: BusinessRole, to: BusinessRole): boolean =>
  role === 'owner' && OVER.owner.change.includes(from) && OVER.owner.change.includes(to);

const REVIEWERS: readonly Role[] = ['officer', 'head', 'admin'];

/** Who approves registrations and merges what was registered twice. */
export const mayReview = (roles: readonly Role[]): boolean => roles.some((role) => REVIEWERS.includes(role));
