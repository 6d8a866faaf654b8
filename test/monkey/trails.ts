import type { ChatMessage } from '../../src/simulator/simulator.ts';
import type { Random } from '../support/random.ts';
import type { Player } from './player.ts';

/** A command, then one kind of button after the other. */
interface Trail {
  path: readonly string[];
  /** How many steps of it are done. */
  done: number;
}

/** Where ways begin. */
export const COMMANDS = (
  'start help register businesses report cases news directory me desk ' +
  'board programmes council settings sendings procurement ideas weekly handover sheets'
).split(' ');

/** What a press does, without whose record it does it to. */
export const kindOfPress = (data: string): string =>
  data
    .split(':')
    .filter((part) => !/^(?:[0-9a-f]{24}|\d*)$/.test(part))
    .join(':');

const DEEPEST = 7;
/** Others may get in between: a card that somebody else has worked on meanwhile bears other buttons. */
const MOST_TRIES = 3;
/** So many messages back a button is still in sight. */
const IN_SIGHT = 4;
/** Buttons of forms: what is behind them depends on the answers. */
const OF_FORMS = /^[alr]1(?::|$)/;

/** One step of a way. */
export type TrailStep = { do: 'command'; name: string } | { do: 'press'; label: string; messageId: number };

export interface Trails {
  /** The next step of this person; undefined where a form is open or every way of the role has been gone. */
  next(random: Random, player: Player): TrailStep | undefined;
}

/**
 * Leads people to every kind of button that their role is shown, each once: by a command and the buttons on the way, the
 * shortest way first. What lies five presses deep is come to by chance in hours only.
 */
export function createTrails(): Trails {
  const waiting = new Map<string, string[][]>();
  const known = new Map<string, Set<string>>();
  const tries = new Map<string, number>();
  const on = new Map<string, Trail>();

  const waitingOf = (role: string): string[][] => {
    const there = waiting.get(role) ?? COMMANDS.map((command) => [command]);
    waiting.set(role, there);
    return there;
  };
  const add = (role: string, path: string[]): void => {
    const last = path.at(-1)!;
    const kinds = known.get(role) ?? new Set<string>();
    known.set(role, kinds);
    if (kinds.has(last) || path.length > DEEPEST || OF_FORMS.test(last)) return;
    kinds.add(last);
    waitingOf(role).push(path);
  };
  const tryAgain = (role: string, path: readonly string[]): void => {
    const name = `${role} ${path.join(' ')}`;
    const times = (tries.get(name) ?? 0) + 1;
    tries.set(name, times);
    if (times < MOST_TRIES) waitingOf(role).push([...path]);
  };
  const begin = (player: Player): TrailStep | undefined => {
    const path = waitingOf(roleOf(player)).shift();
    if (!path) return undefined;
    on.set(player.name, { path, done: 1 });
    return { do: 'command', name: path[0]! };
  };

  return {
    next(random, player) {
      const recent = withButtons(player).slice(0, IN_SIGHT);
      const buttons = recent.slice(0, 1).flatMap(kindsOf);
      const trail = on.get(player.name);
      if (trail && trail.done < trail.path.length) {
        // What others do is told in between.
        for (const message of recent) {
          const fitting = kindsOf(message).filter(({ kind }) => kind === trail.path[trail.done]);
          if (fitting.length === 0) continue;
          trail.done += 1;
          return { do: 'press', label: random.pick(fitting).label, messageId: message.id };
        }
        tryAgain(roleOf(player), trail.path);
      } else if (trail) {
        for (const { kind } of buttons) add(roleOf(player), [...trail.path, kind]);
      }
      on.delete(player.name);
      return buttons.some(({ kind }) => OF_FORMS.test(kind)) ? undefined : begin(player);
    },
  };
}

/** «telegram-3-head» → «head»: on both messengers they are shown the same. */
const roleOf = ({ name }: Player): string => name.split('-').slice(2).join('-');

/** With what it does, without what it does it to: filters and choices of fields and cities are all alike. */
const kindsOf = ({ inlineKeyboard }: ChatMessage) =>
  inlineKeyboard
    .flat()
    .flatMap(({ label, data }) =>
      data === undefined ? [] : [{ label, kind: kindOfPress(data).split(':').slice(0, 2).join(':') }],
    );

/** Whether what was said last to this person is a question of a form. */
export function isInForm(player: Player): boolean {
  const [newest] = withButtons(player);
  return newest !== undefined && kindsOf(newest).some(({ kind }) => OF_FORMS.test(kind));
}

/** Those that were sent or edited last come first: cards are changed where they stand. */
const withButtons = ({ person }: Player): ChatMessage[] =>
  person.chat
    .filter(({ from, inlineKeyboard }) => from === 'bot' && inlineKeyboard.flat().length > 0)
    .toSorted((one, other) => other.revision - one.revision);
