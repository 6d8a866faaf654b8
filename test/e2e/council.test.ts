import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, skip, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report, sayYes } from '../support/journeys.ts';
import { seedProgrammes } from '../../src/trial.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';

const hasButton = (label: string) => (message: ChatMessage) =>
  message.inlineKeyboard.flat().some((button) => button.label.includes(label));

async function pressWhenThere(person: Person, label: string): Promise<void> {
  await person.waitFor(hasButton(label));
  person.press(label);
}

describe.each(MESSENGERS)('from an obstacle to a programme on %s', (messenger) => {
  const world = useWorld();
  const NEWS = 'همهٔ پاساژهای این گزارش وصل شدند.';

  it('carries a report through the agenda, the votes and the decision to the programme, and tells its people', async () => {
    const { obstacles, council } = world.app.features;
    await seedProgrammes(world.app);
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const [first, second, third] = [
      await officerOf(world, messenger, { userId: 9301, role: 'council' }),
      await officerOf(world, messenger, { userId: 9302, role: 'council' }),
      await officerOf(world, messenger, { userId: 9303, role: 'council' }),
    ];
    const { person, id } = await memberOf(world, messenger);
    const title = 'اینترنت پاساژ هر روز قطع می‌شود';
    await report(person, { ...REPORT, title });
    const other = await memberOf(world, messenger);
    await report(other.person, { ...REPORT, title: 'پاساژ دیگر هم همین است' });
    const [own] = await obstacles.ofReporter(id);
    const [alike] = await obstacles.ofReporter(other.id);

    // A fresh case has no weight yet: the head puts it on by its code.
    admin.command('council');
    await admin.waitFor(fa('agenda.none'));
    const heavy = await obstacles.report({
      draftId: `heavy-${messenger}`,
      reporterId: other.id,
      businessId: null,
      category: 'internet',
      title: 'قطعی برق در بازار، تماس ۰۹۹۹۰۰۰۰۰۰۱',
      description: 'هر روز دو ساعت.',
      cost: { days: 3, rials: 900_000_000, people: 40 },
      evidence: [],
    });
    admin.press(fa('agenda.button.propose'));
    const isProposal = ({ text }: ChatMessage) =>
      text.includes('قطعی برق در بازار') && text.includes(fa('agenda.why.people'));
    const proposal = await admin.waitFor(isProposal);
    expect(proposal.text).not.toContain('۰۹۹۹۰۰۰۰۰۰۱');
    await admin.waitFor(hasButton(fa('agenda.button.add')));
    admin.press(fa('agenda.button.add'), { message: proposal });
    await answer(admin, 'agenda.add.code', () => admin.say(own?.code ?? ''));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('agenda.add.send')));
    await admin.waitFor(fa('agenda.act.added'));
    admin.press(fa('agenda.button.all'));
    // What the council need not see goes off it.
    await pressWhenThere(admin, 'قطعی برق');
    await pressWhenThere(admin, fa('agenda.button.remove'));
    await sayYes(admin);
    await pressWhenThere(admin, fa('agenda.button.confirm'));
    await sayYes(admin);
    await admin.waitUntil(() => admin.toasts.at(-1)?.text === fa('agenda.act.confirmed'));

    for (const member of [first, second, third]) {
      const notice = await member.waitFor(fa('agenda.notice.open'), { any: true });
      expect(notice.text).toContain(title);
    }
    first.press(title.slice(0, 20));
    const item = await first.waitFor((message) => message.text.includes(own?.code ?? '?'));
    expect(item.text).not.toContain('مریم');
    expect(item.text).not.toContain(REPORT.description);
    first.press(fa('agenda.button.support'));
    await first.waitFor(
      (message) => message.text.includes(fa('agenda.vote.support')) && message.text.includes('رأی شما'),
    );

    admin.command('council');
    await pressWhenThere(admin, title.slice(0, 20));
    await pressWhenThere(admin, fa('agenda.button.decide'));
    await admin.waitUntil(() => admin.toasts.at(-1)?.text?.startsWith('هنوز رأی‌ها') ?? false);
    second.press(title.slice(0, 20));
    await pressWhenThere(second, fa('agenda.button.object'));
    await answer(second, 'agenda.word.comment', () => second.say('بودجه روشن نیست.'));
    await answer(second, 'bot.dialogue.reviewHint', () => second.press(fa('agenda.word.send')));
    await second.waitFor(fa('agenda.act.voted'));

    admin.command('council');
    await pressWhenThere(admin, title.slice(0, 20));
    await admin.waitFor('بودجه روشن نیست.');
    admin.press(fa('agenda.button.decide'));
    await answer(admin, 'agenda.decide.outcome', () => admin.press(fa('agenda.outcome.plan')));
    await admin.waitFor(fa('agenda.decide.programme'));
    admin.say('فیبر نوری');
    await pressWhenThere(admin, 'فیبر نوری برای پاساژها');
    await answer(admin, 'agenda.decide.text', () => admin.say('در برنامهٔ فیبر نوری دنبال می‌شود.'));
    await skip(admin, 'agenda.decide.dueOn');
    await answer(admin, 'agenda.decide.alsoCodes', () => admin.say(alike?.code ?? ''));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('agenda.decide.send')));
    await admin.waitFor(fa('agenda.act.decided', { count: 2 }));

    for (const { person: reporter } of [{ person }, other]) {
      const told = await reporter.waitFor('در برنامهٔ فیبر نوری دنبال می‌شود.', { any: true });
      expect(told.text).toContain('فیبر نوری برای پاساژها');
    }
    admin.press(fa('agenda.button.all'));
    await pressWhenThere(admin, fa('agenda.button.close'));
    const question = await admin.waitFor(hasButton(fa('agenda.button.closeSure')));
    expect(question.text).toContain(fa('agenda.close.question'));
    // What was added last is the only item, and it is decided.
    expect(question.text).not.toContain('بدون تصمیم');
    await sayYes(admin);
    await admin.waitFor(hasButton(fa('agenda.button.minutes')));
    for (const member of [admin, first, second, third]) {
      const minutes = await member.waitFor((message) => message.media?.kind === 'document', { any: true });
      expect(minutes.text).toContain('صورت‌جلسهٔ شمارهٔ');
    }

    const { programmes } = await council.programmes.page({ roles: [] }, { skip: 0, limit: 50 });
    const fibre = programmes.find((one) => one.title.startsWith('فیبر نوری'));
    expect(fibre?.cases.map(({ code }) => code)).toEqual([own?.code, alike?.code]);
    admin.command('start', `p_${fibre?.number}`);
    await pressWhenThere(admin, fa('programmes.button.keep'));
    await pressWhenThere(admin, fa('programmes.button.progress'));
    await answer(admin, 'programmes.progress.percent', () => admin.say('۹۰'));
    await answer(admin, 'programmes.progress.text', () => admin.say(NEWS));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('programmes.progress.send')));
    for (const { person: reporter } of [{ person }, other]) await reporter.waitFor(NEWS, { any: true });
    await world.settled();
    for (const { person: reporter } of [{ person }, other])
      expect(reporter.chat.filter(({ text }) => text.includes(NEWS))).toHaveLength(1);
    for (const member of [person, other.person]) {
      expect(member.transcript()).not.toContain('بودجه روشن نیست.');
      expect(member.transcript()).not.toContain(fa('agenda.notice.open'));
    }
    expect((await obstacles.find(heavy.id))?.status).toBe('received');
  });

  it('opens nothing of the council to members, however they press', async () => {
    const { person } = await memberOf(world, messenger);
    const current = await world.app.features.council.agendas.current({ roles: ['head'] });
    const id = current?.id ?? '';
    const obstacle = current?.items[0]?.obstacleId ?? '';
    const shown = person.lastMessage ?? { id: 0 };
    const forged = [
      `va1:${id}`,
      `vb1:${id}:${obstacle}`,
      `vd1:${id}:${obstacle}:support`,
      `vd1:${id}:${obstacle}:decide`,
      `vf1:${id}:minutes`,
      'vf1::propose',
    ];
    const before = person.toasts.length;
    for (const data of forged) person.pressData(data, shown);
    await world.settled();
    expect(person.toasts.slice(before).map(({ text }) => text)).toEqual(forged.map(() => fa('agenda.act.forbidden')));
    person.command('council');
    await person.waitFor(fa('bot.error.unclaimed'));
  });

  it('proposes itself by the clock, tells those who confirm it, and keeps the quorum that is set', async () => {
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const job = world.app.features.council.jobs.find(({ name }) => name === 'agenda');
    const before = admin.chat.length;
    await job?.run(new Date());
    await job?.run(new Date());
    await admin.waitFor(fa('agenda.notice.proposed'), { any: true });
    await world.settled();
    expect(admin.chat.slice(before).filter(({ text }) => text.includes(fa('agenda.notice.proposed')))).toHaveLength(1);
    await pressWhenThere(admin, fa('agenda.button.see'));
    await pressWhenThere(admin, fa('agenda.button.quorum'));
    await answer(admin, 'agenda.quorum.ask', () => admin.say('۱'));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('agenda.quorum.send')));
    await admin.waitFor(fa('agenda.quorum.done'));
    expect((await world.app.features.council.agendas.current({ roles: ['head'] }))?.quorum).toBe(1);
  });
});

