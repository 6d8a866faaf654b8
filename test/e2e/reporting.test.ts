import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, skip, useWorld, type World } from '../support/app.ts';
import {
  PICTURE,
  REPORT,
  codeIn,
  finishReport,
  memberOf,
  officerOf,
  pressSure,
  sendReport,
} from '../support/journeys.ts';

async function begin(
  person: Person,
  { kind = 'obstacle', category }: { kind?: 'obstacle' | 'idea'; category: string },
) {
  person.command('report');
  await answer(person, 'obstacles.question.kind', () => person.press(fa(`taxonomy.reports.${kind}`)));
  await answer(person, 'obstacles.question.category', () => person.say(category));
}

async function openCard(officer: Person, title: string): Promise<string> {
  officer.command('desk');
  await officer.waitFor('میز دبیرخانه');
  officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
  await officer.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label.includes(title)));
  officer.press(title);
  return (await officer.waitFor(REPORT.description)).text;
}

/** Opens the page of a category in the desk's settings, through the buttons. */
async function openCategory(admin: Person, label: string): Promise<void> {
  admin.command('desk');
  await admin.waitFor('میز دبیرخانه');
  admin.press(fa('desk.home.settings'));
  await answer(admin, 'desk.settings.title', () => admin.press(fa('categories.button')));
  for (;;) {
    const list = await admin.waitFor(faBegins('categories.list.title'));
    if (list.inlineKeyboard.flat().some((button) => button.label.includes(label))) break;
    admin.press(fa('bot.button.nextPage'));
  }
  admin.press(label);
  await admin.waitFor((message) =>
    message.inlineKeyboard.flat().some((button) => button.label === fa('categories.act.rename')),
  );
}

const facts = async (world: World, id: string) => (await world.app.features.obstacles.ofReporter(id))[0];

