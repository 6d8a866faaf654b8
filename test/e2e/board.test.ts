import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld, type World } from '../support/app.ts';
import { codeIn, fillReport, memberOf, officerOf, sendReport, somebody } from '../support/journeys.ts';

let reports = 0;

/** A public case of somebody else's. */
async function publicCase(world: World, reporterId: string, title: string, category = 'license') {
  reports += 1;
  return world.app.features.obstacles.report({
    draftId: `board-${reporterId}-${reports}`,
    reporterId,
    businessId: null,
    category,
    title,
    description: 'سه بار رفته‌ایم و هر بار مدرک تازه‌ای خواسته‌اند.',
    visibility: 'public',
    evidence: [],
  });
}

const has = (label: string) => (message: { inlineKeyboard: readonly (readonly { label: string }[])[] }) =>
  message.inlineKeyboard.flat().some((button) => button.label.includes(label));

async function openBoard(person: Person): Promise<void> {
  person.press(fa('board.menu.board'));
  await person.waitFor('تابلوی عمومی موانع');
}

describe.each(MESSENGERS)('the public board on %s', (messenger) => {
  const world = useWorld();

  it('is open to guests, who look around, and asks them to register before they join others', async () => {
    const { id } = await memberOf(world, messenger);
    const { code } = await publicCase(world, id, 'پروانه‌ای که تمدید نشد');
    await world.app.features.obstacles.board.refresh();
    const guest = somebody(world, messenger);
    guest.command('start');
    await guest.waitFor(fa('bot.prompt'));
    await openBoard(guest);
    guest.press(fa('board.button.category'));
    await guest.waitFor(fa('board.pick.category'));
    guest.press(fa('board.pick.option', { label: fa('taxonomy.categories.license'), count: fa('board.count.some') }));
    await guest.waitFor(has('پروانه‌ای که'));
    guest.press(fa('board.button.city'));
    await guest.waitFor(fa('board.pick.city'));
    guest.press(fa('bot.button.back'));
    await guest.waitFor(has('پروانه‌ای که'));
    for (const label of [fa('board.sort.people'), fa('board.sort.cost'), fa('board.group.solved')]) {
      guest.press(label);
      await guest.waitFor(has(fa('bot.dialogue.ticked', { label })));
    }
    guest.press(fa('board.group.open'));
    await guest.waitFor(has('پروانه‌ای که'));
    const [row] = (guest.lastMessage?.inlineKeyboard ?? []).flat().filter(({ label }) => label.includes('پروانه‌ای که'));
    guest.press(row?.label ?? '');
    const page = await guest.waitFor(fa('board.case.fewPeople'));
    expect(page.text).toContain('پروانه‌ای که تمدید نشد');
    expect(page.text).not.toContain('مدرک تازه');
    const share = page.inlineKeyboard.flat().find(({ label }) => label === fa('board.button.share'));
    expect(decodeURIComponent(share?.url ?? share?.copy ?? '')).toContain(`start=o_${code}`);
    guest.press(fa('board.button.meToo'));
    await guest.waitFor(fa('board.meToo.register'));
    guest.press(fa('board.button.register'));
    await guest.waitFor(fa('members.question.name'));
  });

  it('names no subject and no city that nobody could have chosen', async () => {
    const guest = somebody(world, messenger);
    guest.command('start');
    await guest.waitFor(fa('bot.prompt'));
    await openBoard(guest);
    guest.pressData('el1:on:999999:999999:0', guest.lastMessage ?? { id: 0 });
    const { text } = await guest.waitFor(fa('board.list.few'));
    expect(text).not.toMatch(/999999|taxonomy/);
  });

  it('opens by a typed code and by a link, takes «me too» with what it costs, and gives it back', async () => {
    const { id: reporterId } = await memberOf(world, messenger);
    const { id, code } = await publicCase(world, reporterId, 'درگاه پرداخت بسته شد');
    const { person, id: memberId } = await memberOf(world, messenger);
    person.say(code);
    await person.waitFor('درگاه پرداخت بسته شد');
    person.press(fa('board.button.meToo'));
    await answer(person, 'board.meToo.done', () => person.press(fa('board.button.details')));
    await answer(person, 'board.question.days', () => person.say('۴ روز'));
    await answer(person, 'board.question.rials', () => person.say('۲ میلیون تومان'));
    await answer(person, 'board.question.people', () => person.press(fa('bot.dialogue.button.skip')));
    await answer(person, 'board.question.comment', () => person.say('فروش ما خوابید.'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('board.details.send')));
    await person.waitFor(fa('board.details.done'));
    const { obstacles } = world.app.features;
    expect((await obstacles.find(id))?.support).toEqual({
      people: 2,
      totals: { days: 4, rials: 20_000_000, people: null },
    });

    const officer = await officerOf(world, messenger);
    officer.say(code);
    await officer.waitFor('درگاه پرداخت بسته شد');
    expect(await obstacles.support.standing(memberId, id)).toEqual({ own: false, endorsed: true, following: true });
    person.command('start', `o_${code}`);
    await person.waitFor(has(fa('board.button.unMeToo')));
    person.press(fa('board.button.unMeToo'));
    await answer(person, 'board.meToo.sure', () => person.press(fa('board.button.unMeTooSure')));
    await person.waitFor(has(fa('board.button.meToo')));
    expect((await obstacles.find(id))?.support.people).toBe(1);
  });

  it('tells followers of changes without what is written to the reporter, until they unfollow', async () => {
    const { person: reporter, id: reporterId } = await memberOf(world, messenger);
    const { id, code } = await publicCase(world, reporterId, 'صف طولانی استعلام');
    const { person } = await memberOf(world, messenger);
    person.say(code);
    await person.waitFor('صف طولانی استعلام');
    person.press(fa('board.button.follow'));
    await person.waitFor(has(fa('board.button.unfollow')));
    const { obstacles, members } = world.app.features;
    await officerOf(world, messenger);
    const officer = { id: (await members.behind({ messenger, userId: 9001 }))?.id ?? '', roles: ['officer'] as const };
    const move = (from: 'received' | 'in_progress', to: 'in_progress' | 'planned', reason: string) =>
      obstacles.move(officer, id, { from, to, reason, source: `${messenger}-${to}-follow` });
    await move('received', 'in_progress', 'مریم گرامی، پروندهٔ شما پیگیری شد.');
    await world.settled();
    const notice = await person.waitFor(
      (message) =>
        message.text.includes(fa('obstacles.changed.status', { status: fa('obstacles.status.in_progress') })),
      { any: true },
    );
    expect(notice.text).toContain('صف طولانی استعلام');
    expect(person.transcript()).not.toContain('گرامی');
    await reporter.waitFor('مریم گرامی', { any: true });
    person.press(fa('board.button.unfollow'), { message: notice });
    await world.settled();
    await move('in_progress', 'planned', 'در برنامه');
    await world.settled();
    expect(person.transcript()).not.toContain(fa('obstacles.status.planned'));
  });

  it('lets the secretariat answer everybody, and take a case off the board', async () => {
    const { person: reporter, id: reporterId } = await memberOf(world, messenger);
    const { id, code } = await publicCase(world, reporterId, 'بازرسی چندباره در یک ماه');
    const follower = await memberOf(world, messenger);
    follower.person.command('start', `o_${code}`);
    await follower.person.waitFor(has(fa('board.button.follow')));
    follower.person.press(fa('board.button.follow'));
    await follower.person.waitFor(has(fa('board.button.unfollow')));
    const officer = await officerOf(world, messenger, { role: 'admin' });
    await world.app.features.obstacles.board.refresh();
    await openBoard(officer);
    await officer.waitUntil(() => has('بازرسی چندباره')(officer.lastMessage ?? { inlineKeyboard: [] }));
    officer.press(
      (officer.lastMessage?.inlineKeyboard ?? []).flat().find(({ label }) => label.includes('بازرسی چندباره'))?.label ??
        '',
    );
    await officer.waitFor(has(fa('board.button.answer')));
    officer.press(fa('board.button.answer'));
    await answer(officer, 'board.answer.question', () => officer.say('نشست با اتحادیه برگزار شد؛ ۰۹۱۶۱۲۳۴۵۶۷'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('board.answer.send')));
    await officer.waitFor(fa('board.answer.done'));
    const { person } = await memberOf(world, messenger);
    await world.settled();
    const [heading = ''] = fa('board.notice.answer', { title: 'بازرسی چندباره' }).split('\n');
    for (const one of [reporter, follower.person]) {
      const told = one.chat.filter(({ text }) => text.startsWith(heading));
      expect(told).toHaveLength(1);
      expect(told[0]?.text).toContain('نشست با اتحادیه');
      expect(told[0]?.text).not.toContain('۰۹۱۶');
    }
    expect(person.transcript()).not.toContain(heading);
    person.command('start', `o_${code}`);
    const page = await person.waitFor('نشست با اتحادیه');
    expect(page.text).not.toContain('۰۹۱۶');
    // A button is no authority.
    person.pressData(`ea1:${id}:hide`, page);
    await person.waitUntil(() => person.toasts.at(-1)?.text === fa('bot.error.notAllowed'));
    officer.pressData(`ea1:${id}:hide`, officer.lastMessage ?? { id: 0 });
    await officer.waitFor(fa('board.staff.hidden'));
    person.say(code);
    await person.waitFor(fa('obstacles.code.unknown'));
    officer.press(fa('board.button.show'));
    await officer.waitFor(has(fa('board.button.hide')));
    person.say(code);
    await person.waitFor('نشست با اتحادیه');
  });
});

