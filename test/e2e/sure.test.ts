import { describe, expect, it } from 'vitest';
import { newsSendingButton } from '../../src/features/audience/sendings.views.ts';
import { officeButton } from '../../src/features/news/office.views.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, startWorld, type World } from '../support/app.ts';
import { memberOf, officerOf, persianDigits, pressSure, sayYes } from '../support/journeys.ts';

const BODY = 'شورای راهبری دورهٔ تازه‌ای برای اعضا برگزار می‌کند.';
const labelsOf = (message: ChatMessage): string[] => message.inlineKeyboard.flat().map(({ label }) => label);
const has = (label: string) => (message: ChatMessage) => labelsOf(message).includes(label);
const TO_ONE = fa('audience.button.send', { people: 1 });
const got = (person: Person, words: string): number =>
  person.chat.filter(({ from, text }) => from === 'bot' && text.includes(words)).length;

async function itemOf(world: World, headline: string): Promise<string> {
  const { id } = await world.app.features.news.publish({ origin: headline, headline, body: BODY, source: '' });
  return id;
}

async function openSending(officer: Person, newsId: string): Promise<ChatMessage> {
  officer.pressData(newsSendingButton.data(newsId), officer.lastMessage!);
  return officer.waitFor(faBegins('audience.sending.title'));
}

async function openOffice(officer: Person, newsId: string): Promise<void> {
  officer.pressData(officeButton.data(newsId, 'new'), officer.lastMessage!);
  await officer.waitFor(has(fa('news.button.edit')));
}

async function editHeadline(officer: Person, newsId: string, headline: string): Promise<ChatMessage> {
  await openOffice(officer, newsId);
  officer.press(fa('news.button.edit'));
  await officer.waitFor(fa('bot.dialogue.reviewHint'));
  officer.press(fa('bot.dialogue.edit', { what: fa('news.field.headline') }));
  await answer(officer, 'news.write.question.headline', () => officer.say(headline));
  await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('news.edit.send')));
  return officer.waitFor((message) => has(fa('news.button.office'))(message) || has(fa('news.button.edit'))(message));
}

