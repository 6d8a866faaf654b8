import { describe, expect, it } from 'vitest';
import type { ChatMessage, Group, Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, fa, faBegins, startWorld, type World } from '../support/app.ts';
import {
  PICTURE,
  REPORT,
  chooseGroup,
  memberOf,
  officerOf,
  persianDigits,
  report,
  somebody,
} from '../support/journeys.ts';

const labelsOf = (message: ChatMessage): string[] => message.inlineKeyboard.flat().map(({ label }) => label);
const has = (label: string) => (message: ChatMessage) => labelsOf(message).includes(label);
const said = (group: Group): ChatMessage[] => group.chat.filter(({ from }) => from === 'bot');

async function withGroup(messenger: (typeof MESSENGERS)[number], options: { basic?: boolean } = {}) {
  const world = await startWorld();
  const admin = await officerOf(world, messenger, { role: 'admin' });
  const group = world.server(messenger).group({ title: 'دبیرخانه', members: [admin], ...options });
  await chooseGroup(admin, group);
  const { person } = await memberOf(world, messenger);
  return { world, admin, group, person };
}

async function cardOf(world: World, person: Person, group: Group, title: string): Promise<ChatMessage> {
  await report(person, { ...REPORT, title });
  const card = await group.waitFor((message) => message.text.includes(title));
  await world.settled();
  return card;
}

describe.each(MESSENGERS)('the choice of a staff group on %s', (messenger) => {
  it('is made in the admin’s private chat, by title and number, and the other admins hear of it', async () => {
    const world = await startWorld();
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const other = await officerOf(world, messenger, { userId: 9002, role: 'admin' });
    const group = world.server(messenger).group({ title: 'گروه تازه', members: [admin, other] });
    admin.command('group', undefined, { in: group });
    const asked = await admin.waitFor(has(fa('desk.group.choose')), { any: true });
    expect(asked.text).toContain('گروه تازه');
    expect(asked.text).toContain(persianDigits('3'));
    expect(said(group)).toEqual([]);
    admin.press(fa('desk.group.choose'), { message: asked });
    await admin.waitFor(has(fa('desk.group.chooseSure')));
    expect(said(group)).toEqual([]);
    admin.press(fa('desk.group.chooseSure'));
    await group.waitFor(fa('desk.group.set'));
    const news = { title: 'گروه تازه', messenger: fa(`news.messenger.${messenger}`) };
    await other.waitFor(fa('desk.group.notice.chosen', news), { any: true });
    expect(admin.transcript()).not.toContain(fa('desk.group.notice.chosen', news));
  });

  it('is made by nobody else, for no other bot, and in no group that everybody may enter', async () => {
    const world = await startWorld();
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const stranger = somebody(world, messenger, 'غریبه');
    const group = world.server(messenger).group({ title: 'گروه صنف', members: [stranger, admin] });
    const before = admin.chat.length;
    stranger.command('group', undefined, { in: group });
    admin.say('/group@another_bot', { in: group });
    await world.settled();
    expect(said(group)).toEqual([]);
    expect(admin.chat).toHaveLength(before);
    const open = world.server(messenger).group({ title: 'گروه همگانی', members: [admin], username: 'everybody' });
    admin.command('group', undefined, { in: open });
    await admin.waitFor(fa('desk.group.public', { title: 'گروه همگانی' }), { any: true });
    // Not by a made-up button either.
    admin.pressData(`y1:gg:${open.id}:AAAAAAAA`, admin.lastMessage!);
    await world.settled();
    expect(said(open)).toEqual([]);
    const { username } = world.server(messenger).bot;
    admin.say(`/group@${username ?? ''}`, { in: group });
    await admin.waitFor(has(fa('desk.group.choose')), { any: true });
  });

  it('is told once when the bot can show nothing there, and again when it can; what changed is drawn then', async () => {
    const { world, admin, group, person } = await withGroup(messenger);
    await cardOf(world, person, group, 'پیش از رفتن ربات');
    group.setBotRank(null);
    const lost = fa('desk.group.notice.lost', { title: 'دبیرخانه', messenger: fa(`news.messenger.${messenger}`) });
    const before = group.chat.length;
    await report(person, { ...REPORT, title: 'وقتی ربات نبود' });
    await report(person, { ...REPORT, title: 'باز هم نبود' });
    await admin.waitFor(faBegins('desk.group.notice.lost').slice(0, 30), { any: true });
    await world.settled();
    expect(admin.chat.filter(({ text }) => text.startsWith(lost.slice(0, 20)))).toHaveLength(1);
    expect(group.chat).toHaveLength(before);
    group.setBotRank('administrator');
    await group.waitFor((message) => message.text.includes('وقتی ربات نبود'));
    await group.waitFor((message) => message.text.includes('باز هم نبود'));
    await admin.waitFor((message) => message.text.includes('دوباره در گروه دبیرخانه'), { any: true });
  });
});