describe.each(MESSENGERS)('similar cases before sending on %s', (messenger) => {
  const world = useWorld();
  const again = {
    title: 'اینترنت شهرک هر روز عصر قطع میشه',
    description: 'سه هفته ست عصرها اینترنت شهرک صنعتی قطعه و مخابرات جواب نمیده',
  };
  const known = async () => {
    const { id } = await memberOf(world, messenger);
    return world.app.features.obstacles.report({
      draftId: `known-${messenger}-${id}`,
      reporterId: id,
      businessId: null,
      category: 'internet',
      title: 'اینترنت شهرک هر روز عصر قطع می‌شود',
      description: 'سه هفته است که عصرها اینترنت شهرک صنعتی قطع است و مخابرات جواب نمی‌دهد.',
      visibility: 'public',
      evidence: [],
    });
  };

  it('makes a me-too of a report, with nothing lost, also over a restart', async () => {
    const { id, code } = await known();
    const { person, id: memberId } = await memberOf(world, messenger);
    await fillReport(person, again);
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('board.similar.ask'), { any: true });
    const { obstacles } = world.app.features;
    expect(await obstacles.ofReporter(memberId)).toEqual([]);
    await world.restart();
    // The button of the restarted bot's form asks again.
    person.press(fa('board.similar.button.page', { number: 1 }));
    await person.waitFor(fa('board.case.fewPeople'));
    const question = person.chat.findLast(has(fa('board.similar.button.send')));
    person.press(fa('board.similar.button.meToo', { number: 1 }), question ? { message: question } : {});
    await person.waitFor(faBegins('board.similar.done'), { any: true });
    await world.settled();
    const after = world.app.features.obstacles;
    expect((await after.find(id))?.support.people).toBe(2);
    expect(await after.ofReporter(memberId)).toEqual([]);
    const [endorsement] = await after.support.ofMember(memberId);
    expect(endorsement?.comment).toContain(again.title);
    expect(endorsement?.comment).toContain(again.description);
    // The old buttons are old: no second thing comes of the report.
    person.pressData(question?.inlineKeyboard.flat().at(-2)?.data ?? '', question ?? { id: 0 });
    await person.waitUntil(() => person.toasts.at(-1)?.text === fa('bot.error.staleButton'));
    expect(await after.ofReporter(memberId)).toEqual([]);
    expect(code).toMatch(/^\d{8}$/);
  });

  it('does each thing once, and says what came of it, when the messenger fails in the middle', async () => {
    await known();
    const { person, id: memberId } = await memberOf(world, messenger);
    const fails = () =>
      world.server(messenger).faults.add({ method: 'editMessageText', kind: 'server-error', times: 4 });
    await fillReport(person, again);
    fails();
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('board.similar.ask'));
    fails();
    person.press(fa('board.similar.button.meToo', { number: 1 }));
    await person.waitFor(faBegins('board.similar.done'));
    await world.settled();
    const { obstacles } = world.app.features;
    expect(await obstacles.ofReporter(memberId)).toEqual([]);
    expect(await obstacles.support.ofMember(memberId)).toHaveLength(1);

    await fillReport(person, { ...again, title: 'اینترنت شهرک عصرها قطع است' });
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('board.similar.ask'));
    fails();
    person.press(fa('board.similar.button.send'));
    await person.waitFor(faBegins('obstacles.report.done'));
    await world.settled();
    expect(await obstacles.ofReporter(memberId)).toHaveLength(1);
  });

  it('sends a report that is different as a case of its own, once', async () => {
    await known();
    const { person, id } = await memberOf(world, messenger);
    await fillReport(person, again);
    person.press(fa('obstacles.report.send'));
    const question = await person.waitFor(faBegins('board.similar.ask'), { any: true });
    person.press(fa('board.similar.button.send'));
    const done = await person.waitFor(faBegins('obstacles.report.done'));
    person.pressData(`es1:${question.inlineKeyboard.flat().at(-1)?.data?.split(':')[1] ?? ''}`, question);
    await person.waitUntil(() => person.toasts.at(-1)?.text === fa('bot.error.staleButton'));
    expect(await world.app.features.obstacles.ofReporter(id)).toMatchObject([{ code: codeIn(done) }]);
  });

  it('keeps a report that is neither, for later', async () => {
    await known();
    const { person, id } = await memberOf(world, messenger);
    await fillReport(person, again);
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('board.similar.ask'), { any: true });
    person.press(fa('board.similar.button.edit'));
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('board.similar.ask'), { any: true });
    person.command('start');
    await person.waitFor(has(fa('bot.dialogue.button.resume')));
    expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
  });

  it('asks nothing about a new problem', async () => {
    await known();
    const { person } = await memberOf(world, messenger);
    await fillReport(person, { title: 'وام با وثیقهٔ ملکی', description: 'بانک دارایی نامشهود را نمی‌پذیرد.' });
    expect(await sendReport(person)).toMatch(/^\d{8}$/);
  });
});