describe.each(MESSENGERS)('a button that sends on %s', (messenger) => {
  it('does to nobody what its card did not show: an old one says so and shows the new card', async () => {
    const world = await startWorld();
    const officer = await officerOf(world, messenger);
    const { person: first } = await memberOf(world, messenger);
    const newsId = await itemOf(world, 'خبر برای یک نفر');
    const card = await openSending(officer, newsId);
    expect(labelsOf(card)).toContain(TO_ONE);
    // Meanwhile the audience has grown.
    const { person: second } = await memberOf(world, messenger);
    officer.press(TO_ONE, { message: card });
    const fresh = await officer.waitFor(has(fa('audience.button.send', { people: 2 })));
    expect(officer.toasts.at(-1)?.text).toBe(fa('bot.sure.stale'));
    // Asked, and the audience grows before the yes.
    officer.press(fa('audience.button.send', { people: 2 }), { message: fresh });
    const question = await officer.waitFor(has(fa('audience.sure.yesSend', { people: 2 })));
    expect(question.text).toContain(persianDigits('2'));
    const { person: third } = await memberOf(world, messenger);
    officer.press(fa('audience.sure.yesSend', { people: 2 }), { message: question });
    await officer.waitFor(has(fa('audience.button.send', { people: 3 })));
    await world.settled();
    for (const person of [first, second, third]) expect(got(person, 'خبر برای یک نفر')).toBe(0);
    await pressSure(officer, fa('audience.button.send', { people: 3 }));
    await third.waitFor('خبر برای یک نفر');
    await world.settled();
    for (const person of [first, second, third]) expect(got(person, 'خبر برای یک نفر')).toBe(1);
  });

  it('turns no card of now into a plan for later, nor of one audience into another’s', async () => {
    const time = new Date('2027-01-20T07:00:00Z');
    const world = await startWorld({ now: () => time });
    const officer = await officerOf(world, messenger);
    const { person: member } = await memberOf(world, messenger);
    const newsId = await itemOf(world, 'خبر امروز');
    const now = await openSending(officer, newsId);
    const old = labelsOf(now).includes(TO_ONE) && now.inlineKeyboard.flat().find(({ label }) => label === TO_ONE);
    officer.press(fa('audience.button.time'));
    await answer(officer, 'audience.time.question', () => officer.say('فردا ساعت ۹'));
    await officer.waitFor(has(fa('audience.button.schedule', { people: 1 })));
    officer.pressData((old && old.data) || '', officer.lastMessage!);
    await officer.waitUntil(() => officer.toasts.at(-1)?.text === fa('bot.sure.stale'));
    await world.settled();
    const { sendings } = world.app.features.audience;
    expect((await sendings.openFor(newsId)) === null).toBe(true);
    expect(got(member, 'خبر امروز')).toBe(0);
    await pressSure(officer, fa('audience.button.schedule', { people: 1 }));
    await officer.waitFor((message) => message.text.includes(fa('audience.sending.is.scheduled')));
  });

  it('takes the number, typed, for a yes where many are reached, and no other number', async () => {
    const world = await startWorld({ typedAbove: 1 });
    const officer = await officerOf(world, messenger);
    const { person: first } = await memberOf(world, messenger);
    const { person: second } = await memberOf(world, messenger);
    const newsId = await itemOf(world, 'خبر برای همه');
    const card = await openSending(officer, newsId);
    const send = fa('audience.button.send', { people: 2 });
    officer.press(send, { message: card });
    await officer.waitFor(fa('bot.sure.count', { people: 2 }));
    officer.say('۳');
    await officer.waitFor(faBegins('bot.sure.otherCount').split(' ')[0] ?? '');
    // A yes that was never drawn does nothing by itself.
    const mark = card.inlineKeyboard
      .flat()
      .find(({ label }) => label === send)
      ?.data?.split(':')
      .at(-1);
    const sending = await world.app.features.audience.sendings.list({ id: '0'.repeat(24), roles: ['admin'] });
    expect(sending).toEqual([]);
    expect(mark).toMatch(/^[\w-]{8}$/);
    await world.settled();
    expect(got(first, 'خبر برای همه')).toBe(0);
    officer.say('۲ نفر');
    await second.waitFor('خبر برای همه');
    await officer.waitFor('پایان یافت', { timeoutMs: 10_000 });
    await world.settled();
    expect([got(first, 'خبر برای همه'), got(second, 'خبر برای همه')]).toEqual([1, 1]);
    // Latin digits do as well.
    await openOffice(officer, newsId);
    officer.press(fa('news.button.recall'));
    await officer.waitFor(fa('bot.sure.count', { people: 2 }));
    officer.say('2');
    await officer.waitFor('پس گرفته شد.', { timeoutMs: 10_000 });
    await world.settled();
    expect([got(first, 'خبر برای همه'), got(second, 'خبر برای همه')]).toEqual([0, 0]);
  });
});

