import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createDigests } from '../../../src/features/preferences/digests.service.ts';
import { createPreferences, nextDigest } from '../../../src/features/preferences/preferences.service.ts';
import { DEFAULT_QUIET_HOURS } from '../../../src/language/quiet-hours.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

/** Tehran is three and a half hours ahead: this is 10:30 there, a Wednesday. */
const WEDNESDAY = new Date('2026-11-25T07:00:00Z');
const NINE = new Date('2026-11-26T05:30:00Z');

const database = useDatabase();
let people = 0;
const somebody = (): string => (people += 1).toString(16).padStart(24, '0');

function open(start = WEDNESDAY) {
  const { connection } = database;
  const told: { key: string; memberId: string; newsIds: string[] }[] = [];
  const keys = new Set<string>();
  let time = start;
  let isReachable = true;
  const now = () => time;
  const preferences = createPreferences({ connection, now });
  const digests = createDigests({
    connection,
    now,
    async notify(digest) {
      if (isReachable && !keys.has(digest.key)) told.push(digest);
      if (isReachable) keys.add(digest.key);
      return Promise.resolve(isReachable);
    },
  });
  return {
    preferences,
    digests,
    told,
    at: (next: Date) => (time = next),
    away: (isAway: boolean) => (isReachable = !isAway),
  };
}

beforeAll(async () => {
  createDigests({ now: systemNow, connection: database.connection, notify: () => Promise.resolve(true) });
  await ensureIndexes(database.connection);
});

describe('preferences', () => {
  it('are the defaults for who takes back a choice that was never made', async () => {
    const { preferences } = open();
    const one = somebody();
    await preferences.mute(one, 'courses', false);
    expect(await preferences.of(one)).toMatchObject({ muted: [], pace: 'at-once', quiet: DEFAULT_QUIET_HOURS });
  });

  it('are the defaults for who never said anything, and are kept for who did', async () => {
    const { preferences } = open();
    const [one, other] = [somebody(), somebody()];
    expect(await preferences.of(one)).toMatchObject({ muted: [], pace: 'at-once', quiet: DEFAULT_QUIET_HOURS });
    await preferences.mute(one, 'courses', true);
    await preferences.mute(one, 'courses', true);
    await preferences.change(one, { pace: 'daily', hour: 17 });
    await preferences.change(one, { quiet: null });
    expect(await preferences.of(one)).toMatchObject({ muted: ['courses'], pace: 'daily', hour: 17, quiet: null });
    const ofThem = await preferences.ofMany([one, other]);
    expect(ofThem(one).muted).toEqual(['courses']);
    expect(ofThem(other).muted).toEqual([]);
    await preferences.mute(one, 'courses', false);
    expect((await preferences.of(one)).muted).toEqual([]);
    await preferences.forgetMember(one);
    expect((await preferences.of(one)).pace).toBe('at-once');
  });

  it('refuse hours and days that there are none of', async () => {
    const { preferences } = open();
    for (const change of [{ hour: 24 }, { hour: 7.5 }, { weekday: 7 }, { quiet: { from: 8, to: 8 } }])
      await expect(preferences.change(somebody(), change)).rejects.toThrow(RangeError);
  });

  it('wake nobody in their own quiet hours', async () => {
    const { preferences } = open();
    const [early, never] = [somebody(), somebody()];
    await preferences.change(early, { quiet: { from: 20, to: 6 } });
    await preferences.change(never, { quiet: null });
    const atNight = new Date('2026-11-25T17:00:00Z'); // 20:30
    expect(await preferences.atWakingHours(early, atNight)).toEqual(new Date('2026-11-26T02:30:00Z'));
    expect(await preferences.atWakingHours(never, atNight)).toEqual(atNight);
    expect(await preferences.atWakingHours(somebody(), atNight)).toEqual(atNight);
  });

  it('move to the person that two became, unless that one has chosen', async () => {
    const { preferences } = open();
    const [from, to, chosen] = [somebody(), somebody(), somebody()];
    await preferences.change(from, { pace: 'weekly' });
    await preferences.moveMember(from, to);
    await preferences.moveMember(from, to);
    expect((await preferences.of(to)).pace).toBe('weekly');
    await preferences.change(chosen, { pace: 'daily' });
    await preferences.moveMember(to, chosen);
    expect((await preferences.of(chosen)).pace).toBe('daily');
  });
});