describe.each(MESSENGERS)('what comes in just before the bot is out of the group on %s', (messenger) => {
  it('sets nothing aside: the admins hear that the group is lost', async () => {
    const { world, admin, group, person } = await withGroup(messenger);
    const card = await cardOf(world, person, group, 'گزارشی پیش از رفتن');
    admin.say('پاسخی که به گروه نرسید.', { in: group, replyTo: card });
    group.setBotRank(null);
    await admin.waitFor(faBegins('desk.group.notice.lost').slice(0, 30), { any: true });
    await world.settled();
    const inbox = world.app.database.connection.collection('inbox');
    expect(await inbox.countDocuments({ state: 'aside' })).toBe(0);
    expect(said(group).filter(({ text }) => text.includes('پاسخی که به گروه نرسید.'))).toEqual([]);
  });
});

describe('a group that becomes a supergroup', () => {
  it.each(['message', 'refusal'] as const)('keeps its cards under its new id, told by the %s alone', async (signal) => {
    const { world, group, person } = await withGroup('telegram', { basic: true });
    const card = await cardOf(world, person, group, 'پیش از جابه‌جایی');
    const { connection } = world.app.database;
    const groups = connection.collection<{ _id: string; chatId: number }>('staff_groups');
    let moved: Group;
    if (signal === 'refusal') {
      // The messages were lost: only the next call tells.
      const inbox = world.server('telegram');
      moved = group.migrate();
      await inbox.waitUntil(() => inbox.pendingUpdates.length === 0, { what: 'the updates to be taken' });
      await world.settled();
      await groups.updateOne({ _id: 'telegram' }, { $set: { chatId: group.id } });
      await connection.collection('group_cards').updateMany({}, { $set: { chatId: group.id, messageId: card.id } });
      await report(person, { ...REPORT, title: 'پس از جابه‌جایی' });
    } else {
      moved = group.migrate();
      await moved.waitFor((message) => message.text.includes('پیش از جابه‌جایی'));
      await report(person, { ...REPORT, title: 'پس از جابه‌جایی' });
    }
    await moved.waitFor((message) => message.text.includes('پس از جابه‌جایی'));
    expect(await groups.findOne({ _id: 'telegram' })).toMatchObject({ chatId: moved.id });
    await world.settled();
  });
});

describe.each(MESSENGERS)('an officer’s reply to a card on %s', (messenger) => {
  it('with a picture, a voice or a file reaches the member, each after a look', async () => {
    const { world, admin, group, person } = await withGroup(messenger);
    const card = await cardOf(world, person, group, 'گزارشی با پیوست');
    const where = { in: group, replyTo: card };
    for (const send of [
      () => admin.sendPhoto(PICTURE, { ...where, caption: 'این نامه را ببینید.' }),
      () => admin.sendVoice(new Uint8Array([0x4f, 0x67, 0x67, 0x53]), where),
      () => admin.sendDocument(Buffer.from('%PDF-1.4'), { ...where, name: 'نامه.pdf' }),
    ]) {
      const files = person.chat.filter(({ from, media }) => from === 'bot' && media).length;
      send();
      await group.waitFor(has(fa('desk.group.send')));
      admin.press(fa('desk.group.send'), { in: group });
      await group.waitFor(fa('desk.group.sent'));
      await person.waitUntil(
        () => person.chat.filter(({ from, media }) => from === 'bot' && media).length === files + 1,
      );
    }
    await person.waitFor((message) => message.text.includes('این نامه را ببینید.'), { any: true });
  });

  it('that can’t be sent is answered with what to do, and nothing is cut', async () => {
    const { world, admin, group, person } = await withGroup(messenger);
    const card = await cardOf(world, person, group, 'گزارشی بی‌پیوست');
    const where = { in: group, replyTo: card };
    admin.sendSticker(new Uint8Array([1, 2, 3]), where);
    await group.waitFor(fa('desk.group.unfit'));
    admin.say('ب'.repeat(3_900), where);
    await group.waitFor(fa('desk.group.tooLong', { length: 3_900, max: 2_000 }));
    await world.settled();
    expect(person.transcript()).not.toContain('ببببب');
    const { obstacles, members } = world.app.features;
    const { id } = (await members.behind({ messenger, userId: person.id }))!;
    const [own] = await obstacles.ofReporter(id);
    await obstacles.move({ id, roles: [] }, own!.id, { from: own!.status, to: 'withdrawn', reason: '', source: 'w' });
    admin.say('دیر رسید.', where);
    await group.waitFor(faBegins('desk.group.closed').split(' ')[0] ?? '');
    expect(said(group).at(-1)?.text).toContain(fa('obstacles.status.withdrawn'));
  });
});
