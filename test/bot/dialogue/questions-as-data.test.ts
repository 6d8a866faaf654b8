import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf, type Answers, type Question } from '../../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, said, TEXTS } from './form.ts';

describe('a form whose questions are data', () => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  /** What the «database» says is asked of those from each province. */
  let asked: Record<string, Question[]>;
  const sent: Answers[] = [];

  beforeAll(async () => {
    const dialogue = form('form', [Q.province, Q.more]);
    world = await startDialogueWorld({
      connection: database.connection,
      texts: TEXTS,
      dialogues: [
        {
          ...dialogue,
          questionsFor: (answers) => {
            const own = asked[textOf(answers, 'province')] ?? [];
            return Promise.resolve([{ ...Q.province, resets: own.map(({ key }) => key) }, ...own, Q.more]);
          },
          complete(ctx, filled) {
            sent.push(filled.answers);
            return dialogue.complete(ctx, filled);
          },
        },
      ],
    });
  });
  afterAll(() => world.close());

  const act = async (does: Parameters<typeof said>[2]) => (await said(world, person, does)).join('\n');

  async function begin(): Promise<void> {
    asked = { o0: [Q.people], o1: [Q.name, Q.family] };
    person = world.server('telegram').person({ firstName: 'سارا', phone: '+989990000001' });
    await act(() => person.command('form'));
  }

  it('asks what an answer calls for, and counts it', async () => {
    await begin();
    const next = await act(() => person.press('خوزستان'));
    expect(next).toContain(TEXTS['ask_name']);
    expect(next).toContain('گام ۲ از ۴');
    await act(() => person.say('سارا'));
    expect(await act(() => person.say('احمدی'))).toContain(TEXTS['ask_more']);
  });

  it('asks the others once that answer is changed, and forgets what it had asked', async () => {
    await begin();
    await act(() => person.press('تبریز'));
    await act(() => person.say('12'));
    await act(() => person.say('توضیح من'));
    await act(() => person.press(({ label }) => label.includes(TEXTS['province'] ?? '?')));
    expect(await act(() => person.press('خوزستان'))).toContain(TEXTS['ask_name']);
    expect(await answersOf(world, person, 'telegram')).toEqual({ province: 'o1', more: 'توضیح من' });
  });

  it('goes by what is asked now: a question that came is asked, one that went is neither asked nor sent', async () => {
    await begin();
    await act(() => person.press('تبریز'));
    await act(() => person.say('12'));
    asked = { o0: [Q.family] };
    await act(() => person.say('توضیح من'));
    expect(person.lastMessage?.text).toContain(TEXTS['ask_family']);
    await act(() => person.say('احمدی'));
    expect(person.lastMessage?.text).toContain(world.say('bot.dialogue.reviewHint'));
    await act(() => person.press(TEXTS['send'] ?? '?'));
    expect(sent.at(-1)).toEqual({ province: 'o0', family: 'احمدی', more: 'توضیح من' });
  });
});
