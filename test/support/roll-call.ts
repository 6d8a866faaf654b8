import { expect } from 'vitest';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';

/** One of those whose every message is looked at, by what they are to the story that a test tells. */
export interface Present<Role extends string> {
  role: Role;
  messenger: MessengerName;
  person: Person;
}

/** What each role is to get, in any order; where it is not the same for all of a role, by whom. */
export type Expected<Role extends string, One extends Present<Role> = Present<Role>> = Partial<
  Record<Role, readonly string[] | ((one: One) => readonly string[])>
>;

/** Pictures and documents with what they are, and nothing that nobody sees. */
const asRead = ({ text, media }: ChatMessage): string =>
  (media ? `[${media.kind}] ${text}` : text).replace(/[\u200E\u200F\u2066-\u2069]/g, '');

/** What is told without being asked for begins so, and no answer to what somebody does. */
const isNotice = (text: string): boolean => /^(?:\[document\] )?(?:📌|🎯|🏛|📬)/u.test(text);

/** What everybody has got since they were last looked at: of those who acted the notices, of all others everything. */
export function createRollCall<Role extends string, One extends Present<Role>>(
  everyone: readonly One[],
  /** Takes out of a text what is another each day. */
  steady: (text: string) => string,
) {
  const known = new Map<Person, ReadonlyMap<number, string>>();

  function newsOf({ person }: One, acted: boolean): string[] {
    const before = known.get(person) ?? new Map<number, string>();
    const now = person.chat
      .filter(({ from }) => from === 'bot')
      .map((message) => [message.id, steady(asRead(message))] as const);
    known.set(person, new Map(now));
    return now.flatMap(([id, text]) => {
      // An answer may take the place of a message; to who did nothing, a changed message is a message as well.
      const isNew = acted ? !before.has(id) && isNotice(text) : before.get(id) !== text;
      return isNew ? [text] : [];
    });
  }

  return {
    /** Looks at nothing so far. */
    begin(): void {
      for (const one of everyone) newsOf(one, true);
    },

    /** Everybody has got what their role is to get, each once, and nothing else. Gives how many messages that were. */
    check(stage: string, expected: Expected<Role, One>, actors: readonly Role[]): number {
      const nameOf = ({ role, messenger, person }: One) => `${stage}: ${role} on ${messenger} (${person.id})`;
      const wantedBy = (one: One) => {
        const wanted = expected[one.role] ?? [];
        const texts: readonly string[] = typeof wanted === 'function' ? wanted(one) : wanted;
        return texts.toSorted();
      };
      const got = everyone.map((one) => [nameOf(one), newsOf(one, actors.includes(one.role)).toSorted()]);
      const wanted = everyone.map((one) => [nameOf(one), wantedBy(one)] as const);
      expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted));
      return wanted.reduce((sum, [, texts]) => sum + texts.length, 0);
    },
  };
}
