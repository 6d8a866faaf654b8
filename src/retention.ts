import type { Expiry } from './database/indexes.ts';
import { noticesExpiry } from './delivery/delivery.model.ts';
import { auditExpiry } from './features/audit/audit.model.ts';
import { seenUpdatesExpiry } from './inbox/inbox.model.ts';

/** How long things are kept; null: for good. */
export interface Retention {
  /** The ids of updates that are done, so that one that comes again is known. Messengers keep updates for 24 hours. */
  updateIdsHours: number;
  /** Forms that nobody goes on with, and messages of which nobody says what they are. */
  unsentDays: number;
  /** Notices that have been sent, or could not be. */
  noticesDays: number | null;
  /** Acts of role-holders. */
  auditDays: number | null;
  /** From asking for the deletion of one's data to the deletion; so long it can be undone. */
  deletionDays: number;
}

export const RETENTION: Retention = {
  updateIdsHours: 48,
  unsentDays: 90,
  noticesDays: null,
  auditDays: null,
  deletionDays: 7,
};

/** What the database itself lets go. */
export function expiriesOf({ updateIdsHours, noticesDays, auditDays }: Retention): Expiry[] {
  const inSeconds = (days: number | null) => (days === null ? null : days * 86_400);
  return [seenUpdatesExpiry(updateIdsHours), noticesExpiry(inSeconds(noticesDays)), auditExpiry(inSeconds(auditDays))];
}