describe.each(MESSENGERS)('a report in full on %s', (messenger) => {
  const world = useWorld();

  it('asks what its category asks, what it costs and whom it concerns, and shows all of it to member and officer', async () => {
    const { person, id } = await memberOf(world, messenger);
    await begin(person, { category: fa('taxonomy.categories.procurement') });
    await answer(person, 'obstacles.question.subtopic', () =>
      person.press(fa('taxonomy.subtopics.procurement.grade_condition')),
    );
    await answer(person, 'obstacles.question.title', () => person.say('شرط رتبه در مناقصهٔ آب'));
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.sendPhoto(PICTURE, 'برگ مناقصه');
    await person.waitFor(/۱ فایل/);
    person.sendVoice(Buffer.from('OggS, somebody speaks'));
    await person.waitFor(/۲ فایل/);
    person.sendDocument(Buffer.from('%PDF-1.7 a letter'), { name: '../نامه.pdf', mimeType: 'application/pdf' });
    await person.waitFor(/۳ فایل/);
    person.press(fa('bot.dialogue.button.done'));
    await answer(person, 'obstacles.question.more', () => person.press(fa('bot.dialogue.button.yes')));
    const asked = (text: string) => person.waitFor(text);
    await asked('شمارهٔ مناقصه یا نیاز');
    person.say('۲۰۰۳۰۰۱۲');
    await asked('کارفرما کدام دستگاه است؟');
    person.press(fa('bot.dialogue.button.skip'));
    await asked('مهلت پایان آن چه روزی است؟');
    person.say('۱۴۰۵/۰۹/۱۵');
    await answer(person, 'obstacles.question.since', () => person.say('۱ مهر ۱۴۰۴'));
    await answer(person, 'obstacles.question.costDays', () => person.say('۱۲'));
    await answer(person, 'obstacles.question.costRials', () => person.say('۲ میلیون تومان'));
    await skip(person, 'obstacles.question.costPeople');
    await answer(person, 'obstacles.question.body', () => person.press(fa('taxonomy.bodies.social_security')));
    await answer(person, 'obstacles.question.visibility', () => person.press(fa('obstacles.visibility.public')));
    await answer(person, 'obstacles.question.naming', () => person.press(fa('obstacles.naming.hidden')));
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    const code = await sendReport(person);

    const made = await facts(world, id);
    expect(made).toMatchObject({
      kind: 'obstacle',
      category: 'procurement',
      subtopic: 'procurement.grade_condition',
      body: 'social_security',
      since: '2025-09-23',
      cost: { days: 12, rials: 20_000_000, people: null },
      visibility: 'public',
      hiddenName: true,
      evidence: [{ kind: 'photo', caption: 'برگ مناقصه' }, { kind: 'voice' }, { kind: 'document' }],
    });
    expect(made?.details).toMatchObject([
      { key: 'q_tender', label: 'شمارهٔ مناقصه', answer: '۲۰۰۳۰۰۱۲' },
      { key: 'q_closing', answer: '2026-12-06' },
    ]);
    // Answers of procurement come sooner than usual.
    const usual = await world.app.features.cases.calendar.working();
    expect(usual).toBeDefined();
    expect(await world.app.features.categories.deadlinesOf('procurement')).toEqual({
      firstAnswerDays: 2,
      nextWordDays: 5,
    });

    person.say(code);
    const card = await person.waitFor('شرط رتبه در مناقصهٔ آب');
    const officer = await officerOf(world, messenger);
    const staffCard = await openCard(officer, 'شرط رتبه در مناقصهٔ آب');
    for (const shown of [
      fa('taxonomy.reports.obstacle'),
      fa('taxonomy.subtopics.procurement.grade_condition'),
      fa('taxonomy.bodies.social_security'),
      '۱۲ روز',
      '۲۰٬۰۰۰٬۰۰۰ ریال',
      'شمارهٔ مناقصه',
      '۲۰۰۳۰۰۱۲',
      fa('obstacles.visibility.public'),
      fa('obstacles.card.hiddenName'),
    ]) {
      expect(card.text).toContain(shown);
      expect(staffCard).toContain(shown);
    }
    officer.press(fa('desk.button.more'));
    await officer.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('desk.button.checklist')),
    );
    officer.press(fa('desk.button.checklist'));
    await officer.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === 'اسناد مناقصه دیده شد'),
    );
  });

  it('asks no cost of an idea, and skips nothing but what may be skipped', async () => {
    const { person, id } = await memberOf(world, messenger);
    await begin(person, { kind: 'idea', category: fa('taxonomy.categories.other') });
    await answer(person, 'obstacles.question.title', () => person.say('نمایشگاه سالانهٔ خوشه'));
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await answer(person, 'obstacles.question.more', () => person.press(fa('bot.dialogue.button.yes')));
    await skip(person, 'obstacles.question.since');
    await skip(person, 'obstacles.question.body');
    await answer(person, 'obstacles.question.visibility', () => person.press(fa('obstacles.visibility.secretariat')));
    await answer(person, 'obstacles.question.naming', () => person.press(fa('obstacles.naming.named')));
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    await sendReport(person);
    expect(await facts(world, id)).toMatchObject({ kind: 'idea', visibility: 'secretariat', hiddenName: false });
  });

  it('shows the self-help notice first; what it solves is not sent, and can be brought back', async () => {
    const { person, id } = await memberOf(world, messenger);
    await begin(person, { category: fa('taxonomy.categories.internet') });
    await answer(person, 'obstacles.question.subtopic', () => person.press(fa('taxonomy.subtopics.internet.outage')));
    await person.waitFor('مودم را خاموش');
    person.press(fa('obstacles.notice.helped'));
    await person.waitFor(faBegins('obstacles.notice.glad'));
    person.command('help');
    await person.waitFor('اینجا چه کارهایی');
    expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
    person.press(fa('obstacles.notice.goOn'));
    await answer(person, 'obstacles.question.title', () => person.say('قطعی اینترنت بازار'));
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    await sendReport(person);
    expect(await facts(world, id)).toMatchObject({ subtopic: 'internet.outage' });
  });

  it('refuses a program whatever it is called, kindly, and goes on', async () => {
    const { person } = await memberOf(world, messenger);
    await begin(person, { category: fa('taxonomy.categories.other') });
    await answer(person, 'obstacles.question.title', () => person.say('نامهٔ مشکوک'));
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.sendDocument(Buffer.from('MZ\u0090\u0000 a program'), { name: 'نامه.pdf', mimeType: 'application/pdf' });
    await person.waitFor(fa('bot.dialogue.error.fileKind'));
    person.sendDocument(Buffer.from('echo hello'), { name: 'run.bat', mimeType: 'text/plain' });
    await person.waitFor(fa('bot.dialogue.error.fileKind'));
    person.sendPhoto(PICTURE);
    await person.waitFor(/۱ فایل/);
  });

  it('asks a caller the same through an officer', async () => {
    const officer = await officerOf(world, messenger);
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(fa('desk.home.assisted'));
    const caller = messenger === 'bale' ? '09990011223' : '09990011224';
    await answer(officer, 'desk.assisted.phone', () => officer.say(caller));
    await answer(officer, 'desk.assisted.name', () => officer.say('تماس‌گیرندهٔ نمونه'));
    await answer(officer, 'obstacles.question.kind', () => officer.press(fa('taxonomy.reports.complaint')));
    await answer(officer, 'obstacles.question.category', () => officer.say(fa('taxonomy.categories.tax')));
    await answer(officer, 'obstacles.question.subtopic', () => officer.press(fa('taxonomy.subtopics.tax.penalty')));
    await answer(officer, 'obstacles.question.title', () => officer.say('جریمهٔ دیرکرد نادرست'));
    await answer(officer, 'obstacles.question.description', () => officer.say(REPORT.description));
    await answer(officer, 'obstacles.question.more', () => officer.press(fa('bot.dialogue.button.yes')));
    await officer.waitFor('مربوط به عملکرد کدام سال است؟');
    officer.say('۱۴۰۳');
    await officer.waitFor('پرونده در چه مرحله‌ای است؟');
    officer.press('برگ تشخیص');
    for (const question of ['since', 'costDays', 'costRials', 'costPeople', 'body'] as const)
      await skip(officer, `obstacles.question.${question}`);
    await answer(officer, 'obstacles.question.visibility', () => officer.press(fa('obstacles.visibility.secretariat')));
    await answer(officer, 'obstacles.question.naming', () => officer.press(fa('obstacles.naming.hidden')));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.assisted.send')));
    const code = codeIn(await officer.waitFor(faBegins('desk.assisted.done')));
    const actor = { id: '0'.repeat(24), roles: ['head'] as const };
    expect(await world.app.features.obstacles.byCode(actor, code)).toMatchObject({
      kind: 'complaint',
      subtopic: 'tax.penalty',
      details: [
        { key: 'q_year', answer: '۱۴۰۳' },
        { key: 'q_stage', answer: 'برگ تشخیص' },
      ],
    });
  });
});

