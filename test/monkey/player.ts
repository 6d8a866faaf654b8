import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';

/** One person who presses and types. */
export interface Player {
  /** The same in every world that is made from the same cast. */
  name: string;
  messenger: MessengerName;
  person: Person;
  /** Stands in everything that this person writes, so that it is known wherever it turns up. */
  marker: string;
  /** Given a role at the beginning; whether it is kept is up to the run. */
  isStaff: boolean;
}
