import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, skip, startWorld, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report, sayYes } from '../support/journeys.ts';
import { seedProgrammes } from '../../src/trial.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';

const hasButton = (label: string) => (message: ChatMessage) =>
  message.inlineKeyboard.flat().some((button) => button.label.includes(label));

describe.each(MESSENGERS)('action programmes on %s', (messenger) => {
  const world = useWorld();

  async function pressWhenThere(person: Person, label: string): Promise<void> {
    await person.waitFor(hasButton(label));
    person.press(label);
  }

  it('is written, begun and kept in the chat, and its follower is told until they leave', async () => {
    const council = await officerOf(world, messenger, { userId: 9201, role: 'council' });
    const { person } = await memberOf(world, messenger);
    person.press(fa('programmes.menu.programmes'));
    await person.waitFor(fa('programmes.list.empty'));

    council.command('programmes');
    await pressWhenThere(council, fa('programmes.button.write'));
    await answer(council, 'programmes.question.title', () => council.say('بازار محلی'));
    await answer(council, 'programmes.question.aim', () => council.say('خرید از کسب‌وکارهای استان بیشتر شود.'));
    await skip(council, 'programmes.question.section');
    await answer(council, 'programmes.question.body', () => council.say('کارگروه بازار'));
    await answer(council, 'programmes.question.partners', () => council.say('استانداری\nاتحادیه'));
    // The days the wrong way round.
    await answer(council, 'programmes.question.startOn', () => council.say('۱۴۰۵/۱۲/۲۵'));
    await answer(council, 'programmes.question.endOn', () => council.say('۱۴۰۵/۰۷/۰۱'));
    await answer(council, 'programmes.question.milestones', () => council.say('نشست ۱۴۰۵/۱۳/۱۵'));
    await council.waitFor(fa('programmes.error.milestones'));
    council.say('نشست خریداران ۱۴۰۵/۰۹/۱۵\nگزارش پایان');
    await answer(council, 'programmes.question.budget', () => council.say('۹۰ میلیون تومان'));
    await answer(council, 'bot.dialogue.reviewHint', () => council.press(fa('programmes.write.send')));
    await council.waitFor(fa('programmes.act.written'));
    council.press(fa('programmes.button.open'));
    const draft = await council.waitFor('۱۴۰۵/۰۷/۰۱');
    expect(draft.text).toContain(fa('programmes.state.draft'));
    expect(draft.text).toContain('۹۰۰٬۰۰۰٬۰۰۰');
    expect(draft.text).toContain('نشست خریداران');
    person.command('programmes');
    await person.waitFor(fa('programmes.list.empty'));

    council.press(fa('programmes.button.keep'));
    await pressWhenThere(council, fa('programmes.button.to.running'));
    await council.waitFor((message) => message.text.includes(fa('programmes.state.running')));
    person.command('programmes');
    await pressWhenThere(person, 'بازار محلی');
    const page = await person.waitFor('کارگروه بازار');
    expect(page.text).toContain('▱▱▱▱▱▱▱▱▱▱ ۰٪');
    expect(page.inlineKeyboard.flat().map(({ label }) => label)).not.toContain(fa('programmes.button.keep'));
    person.press(fa('programmes.button.follow'));
    await person.waitFor(hasButton(fa('programmes.button.leave')));

    council.press(fa('programmes.button.keep'));
    await pressWhenThere(council, fa('programmes.button.progress'));
    await answer(council, 'programmes.progress.percent', () => council.say('۳۰ درصد'));
    await answer(council, 'programmes.progress.text', () => council.say('با ده خریدار نشستیم.'));
    await answer(council, 'bot.dialogue.reviewHint', () => council.press(fa('programmes.progress.send')));
    await council.waitFor(fa('programmes.act.noted'));
    const news = await person.waitFor('با ده خریدار نشستیم.', { any: true });
    expect(news.text).toContain('▰▰▰▱▱▱▱▱▱▱ ۳۰٪');

    council.press(fa('programmes.button.open'));
    await pressWhenThere(council, fa('programmes.button.keep'));
    await pressWhenThere(council, 'نشست خریداران');
    await sayYes(council);
    await person.waitFor((message) => message.text.includes('مرحلهٔ') && message.text.includes('نشست خریداران'), {
      any: true,
    });
    person.press(fa('programmes.button.leave'));
    await person.waitFor(hasButton(fa('programmes.button.follow')));
    const before = person.chat.length;
    council.press(fa('programmes.button.keep'));
    await pressWhenThere(council, fa('programmes.button.to.stopped'));
    // An end is told to many: it asks first, and going back leaves the programme as it was.
    await council.waitFor((message) => message.text.includes(fa('programmes.keep.ask.stopped')));
    council.press(fa('bot.sure.no'));
    await pressWhenThere(council, fa('programmes.button.keep'));
    expect((await world.app.features.council.programmes.byNumber({ roles: [] }, 1))?.state).toBe('running');
    await pressWhenThere(council, fa('programmes.button.to.stopped'));
    await sayYes(council);
    await council.waitFor((message) => message.text.includes(fa('programmes.state.stopped')));
    await world.settled();
    expect(person.chat).toHaveLength(before);

    // The form to change it comes filled in.
    council.press(fa('programmes.button.keep'));
    await pressWhenThere(council, fa('programmes.button.edit'));
    await council.waitFor(fa('bot.dialogue.reviewHint'));
    council.press(fa('bot.dialogue.edit', { what: fa('programmes.label.title') }));
    await answer(council, 'programmes.question.title', () => council.say('بازار استان'));
    await answer(council, 'bot.dialogue.reviewHint', () => council.press(fa('programmes.write.send')));
    await council.waitFor(fa('programmes.act.saved'));
    person.command('start', 'p_1');
    const edited = await person.waitFor('بازار استان');
    expect(edited.text).toContain('✓');
  });

  it('pictures the sample programmes, and shows who may not act neither buttons nor effects', async () => {
    await seedProgrammes(world.app);
    await seedProgrammes(world.app);
    const { person } = await memberOf(world, messenger);
    person.command('programmes');
    const list = await person.waitFor(fa('programmes.sample.list'));
    expect(list.text).toContain('▰▰▰▰▰▰▰▱▱▱ ۷۰٪');
    person.press(fa('programmes.button.picture'));
    const drawn = await person.waitFor((message) => message.media !== undefined);
    expect(drawn.text).toContain('برنامه‌های عمل');

    const [one] = (await world.app.features.council.programmes.page({ roles: [] }, { skip: 0, limit: 1 })).programmes;
    const id = one?.id ?? '';
    const seen = person.toasts.length;
    const forged = ['ge1::write', `ge1:${id}:edit`, `ge1:${id}:progress`, `ge1:${id}:running`];
    for (const data of forged) person.pressData(data, list);
    await world.settled();
    expect(person.toasts.slice(seen).map(({ text }) => text)).toEqual(forged.map(() => fa('programmes.act.forbidden')));
  });

  it('says to everybody what has passed its day, and ticks what was reached before', async () => {
    const late = await startWorld({ now: () => new Date('2027-01-01T12:00:00+03:30') });
    await seedProgrammes(late.app);
    const { person } = await memberOf(late, messenger);
    person.command('programmes');
    const overdue = fa('programmes.list.late', { at: new Date('2026-12-21T12:00:00+03:30') });
    expect((await person.waitFor(fa('programmes.sample.list'))).text).toContain(overdue);
    person.press('بانک اطلاعات');
    const page = await person.waitFor('پانصد شرکت');
    expect(page.text).toContain(fa('programmes.late', { state: fa('programmes.state.running') }));
    expect(page.text).toMatch(/⏳.*رسیدگی به کسب‌وکارهای خانگی.*مهلت گذشته/u);
    expect(page.text).toMatch(/✓.*تکمیل فهرست شرکت‌ها/u);
    person.press(fa('programmes.button.picture'));
    await person.waitFor((message) => message.media !== undefined);
  });

  it('takes up a case from the desk, and tells its reporter how the programme goes', async () => {
    const { programmes } = world.app.features.council;
    await seedProgrammes(world.app);
    const officer = await officerOf(world, messenger);
    const { person, id } = await memberOf(world, messenger);
    const title = 'اینترنت پاساژ هر روز قطع می‌شود';
    await report(person, { ...REPORT, title });
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
    await pressWhenThere(officer, title);
    await pressWhenThere(officer, fa('desk.button.more'));
    await pressWhenThere(officer, fa('desk.button.plan'));
    await officer.waitFor(fa('desk.question.programme'));
    officer.say('فیبر نوری');
    await pressWhenThere(officer, 'فیبر نوری برای پاساژها');
    await answer(officer, 'desk.question.dueOn', () => officer.say('۱۴۱۰/۱۱/۱۵'));
    await answer(officer, 'desk.plan.question', () => officer.say('پاساژ شما در این برنامه آمده است.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.plan.send')));
    await person.waitFor('پاساژ شما در این برنامه آمده است.', { any: true });
    await officer.waitFor(fa('desk.act.answered'));
    await world.settled();

    const [planned] = await world.app.features.obstacles.ofReporter(id);
    expect(planned).toMatchObject({ status: 'planned' });
    expect(planned?.history.at(-1)?.facts.programme).toContain('فیبر نوری برای پاساژها');
    const { programmes: all } = await programmes.page({ roles: [] }, { skip: 0, limit: 50 });
    const fibre = all.find((one) => one.title.startsWith('فیبر نوری'));
    expect(fibre?.cases.map(({ code }) => code)).toEqual([planned?.code]);
    const head = { id, roles: ['head'] as const };
    await programmes.report(head, fibre?.id ?? '', { progress: 80, text: 'پاساژ کارون وصل شد.', source: messenger });
    const told = await person.waitFor('پاساژ کارون وصل شد.', { any: true });
    expect(told.text).toContain('۸۰٪');
  });
});
