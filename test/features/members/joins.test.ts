import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createDrafts } from '../../../src/bot/dialogue/drafts.ts';
import { createJoins, type Join } from '../../../src/features/members/joins.service.ts';
import type { MessengerName } from '../../../src/features/members/members.service.ts';
import { useWorld } from '../../support/app.ts';
import { systemNow } from '../../../src/system-clock.ts';

const PLACE = { provinceCode: '03', cityCode: '03-tabriz' };
const world = useWorld();
let people = 0;

const ADMIN = { id: new Types.ObjectId().toHexString(), roles: ['admin'] as const };
/** The part of the work that the newer account's officer answers for. */
const LIMITS = { categories: ['tax'], cities: [] };
const setScope = (memberId: string, scope: typeof LIMITS) =>
  world.app.features.cases.desk.setScope(ADMIN, memberId, scope, new Types.ObjectId().toHexString());

class Crash extends Error {}

/** The joining as the app wires it, with a hand on its steps. */
function joinsWith(afterStep: (step: string) => void = () => {}) {
  const { connection } = world.app.database;
  const { members, audit } = world.app.features;
  return createJoins({
    now: systemNow,
    connection,
    members,
    audit,
    tell: () => Promise.resolve(),
    // All that any room keeps: what one of them left behind shows here.
    movers: world.app.features.people.about.movers,
    afterStep,
  });
}

async function account(messenger: MessengerName) {
  people += 1;
  const userId = 5_000_000 + people;
  const { id } = await world.app.features.members.identify({ messenger, userId, chatId: userId });
  return { messenger, userId, chatId: userId, memberId: id };
}

/** Two members with one phone; the newer one has something of everything. */
async function twoOfOne() {
  const { connection } = world.app.database;
  const { members, people: rooms, businesses, obstacles, files, audit } = world.app.features;
  const old = await account('telegram');
  const fresh = await account('bale');
  const phone = `+98996${String(people).padStart(7, '0')}`;
  await members.saveProfile(old.memberId, { name: 'مریم احمدی', phone, ...PLACE });
  await members.saveProfile(fresh.memberId, { name: 'مریم', phone, ...PLACE });
  await members.setLanguage(fresh.memberId, 'en');
  await members.grant(fresh, 'officer');
  await setScope(fresh.memberId, LIMITS);
  const sealed = rooms.nationalCodes.sealTyped(nationalCode(people));
  if (sealed.ok) await rooms.nationalCodes.keep(fresh.memberId, sealed.sealed);
  await businesses.register({
    draftId: `business-${fresh.memberId}`,
    ownerId: fresh.memberId,
    name: 'کارگاه',
    kind: 'freelance',
    fields: ['sw_custom'],
    documents: [],
    ...PLACE,
  });
  const file = await files.keep({
    bytes: new Uint8Array([1, 2, 3]),
    kind: 'document',
    ownerId: fresh.memberId,
    source: `file-${fresh.memberId}`,
  });
  const report = { businessId: null, category: 'license', title: 'عنوان', description: 'شرح' };
  await obstacles.report({
    draftId: `case-${fresh.memberId}`,
    reporterId: fresh.memberId,
    evidence: [{ fileId: file.id, kind: 'document', caption: '' }],
    ...report,
  });
  const drafts = createDrafts({ now: systemNow, connection });
  for (const memberId of [old.memberId, fresh.memberId])
    await drafts.open({ memberId, dialogue: 'report', subject: '', answers: {}, update: `draft-${memberId}` });
  await audit.record({ actorId: fresh.memberId, act: 'test.act', subject: { kind: 'member', id: fresh.memberId } });
  await world.app.delivery.notify({
    key: `later-${fresh.memberId}`,
    recipient: { memberId: fresh.memberId, language: 'fa', accounts: [fresh] },
    kind: 'aside',
    payload: {},
    dueAt: new Date(Date.now() + 3_600_000),
  });
  return { old, fresh, phone };
}

/** A code that passes its check digit, another one for each number. */
function nationalCode(number: number): string {
  const digits = `99${String(number).padStart(7, '0')}`;
  const rest = Array.from(digits).reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11;
  return `${digits}${rest < 2 ? rest : 11 - rest}`;
}

async function offered({ old, fresh, phone }: Awaited<ReturnType<typeof twoOfOne>>): Promise<Join> {
  const joins = joinsWith();
  const outcome = await joins.offer(fresh, { phone, draftId: null });
  if (outcome.kind !== 'offered') throw new Error(`It was not offered: ${outcome.kind}`);
  await joins.answer(old, outcome.join.id, true);
  return outcome.join;
}

/** Without the keys that name something for good, and refer to nobody: what a notice is called, what made a thing. */
const NAMES: ReadonlySet<string> = new Set(['_id', 'draftId', 'source', 'lastUpdate']);
const withoutNames = (document: object): string =>
  JSON.stringify(document, (key, value: unknown) => (NAMES.has(key) ? undefined : value));

