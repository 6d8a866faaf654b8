import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../../src/bot/dialogue/dialogue.ts';
import { DialogueError } from '../../../src/bot/dialogue/check-dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, replyLabels, said, TEXTS } from './form.ts';

describe('a deploy in the middle of a form', () => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
  });
  afterAll(() => world.close());

  const act = (does: Parameters<typeof said>[2]) => said(world, person, does);
  const answers = () => answersOf(world, person, 'telegram');
  const deploy = (...questions: Question[]) => world.restart([form('form', questions)]);

  /** Name and family are answered, the people are asked for. */
  async function atPeople(): Promise<void> {
    await deploy(Q.name, Q.family, Q.people, Q.more);
    person = world.server('telegram').person({ firstName: 'سارا', phone: '+989990000001' });
    await act(() => person.command('form'));
    await act(() => person.say('سارا'));
    await act(() => person.say('احمدی'));
  }

  it('that inserts a question takes the answer under way for the question that was asked, then asks the new one', async () => {
    await atPeople();
    await deploy(Q.province, Q.name, Q.family, Q.people, Q.more);
    expect((await act(() => person.say('12'))).join()).toContain(TEXTS['ask_province']);
    expect(await answers()).toEqual({ name: 'سارا', family: 'احمدی', people: 12 });
    expect((await act(() => person.press('تبریز'))).join()).toContain(TEXTS['ask_more']);
  });

  it('that reorders the questions keeps each answer under its own key', async () => {
    await atPeople();
    await deploy(Q.more, Q.people, Q.family, Q.name);
    await act(() => person.say('12'));
    await act(() => person.say('توضیح من'));
    expect(await answers()).toEqual({ name: 'سارا', family: 'احمدی', people: 12, more: 'توضیح من' });
    expect(person.lastMessage?.text).toContain(world.say('bot.dialogue.reviewHint'));
  });

  it('that removes the open question says so and asks what is missing; what was sent is no answer to that', async () => {
    await atPeople();
    await deploy(Q.name, Q.family, Q.more);
    const [note, asked] = await act(() => person.say('12'));
    expect(note).toBe(world.say('bot.dialogue.renewed'));
    expect(asked).toContain(TEXTS['ask_more']);
    expect(await answers()).toEqual({ name: 'سارا', family: 'احمدی' });
  });

  it('that removes an answered question leaves its answer out of what is sent', async () => {
    await atPeople();
    const sent: unknown[] = [];
    await world.restart([
      {
        ...form('form', [Q.family, Q.people]),
        complete: (ctx, { answers }) => {
          sent.push(answers);
          return Promise.resolve({ text: ctx.t.rich('bot.prompt') });
        },
      },
    ]);
    await act(() => person.say('12'));
    await act(() => person.press(TEXTS['send'] ?? ''));
    expect(sent).toEqual([{ family: 'احمدی', people: 12 }]);
  });

  it('that renames a question asks it again', async () => {
    await atPeople();
    await deploy({ ...Q.name, key: 'name2' }, Q.family, Q.people);
    expect((await act(() => person.say('12'))).join()).toContain(TEXTS['ask_name']);
    await act(() => person.say('سارا'));
    expect(await answers()).toEqual({ name: 'سارا', name2: 'سارا', family: 'احمدی', people: 12 });
  });

  it('that takes the contact question away gives the menu its place back', async () => {
    await deploy(Q.name, Q.phone, Q.more);
    person = world.server('telegram').person({ firstName: 'سارا', phone: '+989990000001' });
    await act(() => person.command('form'));
    await act(() => person.say('سارا'));
    expect(replyLabels(person)).toContain(world.say('bot.dialogue.button.shareContact'));
    await deploy(Q.name, Q.more);
    expect((await act(() => person.shareContact())).join()).toContain(TEXTS['ask_more']);
    expect(replyLabels(person)).toContain(world.say('bot.menu.help'));
    expect(await answers()).toEqual({ name: 'سارا' });
  });

  it('that takes a chosen option away has it chosen again before anything is sent', async () => {
    await deploy(Q.province, Q.city);
    person = world.server('telegram').person({ firstName: 'سارا' });
    await act(() => person.command('form'));
    await act(() => person.press('خوزستان'));
    await act(() => person.press('اهواز'));
    await deploy({ ...Q.province, options: () => [{ code: 'o0', label: 'تبریز' }] }, Q.city);
    const asked = await act(() => person.press(TEXTS['send'] ?? ''));
    expect(asked.join()).toContain(world.say('bot.dialogue.noLongerOffered'));
    await act(() => person.press('تبریز'));
    // The city was one of the other province.
    expect((await act(() => person.press('مرند'))).join()).toContain(world.say('bot.dialogue.reviewHint'));
    expect(await answers()).toEqual({ province: 'o0', city: 'mar' });
  });

  it('with a dialogue that can’t work does not start', async () => {
    const broken: [Question[], RegExp][] = [
      [[Q.name, Q.name], /another question has this key/],
      [[{ ...Q.name, key: 'نام' }], /a key has 1 to 16/],
      [[{ ...Q.name, min: 9, max: 3 }], /min ≤ max/],
      [[{ ...Q.name, label: 'test.nowhere' as 'bot.name' }], /no text "test.nowhere"/],
      [[], /asks nothing/],
    ];
    for (const [questions, reason] of broken) {
      const started = startDialogueWorld({
        connection: database.connection,
        dialogues: [form('form', questions)],
        texts: TEXTS,
      });
      await expect(started).rejects.toThrow(DialogueError);
      await expect(started).rejects.toThrow(reason);
    }
  });
});
