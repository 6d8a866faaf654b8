import { describe, expect, it } from 'vitest';
import { outageMembers, playOutage } from '../../scripts/bench/outage.ts';
import { ADMIN_ID, faBegins, fa, startWorld } from '../support/app.ts';
import { officerOf } from '../support/journeys.ts';

describe('while Telegram is out of reach', () => {
  it('nothing is lost and nothing doubled of a broadcast and ten dialogues', async () => {
    const world = await startWorld({ sendsPerSecond: { telegram: 100, bale: 100 } });
    const members = await outageMembers(world.app, world.simulator, 120);
    const result = await playOutage({
      app: world.app,
      simulator: world.simulator,
      members,
      windowMs: 3_000,
      broken: true,
      round: 'نخست',
    });
    expect(result).toMatchObject({ lost: 0, doubled: 0, dialogues: 10 });
  }, 90_000);

  it('the other goes on, and the desk hears of the outage once and of its end once', async () => {
    const world = await startWorld({ outage: { noticeAfterMs: 300 } });
    const admin = await officerOf(world, 'bale', { userId: ADMIN_ID, role: 'admin' });
    const notices = (key: 'desk.outage.away' | 'desk.outage.back') =>
      admin.chat.filter(({ from, text }) => from === 'bot' && text.includes(faBegins(key).slice(0, 12))).length;
    const mend = world.server('telegram').faults.add({ method: '*', kind: 'drop-before' });
    // A long poll that is open would run to its end first: an update ends it.
    world.server('telegram').person({ firstName: 'یوسف' }).command('help');
    await admin.waitUntil(() => notices('desk.outage.away') === 1, { timeoutMs: 40_000 });
    admin.command('help');
    await admin.waitFor(
      fa('bot.help')
        .split('\n')[0]!
        .replaceAll(/<\/?b>/g, ''),
    );
    mend();
    await admin.waitUntil(() => notices('desk.outage.back') === 1, { timeoutMs: 15_000 });
    expect([notices('desk.outage.away'), notices('desk.outage.back')]).toEqual([1, 1]);
  }, 90_000);

  it('a start does not fail, and Telegram is served when it is back', async () => {
    const world = await startWorld();
    const [telegram, bale] = [world.server('telegram'), world.server('bale')];
    const mend = telegram.faults.add({ method: '*', kind: 'drop-before' });
    await world.restart();
    const onBale = bale.person({ firstName: 'مریم' });
    onBale.command('help');
    await onBale.waitUntil(() => onBale.chat.length > 1, { timeoutMs: 10_000 });
    const onTelegram = telegram.person({ firstName: 'مریم' });
    onTelegram.command('help');
    mend();
    await onTelegram.waitUntil(() => onTelegram.chat.length > 1, { timeoutMs: 15_000 });
    expect(onTelegram.chat.filter(({ from }) => from === 'bot')).toHaveLength(onBale.chat.length - 1);
  }, 60_000);
});