/** What must hold when two have become one, however it went. */
async function expectOne({ old, fresh }: Awaited<ReturnType<typeof twoOfOne>>): Promise<void> {
  const { connection } = world.app.database;
  const { members, businesses, obstacles, people: rooms } = world.app.features;
  const one = await members.find(old.memberId);
  expect(one?.accounts.map(({ messenger, userId }) => `${messenger}:${userId}`)).toEqual([
    `telegram:${old.userId}`,
    `bale:${fresh.userId}`,
  ]);
  expect(one).toMatchObject({ name: 'مریم احمدی', language: 'en', roles: ['officer'], hasNationalCode: true });
  const { desk } = world.app.features.cases;
  expect(await desk.scopeOf(old.memberId)).toEqual(LIMITS);
  expect(await desk.scopeOf(fresh.memberId)).toBeNull();
  expect(await rooms.nationalCodes.ownMasked(old.memberId)).toMatch(/^99\d\*\*\*\d{4}$/);
  expect(await businesses.ofMember(old.memberId)).toHaveLength(1);
  expect(await obstacles.ofReporter(old.memberId)).toHaveLength(1);
  const drafts = await createDrafts({ now: systemNow, connection }).ofMember(old.memberId);
  expect(drafts.map(({ status }) => status).toSorted()).toEqual(['open', 'waiting']);
  expect((await members.identify(fresh)).id).toBe(old.memberId);

  const shell = await connection.collection('members').findOne({ _id: new Types.ObjectId(fresh.memberId) });
  expect(shell).toMatchObject({ accounts: [], phone: null, name: null, nationalCode: null, roles: [] });
  expect(String(shell?.['mergedInto'])).toBe(old.memberId);
  for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
    if (name === 'joins') continue;
    const other = await connection
      .collection(name)
      .find({ _id: { $ne: new Types.ObjectId(fresh.memberId) } })
      .toArray();
    expect({ [name]: other.filter((document) => withoutNames(document).includes(fresh.memberId)) }).toEqual({
      [name]: [],
    });
  }
}

