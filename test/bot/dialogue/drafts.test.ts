import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createDrafts } from '../../../src/bot/dialogue/drafts.ts';
import { openDatabase } from '../../../src/database/connect.ts';
import { silentLogger } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

it('of answers that come at once each changes its own draft once, and of two to one draft only one counts', async () => {
  const dbName = `drafts_${randomUUID().replaceAll('-', '')}`;
  const database = await openDatabase({ uri: inject('mongoUri') }, { logger: silentLogger, dbName });
  onTestFinished(async () => {
    await database.connection.dropDatabase();
    await database.close();
  });
  const drafts = createDrafts({ now: systemNow, connection: database.connection });
  const begin = async (name: string) => {
    const memberId = new Types.ObjectId().toHexString();
    const begun = { memberId, dialogue: 'form', subject: '', update: 'begun', answers: { first: name } };
    return (await drafts.open(begun)).draft!;
  };
  const answer = (draft: Awaited<ReturnType<typeof begin>>, update: string) =>
    drafts.answer(draft, update, { key: 'second', value: update, overtaken: ['first'] });

  const all = await Promise.all(Array.from({ length: 20 }, (_, index) => begin(`${index}`)));
  const doubled = all.slice(0, 3);
  const outcomes = await Promise.all([
    ...all.map((draft, index) => answer(draft, `u${index}`)),
    ...doubled.map((draft, index) => answer(draft, `other${index}`)),
  ]);

  const stored = await Promise.all(all.map(({ id, memberId }) => drafts.load(id, memberId)));
  expect(stored.map((draft) => draft?.answers)).toEqual(all.map((_, index) => ({ second: `u${index}` })));
  // What is given back is what is stored.
  expect(outcomes.map((draft) => draft && { ...draft, updatedAt: null, expiresAt: null })).toEqual([
    ...stored.map((draft) => ({ ...draft, updatedAt: null, expiresAt: null })),
    ...doubled.map(() => null),
  ]);
  expect(await answer(stored[0]!, 'u0'), 'the same update again').toBeNull();
});
