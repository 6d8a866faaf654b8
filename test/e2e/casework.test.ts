import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report, somebody } from '../support/journeys.ts';
import type { Person } from '../../src/simulator/simulator.ts';

describe.each(MESSENGERS)('casework on %s', (messenger) => {
  const world = useWorld();

  async function openCard(officer: Person, title: string): Promise<void> {
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
    await officer.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label.includes(title)));
    officer.press(title);
    await officer.waitFor(REPORT.description);
  }

  it('asks the member, hears the answer, refers with a letter, and keeps the note inside', async () => {
    const { person, id } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const title = 'استعلام بیمه بی‌پاسخ مانده است';
    await report(person, { ...REPORT, title });

    await openCard(officer, title);
    officer.press(fa('desk.button.ask'));
    await answer(officer, 'desk.ask.question', () => officer.say('کدام شعبه؟'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.ask.send')));
    await officer.waitFor(fa('desk.act.answered'));
    await person.waitFor('کدام شعبه؟', { any: true });
    person.press(fa('obstacles.button.explain'));
    await answer(person, 'obstacles.explain.question', () => person.say('شعبهٔ مرکزی اهواز'));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('obstacles.explain.send')));
    await person.waitFor(fa('obstacles.explain.done'));

    await openCard(officer, title);
    officer.press(fa('desk.button.more'));
    await officer.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('desk.button.note')),
    );
    officer.press(fa('desk.button.note'));
    await answer(officer, 'desk.note.question', () => officer.say('رمز داخلی ۷۷'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.note.send')));
    await officer.waitFor(fa('desk.note.done'));

    await openCard(officer, title);
    await officer.waitFor('رمز داخلی');
    officer.press(fa('desk.button.more'));
    await officer.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('desk.button.refer')),
    );
    officer.press(fa('desk.button.refer'));
    await answer(officer, 'desk.question.body', () => officer.say('سازمان تأمین اجتماعی'));
    await answer(officer, 'desk.question.letter', () => officer.say('۱۲/۳۴۵'));
    await answer(officer, 'desk.question.dueOn', () => officer.press(fa('bot.dialogue.button.skip')));
    await answer(officer, 'desk.refer.question', () => officer.say('نامه زدیم و پیگیریم.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.refer.send')));
    await officer.waitFor(fa('desk.act.answered'));
    await person.waitFor('سازمان تأمین اجتماعی', { any: true });
    await world.settled();
    const [obstacle] = await world.app.features.obstacles.ofReporter(id);
    expect(obstacle).toMatchObject({ status: 'referred' });
    expect(obstacle?.history.at(-1)?.facts).toMatchObject({ body: 'سازمان تأمین اجتماعی' });
    expect(person.transcript()).not.toContain('رمز داخلی');
  });

  it('takes every old button from an officer who loses the role', async () => {
    const { person, id } = await memberOf(world, messenger);
    const title = 'دکمه‌های کهنه کار نمی‌کنند';
    await report(person, { ...REPORT, title });
    const officer = await officerOf(world, messenger, { userId: 9100 });
    await openCard(officer, title);
    const card = officer.lastMessage;
    officer.press(fa('desk.button.ask'));
    await answer(officer, 'desk.ask.question', () => officer.say('پرسشی که نباید برسد'));
    await officer.waitFor(fa('bot.dialogue.reviewHint'));
    const { cases, members } = world.app.features;
    const admin = await members.behind({ messenger, userId: 9001 });
    const change = {
      account: { messenger, userId: 9100 },
      role: 'officer',
      granted: false,
      source: `${messenger}-loss`,
    } as const;
    expect(await cases.desk.setRole({ id: admin?.id ?? '', roles: ['admin'] }, change)).toBe('done');

    officer.press(fa('desk.ask.send'));
    await officer.waitFor(fa('desk.act.forbidden'));
    const before = officer.toasts.length;
    const buttons = (card?.inlineKeyboard ?? []).flat().flatMap((button) => (button.data ? [button.data] : []));
    expect(buttons.length).toBeGreaterThan(4);
    for (const data of buttons) officer.pressData(data, card ?? { id: 0 });
    await world.settled();
    expect(officer.toasts.slice(before).map(({ text }) => text)).toEqual(buttons.map(() => fa('desk.act.forbidden')));
    expect((await world.app.features.obstacles.ofReporter(id))[0]).toMatchObject({
      status: 'received',
      assigneeId: null,
    });
    expect(person.transcript()).not.toContain('نباید برسد');
  });

  it('shows new cases in the staff group, draws them anew, and answers the member by a reply after a preview', async () => {
    const officer = await officerOf(world, messenger, { role: 'admin' });
    const group = world.server(messenger).group({ title: 'دبیرخانه', members: [officer] });
    const stranger = somebody(world, messenger, 'غریبه');
    group.add(stranger);
    for (let times = 0; times < 30; times += 1) stranger.command('group', undefined, { in: group });
    officer.command('group', undefined, { in: group });
    await group.waitFor(fa('desk.group.set'));
    await world.settled();
    expect(group.chat.filter(({ from }) => from === 'bot')).toHaveLength(1);

    const { person, id } = await memberOf(world, messenger);
    const title = 'گزارشی برای گروه';
    await report(person, { ...REPORT, title });
    const card = await group.waitFor((message) => message.text.includes(title));
    expect(card.text).not.toContain('مریم');
    stranger.press(fa('desk.button.take'), { in: group });
    await group.waitUntil(() => stranger.toasts.at(-1)?.text === fa('desk.act.forbidden'));
    officer.press(fa('desk.button.take'), { in: group });
    await group.waitUntil(() => officer.toasts.at(-1)?.text === fa('desk.act.taken'));
    await group.waitUntil(() =>
      group.chat.some(
        (message) => message.id === card.id && message.text.includes(fa('obstacles.status.under_review')),
      ),
    );

    officer.say('نامه‌ای به اتحادیه نوشتیم.', { in: group, replyTo: card });
    await group.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('desk.group.send')),
    );
    await world.settled();
    expect(person.transcript()).not.toContain('نامه‌ای به اتحادیه');
    stranger.press(fa('desk.group.send'), { in: group });
    await group.waitUntil(() => stranger.toasts[1]?.answered === true);
    officer.press(fa('desk.group.send'), { in: group });
    await group.waitFor(fa('desk.group.sent'));
    await person.waitFor('نامه‌ای به اتحادیه نوشتیم.', { any: true });

    // The group is a view: without it everything goes on, and nothing was lost.
    group.setBotRank(null);
    await report(person, { ...REPORT, title: 'پس از رفتن گروه' });
    await world.settled();
    expect(await world.app.features.obstacles.ofReporter(id)).toHaveLength(2);
  });

  it('answers several cases at once, and with a ready answer that is seen before it leaves', async () => {
    const officer = await officerOf(world, messenger, { role: 'admin' });
    const { person, id } = await memberOf(world, messenger);
    const titles = ['مورد گروهی یک', 'مورد گروهی دو'];
    for (const title of titles) await report(person, { ...REPORT, title });
    const { obstacles, cases } = world.app.features;
    const own = await obstacles.ofReporter(id);
    officer.command('desk');
    const home = await officer.waitFor('میز دبیرخانه');
    officer.pressData('ds1:new:0:', home);
    await officer.waitFor(fa('desk.bulk.hint'));
    for (const { id: one } of own) officer.pressData(`ds1:new:0:${one}`, home);
    await world.settled();
    officer.pressData('db1:begin', home);
    await answer(officer, 'desk.bulk.question', () => officer.say('برای هر دو نامه زدیم.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.bulk.send')));
    await officer.waitFor(faBegins('desk.bulk.done'));
    expect((await obstacles.ofReporter(id)).map(({ status }) => status)).toEqual(['in_progress', 'in_progress']);

    const actor = {
      id: (await world.app.features.members.behind({ messenger, userId: 9001 }))?.id ?? '',
      roles: ['head'] as const,
    };
    await cases.desk.saveTemplate(
      actor,
      { name: 'پیگیری', act: 'answer', body: '[نام] گرامی، گزارش [کد] در دست پیگیری است.' },
      `${messenger}-t`,
    );
    await openCard(officer, titles[0] ?? '');
    officer.press(fa('desk.button.template'));
    await officer.waitFor(fa('desk.template.choose'));
    officer.press('پیگیری');
    await officer.waitFor(fa('bot.dialogue.reviewHint'));
    await officer.waitFor((message) => message.text.includes('مریم احمدی گرامی'));
    officer.press(fa('desk.answer.send'));
    await person.waitFor('مریم احمدی گرامی', { any: true });
    await world.settled();
  });
});
