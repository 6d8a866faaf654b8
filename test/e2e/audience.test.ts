import { describe, expect, it } from 'vitest';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';
import { newsSendingButton } from '../../src/features/audience/sendings.views.ts';
import { MESSENGERS, answer, fa, faBegins, startWorld, tick, useWorld, type World } from '../support/app.ts';
import { memberOf, officerOf, persianDigits, pressSure, report, somebody } from '../support/journeys.ts';

const BODY = 'شورای راهبری دورهٔ تازه‌ای برای اعضا برگزار می‌کند.';
const labelsOf = (message: ChatMessage): string[] => message.inlineKeyboard.flat().map(({ label }) => label);
const digits = (count: number): string => persianDigits(String(count));

async function itemOf(world: World, headline: string, topic: 'courses' | 'laws' = 'courses'): Promise<string> {
  const { id } = await world.app.features.news.publish({ origin: headline, headline, body: BODY, source: '', topic });
  return id;
}

/** Opens the sending of an item by the button of its screen. */
async function openSending(officer: Person, newsId: string): Promise<ChatMessage> {
  const last = officer.lastMessage;
  if (!last) throw new Error('nothing was said yet');
  officer.pressData(newsSendingButton.data(newsId), last);
  return officer.waitFor(faBegins('audience.sending.title'));
}

