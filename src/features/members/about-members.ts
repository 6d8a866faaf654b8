import type { Leaver } from './deletions.service.ts';
import type { Shown } from './my-data.service.ts';

/** What a room keeps about members, and what becomes of it. A room that keeps nothing says `null`. */
export interface AboutMembers {
  /** Every path that holds a member's id, as `collection.path`: a test holds it against the schemas. */
  holds: readonly string[];
  /** Two people became one. Called again after a crash, so repeating it changes nothing. */
  move: (from: string, to: string) => Promise<void>;
  /** A person leaves for good. Called again after a crash, so repeating it changes nothing. */
  forget: (leaver: Leaver) => Promise<void>;
  /** What the person may read of it; null: nothing that is not shown elsewhere. */
  show: ((memberId: string) => Promise<Partial<Shown>>) | null;
}

/** The features, and the rooms under them that keep members' ids. A test compares them with the folders. */
export type Room =
  | 'agenda'
  | 'audience'
  | 'audit'
  | 'board'
  | 'businesses'
  | 'calendar'
  | 'categories'
  | 'databank'
  | 'delivery'
  | 'desk'
  | 'directory'
  | 'drafts'
  | 'files'
  | 'handover'
  | 'held'
  | 'inbox'
  | 'members'
  | 'news'
  | 'obstacles'
  | 'preferences'
  | 'procurement'
  | 'programmes'
  | 'recognition'
  | 'weekly';

/** Each room's word, in the order in which they are asked. Leaving one out does not compile. */
export type AboutEverywhere = Readonly<Record<Room, AboutMembers | null>>;

export interface GatheredAbout {
  everywhere: AboutEverywhere;
  holds: readonly string[];
  movers: readonly { name: string; move: AboutMembers['move'] }[];
  forgetters: readonly { name: string; forget: AboutMembers['forget'] }[];
  show: (memberId: string) => Promise<Shown>;
}

/** What merging, deletion and «my data» go by. */
export function gatherAbout(everywhere: AboutEverywhere): GatheredAbout {
  const rooms = Object.entries(everywhere).flatMap(([name, about]) => (about ? [{ name, ...about }] : []));
  return {
    everywhere,
    holds: rooms.flatMap(({ holds }) => holds),
    movers: rooms.map(({ name, move }) => ({ name, move })),
    forgetters: rooms.map(({ name, forget }) => ({ name, forget })),
    async show(memberId) {
      const parts = await Promise.all(rooms.map(async ({ show }) => (await show?.(memberId)) ?? {}));
      const all = <Part extends keyof Shown>(part: Part) =>
        parts.flatMap((one: Partial<Shown>) => [...(one[part] ?? [])]) as unknown as Shown[Part];
      return {
        businesses: all('businesses'),
        cases: all('cases'),
        forms: all('forms'),
        messages: all('messages'),
        purchases: all('purchases'),
        letters: all('letters'),
      };
    },
  };
}
