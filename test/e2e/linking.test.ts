import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';
import { answer, fa, faBegins, MESSENGERS, useWorld, type World } from '../support/app.ts';
import { report } from '../support/journeys.ts';

const PLACE = { provinceCode: '03', cityCode: '03-tabriz' };
let phones = 0;

/** A member with a business, and the same person as a guest on the other messenger. */
async function samePhone(world: World, here: MessengerName, there: MessengerName) {
  phones += 1;
  const phone = `+98998${String(phones).padStart(7, '0')}`;
  const old = world.server(there).person({ firstName: 'مریم', phone });
  const fresh = world.server(here).person({ firstName: 'مریم', phone });
  const { members } = world.app.features;
  old.command('start');
  await old.waitFor(fa('bot.prompt'));
  const oldId = (await members.identify({ messenger: there, userId: old.id, chatId: old.id })).id;
  await members.saveProfile(oldId, { name: 'مریم احمدی', phone, ...PLACE });
  fresh.command('start');
  await fresh.waitFor(fa('bot.prompt'));
  const freshId = (await members.identify({ messenger: here, userId: fresh.id, chatId: fresh.id })).id;
  return { old, oldId, fresh, freshId, phone };
}

const messengerName = (messenger: MessengerName) => fa(`members.messenger.${messenger}`);

/** Begins a registration up to the contact, and waits for the offer on both sides. */
async function toOffer(fresh: Person, old: Person, here: MessengerName, there: MessengerName): Promise<void> {
  fresh.command('register');
  await answer(fresh, 'members.question.name', () => fresh.say('مریم احمدی'));
  await answer(fresh, 'members.question.phone', () => fresh.shareContact());
  await fresh.waitFor(fa('members.link.offer', { messenger: messengerName(there) }));
  await old.waitFor(fa('members.link.asked', { messenger: messengerName(here) }));
}

/** Every place in the database, but for `except`, where some text stands. */
async function tracesOf(world: World, text: string, except: readonly string[] = []): Promise<string[]> {
  const { connection } = world.app.database;
  const found: string[] = [];
  for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
    if (except.includes(name)) continue;
    for (const document of await connection.collection(name).find({}).toArray())
      if (JSON.stringify(document).includes(text)) found.push(`${name}: ${JSON.stringify(document)}`);
  }
  return found;
}

