import { setTimeout as delay } from 'node:timers/promises';
import type { Doubt } from '../../../src/delivery/contract.ts';
import { finding, type Finding } from '../harness/finding.ts';
import { onStage } from './stage.ts';
import { mulberry } from '../data/measure.ts';
import { median } from '../harness/statistics.ts';

const KILLS = 60;
const PER_SECOND = 30;
const COUNT = 4000;
/** A bot lives for so long after its first message: by chance, between these. */
const [SHORTEST_LIFE_MS, LONGEST_LIFE_MS] = [100, 1200];
const LONGEST_WAIT_MS = 20_000;

/** The bot's process is killed at sixty random moments of a sending, and started again at once each time. */
export function playKills(doubt: Doubt): Promise<Finding[]> {
  return onStage({ perSecond: PER_SECOND, recipients: COUNT }, async (stage) => {
    const settings = { afterCrash: doubt, afterBreak: doubt };
    const random = mulberry(1405);
    let bot = await stage.bot({ settings });
    const id = await stage.prepared(bot, COUNT);
    await bot.ask.start(id);
    const waits: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(SHORTEST_LIFE_MS + random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
      await bot.kill();
      const startedAt = Date.now();
      bot = await stage.bot({ settings });
      waits.push(await firstMessageAfter(startedAt));
    }
    const { refused } = await stage.messenger.calls({ since: 0 });
    await bot.kill();

    // The rest is only to be complete, not to be watched.
    await stage.messenger.limits({});
    await stage.forgetRate();
    bot = await stage.bot({ believed: 1000, settings });
    await stage.until(bot, id, 'done');
    const progress = await bot.ask.progress(id);
    const inDoubt = await bot.ask.inDoubt(id);
    const { lost, twice } = await stage.messenger.counts({ count: COUNT, except: inDoubt });
    const worst = Math.max(...waits);

    async function firstMessageAfter(since: number): Promise<number> {
      while (Date.now() - since < LONGEST_WAIT_MS) {
        const { first } = await stage.messenger.calls({ since });
        if (first !== null) return first - since;
        await delay(20);
      }
      return LONGEST_WAIT_MS;
    }

    const after = finding(
      '… next message after the restart, worst; 429s',
      '≤ 2 s; 0',
      `${(worst / 1000).toFixed(2)} s (median ${(median(waits) / 1000).toFixed(2)}); ${refused}`,
      worst <= 2000 && refused === 0,
    );
    if (doubt === 'leave') {
      return [
        finding(
          `${KILLS} kills, at most once: doubled; lost and not listed`,
          '0; 0',
          `${twice}; ${lost.length} (${inDoubt.length} listed)`,
          twice === 0 && lost.length === 0,
        ),
        after,
      ];
    }
    const perKill = (progress?.ambiguous ?? 0) / KILLS;
    return [
      finding(
        `${KILLS} kills at ${PER_SECOND}/s: lost; doubled; in doubt a kill`,
        '0; ≤ in doubt; ≤ 6',
        `${lost.length}; ${twice}; ${perKill.toFixed(1)}`,
        lost.length === 0 && twice <= (progress?.ambiguous ?? 0) && perKill <= 6,
      ),
      after,
    ];
  });
}
