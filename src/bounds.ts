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

/** Forms of one person that are begun and not sent; a made-up button must not make them without end. */
export const MOST_UNFINISHED = 40;
/** Forms of one person in whatever state; those that were sent or thrown away are forgotten after a week. */
export const MOST_FORMS = 2000;

/** How many forms of a kind one person may send within 24 hours. Who has a role may send ten times as many. */
const SENT_A_DAY: Readonly<Record<string, number>> = {
  registration: 20,
  report: 60,
  procurement: 60,
  'me-too': 100,
};
const SENT_A_DAY_OF_OTHERS = 200;

/** How many forms of this dialogue such a person may send within 24 hours. */
export const sentADay = (dialogue: string, standing: Standing): number =>
  (SENT_A_DAY[dialogue] ?? SENT_A_DAY_OF_OTHERS) * (standing === 'staff' ? 10 : 1);

/** What lists in one document may hold: a document has room for 16 MB, and is read as a whole. */
export const LISTS = {
  /** Files of a case, by its report, its answers and additions. */
  evidenceOfCase: 300,
  notesOfCase: 500,
  /** What one person says of a «me too»: how often, and letters in all. */
  wordsOfMeToo: 100,
  lettersOfMeToo: 8000,
  filesOfMeToo: 100,
  notesOfProgramme: 2000,
  holidays: 1000,
  peopleOfBusiness: 500,
} as const;

/** Businesses of one person. */
export const MOST_BUSINESSES = 50;
/** Offers of the ownership of one business within 24 hours: each is told to somebody. */
export const TRANSFERS_A_DAY = 10;

/** From where on an operator is told: what all files together hold, and what the database's disk has left. */
export const STORAGE_ALARM = { heldBytes: 20 * 1024 * MB, freeBytes: 1024 * MB } as const;