describe.each(MESSENGERS)('the audience of news on %s', (messenger) => {
  const world = useWorld();

  it('is chosen by what members are, saved as a group, counted, and is exactly who gets it, once', async () => {
    const { person: shop } = await memberOf(world, messenger);
    const { person: other, id: otherId } = await memberOf(world, messenger);
    const { members } = world.app.features;
    await members.saveProfile(otherId, {
      name: 'مریم احمدی',
      phone: `+${other.record.phone}`,
      provinceCode: '03',
      cityCode: '03-tabriz',
    });
    const officer = await officerOf(world, messenger);
    const headline = `کارگاه اهواز ${messenger}`;
    const newsId = await itemOf(world, headline);
    const all = await openSending(officer, newsId);
    expect(all.text).toContain(fa('audience.is.all'));

    officer.press(fa('audience.button.audience'));
    await officer.waitFor(faBegins('audience.choose'));
    officer.press(fa('audience.button.filter'));
    await officer.waitFor(faBegins('audience.ask.by'));
    await tick(officer, fa('audience.filter.kinds'));
    await tick(officer, fa('audience.filter.provinces'));
    officer.press(fa('bot.dialogue.button.done'));
    await officer.waitFor(fa('audience.ask.kinds'));
    await tick(officer, fa('taxonomy.kinds.shop'));
    officer.press(fa('bot.dialogue.button.done'));
    await answer(officer, 'audience.ask.provinces', () => officer.say('خوزستان'));
    await officer.waitFor((message) => labelsOf(message).includes('✓ خوزستان'));
    officer.press(fa('bot.dialogue.button.done'));
    await answer(officer, 'audience.ask.cities', () => officer.say('اهواز'));
    await officer.waitFor((message) => labelsOf(message).includes('✓ اهواز'));
    officer.press(fa('bot.dialogue.button.done'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('audience.ask.send')));
    const chosen = await officer.waitFor((message) => message.text.includes(fa('audience.filter.cities')));
    expect(chosen.text).toContain('اهواز');

    officer.press(fa('audience.button.audience'));
    await officer.waitFor(faBegins('audience.choose'));
    officer.press(fa('audience.button.save'));
    await answer(officer, 'audience.segment.question', () => officer.say(`فروشگاه‌های ${messenger}`));
    await officer.waitFor(fa('audience.segment.saved', { name: `فروشگاه‌های ${messenger}` }));
    const ready = await officer.waitFor((message) => labelsOf(message).some((label) => label.startsWith('ارسال به')));

    const send = labelsOf(ready).find((label) => label.startsWith('ارسال به')) ?? '';
    await pressSure(officer, send);
    await officer.waitFor('پایان یافت', { timeoutMs: 10_000 });
    await world.settled();
    expect(shop.chat.filter(({ text }) => text.includes(headline))).toHaveLength(1);
    expect(other.transcript()).not.toContain(headline);
    const got = world
      .server(messenger)
      .people.filter((one) => one !== officer && one.chat.some(({ text }) => text.includes(headline)));
    expect(send).toContain(digits(got.length));
    const [campaign] = await world.app.database.connection
      .collection('campaigns')
      .find({ payload: JSON.stringify({ newsId }) })
      .toArray();
    const progress = await world.app.delivery.campaigns.progress(String(campaign?._id));
    expect(progress?.total).toBe(got.length);

    await openSending(officer, newsId);
    await world.settled();
    const saved = await itemOf(world, `دومی ${messenger}`);
    await openSending(officer, saved);
    officer.press(fa('audience.button.audience'));
    await officer.waitFor(faBegins('audience.choose'));
    officer.press(fa('audience.button.segments'));
    await officer.waitFor(fa('audience.segment.choose'));
    officer.press(`فروشگاه‌های ${messenger}`);
    const again = await officer.waitFor((message) => labelsOf(message).includes(send));
    expect(again.text).toContain('اهواز');
  });

  it('is the people of a case, or people whose numbers are pasted, with those who are unknown said back', async () => {
    const { person: reporter, id } = await memberOf(world, messenger);
    const code = await report(reporter);
    const officer = await officerOf(world, messenger);
    const newsId = await itemOf(world, `خبر پروانه ${messenger}`);
    await openSending(officer, newsId);
    officer.press(fa('audience.button.audience'));
    await officer.waitFor(faBegins('audience.choose'));
    officer.press(fa('audience.button.case'));
    await answer(officer, 'audience.case.question', () => officer.say(persianDigits(code)));
    const ofCase = await officer.waitFor((message) => message.text.includes(code));
    expect(labelsOf(ofCase)).toContain(fa('audience.button.send', { people: 1 }));

    officer.press(fa('audience.button.audience'));
    await officer.waitFor(faBegins('audience.choose'));
    officer.press(fa('audience.button.people'));
    await officer.waitFor(fa('audience.people.question'));
    officer.say(`${persianDigits(`0${reporter.record.phone?.slice(2)}`)}\n۰۹۹۹۱۲۳۴۵۶۷، ۷۷۷۷`);
    const unknown = await officer.waitFor('۷۷۷۷');
    expect(unknown.text).toContain('۰۹۹۹۱۲۳۴۵۶۷');
    expect(unknown.text).not.toContain(reporter.record.phone?.slice(2));
    await officer.waitFor(fa('audience.is.people', { people: 1 }));
    await pressSure(officer, fa('audience.button.send', { people: 1 }));
    await reporter.waitFor(`خبر پروانه ${messenger}`);
    expect(id).not.toBe('');
  });

  it('shows who may not send nothing but the refusal', async () => {
    const { person } = await memberOf(world, messenger);
    const newsId = await itemOf(world, `نفرستادنی ${messenger}`);
    const last = person.lastMessage!;
    for (const data of [newsSendingButton.data(newsId), `js1:${'0'.repeat(24)}:preview`, 'jd1:list'])
      person.pressData(data, last);
    for (const data of [`y1:js:${'0'.repeat(24)}:AAAAAAAA`, 'y1:jr::AAAAAAAA', 'q1:jr::AAAAAAAA', 'w1:jr:'])
      person.pressData(data, last);
    await world.settled();
    expect(person.toasts.map(({ text }) => text)).toEqual([
      ...Array(3).fill(fa('bot.error.notAllowed')),
      ...Array(4).fill(fa('bot.sure.forbidden')),
    ]);
    expect(await world.app.features.audience.sendings.needsApproval()).toBe(false);
  });
});

