import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Dialogue } from '../../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { form, Q, replyLabels, said, TEXTS } from './form.ts';

const database = useDatabase();
let world: DialogueWorld;
let telegram: Person;
let bale: Person;
let memberId: string;
/** What is done on the other messenger while an answer in the form `held` is in hand. */
let meanwhile: (memberId: string) => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  const held: Dialogue = {
    ...form('held', [Q.name, Q.more]),
    async accepted({ person }) {
      await meanwhile(person.id);
      return null;
    },
  };
  const dialogues = [form('form', [Q.name, Q.phone, Q.province, Q.more]), form('other', [Q.more]), held];
  world = await startDialogueWorld({ connection: database.connection, dialogues, texts: TEXTS });
});
afterAll(() => world.close());
beforeEach(async () => {
  ({ telegram, bale, memberId } = await world.linked('سارا'));
});

const act = (person: Person, does: Parameters<typeof said>[2]) => said(world, person, does);
const answers = async () => (await world.draftOf(memberId)).answers;

it('a form that was begun on one messenger goes on at the same question on the other', async () => {
  await act(telegram, () => telegram.command('form'));
  await act(telegram, () => telegram.say('سارا'));
  expect((await act(bale, () => bale.command('start'))).join()).toContain(TEXTS['form']);
  const asked = await act(bale, () => bale.press(world.say('bot.dialogue.button.resume')));
  expect(asked.join()).toContain(TEXTS['ask_phone']);
  await act(bale, () => bale.shareContact());
  expect(await answers()).toEqual({ name: 'سارا', phone: '+989990000001' });
});

it('what is sent where the question was not asked is not taken for its answer; it is asked there', async () => {
  await act(telegram, () => telegram.command('form'));
  await act(telegram, () => telegram.say('سارا'));
  await act(bale, () => bale.command('form'));
  await act(bale, () => bale.shareContact());
  // The contact keyboard of the first messenger is still there.
  const [note, asked] = await act(telegram, () => telegram.shareContact());
  expect(note).toBe(world.say('bot.dialogue.elsewhere'));
  expect(asked).toContain(TEXTS['ask_province']);
  expect(replyLabels(telegram)).toContain(world.say('bot.menu.help'));
  await act(telegram, () => telegram.press('تبریز'));
  expect(await answers()).toMatchObject({ province: 'o0' });
  expect((await act(bale, () => bale.say('خوزستان'))).join()).toContain(TEXTS['ask_more']);
  expect(await answers()).toMatchObject({ province: 'o0' });
});

it('an old button of the other messenger says so, goes, and the open question is asked there', async () => {
  await act(telegram, () => telegram.command('other'));
  const old = telegram.lastMessage;
  await act(bale, () => bale.command('other'));
  await act(bale, () => bale.say('توضیح من'));
  if (!old) throw new Error('nothing was asked');
  const answered = await act(telegram, () => telegram.press(world.say('bot.dialogue.button.skip'), { message: old }));
  expect(answered.join()).toContain(world.say('bot.dialogue.elsewhere'));
  expect(answered.join()).toContain(world.say('bot.dialogue.reviewHint'));
  expect(telegram.chat.find(({ id }) => id === old.id)?.inlineKeyboard).toEqual([]);
  expect(await answers()).toEqual({ more: 'توضیح من' });
});

it('an answer that is overtaken by what ends its form on the other messenger is told so', async () => {
  await act(telegram, () => telegram.command('held'));
  meanwhile = (id) =>
    world.drafts.open({ memberId: id, dialogue: 'other', subject: '', update: 'bale:7', answers: {} });
  const [putBy, waits] = await act(telegram, () => telegram.say('سارا'));
  expect(putBy).toContain('کنار گذاشته شده');
  expect(waits).toContain(TEXTS['held']);
  expect(replyLabels(telegram)).toContain(world.say('bot.menu.help'));
});

it('the other messenger learns that the form is done, and what is sent there is not lost', async () => {
  await act(telegram, () => telegram.command('other'));
  await act(bale, () => bale.command('other'));
  await act(bale, () => bale.say('توضیح من'));
  await act(bale, () => bale.press(TEXTS['send'] ?? ''));
  const [note, passedOn] = await act(telegram, () => telegram.say('گزارش تازه'));
  expect(note).toContain('تمام شده');
  expect(passedOn).toBe(world.say('bot.error.unclaimed'));
  expect(await act(telegram, () => telegram.say('گزارش تازه'))).toHaveLength(1);
});

it('a form begun on the second messenger lets the first one’s wait, and both can be gone on with', async () => {
  await act(telegram, () => telegram.command('form'));
  await act(telegram, () => telegram.say('سارا'));
  const begun = await act(bale, () => bale.command('other'));
  expect(begun[0]).toContain(TEXTS['form']);
  expect(begun[1]).toContain(TEXTS['ask_more']);
  const late = await act(telegram, () => telegram.shareContact());
  expect(late.join()).toContain('کنار گذاشته');
  await act(telegram, () => telegram.press(world.say('bot.dialogue.button.resume')));
  expect(telegram.lastMessage?.text).toContain(TEXTS['ask_phone']);
  await act(telegram, () => telegram.shareContact());
  expect(await answers()).toEqual({ name: 'سارا', phone: '+989990000001' });
});

it('when two members turn out to be one, no draft is lost and one stays open', async () => {
  const other = await world.linked('سارا دوم');
  await act(telegram, () => telegram.command('form'));
  await act(other.telegram, () => other.telegram.command('other'));
  await world.drafts.handOver({ from: other.memberId, to: memberId });
  await world.drafts.handOver({ from: other.memberId, to: memberId });
  const mine = await world.drafts.unfinished(memberId);
  expect(mine.map(({ dialogue, status }) => `${dialogue} ${status}`).toSorted()).toEqual([
    'form open',
    'other waiting',
  ]);
});