describe.each(MESSENGERS)('categories in the desk on %s', (messenger) => {
  const world = useWorld();

  it('are edited by an admin, and the next report asks accordingly without a restart', async () => {
    const admin = await officerOf(world, messenger, { role: 'admin' });
    await openCategory(admin, fa('taxonomy.categories.premises'));
    admin.press(fa('categories.act.rename'));
    await answer(admin, 'categories.name.fa', () => admin.say('جای کار و کاربری'));
    await skip(admin, 'categories.name.en');
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('categories.name.send')));
    await admin.waitFor(fa('categories.outcome.done'));
    admin.press(fa('categories.outcome.open'));
    await admin.waitFor('جای کار و کاربری');

    admin.press(fa('categories.act.addQuestion'));
    await answer(admin, 'categories.ask.kind', () => admin.press(fa('categories.ask.kinds.choice')));
    await answer(admin, 'categories.ask.text', () => admin.say('ملک از آنِ کیست؟'));
    await skip(admin, 'categories.ask.english');
    await answer(admin, 'categories.ask.short', () => admin.say('مالک'));
    await answer(admin, 'categories.ask.options', () => admin.say('خودم\nاجاره'));
    await answer(admin, 'categories.ask.need', () => admin.press(fa('categories.ask.needed')));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('categories.ask.send')));
    await admin.waitFor(fa('categories.outcome.done'));
    admin.press(fa('categories.outcome.open'));
    await admin.waitFor('ملک از آنِ کیست؟');

    admin.press(fa('categories.act.setNotice'));
    await answer(admin, 'categories.notice.fa', () => admin.say('پیش از گزارش، پایان کار ساختمان را ببینید.'));
    await skip(admin, 'categories.notice.en');
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('categories.notice.send')));
    await admin.waitFor(fa('categories.outcome.done'));
    admin.press(fa('categories.outcome.open'));
    await admin.waitFor('پایان کار ساختمان');

    const { person, id } = await memberOf(world, messenger);
    await begin(person, { category: 'جای کار و کاربری' });
    await skip(person, 'obstacles.question.subtopic');
    await person.waitFor('پایان کار ساختمان');
    person.press(fa('obstacles.notice.goOn'));
    await answer(person, 'obstacles.question.title', () => person.say('اخطار شهرداری به دفتر'));
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor('ملک از آنِ کیست؟');
    person.press('اجاره');
    await person.waitFor(faBegins('obstacles.question.evidence'));

    // The question goes while the form is open: it is not asked for any more, and nothing of the form is lost.
    await openCategory(admin, 'جای کار و کاربری');
    await pressSure(admin, fa('categories.act.dropQuestion', { number: 1 }));
    await admin.waitUntil(() => admin.toasts.at(-1)?.text === fa('categories.outcome.done'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    const code = await sendReport(person);
    expect((await facts(world, id))?.details).toEqual([]);
    person.say(code);
    expect((await person.waitFor('اخطار شهرداری به دفتر')).text).toContain('جای کار و کاربری');

    // Retired: the case keeps it, the next report is not offered it.
    await pressSure(admin, fa('categories.act.retire'));
    await admin.waitFor(fa('categories.card.retired'));
    await begin(person, { category: 'جای کار و کاربری' });
    await person.waitFor(faBegins('bot.dialogue.error.notFound').replace('«', ''));
    const entries = await world.app.features.audit.list({ subject: { kind: 'category', id: 'premises' }, limit: 20 });
    expect(entries.map(({ act }) => act).toReversed()).toEqual([
      'category.rename',
      'category.question.add',
      'category.notice',
      'category.question.remove',
      'category.retire',
    ]);
    expect(entries.at(-1)).toMatchObject({
      before: { labels: { fa: fa('taxonomy.categories.premises') } },
      after: { labels: { fa: 'جای کار و کاربری' } },
    });
  });

  it('take a new category with a part of its own and its own deadlines', async () => {
    const admin = await officerOf(world, messenger, { role: 'admin' });
    admin.command('desk');
    await admin.waitFor('میز دبیرخانه');
    admin.press(fa('desk.home.settings'));
    await answer(admin, 'desk.settings.title', () => admin.press(fa('categories.button')));
    await admin.waitFor(faBegins('categories.list.title'));
    admin.press(fa('categories.list.add'));
    await answer(admin, 'categories.name.fa', () => admin.say('نام با <نشانه>'));
    await answer(admin, 'categories.error.markup', () => admin.say('حمل و نقل کالا'));
    await skip(admin, 'categories.name.en');
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('categories.add.send')));
    await admin.waitFor(fa('categories.outcome.done'));

    await openCategory(admin, 'حمل و نقل کالا');
    admin.press(fa('categories.act.setTimes'));
    await answer(admin, 'categories.times.first', () => admin.say('۱'));
    await skip(admin, 'categories.times.next');
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('categories.times.send')));
    await admin.waitFor(fa('categories.outcome.done'));
    admin.press(fa('categories.outcome.open'));
    await admin.waitFor('حمل و نقل کالا');
    admin.press(fa('categories.act.parts'));
    await admin.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('categories.act.addPart')),
    );
    admin.press(fa('categories.act.addPart'));
    await answer(admin, 'categories.name.fa', () => admin.say('بار برگشتی'));
    await skip(admin, 'categories.name.en');
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('categories.add.send')));
    await admin.waitFor(fa('categories.outcome.done'));

    const { person, id } = await memberOf(world, messenger);
    await begin(person, { category: 'حمل و نقل کالا' });
    await answer(person, 'obstacles.question.subtopic', () => person.press('بار برگشتی'));
    await answer(person, 'obstacles.question.title', () => person.say('بار در راه ماند'));
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    const code = await sendReport(person);
    const made = await facts(world, id);
    const working = await world.app.features.cases.calendar.working();
    expect(made?.firstAnswerDue).toEqual(working.addWorkingDays(made?.reportedAt ?? new Date(0), 1));
    person.say(code);
    expect((await person.waitFor('بار در راه ماند')).text).toContain('بار برگشتی');
  });

  it('can be opened and changed by nobody else', async () => {
    const officer = await officerOf(world, messenger, { userId: 9300 });
    const { person } = await memberOf(world, messenger);
    person.command('help');
    const shown = await person.waitFor('اینجا چه کارهایی');
    officer.command('desk');
    const home = await officer.waitFor('میز دبیرخانه');
    for (const data of ['ka1::0', 'kb1:tax', 'kc2:tax:back', 'kc2:tax:add', 'y1:kr:tax!:AAAAAAAA']) {
      officer.pressData(data, home);
      person.pressData(data, shown);
    }
    await world.settled();
    const refused = [...Array(4).fill(fa('categories.outcome.forbidden')), fa('bot.sure.forbidden')];
    expect(officer.toasts.slice(-5).map(({ text }) => text)).toEqual(refused);
    expect(person.toasts.slice(-5).map(({ text }) => text)).toEqual(refused);
    expect(await world.app.features.categories.find('tax')).toMatchObject({ active: true });
  });
});