describe.each(MESSENGERS)('a sending on %s', (messenger) => {
  it('waits for a second person where the rule says so, who sees the item, and is not the author', async () => {
    const world = await startWorld();
    const { person: member } = await memberOf(world, messenger);
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const council = await officerOf(world, messenger, { userId: 9002, role: 'council' });
    admin.command('sendings');
    await admin.waitFor((message) => labelsOf(message).includes(fa('audience.button.ruleOn')));
    await pressSure(admin, fa('audience.button.ruleOn'));
    await admin.waitFor((message) => message.text.includes(fa('audience.rule.on')));

    const newsId = await itemOf(world, 'خبری که باید تأیید شود');
    await openSending(council, newsId);
    await pressSure(council, fa('audience.button.ask'));
    const mine = await council.waitFor((message) => message.text.includes(fa('audience.sending.is.awaiting')));
    expect(labelsOf(mine)).not.toContain(fa('audience.button.approve'));
    await admin.waitFor(BODY);
    const asked = await admin.waitFor((message) => labelsOf(message).includes(fa('audience.button.approve')));
    const [yes] = asked.inlineKeyboard.flat().filter(({ label }) => label === fa('audience.button.approve'));
    council.pressData((yes?.data ?? '').replace(/^q1/, 'y1'), mine);
    await world.settled();
    expect(council.toasts.map(({ text }) => text)).toContain(fa('audience.decision.own'));
    expect(member.transcript()).not.toContain('خبری که باید تأیید شود');

    admin.press(fa('audience.button.refuse'), { message: asked });
    await answer(admin, 'audience.refusal.question', () => admin.say('عنوان را روشن‌تر بنویسید.'));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('audience.refusal.send')));
    const refused = await council.waitFor('عنوان را روشن‌تر بنویسید.');
    council.press(fa('audience.button.open'), { message: refused });
    await council.waitFor((message) => labelsOf(message).includes(fa('audience.button.ask')));
    await pressSure(council, fa('audience.button.ask'));
    const again = await admin.waitFor(
      (message) => labelsOf(message).includes(fa('audience.button.approve')) && message.id > asked.id,
    );
    await pressSure(admin, fa('audience.button.approve'), { message: again });
    await member.waitFor('خبری که باید تأیید شود');
    await council.waitFor(fa('audience.notice.approved', { headline: 'خبری که باید تأیید شود' }));
    await world.settled();
    expect(member.chat.filter(({ text }) => text.includes('خبری که باید تأیید شود'))).toHaveLength(1);
  });

  it('is brought to who may approve it by the role of that moment, not of when it was asked for', async () => {
    const world = await startWorld();
    const [council, head] = [
      await officerOf(world, messenger, { userId: 9002, role: 'council' }),
      await officerOf(world, messenger, { userId: 9003, role: 'head' }),
    ];
    const { audience, members, renderers } = world.app.features;
    const at = (person: Person) => ({ messenger, userId: person.id, chatId: person.id });
    const [author, approver] = [await members.identify(at(council)), await members.identify(at(head))];
    const sending = await audience.sendings.draft(author, await itemOf(world, 'خبری که هنوز پنهان است'));
    const brought = async (memberId: string, what: string) => {
      const to = { language: 'fa', memberId, messenger } as Parameters<NonNullable<(typeof renderers)['sending']>>[1];
      return JSON.stringify(await renderers['sending']?.({ sendingId: sending?.id, what }, to));
    };
    expect(await brought(approver.id, 'approve')).toContain('هنوز پنهان');
    expect(await brought(author.id, 'approved')).toContain('هنوز پنهان');
    await members.revoke(at(head), 'head');
    await members.revoke(at(council), 'council');
    expect(await brought(approver.id, 'approve')).toBe('[]');
    expect(await brought(author.id, 'approved')).toBe('[]');
  });

  it('is scheduled in Persian, listed, held, and begins once after a restart', async () => {
    let time = new Date('2026-11-25T07:00:00Z');
    const world = await startWorld({ now: () => time });
    const { person: member } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const newsId = await itemOf(world, 'خبر زمان‌دار');
    await openSending(officer, newsId);
    officer.press(fa('audience.button.time'));
    await answer(officer, 'audience.time.question', () => officer.say('امروز ۹'));
    await officer.waitFor(fa('audience.time.error.past'));
    officer.say('فردا ساعت ۹');
    await officer.waitFor(faBegins('audience.sending.at').replace(/:.*/, ''));
    await officer.waitFor((message) => message.text.includes('۵ آذر ۱۴۰۵، ساعت ۰۹:۰۰'));
    const button = (label: string) => label.startsWith('زمان‌بندی');
    await pressSure(officer, (one) => button(one.label));
    await officer.waitFor((message) => message.text.includes(fa('audience.sending.is.scheduled')));
    officer.command('sendings');
    await officer.waitFor((message) => message.text.includes(fa('audience.list.title').replace(/<.*?>/g, '')));
    officer.press('خبر زمان‌دار');
    await officer.waitFor((message) => labelsOf(message).includes(fa('audience.button.hold')));
    officer.press(fa('audience.button.hold'));
    await officer.waitFor((message) => labelsOf(message).includes(fa('audience.button.release')));
    officer.press(fa('audience.button.release'));
    await officer.waitFor((message) => labelsOf(message).includes(fa('audience.button.hold')));

    const early = world.app.features.audience.sendings;
    await early.beginDue();
    await world.settled();
    expect(member.transcript()).not.toContain('خبر زمان‌دار');
    time = new Date('2026-11-26T05:31:00Z');
    const app = await world.restart();
    await Promise.all([app.features.audience.sendings.beginDue(), app.features.audience.sendings.beginDue()]);
    await member.waitFor('خبر زمان‌دار');
    await officer.waitFor(fa('audience.notice.started', { headline: 'خبر زمان‌دار' }));
    await app.features.audience.sendings.beginDue();
    await world.settled();
    expect(member.chat.filter(({ text }) => text.includes('خبر زمان‌دار'))).toHaveLength(1);
  });
});