describe('the next digest', () => {
  const daily = { muted: [], pace: 'daily', hour: 9, weekday: 6, quiet: null } as const;
  it('is at the hour of the day or of the weekday in Tehran, never now', () => {
    expect(nextDigest(daily, WEDNESDAY)).toEqual(NINE);
    expect(nextDigest(daily, NINE)).toEqual(new Date('2026-11-27T05:30:00Z'));
    expect(nextDigest({ ...daily, hour: 11 }, WEDNESDAY)).toEqual(new Date('2026-11-25T07:30:00Z'));
    expect(nextDigest({ ...daily, pace: 'weekly' }, WEDNESDAY)).toEqual(new Date('2026-11-28T05:30:00Z'));
    expect(nextDigest({ ...daily, pace: 'at-once' }, WEDNESDAY)).toBeNull();
  });
});

describe('digests', () => {
  const item = (newsId: string, topic: string | null = null) => ({ newsId, topic });

  it('gather what came before their moment, once, however often and wherever they are run', async () => {
    const { preferences, digests, told, at } = open();
    const [member, other] = [somebody(), somebody()];
    for (const one of [member, other]) await preferences.change(one, { pace: 'daily', hour: 9 });
    await digests.queue(item('n1'), [member]);
    await digests.queue(item('n1'), [member]);
    await digests.queue(item('n2'), [member]);
    await digests.runDue();
    expect(told).toEqual([]);
    at(new Date(NINE.getTime() + 60_000));
    await digests.queue(item('n3'), [member]);
    await Promise.all([digests.runDue(), digests.runDue()]);
    await digests.runDue();
    expect(told).toEqual([{ key: `digest:${member}:${NINE.toISOString()}`, memberId: member, newsIds: ['n1', 'n2'] }]);
    at(new Date(NINE.getTime() + 86_400_000));
    await digests.runDue();
    expect(told.slice(1).map(({ newsIds }) => newsIds)).toEqual([['n3']]);
    expect(await digests.holders('n1', [member, other])).toEqual(new Set([member]));
  });

  it('leave out a topic that was muted since, and a sending that was called off', async () => {
    const { preferences, digests, told, at } = open();
    const member = somebody();
    await preferences.change(member, { pace: 'daily', hour: 9 });
    await digests.queue(item('muted', 'courses'), [member]);
    await digests.queue(item('off', 'laws'), [member]);
    await digests.queue(item('kept', 'laws'), [member]);
    await preferences.mute(member, 'courses', true);
    await digests.drop('off');
    at(NINE);
    await digests.runDue();
    expect(told.map(({ newsIds }) => newsIds)).toEqual([['kept']]);
  });

  it('bring what waits at once to who leaves them, and keep it for who is out of reach', async () => {
    const { preferences, digests, told, at, away } = open();
    const [leaver, unreachable] = [somebody(), somebody()];
    for (const one of [leaver, unreachable]) await preferences.change(one, { pace: 'weekly' });
    await digests.queue(item('w1'), [leaver, unreachable]);
    await preferences.change(leaver, { pace: 'at-once' });
    await digests.runDue();
    expect(told.map(({ memberId, newsIds }) => [memberId, newsIds])).toEqual([[leaver, ['w1']]]);
    away(true);
    at(new Date('2026-11-28T05:30:00Z'));
    await digests.runDue();
    away(false);
    at(new Date('2026-12-05T05:30:00Z'));
    await digests.runDue();
    expect(told.slice(1).map(({ memberId, newsIds }) => [memberId, newsIds])).toEqual([[unreachable, ['w1']]]);
  });

  it('follow a person who became another', async () => {
    const { preferences, digests, told, at } = open();
    const [from, to] = [somebody(), somebody()];
    await preferences.change(to, { pace: 'daily', hour: 9 });
    await digests.queue(item('m1'), [from, to]);
    await digests.queue(item('m2'), [from]);
    await digests.moveMember(from, to);
    await digests.moveMember(from, to);
    at(NINE);
    await digests.runDue();
    expect(told.map(({ newsIds }) => newsIds.toSorted())).toEqual([['m1', 'm2']]);
  });
});
