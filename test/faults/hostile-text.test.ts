import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { MESSENGERS, fa, startWorld, type World } from '../support/app.ts';
import { chooseSubject, memberOf, PICTURE, somebody } from '../support/journeys.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { FORM, inForm } from './form.ts';
import { seen } from './seen.ts';
import { askForHelp, expectWithin, p99 } from './waits.ts';

const LONGEST = 4096;
const LONGEST_BLOCK_MS = 50;
const LETTERS = ['\u00AC', '\u200C', 'ـ', ' ', '\n', '\u200D', '\u0654', '۱', '@', '.', '-', '_', '*', '`', '/'];

/** A whole message of two signs that some rule of texts speaks of. */
const texts = (): string[] =>
  LETTERS.flatMap((one, index) => {
    const other = LETTERS[(index + 1) % LETTERS.length] ?? 'ا';
    return [`ا${(one + other).repeat(LONGEST / 2 - 1)}ا`, `ا${one.repeat(LONGEST - 2)}ا`];
  });

const WORDS = fa('directory.button.words');

type State = [name: string, enter: (world: World, messenger: MessengerName) => Promise<Person>];

const STATES: readonly State[] = [
  ['a stranger', (world, messenger) => Promise.resolve(somebody(world, messenger))],
  ['a member outside a form', async (world, messenger) => (await memberOf(world, messenger)).person],
  [
    'the title of a report',
    async (world, messenger) => {
      const { person } = await memberOf(world, messenger);
      person.command('report');
      await chooseSubject(person);
      return person;
    },
  ],
  [
    'a choice of a report',
    async (world, messenger) => {
      const { person } = await memberOf(world, messenger);
      person.command('report');
      await person.waitFor(fa('obstacles.question.kind'));
      return person;
    },
  ],
  [
    'a search',
    async (world, messenger) => {
      const { person } = await memberOf(world, messenger);
      person.command('directory');
      await person.waitFor(({ inlineKeyboard }) => inlineKeyboard.flat().some(({ label }) => label === WORDS));
      person.press(WORDS);
      await person.waitFor(fa('directory.words.question'));
      return person;
    },
  ],
];

describe.each(MESSENGERS)('on %s', (messenger) => {
  it('row 31: hostile text of whole messages stops nothing, makes nobody wait, and is answered everywhere', async (context) => {
    const world = await startWorld();
    const idle: number[] = [];
    for (let number = inForm(5, 100); number > 0; number -= 1) idle.push(await askForHelp(somebody(world, messenger)));
    const entered = await Promise.all(
      STATES.map(async ([name, enter]) => [name, await enter(world, messenger)] as const),
    );
    const group = world.server(messenger).group({ title: 'گروه', members: [entered[0]![1]] });
    await world.settled();
    const all = texts().slice(0, inForm(8, LETTERS.length * 2));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const waits: number[] = [];
    for (const text of all) {
      for (const [, person] of entered) {
        person.say(text);
        person.sendPhoto(PICTURE, text.slice(0, 1024));
      }
      entered[0]?.[1].say(text, { in: group });
      waits.push(await askForHelp(somebody(world, messenger)));
    }
    await world.settled();
    delay.disable();
    const longest = delay.max / 1e6;
    const held = await world.app.database.connection.collection('held').countDocuments({});
    // Two messages of each text from the two who were in no form.
    expect(held).toBeGreaterThanOrEqual(all.length * 2);
    for (const [name, { chat }] of entered)
      expect({ name, answered: chat.at(-1)?.from ?? chat.findLast(({ from }) => from === 'bot')?.from }).toEqual({
        name,
        answered: 'bot',
      });
    expect(await world.app.database.connection.collection('inbox').countDocuments({ state: 'aside' })).toBe(0);
    expectWithin(waits, 2, idle);
    if (FORM.isLong) expect(longest).toBeLessThanOrEqual(LONGEST_BLOCK_MS);
    seen(
      context,
      `${all.length * STATES.length} texts of ${LONGEST} letters: longest block ${longest.toFixed(0)} ms; others' 99th ${p99(waits).toFixed(0)} ms (idle ${p99(idle).toFixed(0)})`,
    );
  }, 240_000);
});
