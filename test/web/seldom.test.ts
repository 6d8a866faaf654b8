import { expect, it } from 'vitest';
import { seldom } from '../../src/web/seldom.ts';

const LONG = { everyMs: 60_000, patienceMs: 5_000 };

it('reads once for all who look within the time, also those who look at once', async () => {
  let reads = 0;
  const look = seldom(async () => (reads += 1), LONG);
  expect(await Promise.all([look(), look(), look()])).toEqual([1, 1, 1]);
  expect(await look()).toBe(1);
  expect(await seldom(async () => (reads += 1), { ...LONG, everyMs: 0 })()).toBe(2);
});

it('does not keep who looks waiting for a slow reading, which the next look finds', async () => {
  let finish: (value: string) => void = () => {};
  const reading = new Promise<string>((resolve) => (finish = resolve));
  const look = seldom(() => reading, { ...LONG, patienceMs: 5 });
  expect(await look()).toBeUndefined();
  finish('counted');
  await reading;
  expect(await look()).toBe('counted');
});

it('gives nothing old where the last reading failed', async () => {
  const readings = [Promise.resolve(1), Promise.reject(new Error('away')), Promise.resolve(3)];
  const look = seldom(() => readings.shift() ?? Promise.resolve(0), { ...LONG, everyMs: 0 });
  expect([await look(), await look(), await look()]).toEqual([1, undefined, 3]);
});