describe.each(MESSENGERS)('with a second person’s yes on %s', (messenger) => {
  async function approved() {
    const world = await startWorld();
    const { person: member } = await memberOf(world, messenger);
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const author = await officerOf(world, messenger, { userId: 9002, role: 'officer' });
    admin.command('sendings');
    await admin.waitFor(has(fa('audience.button.ruleOn')));
    await pressSure(admin, fa('audience.button.ruleOn'));
    await admin.waitFor(has(fa('audience.button.ruleOff')));
    const newsId = await itemOf(world, 'متن تأییدشده');
    await openSending(author, newsId);
    await pressSure(author, fa('audience.button.ask'));
    const asked = await admin.waitFor(has(fa('audience.button.approve')));
    await pressSure(admin, fa('audience.button.approve'), { message: asked });
    await member.waitFor('متن تأییدشده');
    await world.settled();
    await world.app.features.audience.sendings.beginDue();
    return { world, member, admin, author, newsId };
  }

  it('what was sent is brought up to date only when a second person has seen the new words', async () => {
    const { world, member, admin, author, newsId } = await approved();
    await editHeadline(author, newsId, 'متن دیگر نویسنده');
    author.press(fa('news.button.everywhere'));
    const question = await author.waitFor(has(fa('audience.sure.yesAsk')));
    expect(question.text).toContain(persianDigits('1'));
    author.press(fa('audience.sure.yesAsk'), { message: question });
    const mine = await author.waitFor((message) => message.text.includes(fa('audience.edit.is.awaiting')));
    expect(labelsOf(mine)).not.toContain(fa('audience.button.approve'));
    const seen = await admin.waitFor('متن دیگر نویسنده', { any: true });
    expect(seen.text).toContain(BODY);
    await world.settled();
    expect(got(member, 'متن تأییدشده')).toBe(1);
    expect(got(member, 'متن دیگر نویسنده')).toBe(0);
    const card = await admin.waitFor(has(fa('audience.button.approve')), { any: true });
    await pressSure(admin, fa('audience.button.approve'), { message: card });
    await member.waitUntil(() => got(member, 'متن دیگر نویسنده') === 1);
    await world.settled();
    expect(got(member, 'متن تأییدشده')).toBe(0);
  });

  it('a no leaves what was sent, and turning the rule off does not free the author of the second yes', async () => {
    const { world, member, admin, author, newsId } = await approved();
    await pressSureRule(admin);
    await editHeadline(author, newsId, 'متن نادرست');
    await pressSure(author, fa('news.button.everywhere'));
    await author.waitFor((message) => message.text.includes(fa('audience.edit.is.awaiting')));
    const card = await admin.waitFor(has(fa('audience.button.refuse')), { any: true });
    admin.press(fa('audience.button.refuse'), { message: card });
    await answer(admin, 'audience.refusal.question', () => admin.say('متن درست نیست.'));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('audience.refusal.send')));
    await author.waitFor((message) => message.text.includes('متن درست نیست.'));
    await world.settled();
    expect([got(member, 'متن تأییدشده'), got(member, 'متن نادرست')]).toEqual([1, 0]);
    const { news, members } = world.app.features;
    const own = (await members.behind({ messenger, userId: author.id }))!;
    const { revision } = (await news.find(newsId))!;
    expect(await news.editEverywhere(own, newsId, { source: 'alone', seen: revision })).toBeNull();
  });

  async function pressSureRule(admin: Person): Promise<void> {
    admin.command('sendings');
    await admin.waitFor(has(fa('audience.button.ruleOff')));
    await pressSure(admin, fa('audience.button.ruleOff'));
    await admin.waitFor(has(fa('audience.button.ruleOn')));
  }

  it('the words of what is scheduled are looked at again when they were changed after the yes', async () => {
    let time = new Date('2027-01-20T07:00:00Z');
    const world = await startWorld({ now: () => time });
    const { person: member } = await memberOf(world, messenger);
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const author = await officerOf(world, messenger, { userId: 9002, role: 'officer' });
    const { audience, members, news } = world.app.features;
    const [first, second] = [
      (await members.behind({ messenger, userId: author.id }))!,
      (await members.behind({ messenger, userId: admin.id }))!,
    ];
    await audience.sendings.setRule(second, true, 'rule');
    const newsId = await itemOf(world, 'متن زمان‌دار');
    const draft = (await audience.sendings.draft(first, newsId))!;
    await audience.sendings.plan(first, draft.id, { at: new Date(time.getTime() + 3_600_000) });
    const seen = async () => (await audience.sendings.look(draft.id))?.mark ?? '';
    await audience.sendings.submit(first, draft.id, { source: 's', seen: await seen() });
    await audience.sendings.approve(second, draft.id, { source: 'a', seen: await seen() });
    // Urgent reaches those with a digest: it is no part of the words, and of the yes all the same.
    await news.setUrgent(first, newsId, true, 'urgent');
    // Asked at once, not when its time has come.
    await audience.sendings.beginDue();
    expect(await audience.sendings.find(draft.id)).toMatchObject({ state: 'awaiting', decidedBy: null });
    time = new Date(time.getTime() + 3_600_001);
    await audience.sendings.beginDue();
    await world.settled();
    expect(got(member, 'متن زمان‌دار')).toBe(0);
  });
});

