import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialogue } from '../../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, replyLabels, said, TEXTS } from './form.ts';

describe.each(['telegram', 'bale'] as const)('where what a form says fails to leave on %s', (messenger) => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
  });
  afterAll(() => world.close());

  async function begin(dialogue: Dialogue): Promise<void> {
    await world.restart([dialogue]);
    person = world.server(messenger).person({ firstName: 'سارا', phone: '+989990000001' });
    await world.work();
    await said(world, person, () => person.command('form'));
  }

  /** The connection breaks once, before anything was done; what left and what did not is for the messenger to know. */
  async function withBrokenLine(does: () => number | undefined, method = 'sendMessage'): Promise<string[]> {
    world.server(messenger).faults.add({ method, kind: 'drop-before', times: 1 });
    return said(world, person, does);
  }

  it('says back the option of a typed name, and asks what comes next', async () => {
    await begin(form('form', [Q.province, Q.city]));
    const answers = await withBrokenLine(() => person.say('تبریز'));
    expect(answers).toEqual([expect.stringMatching(/^✓ .*تبریز[^]*شهر؟/)]);
  });

  it('says what an edited answer is now', async () => {
    await begin(form('form', [Q.since, Q.people]));
    await said(world, person, () => person.say('۱۴۰۳/۰۴/۰۲'));
    const [typed] = person.chat.filter(({ text }) => text === '۱۴۰۳/۰۴/۰۲');
    const answers = await withBrokenLine(() => person.editText(typed!, '۱۴۰۳/۰۴/۰۳'));
    expect(answers.at(-1)).toMatch(/۳ تیر ۱۴۰۳[^]*چند نفر؟/);
  });

  it('confirms a shared contact and puts the menu back in the place of its button', async () => {
    await begin(form('form', [Q.phone, Q.name]));
    const answers = await withBrokenLine(() => person.shareContact());
    expect(answers).toEqual([world.say('bot.dialogue.contactTaken'), expect.stringContaining(TEXTS['ask_name'] ?? '')]);
    expect(replyLabels(person)).toContain(world.say('bot.menu.help'));
  });

  it('leaves what was chosen as text in place of its buttons', async () => {
    await begin(form('form', [Q.province, Q.name]));
    const asked = person.lastMessage?.id;
    // Three failures are more than a call is tried.
    world.server(messenger).faults.add({ method: 'editMessageText', kind: 'server-error', times: 3 });
    const answers = await said(world, person, () => person.press('تبریز'));
    expect(answers).toEqual([expect.stringContaining('✓ تبریز'), expect.stringContaining(TEXTS['ask_name'] ?? '')]);
    expect(person.chat.find(({ id }) => id === asked)?.inlineKeyboard).toEqual([]);
  });

  describe.each([
    { after: 'waits', over: {}, status: 'waiting' },
    { after: 'ends', over: { over: true as const }, status: 'discarded' },
  ])('what a feature says in place of the next question, after which the form $after,', ({ over, status }) => {
    // Each says its part by a method of its own.
    it.each(['sendMessage', 'sendDocument'])('is said, though %s fails', async (method) => {
      let made = 0;
      await begin({
        ...form('form', [Q.phone, Q.name]),
        accepted: async (ctx) => ({ text: ctx.t.rich('bot.prompt'), media: PAPER, ...over }),
        complete: async (ctx) => {
          made += 1;
          return { text: ctx.t.rich('bot.prompt') };
        },
      });
      // More failures than a call is tried.
      world.server(messenger).faults.add({ method, kind: 'server-error', times: 3 });
      const answers = await said(world, person, () => person.shareContact());
      expect([...new Set(answers)]).toEqual([world.say('bot.dialogue.contactTaken'), world.say('bot.prompt')]);
      expect(await answersOf(world, person, messenger)).toEqual({ phone: '+989990000001' });
      const { id } = await world.memberOf(person, messenger);
      expect([(await world.draftOf(id))['status'], made]).toEqual([status, 0]);
    });
  });
});

const PAPER = {
  kind: 'document',
  file: { bytes: new Uint8Array([1]), fileName: 'paper.bin', mimeType: 'text/plain' },
} as const;
