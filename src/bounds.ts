const MB = 1024 * 1024;

/** What somebody is, for what they may use up: not registered, a member, somebody with a role. */
export type Standing = 'guest' | 'member' | 'staff';

export const standingOf = ({ registered, roles }: { registered: boolean; roles: readonly string[] }): Standing =>
  roles.length > 0 ? 'staff' : registered ? 'member' : 'guest';

/** Files that are kept of one person within 24 hours, and their bytes: far more than a day's work, far less than a disk. */
export const FILES_A_DAY: Readonly<Record<Standing, { files: number; bytes: number }>> = {
  // Of what guests send outside a form only the messenger's id is kept; this is for forms that they may fill in.
  guest: { files: 5, bytes: 25 * MB },
  member: { files: 60, bytes: 300 * MB },
  staff: { files: 300, bytes: 2048 * MB },
};

/** Messages outside every form that are kept of one person within 24 hours; an album is one. Words alone: some megabytes. */
export const HELD_A_DAY = 500;

/** From where on an operator is told: what all files together hold, and what the database's disk has left. */
export const STORAGE_ALARM = { heldBytes: 20 * 1024 * MB, freeBytes: 1024 * MB } as const;
