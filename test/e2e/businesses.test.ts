import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createLeaving } from '../../src/features/businesses/leaving.service.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, skip, skipTheRest, tick, useWorld, type World } from '../support/app.ts';
import { memberOf, officerOf, pressSure, report, somebody } from '../support/journeys.ts';

describe.each(MESSENGERS)('businesses on %s', (messenger) => {
  const world = useWorld();
  const own = async (memberId: string) => {
    await world.settled();
    return world.app.features.businesses.ofMember(memberId);
  };

  it('asks a company for everything, branch by branch, and keeps what it is told', async () => {
    const person = somebody(world, messenger);
    await sayWho(person);
    await answer(person, 'businesses.question.business', () => person.say('شرکت داده‌پرداز ارس'));
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.company')));
    await answer(person, 'businesses.question.workplace', () => person.press(fa('taxonomy.workplaces.office')));
    await fields(person);
    await answer(person, 'businesses.question.headcount', () => person.say('۱۲'));
    await answer(person, 'businesses.question.since', () => person.say('سال آینده'));
    await answerTo(person, faBegins('businesses.error.since'), () => person.say('۹۵'));
    await answer(person, 'businesses.question.companyId', () => person.say('۹۹۹-۰۰۷-۱۲۷۱۲'));
    await answerTo(person, fa('businesses.error.companyIdDoubt'), () => person.say('۹۹۹-۰۰۷-۱۲۷۱۱'));
    await answer(person, 'businesses.question.documents', () => person.press(fa('businesses.none')));
    await answer(person, 'businesses.question.website', () => person.say('javascript:alert(1)'));
    await answer(person, 'businesses.error.website', () => person.say('Example.ir'));
    await answer(person, 'businesses.question.description', () => person.say('داده‌های اداره‌ها را پردازش می‌کنیم.'));
    await answer(person, 'businesses.question.listed', () => person.press(fa('businesses.listed.yes')));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('businesses.registration.send')));
    await person.waitFor('شرکت داده‌پرداز ارس');
    const { id } = await who(world, messenger, person);
    expect(await own(id)).toMatchObject([
      {
        kind: 'company',
        workplace: 'office',
        headcount: 12,
        since: 1395,
        companyId: '99900712711',
        documents: [],
        website: 'https://example.ir',
        listed: true,
        status: 'waiting',
        people: [{ memberId: id, role: 'owner' }],
      },
    ]);
  });

  it('takes a company ID that only its check digit speaks against, once the member stands by it', async () => {
    const person = somebody(world, messenger);
    await sayWho(person);
    await answer(person, 'businesses.question.business', () => person.say('شرکت سهند'));
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.company')));
    await answer(person, 'businesses.question.workplace', () => person.press(fa('taxonomy.workplaces.office')));
    await fields(person);
    await skip(person, 'businesses.question.headcount');
    await skip(person, 'businesses.question.since');
    await answer(person, 'businesses.question.companyId', () => person.say('99900712712'));
    await answer(person, 'businesses.error.companyIdDoubt', () => person.press(fa('bot.dialogue.button.sure')));
    await answer(person, 'businesses.question.documents', () => person.press(fa('businesses.none')));
    await skipTheRest(person);
    person.press(fa('businesses.registration.send'));
    await person.waitFor(faBegins('businesses.registration.title'));
    const { id } = await who(world, messenger, person);
    expect(await own(id)).toMatchObject([{ companyId: '99900712712' }]);
  });

  it('is approved at the desk; the member is told with a number, and a second officer finds it done', async () => {
    const { person, id } = await memberOf(world, messenger);
    const [business] = await own(id);
    const officer = await officerOf(world, messenger);
    const second = await officerOf(world, messenger, { userId: 9100 });
    for (const one of [officer, second]) await openReview(world, one, business?.id ?? '');
    expect(officer.transcript()).not.toContain(person.record.phone);
    expect(officer.transcript()).toMatch(/[*∗]{3}/);
    await pressSure(officer, fa('businesses.review.act.approve'));
    await person.waitFor('شمارهٔ عضویت شما');
    second.press(fa('businesses.review.act.approve'));
    await second.waitUntil(() => second.toasts.some(({ text }) => text === fa('bot.sure.stale')));
    const number = (await world.app.features.members.find(id))?.membershipNumber;
    expect(person.transcript()).toContain(number);
    expect(await own(id)).toMatchObject([{ status: 'approved' }]);
    await dismiss(world, id);
  });

  it('is sent back for named fields, which alone are asked, and returns to the queue', async () => {
    const { person, id } = await memberOf(world, messenger);
    const [business] = await own(id);
    const officer = await officerOf(world, messenger);
    await openReview(world, officer, business?.id ?? '');
    officer.press(fa('businesses.review.act.correct'));
    await officer.waitFor(fa('businesses.askCorrection.fields'));
    await tick(officer, fa('businesses.label.business'));
    officer.press(fa('bot.dialogue.button.done'));
    await answer(officer, 'businesses.askCorrection.reason', () => officer.say('نام کامل را بنویسید.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('businesses.askCorrection.send')));
    await officer.waitFor(fa('businesses.askCorrection.done'));
    const asked = await person.waitFor('نام کامل را بنویسید.');
    person.press(fa('businesses.button.correct'), { message: asked });
    await answer(person, 'businesses.question.business', () => person.say('رایانه‌سرای بزرگ کارون'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('businesses.correction.send')));
    await person.waitFor(faBegins('businesses.correction.title'));
    expect(person.transcript()).not.toContain(fa('businesses.question.kind'));
    expect(await own(id)).toMatchObject([{ name: 'رایانه‌سرای بزرگ کارون', kind: 'shop', status: 'waiting' }]);
    await dismiss(world, id);
  });

  it('is refused with a reason that the member reads', async () => {
    const { person, id } = await memberOf(world, messenger);
    const [business] = await own(id);
    const officer = await officerOf(world, messenger);
    await openReview(world, officer, business?.id ?? '');
    officer.press(fa('businesses.review.act.refuse'));
    await answer(officer, 'businesses.refusal.reason', () => officer.say('بیرون از حوزهٔ فناوری است.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('businesses.refusal.send')));
    await officer.waitFor(fa('businesses.refusal.done'));
    await person.waitFor('بیرون از حوزهٔ فناوری است.');
    expect(await own(id)).toMatchObject([{ status: 'refused' }]);
    await dismiss(world, id);
  });

  it('is merged by an officer who is asked, and its member is told', async () => {
    const first = await memberOf(world, messenger);
    const { person, id } = await memberOf(world, messenger);
    const code = await report(person);
    const [kept] = await own(first.id);
    const [gone] = await own(id);
    const officer = await officerOf(world, messenger);
    await openReview(world, officer, gone?.id ?? '');
    expect(officer.transcript()).toContain(fa('businesses.review.why.name'));
    const question = await pressSure(
      officer,
      ({ data }) => data?.startsWith(`q1:bm:${gone?.id}.${kept?.id}:`) ?? false,
    );
    expect(question.text).toContain('برگشت ندارد');
    await person.waitFor('دو ثبت از یک کسب‌وکار یکی شد');
    expect((await own(id)).map((business) => business.id)).toEqual([kept?.id]);
    expect(await world.app.features.obstacles.byCode({ id, roles: [] }, code)).toMatchObject({ businessId: kept?.id });
    await dismiss(world, id);
    await dismiss(world, first.id);
  });

  it('offers no officer to make one of a member and a head with the same phone, and says why', async () => {
    const other = MESSENGERS.find((one) => one !== messenger)!;
    const head = await memberOf(world, other);
    await world.app.features.members.grant({ messenger: other, userId: head.person.id }, 'head');
    const { id } = await memberOf(world, messenger);
    const { members } = world.app.features;
    const phone = (await members.find(head.id))?.phone;
    await world.app.database.connection
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(id) }, { $set: { phone } });
    const [business] = await own(id);
    const officer = await officerOf(world, messenger, { userId: 9300 });
    await openReview(world, officer, business?.id ?? '');
    expect(JSON.stringify(officer.lastMessage?.inlineKeyboard)).not.toContain(head.id);
    for (const step of ['q1', 'y1']) {
      officer.pressData(`${step}:bt:${id}.${head.id}:AAAAAAAA`, officer.lastMessage!);
      await world.settled();
      expect(officer.toasts.at(-1)?.text).toBe(fa('businesses.review.apart.staff'));
    }
    expect((await members.find(id))?.roles).toEqual([]);
    await dismiss(world, id);
    await dismiss(world, head.id);
  });

  it('shows a second member with the same phone, and an officer makes one of the two', async () => {
    const other = MESSENGERS.find((one) => one !== messenger)!;
    const first = await memberOf(world, other);
    const { person, id } = await memberOf(world, messenger);
    const { members } = world.app.features;
    const phone = (await members.find(first.id))?.phone;
    await world.app.database.connection
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(id) }, { $set: { phone } });
    const code = await report(person);
    const [business] = await own(id);
    const officer = await officerOf(world, messenger);
    await openReview(world, officer, business?.id ?? '');
    const forged = `y1:bt:${id}.${(await members.withRole(['officer']))[0]?.id}:AAAAAAAA`;
    officer.pressData(forged, officer.lastMessage!);
    await world.settled();
    expect(officer.toasts.at(-1)?.text).toBe(fa('businesses.review.gone'));

    await openReview(world, officer, business?.id ?? '');
    const question = await pressSure(officer, ({ data }) => data?.startsWith(`q1:bt:${id}.${first.id}:`) ?? false);
    expect(question.text).toContain('آیا یک نفرند؟');
    await officer.waitFor(fa('businesses.review.peopleMerged'));

    const joined = await members.find(first.id);
    expect(joined?.accounts.map((account) => account.messenger).sort()).toEqual(['bale', 'telegram']);
    expect((await own(first.id)).map((one) => one.id)).toContain(business?.id);
    expect(await world.app.features.obstacles.byCode({ id: first.id, roles: [] }, code)).not.toBeNull();
    // Subjects move with the member, so the entry is under the one who stays.
    const entries = await world.app.features.audit.list({ subject: { kind: 'member', id: first.id }, limit: 50 });
    expect(entries.find(({ act }) => act === 'member.merge')).toMatchObject({ after: { mergedInto: first.id } });
    await dismiss(world, first.id);
  });

  it('gives nothing to a forged press by somebody without a role', async () => {
    const { person, id } = await memberOf(world, messenger);
    const [business] = await own(id);
    const message = person.lastMessage;
    if (!message || !business) throw new Error('The member has a chat and a business');
    for (const data of [
      `bw1:${business.id}`,
      `bx1:${business.id}:1:refuse`,
      'bq1:0',
      `y1:bx:${business.id}:AAAAAAAA`,
      `y1:bm:${business.id}.${business.id}:AAAAAAAA`,
    ]) {
      person.pressData(data, message);
      await world.settled();
      expect(person.toasts.at(-1)?.text || person.lastMessage?.text).toBe(fa('businesses.review.forbidden'));
    }
    expect(await own(id)).toMatchObject([{ status: 'waiting' }]);
    await dismiss(world, id);
  });

  it('is edited in one review, and what the secretariat approves goes back to it', async () => {
    const { person, id } = await memberOf(world, messenger);
    await openCard(world, person, id);
    person.press(fa('businesses.button.edit'));
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    person.press(`ویرایش ${fa('businesses.label.headcount')}`);
    await answer(person, 'businesses.question.headcount', () => person.say('۸'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('businesses.edit.send')));
    await person.waitFor(faBegins('businesses.edit.waits'));
    expect(await own(id)).toMatchObject([{ name: 'رایانه‌سرای کارون', headcount: 8 }]);
    await dismiss(world, id);
  });

  it('takes in whom the owner invites, who says first who they are, once', async () => {
    const { person, id } = await memberOf(world, messenger);
    const token = await invite(world, person, id);
    const guest = somebody(world, messenger, 'جاسم');
    guest.command('start', `i_${token}`);
    await guest.waitFor(faBegins('businesses.invite.card'));
    guest.press(fa('businesses.button.accept'));
    await answer(guest, 'members.question.name', () => guest.say('جاسم کعبی'));
    await answer(guest, 'members.question.phone', () => guest.shareContact());
    await answer(guest, 'members.question.province', () => guest.say('خوزستان'));
    await answer(guest, 'members.question.city', () => guest.press('اهواز'));
    await answer(guest, 'bot.dialogue.reviewHint', () => guest.press(fa('businesses.invite.send')));
    await guest.waitFor(fa('businesses.role.manager'));
    await person.waitFor('جاسم کعبی');
    expect((await own(id))[0]?.people.map(({ role }) => role)).toEqual(['owner', 'manager']);
    const late = somebody(world, messenger, 'دیرآمده');
    late.command('start', `i_${token}`);
    await late.waitFor(fa('businesses.invite.gone'));
    guest.command('report');
    await guest.waitFor(fa('obstacles.question.kind'));
    await dismiss(world, id);
  });

  it('passes from an owner to somebody who agrees, and then lets the former owner go', async () => {
    const { person, id } = await memberOf(world, messenger);
    const heir = await memberOf(world, messenger);
    heir.person.command('start', `i_${await invite(world, person, id)}`);
    await heir.person.waitFor(faBegins('businesses.invite.card'));
    heir.person.press(fa('businesses.button.accept'));
    await heir.person.waitFor(fa('businesses.role.manager'));
    await world.settled();
    await openCard(world, person, id);
    person.press(fa('businesses.button.leave'));
    await person.waitFor(faBegins('businesses.people.leaveAsk'));
    person.press(fa('businesses.button.leaveSure'));
    await person.waitFor(fa('businesses.people.onlyOwner'));
    person.press(fa('businesses.button.people'));
    await person.waitFor(faBegins('businesses.people.title'));
    person.press(new RegExp(fa('businesses.role.manager')));
    await person.waitFor('مدیر در');
    person.press(fa('businesses.button.transfer'));
    await person.waitFor(faBegins('businesses.transfer.ask'));
    person.press(fa('businesses.button.transferSure'));
    await heir.person.waitFor('مالکیت');
    heir.person.press(fa('businesses.button.accept'));
    await heir.person.waitFor(fa('businesses.offer.accepted'));
    await person.waitFor('اکنون «مدیر» است');
    await openCard(world, person, id);
    person.press(fa('businesses.button.leave'));
    await person.waitFor(faBegins('businesses.people.leaveAsk'));
    person.press(fa('businesses.button.leaveSure'));
    await person.waitFor(faBegins('businesses.people.left'));
    expect(await own(id)).toEqual([]);
    await dismiss(world, heir.id);
  });

  it('registered twice is offered to be joined, kindly, and merged when its owner agrees', async () => {
    const { person, id } = await memberOf(world, messenger);
    const code = await report(person);
    const again = somebody(world, messenger, 'هانیه');
    again.command('register');
    await answer(again, 'members.question.name', () => again.say('هانیه مرادی'));
    await answer(again, 'members.question.phone', () => again.shareContact());
    await answer(again, 'members.question.province', () => again.say('خوزستان'));
    await answer(again, 'members.question.city', () => again.press('اهواز'));
    await answer(again, 'businesses.question.business', () => again.say('رايانه\u200cسراي كارون'));
    await answer(again, 'businesses.question.kind', () => again.press(fa('taxonomy.kinds.freelance')));
    await fields(again);
    await skip(again, 'businesses.question.headcount');
    await skip(again, 'businesses.question.since');
    await skipTheRest(again);
    again.press(fa('businesses.registration.send'));
    await again.waitFor('پیش‌تر ثبت شده است');
    again.press(fa('businesses.button.same'));
    await again.waitFor(faBegins('businesses.duplicate.asked'));
    await person.waitFor('می‌خواهد به');
    person.press(fa('businesses.button.accept'));
    await again.waitFor('درخواست شما پذیرفته شد');
    const { id: newcomer } = await who(world, messenger, again);
    const [business, ...others] = await own(id);
    expect(others).toEqual([]);
    expect(business?.people).toMatchObject([
      { memberId: id, role: 'owner' },
      { memberId: newcomer, role: 'employee' },
    ]);
    expect(await own(newcomer)).toMatchObject([{ id: business?.id }]);
    again.command('businesses');
    await again.waitFor(fa('businesses.mine.title'));
    person.command('cases');
    await person.waitFor((message) => message.inlineKeyboard.flat().length > 0);
    expect(await world.app.features.obstacles.byCode({ id, roles: [] }, code)).toMatchObject({
      businessId: business?.id,
    });
    await dismiss(world, id);
  });
});

