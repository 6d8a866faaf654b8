import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import type { TextKey } from '../../src/language/translator.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report } from '../support/journeys.ts';

const QUESTION = 'شمارهٔ پرونده‌تان در اداره چند است؟';
const nobody = { id: '0'.repeat(24), roles: ['head'] as const };

describe.each(MESSENGERS)('what became of a word to one person, on %s', (messenger) => {
  const world = useWorld();

  const labels = (message: { inlineKeyboard: { label: string }[][] }) =>
    message.inlineKeyboard.flat().map(({ label }) => label);

  async function openCard(officer: Person, title: string): Promise<void> {
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
    await officer.waitFor((message) => labels(message).some((label) => label.includes(title)));
    officer.press(({ label }) => label.includes(title));
    await officer.waitFor(REPORT.description);
  }

  async function write(officer: Person, act: 'ask' | 'answer', text: string): Promise<string> {
    officer.press(fa(`desk.button.${act}`));
    await answer(officer, `desk.${act}.question`, () => officer.say(text));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa(`desk.${act}.send`)));
    const done = await officer.waitFor((message) => labels(message).includes(fa('desk.button.card')));
    await world.settled();
    return done.text;
  }

  const caseOf = async (id: string) => {
    const [found] = await world.app.features.obstacles.ofReporter(id);
    return found!;
  };
  const toCall = async () =>
    (await world.app.features.obstacles.queue(nobody, 'toCall', { skip: 0, limit: 100 }))!.cases.map(({ id }) => id);

  async function asked(title: string, before: (person: Person) => void | Promise<void> = () => {}) {
    const { person, id } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    await report(person, { ...REPORT, title });
    await before(person);
    await world.settled();
    await openCard(officer, title);
    const said = await write(officer, 'ask', QUESTION);
    return { person, id, officer, said };
  }

  it('a question that arrived stands so on the card, stops the deadline, and is said again at a start', async () => {
    const title = 'پرسشی که می‌رسد';
    const { person, id, officer, said } = await asked(title);
    expect(said).toBe(fa('desk.act.answered'));
    await person.waitFor(QUESTION, { any: true });
    const one = await caseOf(id);
    expect(one.told).toMatchObject({ [String(one.history.at(-1)?.batch)]: { state: 'arrived' } });
    expect(one.clock).toMatchObject({ due: null, pausedAt: expect.any(Date) });
    expect(await toCall()).not.toContain(one.id);
    await openCard(officer, title);
    expect(officer.lastMessage?.text).toContain(faBegins('told.arrived'));
    const times = person.transcript().split(QUESTION).length;
    person.command('start');
    await person.waitFor(
      (message) => message.text.includes(QUESTION) && labels(message).includes(fa('obstacles.button.explain')),
    );
    await world.settled();
    expect(person.transcript().split(QUESTION).length).toBe(times + 1);
  });

  it('a question to somebody who has blocked the bot keeps its deadline and comes back to the desk', async () => {
    const title = 'پرسشی که نمی‌رسد';
    const { id, officer } = await asked(title, (person) => {
      person.block();
    });
    const one = await caseOf(id);
    expect(one.status).toBe('needs_information');
    expect(one.told).toMatchObject({ [String(one.history.at(-1)?.batch)]: { state: 'blocked' } });
    expect(one.clock.pausedAt).toBeNull();
    expect(one.clock.due).toEqual(one.firstAnswerDue);
    expect(await toCall()).toContain(one.id);
    await openCard(officer, title);
    expect(officer.lastMessage?.text).toContain(fa('told.blocked'));
    expect(officer.lastMessage?.text).toContain(fa('desk.card.toCall'));

    // The number stands behind a press, which is recorded.
    const { connection } = world.app.database;
    const looks = () => connection.collection('audit').countDocuments({ act: 'obstacle.phone', 'subject.id': one.id });
    expect(await looks()).toBe(0);
    const phone = (await world.app.features.members.find(id))?.phone ?? '';
    expect(officer.transcript()).not.toContain(phone);
    officer.press(fa('desk.button.phone'));
    await officer.waitFor((message) => message.text.includes(phone));
    expect(await looks()).toBe(1);

    officer.press(fa('desk.button.phoned'));
    await answer(officer, 'desk.phoned.question', () => officer.say('گفت شمارهٔ پرونده را می‌فرستد.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.phoned.send')));
    await officer.waitFor(fa('desk.phoned.done'));
    const called = await caseOf(id);
    expect(called.clock).toMatchObject({ due: null, pausedAt: expect.any(Date) });
    expect(called.history.at(-1)).toMatchObject({ party: 'staff', facts: { desk: 'phoned' } });
    expect(await toCall()).not.toContain(one.id);
    await openCard(officer, title);
    expect(officer.lastMessage?.text).toContain('گفت شمارهٔ پرونده را می‌فرستد.');
    expect(officer.lastMessage?.text).toContain(faBegins('told.phoned'));
  });

  it.each(['start', 'help'])('who is back gets what could not arrive, with the first word: /%s', async (command) => {
    const { person, id } = await asked(`پرسشی که با بازگشت می‌رسد ${command}`, (one) => {
      one.block();
    });
    expect(await toCall()).toContain((await caseOf(id)).id);
    person.unblock();
    const times = person.transcript().split(QUESTION).length;
    person.command(command);
    await person.waitFor(QUESTION, { any: true });
    await world.settled();
    expect(person.transcript().split(QUESTION).length).toBe(times + 1);
    const one = await caseOf(id);
    expect(one.clock).toMatchObject({ due: null, pausedAt: expect.any(Date) });
    expect(one.told).toMatchObject({ [String(one.history.at(-1)?.batch)]: { state: 'arrived' } });
    expect(await toCall()).not.toContain(one.id);
    person.press(fa('obstacles.button.explain'));
    await person.waitFor(fa('obstacles.explain.question'));
  });

  it('who has no messenger is to be called, and the officer reads that at once', async () => {
    const { obstacles, members } = world.app.features;
    const officer = await officerOf(world, messenger);
    const phone = messenger === 'bale' ? '+989121110001' : '+989121110002';
    const reporterId = await members.ofCaller({ name: 'تماس‌گیرنده', phone });
    const title = 'گزارشی از پشت تلفن';
    await obstacles.report({
      ...REPORT,
      title,
      draftId: `call-${messenger}`,
      reporterId,
      businessId: null,
      category: 'license',
      evidence: [],
    });
    await openCard(officer, title);
    expect(officer.lastMessage?.text).toContain(fa('desk.card.reach.no-messenger'));
    expect(await write(officer, 'answer', 'با اتحادیه صحبت کردیم.')).toBe(fa('desk.act.noMessenger'));
    const one = await caseOf(reporterId);
    expect(one.told).toMatchObject({ [String(one.history.at(-1)?.batch)]: { state: 'no-messenger' } });
    expect(await toCall()).toContain(one.id);
    await openCard(officer, title);
    expect(labels(officer.lastMessage!)).toEqual(
      expect.arrayContaining([fa('desk.button.phone'), fa('desk.button.phoned')]),
    );
  });

  it('says when a word arrives that waits for the morning', async () => {
    const night = { now: new Date('2026-11-21T20:30:00Z') };
    await world.restart({ now: () => night.now, telling: { togetherMs: 600_000, quiet: true } });
    const { person, id } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const title = `پاسخی در شب ${messenger}`;
    await report(person, { ...REPORT, title });
    await openCard(officer, title);
    const said = await write(officer, 'answer', 'فردا نامه می‌زنیم.');
    const [mark] = Object.values((await caseOf(id)).told);
    expect(mark).toMatchObject({ state: 'waiting' });
    expect(said).toBe(fa('desk.act.later' satisfies TextKey, { at: mark!.at }).replaceAll(/<[^>]+>/g, ''));
    expect(person.transcript()).not.toContain('فردا نامه می‌زنیم.');
  });
});