describe('a joining', () => {
  it('makes one member of two, and nothing refers to the emptied one', async () => {
    const both = await twoOfOne();
    const join = await offered(both);
    expect(await joinsWith().answer(both.fresh, join.id, true)).toMatchObject({ kind: 'joined' });
    await expectOne(both);
  });

  it('is whole after a crash behind any of its steps, whoever takes it up', async () => {
    const steps: string[] = [];
    const first = await twoOfOne();
    const firstJoin = await offered(first);
    await joinsWith((step) => steps.push(step)).answer(first.fresh, firstJoin.id, true);
    expect(steps.length).toBeGreaterThanOrEqual(10);

    const recoveries = {
      'the press is worked again': (join: Join, { fresh }: typeof first) => joinsWith().answer(fresh, join.id, true),
      'somebody writes from the newer account': (_: Join, { fresh }: typeof first) =>
        world.app.features.members.identify(fresh),
      'the job comes': () => Promise.resolve(),
    };
    for (let point = 0; point < steps.length; point += 1) {
      for (const [how, recover] of Object.entries(recoveries)) {
        const both = await twoOfOne();
        const join = await offered(both);
        let left = point;
        const crashing = joinsWith(() => {
          if (left === 0) throw new Crash(`behind ${steps[point]}, then ${how}`);
          left -= 1;
        });
        await expect(crashing.answer(both.fresh, join.id, true)).rejects.toThrow(Crash);
        // At no moment has an officer more of the work than was given.
        const { members, cases } = world.app.features;
        if ((await members.find(both.old.memberId))?.roles.includes('officer'))
          expect(await cases.desk.scopeOf(both.old.memberId)).toEqual(LIMITS);
        await recover(join, both);
        await joinsWith().tidyUp();
        await expectOne(both);
      }
    }
  }, 120_000);

  it('brings back no role that was taken while it was cut off', async () => {
    const { members } = world.app.features;
    const steps: string[] = [];
    const first = await twoOfOne();
    await joinsWith((step) => steps.push(step)).answer(first.fresh, (await offered(first)).id, true);
    for (let point = 0; point < steps.length; point += 1) {
      const both = await twoOfOne();
      const join = await offered(both);
      let left = point;
      const crashing = joinsWith(() => {
        if (left === 0) throw new Crash(`behind ${steps[point]}`);
        left -= 1;
      });
      await expect(crashing.answer(both.fresh, join.id, true)).rejects.toThrow(Crash);
      await members.revoke(both.fresh, 'officer');
      await joinsWith().tidyUp();
      expect({ [steps[point] ?? '']: (await members.identify(both.fresh)).roles }).toEqual({
        [steps[point] ?? '']: [],
      });
    }
  }, 60_000);

  it('leaves the limits of who had a role on the desk, and none where there were none', async () => {
    for (const own of [null, { categories: ['power'], cities: [] }]) {
      const both = await twoOfOne();
      await world.app.features.members.grant(both.old, 'officer');
      if (own) await setScope(both.old.memberId, own);
      const join = await offered(both);
      await joinsWith().answer(both.fresh, join.id, true);
      expect(await world.app.features.cases.desk.scopeOf(both.old.memberId)).toEqual(own);
    }
  });

  it('waits while one of the two waits to be deleted, and leaves the promise as it is', async () => {
    const { deletions } = world.app.features.people;
    for (const side of ['old', 'fresh'] as const) {
      const both = await twoOfOne();
      const joins = joinsWith();
      const join = await offered(both);
      const { memberId } = both[side];
      const due = await deletions.request(memberId);
      expect(await joins.answer(both.fresh, join.id, true)).toMatchObject({ kind: 'leaving', join });
      expect(await joins.offer(both.fresh, { phone: both.phone, draftId: null })).toEqual({ kind: 'leaving' });
      expect((await world.app.features.members.find(memberId))?.deletion?.dueAt).toEqual(due);
      await deletions.undo(memberId);
      expect(await joins.answer(both.fresh, join.id, true)).toMatchObject({ kind: 'joined' });
      await expectOne(both);
    }
  });

  it('is called off where one of the two asks for deletion while it is cut off before anything has moved', async () => {
    const { deletions } = world.app.features.people;
    const { members } = world.app.features;
    for (const side of ['old', 'fresh'] as const) {
      const both = await twoOfOne();
      const join = await offered(both);
      const crashing = joinsWith(() => {
        throw new Crash('behind the journal');
      });
      await expect(crashing.answer(both.fresh, join.id, true)).rejects.toThrow(Crash);
      await deletions.request(both[side].memberId);
      await joinsWith().tidyUp();
      expect((await members.find(both[side].memberId))?.deletion).not.toBeNull();
      expect((await members.identify(both.fresh)).id).toBe(both.fresh.memberId);
      await deletions.undo(both[side].memberId);
      expect(await joinsWith().answer(both.old, join.id, true)).toMatchObject({ kind: 'joined' });
      await expectOne(both);
    }
  });

  it('comes about once when both confirm at the same moment', async () => {
    const both = await twoOfOne();
    const joins = joinsWith();
    const outcome = await joins.offer(both.fresh, { phone: both.phone, draftId: null });
    if (outcome.kind !== 'offered') throw new Error(outcome.kind);
    const answers = await Promise.all([
      joins.answer(both.fresh, outcome.join.id, true),
      joins.answer(both.old, outcome.join.id, true),
    ]);
    expect(answers.some(({ kind }) => kind === 'joined')).toBe(true);
    await expectOne(both);
  });

  it('is offered three times a day at most, and not after «not me» for a week', async () => {
    const { old, fresh, phone } = await twoOfOne();
    const joins = joinsWith();
    const proof = { phone, draftId: null };
    const again = await joins.offer(fresh, proof);
    expect(await joins.offer(fresh, proof)).toEqual(again);
    if (again.kind !== 'offered') throw new Error(again.kind);
    await joins.answer(old, again.join.id, false);
    expect(await joins.offer(fresh, proof)).toEqual({ kind: 'too-many' });

    const other = await twoOfOne();
    for (let time = 0; time < 3; time += 1) {
      const offer = await joins.offer(other.fresh, { phone: other.phone, draftId: null });
      if (offer.kind !== 'offered') throw new Error(offer.kind);
      await joins.answer(other.fresh, offer.join.id, false);
    }
    expect(await joins.offer(other.fresh, { phone: other.phone, draftId: null })).toEqual({ kind: 'too-many' });
  });

  it('is offered neither to who has only an unproved phone, nor on the same messenger', async () => {
    const { fresh, phone } = await twoOfOne();
    const twin = await account('bale');
    const third = await account('telegram');
    expect(await joinsWith().offer(third, { phone: '+989960000000', draftId: null })).toEqual({ kind: 'nobody' });
    await world.app.database.connection
      .collection('members')
      .updateMany({ phone }, { $set: { phoneVerifiedAt: null } });
    expect(await joinsWith().offer(fresh, { phone, draftId: null })).toEqual({ kind: 'nobody' });
    await world.app.features.members.saveProfile(fresh.memberId, { name: 'مریم', phone, ...PLACE });
    expect(await joinsWith().offer(twin, { phone, draftId: null })).toEqual({ kind: 'nobody' });
  });

  it('can be made by who has the authority, with an imported record that nobody wrote from', async () => {
    const person = await account('telegram');
    const imported = new Types.ObjectId();
    await world.app.database.connection.collection('members').insertOne({
      _id: imported,
      accounts: [],
      name: 'مریم احمدی',
      phone: '+989950000001',
      roles: [],
      source: 'import',
      mergedInto: null,
    });
    const joins = joinsWith();
    expect(await joins.merge({ from: imported.toHexString(), to: person.memberId })).toBe('merged');
    expect(await joins.merge({ from: imported.toHexString(), to: person.memberId })).toBe('gone');
    const one = await world.app.features.members.find(person.memberId);
    expect(one).toMatchObject({ name: 'مریم احمدی', phone: null });
  });
});
