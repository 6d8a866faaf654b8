import type { Member, Role } from '../members/members.service.ts';
import { CHECKLIST, type ChecklistItem, type Side } from './checklist.ts';
import type { HandoverDocument, HandoverState } from './handover.model.ts';

/** Who acts, with the roles that the database gives them now. */
export interface Actor {
  id: string;
  roles: readonly Role[];
}

/** A hand-over as the two who are in it, and admins, see it. */
export interface Handover {
  id: string;
  state: HandoverState;
  outgoingId: string;
  incomingId: string;
  items: readonly (ChecklistItem & { done: boolean })[];
  export: { sha256: string; bytes: number; at: Date } | null;
  confirmed: readonly Side[];
  revision: number;
  beganAt: Date;
  endedAt: Date | null;
}

export type BeginOutcome =
  | { kind: 'begun'; handover: Handover }
  | { kind: 'forbidden' }
  /** The other must be somebody else, registered, and head or admin already: whoever gets everything is known here. */
  | { kind: 'unfit' }
  /** One is under way. */
  | { kind: 'busy' };

export type TickOutcome =
  | { kind: 'ticked'; handover: Handover }
  | { kind: 'forbidden' }
  /** The sealed export has not been made. */
  | { kind: 'no-export' }
  | { kind: 'over' };

export type ConfirmOutcome =
  | { kind: 'confirmed' | 'done'; handover: Handover }
  | { kind: 'forbidden' }
  /** Something of the checklist is not done. */
  | { kind: 'incomplete' }
  /** It changed since it was shown. */
  | { kind: 'changed' }
  /** One of the two has lost the role that it takes. */
  | { kind: 'unfit' }
  | { kind: 'over' };

export type HandoverNews = 'begun' | 'confirmed' | 'done' | 'aborted';

export const LEADS: readonly Role[] = ['head', 'admin'];
export const leads = ({ roles }: { roles: readonly Role[] }): boolean => roles.some((role) => LEADS.includes(role));
export const itemOf = (code: string): ChecklistItem | undefined => CHECKLIST.find((item) => item.code === code);

/** Registered, head or admin, and not about to be deleted. */
export const isFit = (member: Member): boolean =>
  member.registeredAt !== null && member.deletion === null && leads(member);

export function toHandover(document: HandoverDocument): Handover {
  const { _id, state, outgoingId, incomingId, items, done, confirmed, revision, beganAt, endedAt } = document;
  return {
    id: _id.toHexString(),
    state,
    outgoingId: outgoingId.toHexString(),
    incomingId: incomingId.toHexString(),
    items: items.flatMap((code) => {
      const item = itemOf(code);
      return item ? [{ ...item, done: done.includes(code) }] : [];
    }),
    export: document.export && {
      sha256: document.export.sha256,
      bytes: document.export.bytes,
      at: document.export.at,
    },
    confirmed: [...confirmed],
    revision,
    beganAt,
    endedAt,
  };
}
