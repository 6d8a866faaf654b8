import { describe, expect, it } from 'vitest';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report, somebody } from '../support/journeys.ts';

const OTHER: Record<MessengerName, MessengerName> = { telegram: 'bale', bale: 'telegram' };

describe.each(MESSENGERS)('the desk on %s', (messenger) => {
  const world = useWorld();

  async function openCard(officer: Person, title: string): Promise<void> {
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
    await officer.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label.includes(title)));
    officer.press(title);
    await officer.waitFor(REPORT.description);
  }

  it('takes, answers and solves a case; the member is told on the own messenger, reopens it and at last confirms', async () => {
    const { person, id } = await memberOf(world, OTHER[messenger]);
    const officer = await officerOf(world, messenger);
    const title = `پروانهٔ ${messenger === 'bale' ? 'فروشگاه' : 'دفتر'} ما تمدید نشد`;
    await report(person, { ...REPORT, title });
    const status = async () => (await world.app.features.obstacles.ofReporter(id))[0]?.status;

    await openCard(officer, title);
    officer.press(fa('desk.button.take'));
    await officer.waitUntil(() => officer.toasts.at(-1)?.text === fa('desk.act.taken'));
    await person.waitFor('در حال بررسی', { any: true });

    officer.press(fa('desk.button.answer'));
    await answer(officer, 'desk.answer.question', () => officer.say('با اتحادیه نامه‌نگاری کردیم.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.answer.send')));
    await officer.waitFor(fa('desk.act.answered'));
    await person.waitFor('با اتحادیه نامه‌نگاری کردیم.', { any: true });
    expect(await status()).toBe('in_progress');

    for (const [solution, reply] of [
      ['پروانه صادر شد.', 'notSolved'],
      ['این بار پروانه به دست شما رسید.', 'solved'],
    ] as const) {
      await openCard(officer, title);
      officer.press(fa('desk.button.solved'));
      await answer(officer, 'desk.solution.question', () => officer.say(solution));
      await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('desk.solution.send')));
      await officer.waitFor(fa('desk.act.answered'));
      await person.waitFor(solution, { any: true });
      expect(await status()).toBe('declared_solved');
      person.press(fa(`obstacles.button.${reply}`));
      if (reply === 'notSolved') {
        await answer(person, 'obstacles.reopen.question', () => person.say('هنوز پروانه نیامده است.'));
        await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('obstacles.reopen.send')));
        await person.waitFor(fa('obstacles.act.reopen'));
        expect(await status()).toBe('reopened');
      } else {
        await person.waitFor(fa('obstacles.act.solved'));
        expect(await status()).toBe('solved');
      }
    }
    // Each change is told once.
    await world.settled();
    const told = person.chat.filter(({ from, text }) => from === 'bot' && text.includes('با اتحادیه نامه‌نگاری کردیم.'));
    expect(told.filter(({ text }) => text.includes(faBegins('obstacles.changed.status')))).toHaveLength(1);
  });

  it('lets only the first of two officers take a case, and tells the second', async () => {
    const { person } = await memberOf(world, messenger);
    const title = 'بیمهٔ قرارداد نرم‌افزار';
    await report(person, { ...REPORT, title });
    const first = await officerOf(world, messenger);
    const second = await officerOf(world, messenger, { userId: 9002 });
    await openCard(first, title);
    await openCard(second, title);
    first.press(fa('desk.button.take'));
    await first.waitUntil(() => first.toasts.at(-1)?.text === fa('desk.act.taken'));
    second.press(fa('desk.button.take'));
    await second.waitUntil(() => second.toasts.at(-1)?.text === fa('desk.act.movedOn'));
    const [obstacle] =
      (
        await world.app.features.obstacles.queue({ id: '', roles: ['officer'] }, 'open', { skip: 0, limit: 50 })
      )?.cases.filter((one) => one.title === title) ?? [];
    expect(obstacle?.history.filter(({ to }) => to === 'under_review')).toHaveLength(1);
  });

  it('shows no phone of the reporter on a card', async () => {
    const { person } = await memberOf(world, messenger);
    await report(person, { ...REPORT, title: 'کارت بدون شماره' });
    const officer = await officerOf(world, messenger);
    await openCard(officer, 'کارت بدون شماره');
    expect(officer.transcript()).not.toContain(person.record.phone?.slice(2));
  });

  it('gives nothing to who presses the desk’s buttons without a role, or after losing it', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person, { ...REPORT, title: 'گزارشی برای کنجکاوها' });
    const [obstacle] = await world.app.features.obstacles.ofReporter(id);
    const stranger = somebody(world, messenger, 'غریبه');
    stranger.command('start');
    const shown = await stranger.waitFor(fa('bot.prompt'));
    const before = stranger.chat.length;
    for (const data of [
      'dh1',
      'dq1:open:0',
      'dq1:constructor:0',
      `dc1:${obstacle?.id}`,
      `da1:${obstacle?.id}:take`,
      `da1:${obstacle?.id}:answer`,
      `da1:${obstacle?.id}:solved`,
      'dx1::list',
      'dn1',
      `oc1:${obstacle?.id}`,
      `or1:${obstacle?.id}:withdraw-sure`,
      `or1:${obstacle?.id}:solved`,
      `oe1:${obstacle?.id}`,
      `ns1:${obstacle?.id}:sure`,
    ]) {
      stranger.pressData(data, shown);
    }
    await world.settled();
    expect(stranger.toasts.every(({ text }) => text !== '')).toBe(true);
    expect(stranger.chat.slice(before).filter(({ text }) => text.includes('کنجکاوها'))).toEqual([]);
    expect(stranger.transcript()).not.toContain('کنجکاوها');
    stranger.command('desk');
    await world.settled();
    expect(stranger.transcript()).not.toContain('میز دبیرخانه');
    expect(await world.app.features.obstacles.find(obstacle?.id ?? '')).toMatchObject({
      status: 'received',
      assigneeId: null,
    });
  });
});
