import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, said, TEXTS } from './form.ts';

const LONG: Question = { ...Q.more, max: 9000, pieces: true, optional: false };

describe.each(['telegram', 'bale'] as const)('a long text on %s', (messenger) => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
  });
  afterAll(() => world.close());

  const act = (does: Parameters<typeof said>[2]) => said(world, person, does);
  const answers = () => answersOf(world, person, messenger);
  async function at(question: Question, dialogue: Partial<ReturnType<typeof form>> = {}): Promise<void> {
    await world.restart([{ ...form('form', [question]), ...dialogue }]);
    person = world.server(messenger).person({ firstName: 'سارا' });
    await act(() => person.command('form'));
  }

  it('arrives in several messages and is one answer once its author says that this is all', async () => {
    await at(LONG);
    expect(await act(() => person.say('بند نخست.'))).toHaveLength(1);
    expect(await answers()).not.toHaveProperty('more');
    await act(() => person.say('بند دوم\nدر دو سطر.'));
    await act(() => person.press(world.say('bot.dialogue.button.done')));
    expect((await answers())['more']).toBe('بند نخست.\n\nبند دوم\nدر دو سطر.');
  });

  it('is put together where the messenger cut it in the middle of a sentence, and ends by the typed words too', async () => {
    await at(LONG);
    const first = 'واژه '.repeat(750).trim();
    await act(() => person.say(first));
    await act(() => person.say('ادامهٔ جمله.'));
    await act(() => person.say(world.say('bot.dialogue.button.done')));
    expect((await answers())['more']).toBe(`${first} ادامهٔ جمله.`);
  });

  it('refuses the message that makes it too long and keeps the others', async () => {
    await at(LONG);
    for (const letter of ['ا', 'ب', 'پ']) await act(() => person.say(`${letter} `.repeat(2000)));
    expect(person.lastMessage?.text).toContain('۹٬۰۰۰');
    await act(() => person.press(world.say('bot.dialogue.button.done')));
    expect((await answers())['more']).not.toContain('پ');
  });

  it.each([
    ['too long for its question', Q.more],
    ['no option of its question', { ...Q.city, freeText: { max: 60 } }],
    ['no number', Q.people],
  ] satisfies [string, Question][])(
    'pasted in one, and %s, is refused whole: its rest is no answer',
    async (_why, question) => {
      await at({ ...question, optional: false });
      const paste = '12 واژه '.repeat(700);
      const refusals = await act(() => {
        person.say(paste.slice(0, 4096));
        return person.say('12');
      });
      expect(refusals).toHaveLength(2);
      expect(refusals[1]).toContain('دنبالهٔ همان متن');
      expect(await answers()).toEqual({});
      await act(() => person.say('مرند'));
      if (question.kind === 'text') expect(await answers()).toEqual({ more: 'مرند' });
    },
  );

  it('pasted in one where it has room is kept whole, though nothing was said of several messages', async () => {
    await at({ ...Q.more, max: 9000 });
    const first = 'واژه '.repeat(800).trim();
    await act(() => {
      person.say(first);
      return person.say('پایان آن.');
    });
    await act(() => person.press(world.say('bot.dialogue.button.done')));
    expect((await answers())['more']).toBe(`${first} پایان آن.`);
  });

  it('is not ended before anything has come', async () => {
    await at(LONG);
    await act(() => person.say(world.say('bot.dialogue.button.done')));
    expect(await answers()).not.toHaveProperty('more');
  });
});

describe('a form without a review', () => {
  const database = useDatabase();

  it('ends with its last answer', async () => {
    const world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
    await world.restart([{ ...form('form', [Q.name]), atOnce: true }]);
    const person = world.server('telegram').person({ firstName: 'سارا' });
    await said(world, person, () => person.command('form'));
    const [end] = await said(world, person, () => person.say('سارا'));
    expect(end).not.toContain(world.say('bot.dialogue.reviewHint'));
    expect(await said(world, person, () => person.say('سلام'))).not.toContain(end);
    await world.close();
  });
});
