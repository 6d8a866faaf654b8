import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, startWorld, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report } from '../support/journeys.ts';

const OFFICER = 9301;
const OTHER_OFFICER = 9302;

describe.each(MESSENGERS)('what members do is told to the desk, on %s', (messenger) => {
  const world = useWorld();
  const plain = (key: Parameters<typeof fa>[0], values?: Parameters<typeof fa>[1]) =>
    fa(key, values).replaceAll(/<[^>]+>/g, '');

  const idOf = async (userId: number) => (await world.app.features.members.behind({ messenger, userId }))!.id;
  const newsOf = (officer: Person, title: string) =>
    officer.chat.filter(({ text }) => text.startsWith(plain('desk.news.title')) && text.includes(title));

  async function take(userId: number, reporterId: string): Promise<string> {
    const { obstacles } = world.app.features;
    const [one] = await obstacles.ofReporter(reporterId);
    await obstacles.take({ id: await idOf(userId), roles: ['officer'] }, one!.id, `take-${one!.id}`);
    return one!.id;
  }

  it('a new report and a new business to those whose part it is, not to the others', async () => {
    const [officer, other] = [
      await officerOf(world, messenger, { userId: OFFICER }),
      await officerOf(world, messenger, { userId: OTHER_OFFICER }),
    ];
    const { desk } = world.app.features.cases;
    const admin = { id: '0'.repeat(24), roles: ['admin'] as const };
    await desk.setScope(admin, await idOf(OFFICER), { categories: [], cities: ['06-ahvaz'] }, `scope-1-${messenger}`);
    await desk.setScope(
      admin,
      await idOf(OTHER_OFFICER),
      { categories: [], cities: ['03-tabriz'] },
      `scope-2-${messenger}`,
    );
    const business = `کسب‌وکار تازهٔ ${messenger}`;
    const { person } = await memberOf(world, messenger, { business });
    const title = `گزارش تازه برای میز ${messenger}`;
    await report(person, { ...REPORT, title });
    await world.settled();
    expect(newsOf(officer, title)).toHaveLength(1);
    expect(newsOf(officer, business)).toHaveLength(1);
    expect(newsOf(other, title)).toEqual([]);
    expect(newsOf(other, business)).toEqual([]);
    officer.press(fa('desk.button.card'), { message: newsOf(officer, title)[0]! });
    await officer.waitFor(REPORT.description);
  });

  it('an answer, an addition, a reopening and a withdrawal to the officer in charge alone', async () => {
    const officer = await officerOf(world, messenger, { userId: OFFICER });
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const { person, id } = await memberOf(world, messenger);
    const title = `کاری که دست یک نفر است ${messenger}`;
    await report(person, { ...REPORT, title });
    await world.settled();
    const before = newsOf(admin, title).length;
    const caseId = await take(OFFICER, id);
    const { obstacles } = world.app.features;
    const actor = { id: await idOf(OFFICER), roles: ['officer'] as const };
    const move = async (from: 'under_review' | 'in_progress', to: 'needs_information' | 'not_ours' | 'in_progress') =>
      obstacles.move(actor, caseId, { from, to, reason: 'روشن شد', source: `${to}-${caseId}` });
    const said = async (what: Parameters<typeof fa>[0]) => {
      await world.settled();
      return newsOf(officer, title).filter(({ text }) => text.includes(plain(what)));
    };

    await move('under_review', 'needs_information');
    await person.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('obstacles.button.explain')),
    );
    person.press(fa('obstacles.button.explain'));
    await answer(person, 'obstacles.explain.question', () => person.say('شعبهٔ مرکزی'));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('obstacles.explain.send')));
    await person.waitFor(fa('obstacles.explain.done'));
    expect(await said('desk.news.what.answer')).toHaveLength(1);

    await obstacles.add({ id, roles: [] }, caseId, { source: `add-${caseId}`, text: 'یک چیز دیگر', evidence: [] });
    expect(await said('desk.news.what.addition')).toHaveLength(1);

    await obstacles.move(actor, caseId, {
      from: 'under_review',
      to: 'not_ours',
      reason: 'جای دیگر',
      source: `not-${caseId}`,
    });
    await obstacles.move({ id, roles: [] }, caseId, {
      from: 'not_ours',
      to: 'reopened',
      reason: 'نه',
      source: `re-${caseId}`,
    });
    expect(await said('desk.news.what.reopened')).toHaveLength(1);
    await obstacles.move({ id, roles: [] }, caseId, {
      from: 'reopened',
      to: 'withdrawn',
      reason: '',
      source: `wd-${caseId}`,
    });
    expect(await said('desk.news.what.withdrawn')).toHaveLength(1);
    expect(newsOf(admin, title)).toHaveLength(before);
  });
});

it('tells what happened within ten minutes in one message, and what happened at night in the morning', async () => {
  const clock = { now: new Date('2026-11-21T20:30:00Z') };
  const world = await startWorld({ now: () => clock.now, telling: { togetherMs: 600_000, quiet: true } });
  const officer = await officerOf(world, 'telegram', { userId: OFFICER });
  const titles = ['نخستین گزارش شب', 'دومین گزارش شب', 'سومین گزارش شب'];
  for (const title of titles) {
    const { person } = await memberOf(world, 'telegram');
    await report(person, { ...REPORT, title });
    clock.now = new Date(clock.now.getTime() + 11 * 60_000);
  }
  await world.settled();
  const head = fa('desk.news.title').replaceAll(/<[^>]+>/g, '');
  const heard = () => officer.chat.filter(({ text }) => text.startsWith(head));
  expect(heard()).toEqual([]);
  // Eight in the morning in Tehran.
  clock.now = new Date('2026-11-22T04:31:00Z');
  await officer.waitFor(head, { any: true });
  await world.settled();
  expect(heard()).toHaveLength(1);
  for (const title of titles) expect(heard()[0]!.text).toContain(title);
  expect(heard()[0]!.text).toContain(fa('desk.news.count.report', { count: 3 }));
});
