import { expect, it } from 'vitest';
import { isDatabaseAway } from '../../src/database/away.ts';
import { inTime } from '../../src/database/in-time.ts';

it('a command that is never answered is given up as if the database were away, and others are as they are', async () => {
  const failure = await inTime(new Promise(() => {}), 5).catch((error: unknown) => error);
  expect(isDatabaseAway(failure)).toBe(true);
  expect(await inTime(Promise.resolve('found'), 5)).toBe('found');
  await expect(inTime(Promise.reject(new Error('refused')), 5)).rejects.toThrow('refused');
});