describe.each(MESSENGERS)('news settings on %s', (messenger) => {
  it('mute a topic by one press under an item, with a way back; the own case is told of all the same', async () => {
    const world = await startWorld();
    const { person: member } = await memberOf(world, messenger);
    const { person: keen } = await memberOf(world, messenger);
    const code = await report(member);
    const officer = await officerOf(world, messenger);
    const first = await itemOf(world, 'دورهٔ یکم');
    await openSending(officer, first);
    await pressSure(officer, (one) => one.label.startsWith('ارسال به'));
    await member.waitFor('دورهٔ یکم');
    member.press(fa('preferences.button.mute'));
    await member.waitFor((message) => labelsOf(message).includes(fa('preferences.button.undo')));
    await officer.waitFor('پایان یافت', { timeoutMs: 10_000 });

    const second = await itemOf(world, 'دورهٔ دوم');
    const screen = await openSending(officer, second);
    expect(screen.text).toContain(fa('audience.count.muted', { people: 1 }));
    await pressSure(officer, (one) => one.label.startsWith('ارسال به'));
    await keen.waitFor('دورهٔ دوم');
    await world.settled();
    expect(member.transcript()).not.toContain('دورهٔ دوم');

    const { obstacles, members } = world.app.features;
    const { id } = (await members.behind({ messenger, userId: officer.id }))!;
    const mine = await obstacles.byCode({ id, roles: ['admin'] }, code);
    await obstacles.take({ id, roles: ['admin'] }, mine!.id, 'take');
    await member.waitFor((message) => message.text.includes(fa('obstacles.status.under_review')));

    member.press(fa('preferences.button.undo'));
    await member.waitFor(fa('preferences.unmuted', { topic: fa('taxonomy.topics.courses') }));
    expect((await openSending(officer, await itemOf(world, 'دورهٔ سوم'))).text).not.toContain('خاموش');
  });

  it('gather news in a daily digest, once, with each item to be opened', async () => {
    let time = new Date('2026-11-25T07:00:00Z');
    const world = await startWorld({ now: () => time });
    const { person: member } = await memberOf(world, messenger);
    const { person: now } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    member.command('me');
    await member.waitFor(faBegins('members.me.title'));
    member.press(fa('preferences.button.open'));
    await member.waitFor((message) => labelsOf(message).includes(fa('preferences.button.pace')));
    member.press(fa('preferences.button.pace'));
    await member.waitFor((message) => labelsOf(message).includes(fa('preferences.button.daily')));
    member.press(fa('preferences.button.daily'));
    await member.waitFor((message) => labelsOf(message).includes(fa('preferences.button.hour')));
    member.press(fa('preferences.button.hour'));
    await member.waitFor(fa('preferences.hours.hour'));
    member.press(fa('preferences.hour', { hour: 7 }));
    await member.waitFor((message) => message.text.includes(fa('preferences.hour', { hour: 7 })));

    for (const headline of ['خبر یکم خبرنامه', 'خبر دوم خبرنامه']) {
      await openSending(officer, await itemOf(world, headline));
      await pressSure(officer, (one) => one.label.startsWith('ارسال به'));
      await now.waitFor(headline);
      // The message that shows how it goes is done with: the next screen stands in it.
      await officer.waitUntil(() => officer.lastMessage?.text.includes('پایان یافت') === true);
      await world.settled();
    }
    expect(member.transcript()).not.toContain('خبر یکم خبرنامه');
    const { digests } = world.app.features.audience;
    await digests.runDue();
    await world.settled();
    expect(member.transcript()).not.toContain('خبر یکم خبرنامه');
    time = new Date('2026-11-26T03:31:00Z');
    const app = await world.restart();
    await Promise.all([app.features.audience.digests.runDue(), app.features.audience.digests.runDue()]);
    const digest = await member.waitFor((message) => message.text.includes('خبر دوم خبرنامه'));
    expect(digest.text).toContain('خبر یکم خبرنامه');
    await world.settled();
    time = new Date('2026-11-27T03:31:00Z');
    await app.features.audience.digests.runDue();
    await world.settled();
    expect(member.chat.filter(({ text }) => text.includes('خبر یکم خبرنامه'))).toHaveLength(1);
    member.press('خبر یکم خبرنامه', { message: digest });
    await member.waitFor(BODY);
  });

  it('let topics and quiet hours be chosen, and let a guest ask for news and take that back', async () => {
    const world = await startWorld();
    const guest = somebody(world, messenger, 'مهمان');
    guest.command('start');
    await guest.waitFor(fa('bot.prompt'));
    guest.command('settings');
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.guestOn')));
    guest.press(fa('preferences.button.guestOn'));
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.guestOff')));
    guest.press(fa('preferences.button.topics'));
    await guest.waitFor((message) => labelsOf(message).includes(`✓ ${fa('taxonomy.topics.laws')}`));
    guest.press(`✓ ${fa('taxonomy.topics.laws')}`);
    await guest.waitFor((message) => labelsOf(message).includes(fa('taxonomy.topics.laws')));
    guest.press(fa('bot.button.back'));
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.quiet')));
    guest.press(fa('preferences.button.quiet'));
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.hours')));
    guest.press(fa('preferences.button.hours'));
    await guest.waitFor(fa('preferences.hours.from'));
    guest.press(fa('preferences.hour', { hour: 21 }));
    await guest.waitFor(fa('preferences.hours.to', { from: fa('preferences.hour', { hour: 21 }) }));
    guest.press(fa('preferences.hour', { hour: 9 }));
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.noQuiet')));
    const { members, audience } = world.app.features;
    const { id } = (await members.behind({ messenger, userId: guest.id }))!;
    expect(await audience.preferences.of(id)).toMatchObject({ muted: ['laws'], quiet: { from: 21, to: 9 } });

    const officer = await officerOf(world, messenger);
    await openSending(officer, await itemOf(world, 'خبر برای مهمان'));
    officer.press(fa('audience.button.audience'));
    await officer.waitFor(faBegins('audience.choose'));
    officer.press(fa('audience.button.filter'));
    await officer.waitFor(faBegins('audience.ask.by'));
    await tick(officer, fa('audience.filter.states'));
    officer.press(fa('bot.dialogue.button.done'));
    await officer.waitFor(fa('audience.ask.states'));
    await tick(officer, fa('audience.state.guest'));
    officer.press(fa('bot.dialogue.button.done'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('audience.ask.send')));
    await officer.waitFor((message) => labelsOf(message).includes(fa('audience.button.send', { people: 1 })));
    await pressSure(officer, fa('audience.button.send', { people: 1 }));
    await guest.waitFor('خبر برای مهمان');
    guest.command('settings');
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.guestOff')));
    guest.press(fa('preferences.button.guestOff'));
    await guest.waitFor((message) => labelsOf(message).includes(fa('preferences.button.guestOn')));
    expect((await members.find(id))?.consent).toBeNull();
  });
});

