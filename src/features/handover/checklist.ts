/** The side of a hand-over that a person is on: who has the keys, and who gets them. */
export const SIDES = ['outgoing', 'incoming'] as const;
export type Side = (typeof SIDES)[number];

export interface ChecklistItem {
  /** For good: hand-overs keep it. Its words are `handover.item.<code>`. */
  code: string;
  /** Who can tell that it is done: who gives tells of what was given, who gets of what works in their hands. */
  by: Side;
  /** The sealed export must have been made first. */
  needsExport?: true;
}

/** What is handed over, in the order in which it is done best. */
export const CHECKLIST = [
  { code: 'staff', by: 'outgoing' },
  { code: 'cases', by: 'outgoing' },
  { code: 'server', by: 'incoming' },
  { code: 'tokens', by: 'incoming' },
  { code: 'settings', by: 'incoming' },
  { code: 'backups', by: 'incoming' },
  { code: 'export', by: 'incoming', needsExport: true },
  { code: 'key', by: 'incoming', needsExport: true },
] as const satisfies readonly ChecklistItem[];

export const isSide = (name: string): name is Side => SIDES.some((side) => side === name);
