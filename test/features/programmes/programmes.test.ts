import { Types } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { NOBODY, type Role } from '../../../src/features/members/members.service.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import {
  createProgrammes,
  type NotifyOfProgramme,
  type Programme,
  type ProgrammeTexts,
} from '../../../src/features/programmes/programmes.service.ts';
import { renderProgress } from '../../../src/features/programmes/programmes.chat.ts';
import { createPlans } from '../../../src/features/programmes/plans.service.ts';
import { createTranslations } from '../../../src/language/translator.ts';
import { useDatabase } from '../../support/database.ts';
import { newId } from '../obstacles/support.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();

const TEXTS: ProgrammeTexts = {
  title: 'فیبر نوری برای پاساژها',
  aim: 'ده پاساژ به اینترنت پایدار برسند.',
  section: 'زیرساخت',
  body: 'مخابرات',
  partners: ['شهرداری'],
  startOn: '2026-03-21',
  endOn: '2026-12-21',
  milestones: [
    { title: 'فهرست پاساژها', dueOn: '2026-05-05' },
    { title: 'پنج پاساژ نخست', dueOn: null },
  ],
  budgetRials: 8_000_000_000,
};

beforeAll(async () => {
  room();
  await ensureIndexes(database.connection);
});

const as = (...roles: Role[]) => ({ id: newId(), roles });

function room(casePeople: Record<string, string[]> = {}) {
  const told: Parameters<NotifyOfProgramme>[0][] = [];
  const clock = { now: new Date('2026-11-21T06:00:00Z') };
  const { connection } = database;
  const audit = createAudit({ now: systemNow, connection });
  const programmes = createProgrammes({
    connection,
    audit,
    now: () => clock.now,
    casePeople: (id) => Promise.resolve(casePeople[id] ?? []),
    notify(notice) {
      if (!told.some(({ key }) => key === notice.key)) told.push(notice);
      return Promise.resolve();
    },
  });
  return {
    programmes,
    audit,
    told,
    clock,
    running: async (): Promise<Programme> => {
      const head = as('head');
      const written = await programmes.write(head, TEXTS, newId());
      if (written.kind !== 'done') throw new Error(written.kind);
      const begun = await programmes.move(head, written.programme.id, { to: 'running', source: newId() });
      if (begun.kind !== 'done') throw new Error(begun.kind);
      told.length = 0;
      clock.now = new Date(clock.now.getTime() + 3_600_000);
      return begun.programme;
    },
  };
}

describe('who may what', () => {
  it.each(['head', 'council', 'admin'] as const)('lets a %s write, begin and note', async (role) => {
    const { programmes, audit } = room();
    const actor = as(role);
    const written = await programmes.write(actor, TEXTS, newId());
    expect(written).toMatchObject({ kind: 'done', programme: { state: 'draft', progress: 0 } });
    const id = written.kind === 'done' ? written.programme.id : '';
    expect(await programmes.move(actor, id, { to: 'running', source: newId() })).toMatchObject({ kind: 'done' });
    expect(await programmes.report(actor, id, { progress: 20, text: 'آغاز شد', source: newId() })).toMatchObject({
      programme: { progress: 20 },
    });
    const acts = (await audit.list({ subject: { kind: 'programme', id }, limit: 10 })).map(({ act }) => act);
    expect(acts).toEqual(['programme.progress', 'programme.running', 'programme.write']);
  });

  it('lets an officer keep a programme, but neither write nor end it, and a member nothing', async () => {
    const { programmes, running } = room();
    const { id } = await running();
    const [officer, member] = [as('officer'), as()];
    const obstacle = { id: newId(), code: '12345674' };
    const source = newId();
    for (const actor of [officer, member]) {
      expect(await programmes.write(actor, TEXTS, newId())).toEqual({ kind: 'forbidden' });
      expect(await programmes.revise(actor, id, TEXTS, newId())).toEqual({ kind: 'forbidden' });
      expect(await programmes.move(actor, id, { to: 'stopped', source })).toEqual({ kind: 'forbidden' });
    }
    expect(await programmes.report(member, id, { progress: 9, text: 'خیر', source })).toEqual({ kind: 'forbidden' });
    expect(await programmes.reach(member, id, { index: 0, source })).toEqual({ kind: 'forbidden' });
    expect(await programmes.link(member, id, { obstacle, source })).toEqual({ kind: 'forbidden' });
    expect(await programmes.report(officer, id, { progress: 9, text: 'بله', source })).toMatchObject({ kind: 'done' });
    expect(await programmes.reach(officer, id, { index: 0, source: newId() })).toMatchObject({ kind: 'done' });
    expect(await programmes.link(officer, id, { obstacle, source })).toMatchObject({ kind: 'done' });
  });

  it('shows a draft to those who keep programmes only', async () => {
    const { programmes } = room();
    const written = await programmes.write(as('council'), TEXTS, newId());
    const { id, number } = written.kind === 'done' ? written.programme : { id: '', number: 0 };
    expect(await programmes.find({ roles: [] }, id)).toBeNull();
    expect(await programmes.byNumber({ roles: [] }, number)).toBeNull();
    expect(await programmes.find({ roles: ['officer'] }, id)).not.toBeNull();
    const seen = await programmes.page({ roles: [] }, { skip: 0, limit: 100 });
    expect(seen.programmes.some((one) => one.id === id)).toBe(false);
    const running = await programmes.running();
    expect(running.some((one) => one.id === id)).toBe(false);
  });
});

