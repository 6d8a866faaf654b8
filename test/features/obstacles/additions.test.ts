import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { useDatabase } from '../../support/database.ts';
import { newId, roomOn } from './support.ts';

const database = useDatabase();
const photo = (fileId: string) => ({ fileId, kind: 'photo' as const, caption: '' });

describe('what a reporter adds to a case', () => {
  beforeAll(async () => {
    roomOn(database.connection);
    await ensureIndexes(database.connection);
  });

  it('is added once, with its files, by the reporter only', async () => {
    const room = roomOn(database.connection);
    const made = await room.report();
    const reporter = { id: made.reporterId, roles: [] };
    const addition = { source: newId(), text: 'نامه پیدا شد', evidence: [photo('f1')] };
    const outcomes = await Promise.all([1, 2, 3].map(() => room.cases.add(reporter, made.id, addition)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['moved', 'moved', 'moved']);
    expect(await room.cases.find(made.id)).toMatchObject({
      evidence: [{ fileId: 'f1' }],
      additions: [{ files: 1, texts: [{ text: 'نامه پیدا شد' }] }],
      status: 'received',
    });
    for (const actor of [room.officer, { id: newId(), roles: [] }])
      expect((await room.cases.add(actor, made.id, { ...addition, source: newId() })).kind).toBe('forbidden');
    expect((await room.cases.add(reporter, 'no id', addition)).kind).toBe('forbidden');
  });

  it('keeps every version of what was edited, and every file, once', async () => {
    const room = roomOn(database.connection);
    const made = await room.report();
    const reporter = { id: made.reporterId, roles: [] };
    const source = newId();
    await room.cases.add(reporter, made.id, { source, text: 'یک', evidence: [photo('a')] });
    const edit = { source: newId(), text: 'دو', evidence: [photo('b')] };
    for (let time = 0; time < 3; time += 1) await room.cases.amend(reporter, made.id, source, edit);
    const there = await room.cases.find(made.id);
    expect(there?.additions[0]?.texts.map(({ text }) => text)).toEqual(['یک', 'دو']);
    expect(there?.evidence.map(({ fileId }) => fileId)).toEqual(['a', 'b']);
    expect((await room.cases.amend({ id: newId(), roles: ['admin'] }, made.id, source, edit)).kind).toBe('forbidden');
    expect((await room.cases.amend(reporter, made.id, 'no such addition', edit)).kind).toBe('forbidden');
  });

  it('answers a question of the secretariat, whose clock then runs again', async () => {
    const room = roomOn(database.connection);
    const asked = await room.caseIn('needs_information');
    expect(asked.clock.due).toBeNull();
    await room.cases.add({ id: asked.reporterId, roles: [] }, asked.id, {
      source: newId(),
      text: 'شعبهٔ دو',
      evidence: [],
    });
    const there = await room.cases.find(asked.id);
    expect(there).toMatchObject({ status: 'under_review' });
    expect(there?.history.at(-1)).toMatchObject({ party: 'reporter', from: 'needs_information' });
    expect(there?.clock.due).not.toBeNull();
  });

  it('is refused where the case has ended; an edit of what is in it is not', async () => {
    const room = roomOn(database.connection);
    const declared = await room.caseIn('declared_solved');
    const reporter = { id: declared.reporterId, roles: [] };
    const source = newId();
    await room.cases.add(reporter, declared.id, { source, text: 'هنوز نه', evidence: [] });
    const move = { from: 'declared_solved', to: 'solved', reason: '', source: newId() } as const;
    await room.cases.move(reporter, declared.id, move);
    const late = { source: newId(), text: 'دیر', evidence: [] };
    expect((await room.cases.add(reporter, declared.id, late)).kind).toBe('moved-on');
    expect((await room.cases.amend(reporter, declared.id, source, late)).kind).toBe('moved');
    expect((await room.cases.find(declared.id))?.additions).toHaveLength(1);
  });

  it('counts its files as evidence that outlives its sender', async () => {
    const room = roomOn(database.connection);
    const made = await room.report();
    await room.cases.add({ id: made.reporterId, roles: [] }, made.id, {
      source: newId(),
      text: '',
      evidence: [photo('x')],
    });
    expect(await room.cases.evidenceOf(made.reporterId)).toEqual(['x']);
  });
});