describe.each(MESSENGERS)('what is set up on %s', (messenger) => {
  it('is taken away by no single press, and by none that shows something else', async () => {
    const world = await startWorld({ now: () => new Date('2026-12-01T08:00:00Z') });
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const { cases } = world.app.features;
    const actor = (await world.app.features.members.behind({ messenger, userId: admin.id }))!;
    await cases.desk.saveTemplate(actor, { name: 'پاسخ کوتاه', act: 'answer', body: 'رسیدگی شد.' }, 't');
    await cases.calendar.addHoliday(actor, { day: '2027-03-11', name: 'روز خوشه' }, 'h');
    const remove = (what: string) => fa('desk.settings.remove', { what });
    for (const [place, what] of [
      ['desk.settings.templates', 'پاسخ کوتاه'],
      ['desk.settings.holidays', 'روز خوشه'],
    ] as const) {
      admin.command('desk');
      await admin.waitFor(has(fa('desk.home.settings')));
      admin.press(fa('desk.home.settings'));
      await admin.waitFor(has(fa(place)));
      admin.press(fa(place));
      await admin.waitFor(has(remove(what)));
      admin.press(remove(what));
      const question = await admin.waitFor(has(fa('desk.settings.removeSure')));
      expect(question.text).toContain(what);
      admin.press(fa('bot.sure.no'));
      await admin.waitFor(has(remove(what)));
      expect(await left()).toContain(what);
      await pressSure(admin, remove(what));
      await admin.waitFor((message) => has(fa('bot.button.back'))(message) && !has(remove(what))(message));
      expect(await left()).not.toContain(what);
    }

    async function left(): Promise<string[]> {
      const { holidays } = await cases.calendar.show();
      return [...(await cases.desk.templates({ roles: ['admin'] })), ...holidays].map(({ name }) => name);
    }
  });
});

describe.each(MESSENGERS)('in quiet hours on %s', (messenger) => {
  it('says before, meanwhile and afterwards who gets the news later, and when', async () => {
    /** 06:50 in Tehran. */
    let time = new Date('2027-01-20T03:20:00Z');
    const world = await startWorld({ now: () => time, telling: { togetherMs: 0, quiet: true } });
    const { person: sleeper } = await memberOf(world, messenger);
    const { person: owl, id } = await memberOf(world, messenger);
    await world.app.features.audience.preferences.change(id, { quiet: null });
    const officer = await officerOf(world, messenger);
    const card = await openSending(officer, await itemOf(world, 'خبر بامدادی'));
    const later = fa('audience.count.quiet', { people: 1, hours: fa('audience.count.hour', { hour: 8 }) });
    expect(card.text).toContain(later);
    expect(card.text).not.toContain(faBegins('audience.count.now').slice(0, 8));
    officer.press(fa('audience.button.send', { people: 2 }), { message: card });
    expect((await officer.waitFor(has(fa('audience.sure.yesSend', { people: 2 })))).text).toContain(later);
    await sayYes(officer);
    await owl.waitFor('خبر بامدادی');
    const asleep = fa('news.send.quiet', { people: 1, hours: fa('audience.count.hour', { hour: 8 }) });
    await officer.waitFor((message) => message.text.includes(asleep), { timeoutMs: 10_000 });
    expect(got(sleeper, 'خبر بامدادی')).toBe(0);
    time = new Date('2027-01-20T04:30:01Z');
    await sleeper.waitFor('خبر بامدادی', { timeoutMs: 10_000 });
    const report = await officer.waitFor('پایان یافت', { timeoutMs: 10_000 });
    expect(report.text).toContain(fa('news.send.wasQuiet', { people: 1 }));
  });
});