describe('the course of a programme', () => {
  it('keeps every note, and the same source adds one', async () => {
    const { programmes, running } = room();
    const { id } = await running();
    const officer = as('officer');
    const notes = Array.from({ length: 5 }, (_, index) => ({
      progress: index * 10,
      text: `گام ${index}`,
      source: newId(),
    }));
    // Five at once, and each of them twice.
    await Promise.all([...notes, ...notes].map((note) => programmes.report(officer, id, note)));
    const found = await programmes.find(officer, id);
    expect(
      found?.notes
        .filter(({ text }) => text !== '')
        .map(({ text }) => text)
        .toSorted(),
    ).toEqual(notes.map(({ text }) => text));
  });

  it('goes from state to state along its table, and is at a hundred when it is finished', async () => {
    const { programmes, running } = room();
    const { id } = await running();
    const head = as('head');
    const go = (to: 'draft' | 'running' | 'finished' | 'stopped') => programmes.move(head, id, { to, source: newId() });
    expect(await go('draft')).toMatchObject({ kind: 'moved-on' });
    expect(await go('stopped')).toMatchObject({ kind: 'done' });
    const source = newId();
    expect(await programmes.report(head, id, { progress: 5, text: 'بی‌جا', source })).toMatchObject({
      kind: 'moved-on',
    });
    expect(await go('finished')).toMatchObject({ kind: 'moved-on' });
    expect(await go('running')).toMatchObject({ kind: 'done' });
    expect(await go('finished')).toMatchObject({ kind: 'done', programme: { progress: 100 } });
  });

  it('keeps what was reached when its texts change, and refuses an end before the start', async () => {
    const { programmes, running } = room();
    const { id } = await running();
    const head = as('head');
    await programmes.reach(head, id, { index: 0, source: newId() });
    expect(await programmes.reach(head, id, { index: 0, source: newId() })).toMatchObject({ kind: 'moved-on' });
    const milestones = [{ title: 'گامی تازه', dueOn: null }, ...TEXTS.milestones];
    const revised = await programmes.revise(head, id, { ...TEXTS, milestones }, newId());
    const after = revised.kind === 'done' ? revised.programme.milestones : [];
    expect(after.map(({ doneAt }) => doneAt !== null)).toEqual([false, true, false]);
    await expect(programmes.revise(head, id, { ...TEXTS, endOn: '2026-03-20' }, newId())).rejects.toThrow(RangeError);
  });

  it('takes in a seed once', async () => {
    const { programmes } = room();
    const given = { ...TEXTS, origin: `seed:${newId()}`, progress: 30, state: 'running' as const, sample: true };
    expect(await programmes.takeIn(given)).toBe(true);
    expect(await programmes.takeIn({ ...given, title: 'دیگر' })).toBe(false);
  });
});

