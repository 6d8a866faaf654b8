import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, said, TEXTS } from './form.ts';

const BYTES = new Uint8Array([0xff, 0xd8, 0xff]);
const photos = (count: number): Parameters<Person['sendAlbum']>[0] =>
  Array.from({ length: count }, () => ({ kind: 'photo', bytes: BYTES }));

describe.each(['telegram', 'bale'] as const)('a form on %s', (messenger) => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
  });
  afterAll(() => world.close());

  const act = (does: Parameters<typeof said>[2]) => said(world, person, does);
  const answers = () => answersOf(world, person, messenger);
  async function at(...questions: Question[]): Promise<void> {
    await world.restart([form('form', questions)]);
    person = world.server(messenger).person({ firstName: 'سارا', phone: '+989990000001' });
    await act(() => person.command('form'));
  }
  const sendAlbum = (count: number) =>
    act(() => {
      person.sendAlbum(photos(count));
      return undefined;
    });
  const own = (text: string) => {
    const found = person.chat.findLast((message) => message.from === 'person' && message.text === text);
    if (!found) throw new Error(`${text} was not said`);
    return found;
  };

  it('keeps every file of an album and answers it with one message', async () => {
    await at(Q.proof, Q.more);
    expect(await sendAlbum(2)).toHaveLength(1);
    expect(person.lastMessage?.text).toContain('۲ فایل');
    await act(() => person.press(world.say('bot.dialogue.button.done')));
    expect((await answers())['proof']).toHaveLength(2);
  });

  it('keeps of a larger album what fits, and says once that the rest did not', async () => {
    await at(Q.proof, Q.more);
    const all = await sendAlbum(6);
    expect(all.filter((text) => text === world.say('bot.dialogue.error.albumFull'))).toHaveLength(1);
    expect((await answers())['proof']).toHaveLength(3);
    expect(await answers()).not.toHaveProperty('more');
  });

  it('answers an album at a question of words once', async () => {
    await at(Q.more);
    expect(await sendAlbum(4)).toEqual([world.say('bot.dialogue.error.text')]);
  });

  it('asks for words where media is sent, and for a file where words are', async () => {
    await at(Q.more);
    for (const send of [
      () => person.sendVoice(BYTES),
      () => person.sendSticker(BYTES),
      () => person.sendPhoto(BYTES, 'زیرنویس'),
      () => person.sendLocation(),
    ])
      expect(await act(send)).toEqual([world.say('bot.dialogue.error.text')]);
    await at({ ...Q.proof, optional: false });
    expect(await act(() => person.say('ندارم'))).toEqual([world.say('bot.dialogue.error.filesNeeded')]);
  });

  it('takes one’s own contact only as it is shared, never passed on', async () => {
    await at(Q.phone, Q.more);
    const stranger = world.server(messenger).person({ firstName: 'رضا', phone: '+989990000002' });
    const refusal = [world.say('bot.dialogue.error.otherContact')];
    expect(await act(() => person.shareContact({ of: stranger }))).toEqual(refusal);
    const refused = person.chat.findLast(({ contact }) => contact !== null);
    if (!refused) throw new Error('no contact was sent');
    expect(await act(() => person.forward(refused))).toEqual(refusal);
    await act(() => person.shareContact());
    const shared = person.chat.findLast(({ contact }) => contact !== null);
    await act(() => person.say(world.say('bot.dialogue.button.back')));
    if (shared) expect(await act(() => person.forward(shared))).toEqual(refusal);
    expect(await answers()).toEqual({ phone: '+989990000001' });
  });

  it('changes the last answer when its message is edited, and leaves the open question open', async () => {
    await at(Q.name, Q.people, Q.more);
    await act(() => person.say('سارا'));
    await act(() => person.say('12'));
    const changed = await act(() => person.editText(own('12'), '15'));
    expect(changed).toEqual([expect.stringContaining('۱۵')]);
    expect(changed[0]).toContain(TEXTS['ask_more']);
    expect(await answers()).toEqual({ name: 'سارا', people: 15 });
    await act(() => person.say('توضیح من'));
    await act(() => person.editText(own('توضیح من'), 'توضیح بهتر'));
    expect(await answers()).toMatchObject({ more: 'توضیح بهتر' });
    expect(person.lastMessage?.text).toContain('توضیح بهتر');
  });

  it('keeps the last answer where the edit is none', async () => {
    await at(Q.name, Q.people, Q.more);
    await act(() => person.say('سارا'));
    await act(() => person.say('12'));
    expect((await act(() => person.editText(own('12'), 'خیلی'))).join()).toContain(
      world.say('bot.dialogue.notAmended'),
    );
    expect(await answers()).toEqual({ name: 'سارا', people: 12 });
  });

  it('does not lose the keyboard of the open question to a button pressed twice', async () => {
    await at(Q.name, Q.people, Q.more);
    await act(() => person.say('سارا'));
    await act(() => person.say('12'));
    await act(() => {
      const back = person.lastMessage;
      const message = back ? { message: back } : {};
      person.press(world.say('bot.dialogue.button.back'), message);
      return person.press(world.say('bot.dialogue.button.back'), message);
    });
    expect(person.lastMessage?.text).toContain(TEXTS['ask_people']);
    expect(person.lastMessage?.inlineKeyboard.flat()).not.toEqual([]);
  });
});