describe.each(MESSENGERS)('one person who comes anew on %s', (here) => {
  const world = useWorld();
  const there = MESSENGERS.find((other) => other !== here) ?? 'bale';
  let old: Person;
  let oldId: string;
  let fresh: Person;
  let freshId: string;
  beforeEach(async () => {
    ({ old, oldId, fresh, freshId } = await samePhone(world, here, there));
  });

  it('is one member after confirming here and then there, and goes on with the form', async () => {
    await toOffer(fresh, old, here, there);
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.confirmed', { messenger: messengerName(there) }));
    old.press(fa('members.link.button.confirm'));
    await old.waitFor(fa('members.link.joined'));
    await fresh.waitFor(fa('members.link.joined'));

    const member = await world.app.features.members.find(oldId);
    expect(member?.accounts.map(({ messenger, userId }) => ({ messenger, userId }))).toEqual([
      { messenger: there, userId: old.id },
      { messenger: here, userId: fresh.id },
    ]);
    fresh.press(fa('bot.dialogue.button.resume'));
    // What the member has said once is not asked again: the form goes on behind it.
    await fresh.waitFor(fa('businesses.question.business'));
    await world.settled();
    expect(await tracesOf(world, freshId, ['joins', 'members'])).toEqual([]);
  });

  it('is one member after confirming there first, and is reminded here', async () => {
    await toOffer(fresh, old, here, there);
    old.press(fa('members.link.button.confirm'));
    await old.waitFor(fa('members.link.confirmed', { messenger: messengerName(here) }));
    await fresh.waitFor(fa('members.link.reminder', { messenger: messengerName(there) }));
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.joined'));
    await old.waitFor(fa('members.link.joined'));
    expect((await world.app.features.members.find(oldId))?.accounts).toHaveLength(2);
    await world.settled();
  });

  it('stays apart when the other account says that it was not them, and both are told', async () => {
    await toOffer(fresh, old, here, there);
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.confirmed', { messenger: messengerName(there) }));
    old.press(fa('members.link.button.notMe'));
    await old.waitFor(fa('members.link.apart'));
    await fresh.waitFor(fa('members.link.refused', { messenger: messengerName(there) }));
    expect((await world.app.features.members.find(oldId))?.accounts).toHaveLength(1);

    // Not asked again for days: the form just goes on.
    fresh.press(fa('bot.dialogue.button.resume'));
    await fresh.waitFor(fa('members.question.province'));
    fresh.command('me');
    await fresh.waitFor(faBegins('bot.dialogue.leave'));
    fresh.press(fa('bot.dialogue.button.keep'));
    await fresh.waitFor(fa('members.me.title').replaceAll(/<[^>]+>/g, ''));
    await world.settled();
  });

  it('stays apart by choice here, and goes on with a registration of its own', async () => {
    await toOffer(fresh, old, here, there);
    fresh.press(fa('members.link.button.apart'));
    await fresh.waitFor(fa('members.link.apart'));
    await old.waitFor(fa('members.link.refused', { messenger: messengerName(here) }));
    fresh.press(fa('bot.dialogue.button.resume'));
    await fresh.waitFor(fa('members.question.province'));
    await world.settled();
  });

  it('is told why the two stay apart while one waits to be deleted, and joins them when that is undone', async () => {
    const { deletions } = world.app.features.people;
    await toOffer(fresh, old, here, there);
    await deletions.request(oldId);
    old.press(fa('members.link.button.confirm'));
    await old.waitFor(fa('members.link.leaving'));
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.leaving'));
    expect((await world.app.features.members.find(oldId))?.deletion).not.toBeNull();

    await deletions.undo(oldId);
    old.press(fa('members.link.button.confirm'));
    await old.waitFor(fa('members.link.confirmed', { messenger: messengerName(here) }));
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.joined'));
    expect((await world.app.features.members.find(oldId))?.accounts).toHaveLength(2);
    await world.settled();
  });

  it('is not joined by an offer that was used, answered by a stranger, or has lapsed', async () => {
    await toOffer(fresh, old, here, there);
    const asked = lastWith(old, fa('members.link.button.confirm'));
    const stranger = world
      .server(there)
      .person({ firstName: 'بیگانه', phone: `+98997${String(phones).padStart(7, '0')}` });
    stranger.command('start');
    const own = await stranger.waitFor(fa('bot.prompt'));
    stranger.pressData(dataOf(asked, fa('members.link.button.confirm')), own);
    await stranger.waitFor(fa('members.link.gone'));

    await world.app.database.connection.collection('joins').updateMany({}, { $set: { expiresAt: new Date(0) } });
    old.press(fa('members.link.button.confirm'));
    await old.waitFor(fa('members.link.gone'));
    expect((await world.app.features.members.find(oldId))?.accounts).toHaveLength(1);
    await world.settled();
  });

  it('finds the reports made on one messenger on the other, and hears of them where they prefer', async () => {
    const code = await report(old);
    await toOffer(fresh, old, here, there);
    old.press(fa('members.link.button.confirm'));
    await fresh.waitFor(fa('members.link.reminder', { messenger: messengerName(there) }));
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.joined'));

    fresh.say(code);
    await fresh.waitFor((message) => message.text.includes(code));
    fresh.command('me');
    await fresh.waitFor((message) => message.text.includes(messengerName(there)));
    fresh.press(fa('members.me.button.accounts'));
    await fresh.waitFor(fa('members.accounts.first', { messenger: messengerName(there) }));
    fresh.press(fa('members.accounts.button.prefer', { messenger: messengerName(here) }));
    await fresh.waitFor(fa('members.accounts.first', { messenger: messengerName(here) }));
    const delivery = world.app.features.recipientsOf;
    const recipients = await delivery({}, { after: undefined, limit: 1000 });
    expect(recipients.find(({ memberId }) => memberId === oldId)?.accounts.map(({ messenger }) => messenger)).toEqual([
      here,
      there,
    ]);
    await world.settled();
  });

  it('is a guest again on an account that was unlinked, and the last account stays', async () => {
    await toOffer(fresh, old, here, there);
    old.press(fa('members.link.button.confirm'));
    await fresh.waitFor(fa('members.link.reminder', { messenger: messengerName(there) }));
    fresh.press(fa('members.link.button.join'));
    await fresh.waitFor(fa('members.link.joined'));

    old.command('me');
    await old.waitFor((message) => message.text.includes(messengerName(here)));
    old.press(fa('members.me.button.accounts'));
    await old.waitFor(fa('members.accounts.first', { messenger: messengerName(there) }));
    old.press(fa('members.accounts.button.unlink', { messenger: messengerName(here) }));
    await old.waitFor(fa('members.accounts.unlinkAsk', { messenger: messengerName(here) }));
    old.press(fa('members.accounts.button.unlinkSure'));
    await old.waitFor(fa('members.accounts.unlinked', { messenger: messengerName(here) }));

    fresh.command('me');
    await fresh.waitFor(fa('members.me.guest'));
    const guest = await world.app.features.members.behind({ messenger: here, userId: fresh.id });
    expect(guest?.id).not.toBe(oldId);
    expect(guest?.phone).toBeNull();
    expect(await world.app.features.members.unlink(oldId, there)).toBe(false);
    await world.settled();
  });

  it('as a guest proves the phone in «my data» and is offered the same', async () => {
    fresh.command('me');
    await fresh.waitFor(fa('members.me.guest'));
    fresh.press(fa('members.me.button.accounts'));
    await fresh.waitFor(fa('members.accounts.single'));
    fresh.press(fa('members.accounts.button.link'));
    await answer(fresh, 'members.link.question', () => fresh.shareContact());
    await answer(fresh, 'bot.dialogue.reviewHint', () => fresh.press(fa('members.link.send')));
    await fresh.waitFor(fa('members.link.offer', { messenger: messengerName(there) }));
    await old.waitFor(fa('members.link.asked', { messenger: messengerName(here) }));
    await world.settled();
  });
});

const lastWith = (person: Person, label: string): ChatMessage => {
  const found = person.chat.findLast(({ inlineKeyboard }) => inlineKeyboard.flat().some((one) => one.label === label));
  if (!found) throw new Error(`No message has the button ${label}`);
  return found;
};

const dataOf = ({ inlineKeyboard }: ChatMessage, label: string): string =>
  inlineKeyboard.flat().find((button) => button.label === label)?.data ?? randomUUID();
