import { beforeEach, describe, expect, test } from 'vitest';
import { createGapWatch, type Gap } from '../../src/inbox/gaps.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';

const database = useDatabase();
const source = { messenger: 'bale', botId: 7 } as const;
const HOUR = 3_600_000;
const start = new Date('2026-11-01T08:00:00Z').getTime();
let time = start;
beforeEach(async () => {
  time = start;
  await database.connection.collection('receptions').deleteMany({});
});

function begin(onGap: (gap: Gap) => Promise<void> = () => Promise.resolve()) {
  const gaps: Gap[] = [];
  const watch = createGapWatch({
    connection: database.connection,
    logger,
    now: () => new Date(time),
    onGap: (gap) => {
      gaps.push(gap);
      return onGap(gap);
    },
  });
  return { gaps, note: watch(source), watch };
}
const stored = async () => (await database.connection.collection('receptions').findOne())?.['at'] as Date | undefined;

describe('the last reception', () => {
  test('is written once a minute at most', async () => {
    const { note } = begin();
    for (let seconds = 0; seconds < 60; seconds += 10) {
      time = start + seconds * 1_000;
      await note();
    }
    expect(await stored()).toEqual(new Date(start));
    time = start + 60_000;
    await note();
    expect(await stored()).toEqual(new Date(time));
  });

  test('more than 24 hours before the next one is a gap, also for another process', async () => {
    await begin().note();
    time += 24 * HOUR;
    const within = begin();
    await within.note();
    time += 24 * HOUR + 1;
    const beyond = begin();
    await beyond.note();
    await beyond.note();
    expect(within.gaps).toEqual([]);
    expect(beyond.gaps).toEqual([{ messenger: 'bale', from: new Date(start + 24 * HOUR), to: new Date(time) }]);
  });

  test('of another bot says nothing', async () => {
    const { gaps, watch, note } = begin();
    await note();
    time += 48 * HOUR;
    await watch({ ...source, botId: 8 })();
    expect(gaps).toEqual([]);
  });

  test('stays what it was until somebody could be told of the gap', async () => {
    await begin().note();
    time += 30 * HOUR;
    let isAway = true;
    const { gaps, note } = begin(() => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()));
    await note();
    isAway = false;
    time += 1_000;
    await note();
    await note();
    expect(gaps.map(({ from }) => from)).toEqual([new Date(start), new Date(start)]);
    expect(await stored()).toEqual(new Date(time));
  });

  test('is noted again after the clock was set back', async () => {
    const { gaps, note } = begin();
    await note();
    time -= 48 * HOUR;
    await note();
    expect([gaps, await stored()]).toEqual([[], new Date(time)]);
  });
});