describe.each(MESSENGERS)('where nothing weighs yet on %s', (messenger) => {
  const world = useWorld();

  it('gives a head an agenda to put cases on where nothing proposes itself, and asks before it ends', async () => {
    const head = await officerOf(world, messenger, { userId: 9304, role: 'head' });
    const colleague = await officerOf(world, messenger, { userId: 9305, role: 'head' });
    const { person } = await memberOf(world, messenger);
    const code = await report(person, { ...REPORT, title: 'صدور مجوز دو ماه مانده است' });
    const { agendas } = world.app.features.council;
    const before = head.chat.length;
    head.command('council');
    await pressWhenThere(head, fa('agenda.button.propose'));
    await head.waitFor((message) => message.text.includes(fa('agenda.emptyLead')));
    await colleague.waitFor((message) => message.text.includes(fa('agenda.notice.proposed')));
    head.press(fa('agenda.button.add'));
    await answer(head, 'agenda.add.code', () => head.say(code));
    await answer(head, 'bot.dialogue.reviewHint', () => head.press(fa('agenda.add.send')));
    await head.waitFor(fa('agenda.act.added'));
    head.press(fa('agenda.button.all'));
    await pressWhenThere(head, fa('agenda.button.confirm'));
    await sayYes(head);
    await pressWhenThere(head, fa('agenda.button.close'));
    const question = await head.waitFor(hasButton(fa('agenda.button.closeSure')));
    expect(question.text).toContain(fa('agenda.close.undecided', { count: 1 }));
    head.press(fa('bot.sure.no'));
    await head.waitFor(hasButton(fa('agenda.button.close')));
    expect((await agendas.current({ roles: ['head'] }))?.state).toBe('open');
    await world.settled();
    // Who proposes has it before their eyes and is sent no notice of it.
    expect(
      head.chat
        .slice(before)
        .map(({ text }) => text)
        .join('\n'),
    ).not.toContain(fa('agenda.notice.proposed'));
  });
});
