import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, skip, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, persianDigits, pressSure, report } from '../support/journeys.ts';

const DAY_MS = 86_400_000;
const COLLEAGUE_ID = 9200;

describe.each(MESSENGERS)('the acts of the desk on %s', (messenger) => {
  // A Saturday morning in Tehran, moved on by the tests.
  const clock = { now: new Date('2026-11-21T06:00:00Z') };
  const world = useWorld({ now: () => clock.now });

  const hasButton = (label: string) => (message: { inlineKeyboard?: { label: string }[][] }) =>
    message.inlineKeyboard?.flat().some((button) => button.label === label) ?? false;

  async function openCard(officer: Person, title: string): Promise<void> {
    officer.command('desk');
    await officer.waitFor(fa('desk.home.title').replaceAll(/<[^>]+>/g, ''));
    officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
    await officer.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label.includes(title)));
    officer.press(({ label }) => label.includes(title));
    await officer.waitFor(REPORT.description);
  }

  async function rarer(officer: Person, title: string, act: Parameters<typeof fa>[0]): Promise<void> {
    await openCard(officer, title);
    officer.press(fa('desk.button.more'));
    await officer.waitFor(hasButton(fa(act)));
    officer.press(fa(act));
  }

  const casesOf = (id: string) => world.app.features.obstacles.ofReporter(id);

  async function settings(officer: Person, what: Parameters<typeof fa>[0]): Promise<void> {
    officer.command('desk');
    await officer.waitFor(hasButton(fa('desk.home.settings')));
    officer.press(fa('desk.home.settings'));
    await officer.waitFor(hasButton(fa(what)));
    officer.press(fa(what));
  }

  const job = async (name: string) => {
    await world.app.features.jobs.find((one) => one.name === name)?.run(clock.now);
    await world.settled();
  };

  it('makes one case of two, tells both reporters, and takes it back within the day', async () => {
    const officer = await officerOf(world, messenger, { role: 'admin' });
    const [one, other] = [await memberOf(world, messenger), await memberOf(world, messenger)];
    const [oneTitle, otherTitle] = ['برق بازار قطع است', 'قطعی هرروزهٔ برق در بازار'];
    const code = await report(one.person, { ...REPORT, title: oneTitle });
    await report(other.person, { ...REPORT, title: otherTitle });

    await rarer(officer, otherTitle, 'desk.button.merge');
    await answer(officer, 'desk.question.code', () => officer.say('۱۲۳۴۵۶۷۸'));
    await officer.waitFor(fa('desk.error.code'));
    officer.say(code);
    await answer(officer, 'desk.merge.question', () => officer.say('هر دو دربارهٔ یک پست برق است.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.merge.send')));
    await officer.waitFor(fa('desk.merge.done'));
    await other.person.waitFor('هر دو دربارهٔ یک پست برق است.', { any: true });
    await world.settled();
    expect(await casesOf(other.id)).toMatchObject([{ status: 'merged' }]);

    // What becomes of the whole is told to those of its parts as well, without a word of the other reporter's.
    await openCard(officer, oneTitle);
    officer.press(fa('desk.button.answer'));
    await answer(officer, 'desk.answer.question', () => officer.say('برای پست برق نامه نوشتیم.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.answer.send')));
    await officer.waitFor(fa('desk.act.answered'));
    await other.person.waitFor(faBegins('obstacles.changed.otherHead'), { any: true });
    await world.settled();
    expect(other.person.transcript()).not.toContain(oneTitle);

    await openCard(officer, oneTitle);
    officer.press(({ label }) => label.startsWith(faBegins('desk.button.part')));
    await officer.waitFor(hasButton(fa('desk.button.unmerge')));
    officer.press(fa('desk.button.unmerge'));
    await officer.waitUntil(() => officer.toasts.at(-1)?.text === fa('desk.merge.undone'));
    expect(await casesOf(other.id)).toMatchObject([{ status: 'received' }]);
  });

  it('hands a case to a colleague, who is told, and a list of the day tells what is late', async () => {
    clock.now = new Date('2026-11-21T06:00:00Z');
    const officer = await officerOf(world, messenger, { role: 'admin' });
    const colleague = await officerOf(world, messenger, { userId: COLLEAGUE_ID });
    const colleagueId = (await world.app.features.members.behind({ messenger, userId: COLLEAGUE_ID }))?.id ?? '';
    await world.app.features.members.saveProfile(colleagueId, {
      name: 'رضا کریمی',
      phone: '+989120000000',
      provinceCode: '06',
      cityCode: '06-ahvaz',
    });
    const { person, id } = await memberOf(world, messenger);
    const title = 'مالیات دو بار گرفته شده است';
    await report(person, { ...REPORT, title });
    await rarer(officer, title, 'desk.button.handOver');
    await officer.waitFor(hasButton('رضا کریمی'));
    officer.press('رضا کریمی');
    await colleague.waitFor(fa('desk.notice.assigned'), { any: true });
    expect(await casesOf(id)).toMatchObject([{ assigneeId: colleagueId }]);

    // Due after three working days, which are Sunday, Monday and Tuesday.
    clock.now = new Date(clock.now.getTime() + 3.5 * DAY_MS);
    await job('follow-up');
    await colleague.waitFor(faBegins('desk.notice.overdue'), { any: true });
    expect(officer.transcript()).not.toContain(faBegins('desk.notice.escalated'));
    await job('daily-list');
    await colleague.waitFor((message) => message.text.startsWith('کارهای امروز') && message.text.includes(title), {
      any: true,
    });
    clock.now = new Date(clock.now.getTime() + DAY_MS);
    await job('follow-up');
    for (const person of [officer, colleague]) await person.waitFor(faBegins('desk.notice.escalated'), { any: true });
    const before = colleague.transcript().length;
    await job('follow-up');
    expect(colleague.transcript()).toHaveLength(before);
  });

  it('tells a decision with its period and a plan with its day, then asks twice and closes unconfirmed', async () => {
    clock.now = new Date('2026-11-21T06:00:00Z');
    const officer = await officerOf(world, messenger, { role: 'admin' });
    const { person, id } = await memberOf(world, messenger);
    const title = 'اینترنت پاساژ هر روز قطع می‌شود';
    await report(person, { ...REPORT, title });
    await rarer(officer, title, 'desk.button.decide');
    await answer(officer, 'desk.question.decision', () => officer.press(fa('desk.decision.accepted')));
    await answer(officer, 'desk.decide.question', () => officer.say('با اپراتور گفت‌وگو می‌کنیم.'));
    await answer(officer, 'desk.question.period', () => officer.say('۵'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.decide.send')));
    await person.waitFor('با اپراتور گفت‌وگو می‌کنیم.', { any: true });
    await person.waitFor((message) => message.text.includes(fa('obstacles.fact.accepted')), { any: true });
    const [decided] = await casesOf(id);
    // Five working days, over a Thursday and a Friday.
    expect(decided?.clock.due?.toISOString().slice(0, 10)).toBe('2026-11-28');

    await rarer(officer, title, 'desk.button.plan');
    await answer(officer, 'desk.question.programme', () => officer.say('توسعهٔ فیبر نوری'));
    await answer(officer, 'desk.question.dueOn', () => officer.say('۱۴۰۴/۰۱/۰۱'));
    await officer.waitFor(fa('desk.error.pastDay'));
    officer.say('۱۴۰۵/۱۱/۱۵');
    await answer(officer, 'desk.plan.question', () => officer.say('پاساژ شما در این برنامه آمده است.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.plan.send')));
    await person.waitFor('توسعهٔ فیبر نوری', { any: true });
    await world.settled();
    expect(await casesOf(id)).toMatchObject([{ status: 'planned' }]);

    await openCard(officer, title);
    officer.press(fa('desk.button.solved'));
    await answer(officer, 'desk.solution.question', () => officer.say('فیبر پاساژ وصل شد.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.solution.send')));
    await person.waitFor('فیبر پاساژ وصل شد.', { any: true });
    clock.now = new Date(clock.now.getTime() + 8 * DAY_MS);
    await job('follow-up');
    await person.waitFor(faBegins('obstacles.confirm.reminder'), { any: true });
    clock.now = new Date(clock.now.getTime() + 7 * DAY_MS);
    await job('follow-up');
    expect(await casesOf(id)).toMatchObject([{ status: 'closed_unconfirmed' }]);
  });

  it('is rated by its reporter, who is asked again after four weeks and may open it anew', async () => {
    clock.now = new Date('2026-11-21T06:00:00Z');
    const officer = await officerOf(world, messenger, { role: 'admin' });
    const { person, id } = await memberOf(world, messenger);
    const title = 'درگاه پرداخت بسته شده است';
    await report(person, { ...REPORT, title });
    await openCard(officer, title);
    officer.press(fa('desk.button.solved'));
    await answer(officer, 'desk.solution.question', () => officer.say('درگاه باز شد.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.solution.send')));
    await person.waitFor(hasButton(fa('obstacles.button.solved')), { any: true });
    person.press(fa('obstacles.button.solved'));
    await person.waitFor(fa('obstacles.rating.ask'));
    person.press(fa('obstacles.rating.stars', { stars: 4 }));
    await person.waitFor(fa('obstacles.rating.thanks'));
    expect(await casesOf(id)).toMatchObject([{ status: 'solved', rating: { stars: 4 } }]);

    clock.now = new Date(clock.now.getTime() + 29 * DAY_MS);
    await job('follow-up');
    await person.waitFor(fa('obstacles.confirm.checkBack'), { any: true });
    person.press(fa('obstacles.button.notSolved'));
    await answer(person, 'obstacles.reopen.question', () => person.say('از دیروز دوباره بسته است.'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('obstacles.reopen.send')));
    await person.waitFor(fa('obstacles.act.reopen'));
    expect(await casesOf(id)).toMatchObject([{ status: 'reopened' }]);
  });

  it('keeps days off, ready answers and roles from the chat, and an officer has only their part', async () => {
    const admin = await officerOf(world, messenger, { role: 'admin' });
    await settings(admin, 'desk.settings.holidays');
    await admin.waitFor(hasButton(fa('desk.holiday.add')));
    admin.press(fa('desk.holiday.add'));
    await answer(admin, 'desk.holiday.day', () => admin.say('۱۴۰۵/۱۲/۲۰'));
    await answer(admin, 'desk.holiday.name', () => admin.say('روز خوشه'));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('desk.holiday.send')));
    await admin.waitFor(fa('desk.holiday.added'));
    const { holidays } = await world.app.features.cases.calendar.show();
    expect(holidays).toContainEqual({ day: '2027-03-11', name: 'روز خوشه' });

    await settings(admin, 'desk.settings.templates');
    await admin.waitFor(hasButton(fa('desk.template.add')));
    admin.press(fa('desk.template.add'));
    await answer(admin, 'desk.template.act', () => admin.press(fa('desk.button.ask')));
    await answer(admin, 'desk.template.name', () => admin.say('پرسش شعبه'));
    await answer(admin, 'desk.template.body', () => admin.say('[نام] گرامی، کدام شعبه؟'));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('desk.template.send')));
    await admin.waitFor(fa('desk.template.saved'));

    const officer = await officerOf(world, messenger, { userId: 9300 });
    await settings(admin, 'desk.settings.roles');
    await admin.waitFor(hasButton(fa('desk.role.add')));
    admin.press(fa('desk.role.add'));
    await admin.waitFor(faBegins('desk.role.account'));
    admin.say(`${messenger}:۹۳۰۰`);
    await answer(admin, 'desk.role.ask', () => admin.press(fa('desk.role.officer')));
    await admin.waitFor(fa('desk.role.categories'));
    admin.press(fa('taxonomy.categories.tax'));
    await admin.waitFor(hasButton(`✓ ${fa('taxonomy.categories.tax')}`));
    admin.press(fa('bot.dialogue.button.done'));
    await skip(admin, 'desk.role.cities');
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('desk.role.send')));
    await admin.waitFor(fa('desk.role.granted'));

    const { person } = await memberOf(world, messenger);
    await report(person, { ...REPORT, title: 'گزارشی بیرون از حوزهٔ این کارشناس' });
    officer.command('desk');
    await officer.waitFor(hasButton(fa('desk.home.new', { count: 0 })));

    await settings(admin, 'desk.settings.roles');
    await admin.waitFor(fa('desk.role.hint'), { any: true });
    // Who never gave a name is told from others by the account, and nothing is taken by one press.
    const name = fa('desk.role.nameless', { account: `${messenger}:${persianDigits('9300')}` });
    await pressSure(admin, fa('desk.role.remove', { role: fa('desk.role.officer'), name }));
    await admin.waitUntil(() => admin.toasts.at(-1)?.text === fa('desk.role.removed'));
    officer.command('desk');
    await officer.waitFor(fa('bot.error.unclaimed'));
  });
});
