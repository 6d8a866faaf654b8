import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, replyLabels, said, TEXTS } from './form.ts';

const KINDS = (Object.entries(Q) as [keyof typeof Q, Question][]).filter(([key]) => key !== 'family');

describe.each(['telegram', 'bale'] as const)('leaving a form on %s', (messenger) => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
  });
  afterAll(() => world.close());

  const act = (does: Parameters<typeof said>[2]) => said(world, person, does);
  const press = (key: 'stay' | 'keep' | 'drop' | 'resume' | 'cancel' | 'back') =>
    act(() => person.press(world.say(`bot.dialogue.button.${key}`)));

  async function at(...questions: Question[]): Promise<void> {
    await world.restart([form('form', questions), form('other', [Q.more])]);
    person = world.server(messenger).person({ firstName: 'سارا', phone: '+989990000001' });
    await act(() => person.command('form'));
  }

  it('opens a link with a payload of any length that was followed meanwhile, of several the one that was chosen', async () => {
    await at(Q.family, Q.more);
    const links = [`a${'x'.repeat(63)}`, `b${'y'.repeat(63)}`];
    for (const link of links) await act(() => person.command('start', link));
    const asked = person.chat.filter(({ text }) => text.includes('نیمه‌کاره')).at(-2);
    const keep = asked?.inlineKeyboard.flat().find(({ label }) => label === world.say('bot.dialogue.button.keep'));
    expect(await act(() => person.pressData(keep?.data ?? '', asked!))).toContain(links[0]);
  });

  describe.each(KINDS)('at a question of %s', (key, question) => {
    it('asks first, whether a command or a menu button is sent, and takes neither for an answer', async () => {
      await at(Q.family, question);
      await act(() => person.say('احمدی'));
      for (const sent of ['/help', '/start', world.say('bot.menu.help')]) {
        expect(await act(() => person.say(sent))).toEqual([expect.stringContaining('نیمه‌کاره')]);
      }
      expect(await answersOf(world, person, messenger)).toEqual({ family: 'احمدی' });
      expect((await press('stay')).join()).toContain(TEXTS[`ask_${key}`]);
    });

    it('keeps the answers and opens what was wanted, with the menu in its place', async () => {
      await at(Q.family, question);
      await act(() => person.say('احمدی'));
      await act(() => person.command('help'));
      await press('keep');
      expect(replyLabels(person)).toContain(world.say('bot.menu.help'));
      expect((await press('resume')).join()).toContain(TEXTS[`ask_${key}`]);
      expect(await answersOf(world, person, messenger)).toEqual({ family: 'احمدی' });
    });

    it('goes back and cancels by the words of the buttons too', async () => {
      await at(Q.family, question);
      await act(() => person.say('احمدی'));
      expect((await act(() => person.say(world.say('bot.dialogue.button.back')))).join()).toContain(
        TEXTS['ask_family'],
      );
      expect(replyLabels(person)).not.toContain(world.say('bot.dialogue.button.back'));
      await act(() => person.say(world.say('bot.dialogue.button.cancel')));
      expect(replyLabels(person)).toContain(world.say('bot.menu.help'));
      expect(await answersOf(world, person, messenger)).toEqual({ family: 'احمدی' });
    });
  });

  it('lets one form wait while another is filled', async () => {
    await at(Q.family, Q.name);
    await act(() => person.say('احمدی'));
    await act(() => person.command('other'));
    expect((await press('keep')).join()).toContain(TEXTS['ask_more']);
    await act(() => person.say('توضیح من'));
    await act(() => person.press(TEXTS['send'] ?? ''));
    const start = await act(() => person.command('start'));
    expect(start.join()).toContain(TEXTS['form']);
    expect((await press('resume')).join()).toContain(TEXTS['ask_name']);
    expect(await answersOf(world, person, messenger)).toEqual({ family: 'احمدی' });
  });

  it('does the same when the update that left or cancelled it is worked again after a crash', async () => {
    await at(Q.family, Q.name);
    await act(() => person.command('help'));
    await press('keep');
    const opened = await act(() => world.again());
    expect(opened.join()).toContain('اینجا چه کارهایی');
    const { id } = await world.memberOf(person, messenger);
    expect((await world.draftOf(id))['status']).toBe('waiting');
    await press('resume');
    await press('cancel');
    await act(() => world.again());
    expect(person.transcript()).toContain('پاک شد');
    expect(person.toasts.map(({ text }) => text)).not.toContain(world.say('bot.error.staleButton'));
    expect((await world.draftOf(id))['status']).toBe('discarded');
  });

  it('takes a passed-on command for the words that it is', async () => {
    await at(Q.more);
    const other = world.server(messenger).person({ firstName: 'رضا' });
    other.say('/help me');
    await world.work();
    const passedOn = other.chat[0];
    if (!passedOn) throw new Error('nothing was said');
    await act(() => person.forward(passedOn));
    expect(await answersOf(world, person, messenger)).toEqual({ more: '/help me' });
  });

  it('keeps a draft whose dialogue is gone, says so, and leaves the menu usable', async () => {
    await at(Q.family, Q.name);
    await act(() => person.say('احمدی'));
    const asked = person.lastMessage;
    await world.restart([form('other', [Q.more])]);
    expect(await act(() => person.say('سارا'))).toEqual([world.say('bot.dialogue.unknown')]);
    expect((await act(() => person.command('help'))).join()).toContain('اینجا چه کارهایی');
    if (asked) await act(() => person.press(world.say('bot.dialogue.button.cancel'), { message: asked }));
    expect(person.toasts.at(-1)?.answered).toBe(true);
    expect((await act(() => person.command('other'))).join()).toContain(TEXTS['ask_more']);
    await world.restart([form('form', [Q.family, Q.name])]);
    await act(() => person.command('form'));
    expect(await answersOf(world, person, messenger)).toEqual({ family: 'احمدی' });
    expect(person.lastMessage?.text).toContain(TEXTS['ask_name']);
  });

  it.each([
    [
      'of another conversation',
      JSON.stringify({ version: [0, 0], state: { signup: [{ replay: {}, interrupts: [] }] } }),
    ],
    ['of another library', JSON.stringify({ version: 7 })],
    ['that is broken', '{"version":[0'],
  ])('is possible for a chat with a stored state %s', async (_what, state) => {
    await at(Q.family, Q.name);
    await world.connection
      .collection('members')
      .updateOne({ 'accounts.userId': person.id }, { $set: { 'accounts.$.conversation': state } });
    expect((await act(() => person.command('help'))).join()).toContain('اینجا چه کارهایی');
    expect((await act(() => person.command('form'))).join()).toContain(TEXTS['ask_family']);
    await act(() => person.say('احمدی'));
    expect(await answersOf(world, person, messenger)).toEqual({ family: 'احمدی' });
  });
});