describe('quiet hours', () => {
  /** 23:30 in Tehran. */
  const NIGHT = new Date('2026-11-25T20:00:00Z');
  const EIGHT = new Date('2026-11-26T04:30:00Z');

  it('put news and the telling of a case off to each member’s own morning', async () => {
    let time = NIGHT;
    const world = await startWorld({ now: () => time, telling: { togetherMs: 1, quiet: true } });
    const { person: sleeper, id } = await memberOf(world, 'telegram');
    const { person: owl, id: owlId } = await memberOf(world, 'telegram');
    const { obstacles, audience, members } = world.app.features;
    await audience.preferences.change(owlId, { quiet: null });
    const officer = await officerOf(world, 'telegram');
    const { id: officerId } = (await members.behind({ messenger: 'telegram', userId: officer.id }))!;
    for (const person of [sleeper, owl]) {
      const code = await report(person);
      const found = await obstacles.byCode({ id: officerId, roles: ['admin'] }, code);
      await obstacles.take({ id: officerId, roles: ['admin'] }, found!.id, `take-${code}`);
    }
    time = new Date(NIGHT.getTime() + 1000);
    await openSending(officer, await itemOf(world, 'خبر شبانه'));
    await pressSure(officer, (one) => one.label.startsWith('ارسال به'));
    await owl.waitFor('خبر شبانه');
    await owl.waitFor((message) => message.text.includes(fa('obstacles.status.under_review')));
    expect(sleeper.transcript()).not.toContain('خبر شبانه');
    const waiting = await world.app.database.connection
      .collection('deliveries')
      .find({ memberId: id, state: 'waiting' })
      .toArray();
    expect(waiting.map(({ kind }) => String(kind)).toSorted()).toEqual(['case-changed', 'news']);
    for (const { dueAt } of waiting) expect(dueAt).toEqual(EIGHT);
  });
});