describe('who is told', () => {
  it('tells followers and the people of linked cases, who may leave for good, in one message for ten minutes', async () => {
    const [follower, reporter, fellow, leaver] = [newId(), newId(), newId(), newId()];
    const obstacle = { id: newId(), code: '12345674' };
    const { programmes, running, told, clock } = room({ [obstacle.id]: [reporter, fellow, leaver] });
    const { id } = await running();
    const officer = as('officer');
    await programmes.followers.set(id, follower, true);
    await programmes.followers.set(id, leaver, false);
    await programmes.link(officer, id, { obstacle, source: newId() });
    await programmes.link(officer, id, { obstacle, source: newId() });
    expect((await programmes.find(officer, id))?.cases).toHaveLength(1);

    const note = (progress: number) => programmes.report(officer, id, { progress, text: 'خبر', source: newId() });
    await note(10);
    clock.now = new Date(clock.now.getTime() + 5 * 60_000);
    await note(20);
    expect(told.map(({ memberId }) => memberId).toSorted()).toEqual([follower, reporter, fellow].toSorted());
    clock.now = new Date(clock.now.getTime() + 6 * 60_000);
    await note(30);
    expect(told).toHaveLength(6);
    expect(new Set(told.map(({ payload }) => payload.batch)).size).toBe(2);
    const found = await programmes.find(officer, id);
    expect(found && (await programmes.followers.hears(found, fellow))).toBe(true);
    expect(found && (await programmes.followers.hears(found, leaver))).toBe(false);
    expect(found && (await programmes.followers.hears(found, newId()))).toBe(false);
  });

  it('tells what a process that died has left untold, once', async () => {
    const { programmes, running, told } = room();
    const { id } = await running();
    const follower = newId();
    await programmes.followers.set(id, follower, true);
    await programmes.report(as('head'), id, { progress: 10, text: 'خبر', source: newId() });
    const items = database.connection.collection('programmes');
    await items.updateOne(
      { number: (await programmes.find({ roles: ['head'] }, id))?.number },
      { $set: { untold: 1 } },
    );
    told.length = 0;
    await programmes.tellUntold();
    await programmes.tellUntold();
    expect(told.map(({ memberId }) => memberId)).toEqual([follower]);
    expect(await items.countDocuments({ untold: { $exists: true } })).toBe(0);
  });

  it('leaves a crowd to the job, which tells each of them', async () => {
    const { programmes, running, told } = room();
    const { id } = await running();
    await database.connection.collection('programmeFollowers').insertMany(
      Array.from({ length: 501 }, () => ({
        programmeId: new Types.ObjectId(id),
        memberId: new Types.ObjectId(),
        follows: true,
      })),
    );
    await programmes.report(as('head'), id, { progress: 10, text: 'خبر', source: newId() });
    expect(told).toEqual([]);
    await programmes.tellUntold();
    expect(told).toHaveLength(501);
  });

  it('moves what a member follows and noted to the other account, and forgets it', async () => {
    const { programmes, running } = room();
    const { id } = await running();
    const [old, own] = [as('head'), newId()];
    await programmes.followers.set(id, old.id, true);
    await programmes.report(old, id, { progress: 10, text: 'خبر', source: newId() });
    await programmes.moveMember(old.id, own);
    const moved = await programmes.find(old, id);
    expect(moved && (await programmes.followers.hearersOf(moved))).toEqual([own]);
    expect(moved?.notes.at(-1)?.by).toBe(own);
    await programmes.forgetMember(own, NOBODY);
    const left = await programmes.find(old, id);
    expect(left && (await programmes.followers.hearersOf(left))).toEqual([]);
    expect(left?.notes.at(-1)?.by).toBe(NOBODY);
  });
});

it('offers the running programmes to a case, and takes other words as they are', async () => {
  const { programmes, running } = room();
  const plans = createPlans({ programmes });
  const { id, number, title } = await running();
  await plans.refresh();
  const code = `programme-${number}`;
  expect(plans.options()).toContainEqual({ code, label: title });
  expect(await plans.read(code)).toEqual({ name: title, programmeId: id });
  expect(await plans.read('طرحی دیگر')).toEqual({ name: 'طرحی دیگر', programmeId: null });
});

describe('a notice that has waited', () => {
  it('is not sent to who has left the programme meanwhile', async () => {
    const { programmes, running, told } = room();
    const { id } = await running();
    const [stays, leaves] = [newId(), newId()];
    for (const member of [stays, leaves]) await programmes.followers.set(id, member, true);
    await programmes.report(as('officer'), id, { progress: 30, text: 'پنج پاساژ وصل شد', source: newId() });
    expect(told.map(({ memberId }) => memberId).toSorted()).toEqual([stays, leaves].toSorted());
    await programmes.followers.set(id, leaves, false);
    const t = createTranslations({ onProblem: () => {} }).translator('fa');
    const sentTo = await Promise.all(
      told.map(async ({ memberId, payload }) =>
        (await renderProgress(programmes, payload, { t, memberId })).length > 0 ? [memberId] : [],
      ),
    );
    expect(sentTo.flat()).toEqual([stays]);
  });
});