async function sayWho(person: Person): Promise<void> {
  person.command('register');
  await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
  await answer(person, 'members.question.phone', () => person.shareContact());
  await answer(person, 'members.question.province', () => person.say('آذربایجان شرقی'));
  await answer(person, 'members.question.city', () => person.press('تبریز'));
}

async function fields(person: Person): Promise<void> {
  await person.waitFor(fa('businesses.question.fields'));
  await tick(person, fa('taxonomy.fields.sw_custom'));
  person.press(fa('bot.dialogue.button.done'));
}

async function answerTo(person: Person, said: string, act: () => void): Promise<void> {
  await person.waitFor(said);
  act();
}

const who = (world: World, messenger: MessengerName, person: Person) =>
  world.app.features.members.identify({ messenger, userId: person.id, chatId: person.id });

/** Opens a registration in the queue, as an officer who presses its button. */
async function openReview(world: World, officer: Person, businessId: string): Promise<void> {
  officer.command('desk');
  await officer.waitFor(fa('desk.home.title').replace(/<\/?b>/g, ''));
  officer.press(faBegins('businesses.review.queueButton').replace(' (', ''));
  await officer.waitFor(fa('businesses.review.title'));
  officer.press(({ data }) => data === `bw1:${businessId}`);
  await officer.waitFor('رایانه‌سرای کارون');
  await world.settled();
}

async function openCard(world: World, person: Person, memberId: string): Promise<void> {
  const [business] = await world.app.features.businesses.ofMember(memberId);
  person.command('businesses');
  await person.waitFor(fa('businesses.mine.title'));
  person.press(({ data }) => data === `bc1:${business?.id}`);
  await person.waitFor(fa('businesses.detail.unlisted'));
}

/** The token of a link that makes somebody a manager. */
async function invite(world: World, person: Person, memberId: string): Promise<string> {
  await openCard(world, person, memberId);
  person.press(fa('businesses.button.invite'));
  await person.waitFor(faBegins('businesses.invite.ask'));
  person.press(fa('businesses.role.manager'));
  const { text } = await person.waitFor(/i_[0-9a-f]{32}/);
  return /i_([0-9a-f]{32})/.exec(text)?.[1] ?? '';
}

/** Takes the test's business out of the way of the next one, which has the same name. */
async function dismiss(world: World, memberId: string): Promise<void> {
  await world.settled();
  const leaving = createLeaving({ audit: world.app.features.audit, connection: world.app.database.connection });
  for (const { people } of await world.app.features.businesses.ofMember(memberId))
    for (const person of people) await leaving.forgetMember(person.memberId);
}
