import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createLeaving } from '../../../src/features/businesses/leaving.service.ts';
import { createDeletions, type Forgetter } from '../../../src/features/members/deletions.service.ts';
import { createImportedMembers } from '../../../src/features/members/imported-members.service.ts';
import { NOBODY } from '../../../src/features/members/members.service.ts';
import { useWorld } from '../../support/app.ts';
import { systemNow } from '../../../src/system-clock.ts';

const PLACE = { provinceCode: '03', cityCode: '03-tabriz' };
const UNDO_DAYS = 7;
const UNDO_MS = UNDO_DAYS * 86_400_000;
const world = useWorld();
let people = 0;

async function member() {
  people += 1;
  const account = { messenger: 'bale' as const, userId: 6_000_000 + people, chatId: 6_000_000 + people };
  const { members } = world.app.features;
  const { id } = await members.identify(account);
  const phone = `+98993${String(people).padStart(7, '0')}`;
  await members.saveProfile(id, { name: 'مریم احمدی', phone, ...PLACE });
  return { id, account, phone };
}

/** Somebody without an account who has a business, as a list brings them. */
async function listed(phone: string) {
  const id = new Types.ObjectId().toHexString();
  await createImportedMembers({ connection: world.app.database.connection, now: systemNow }).add([
    { id, name: 'زهرا رضایی', phone, ...PLACE },
  ]);
  return { id, business: await business(id) };
}

/** A case of somebody who called the secretariat before they were a member, so under a record of its own. */
async function called(phone: string) {
  const members = world.app.database.connection.collection('members');
  const { insertedId } = await members.insertOne({ accounts: [], name: 'زهرا رضایی', phone, source: 'assisted' });
  const id = insertedId.toHexString();
  const made = await world.app.features.obstacles.report({
    draftId: `call-${id}`,
    reporterId: id,
    businessId: null,
    category: 'license',
    title: 'عنوان',
    description: 'شرح',
    evidence: [],
  });
  return { id, caseId: made.id };
}

function deletionsAt(now: Date, afterStep: (step: string) => void = () => {}) {
  const { connection } = world.app.database;
  const { audit, obstacles, files } = world.app.features;
  const leaving = createLeaving({ connection, audit });
  const forgetters: Forgetter[] = [
    {
      name: 'files',
      forget: async ({ id }) => files.forgetMember(id, { keep: await obstacles.evidenceOf(id), nobody: NOBODY }),
    },
    { name: 'obstacles', forget: ({ id }) => obstacles.forgetMember(id, NOBODY) },
    { name: 'businesses', forget: ({ id }) => leaving.forgetMember(id) },
  ];
  const { claims } = world.app.features.databank;
  const isSomebodyElse = (record: string, id: string) => claims.hasRefused(id, record);
  return createDeletions({
    connection,
    audit,
    forgetters,
    isSomebodyElse,
    undoDays: UNDO_DAYS,
    now: () => now,
    afterStep,
  });
}

const business = (ownerId: string) =>
  world.app.features.businesses.register({
    draftId: `of-${ownerId}`,
    ownerId,
    name: 'کارگاه',
    kind: 'freelance',
    fields: ['sw_custom'],
    documents: [],
    listed: true,
    ...PLACE,
  });

describe('a deletion', () => {
  const start = new Date();
  const later = new Date(start.getTime() + UNDO_MS + 1);

  it('keeps evidence and deletes other files, wherever it was cut off', async () => {
    const { obstacles, files, members } = world.app.features;
    for (const cutAfter of ['files', 'obstacles', 'businesses', 'recorded', 'nothing']) {
      const { id, account } = await member();
      const keep = (source: string) =>
        files.keep({ bytes: new Uint8Array([1]), kind: 'document', ownerId: id, source: `${source}-${id}` });
      const [evidence, other] = [await keep('evidence'), await keep('other')];
      const own = await obstacles.report({
        draftId: `case-${id}`,
        reporterId: id,
        businessId: null,
        category: 'license',
        title: 'عنوان',
        description: 'شرح',
        evidence: [{ fileId: evidence.id, kind: 'document', caption: 'نامه' }],
      });
      await deletionsAt(start).request(id);
      const crashing = deletionsAt(later, (step) => {
        if (step === cutAfter) throw new Error(`cut off after ${step}`);
      });
      if (cutAfter === 'nothing') await crashing.runDue();
      else await expect(crashing.runDue()).rejects.toThrow(cutAfter);
      // Begun, it can't be undone, and who writes is somebody new.
      expect(await deletionsAt(start).undo(id)).toBe(false);
      expect((await members.identify(account)).id).not.toBe(id);
      await deletionsAt(later).runDue();

      expect(await members.find(id)).toBeNull();
      expect(await files.find(evidence.id)).toMatchObject({ ownerId: NOBODY });
      expect(await files.find(other.id)).toBeNull();
      expect(await obstacles.find(own.id)).toMatchObject({ reporterId: NOBODY, evidence: [{ caption: 'نامه' }] });
    }
  });

  it('takes along what a list and a call left under the same phone, wherever it was cut off', async () => {
    const { obstacles, businesses, members } = world.app.features;
    const steps: string[] = [];
    const trial = await member();
    await called(trial.phone);
    await deletionsAt(start).request(trial.id);
    await deletionsAt(later, (step) => void steps.push(step)).runDue();
    expect(steps.length).toBeGreaterThan(6);

    for (let point = 0; point < steps.length; point += 1) {
      const { id, phone } = await member();
      const [call, list] = [await called(phone), await listed(phone)];
      await deletionsAt(start).request(id);
      expect((await members.find(call.id))?.phone).toBe(phone);
      let left = point;
      const crashing = deletionsAt(later, () => {
        if (left === 0) throw new Error('cut off');
        left -= 1;
      });
      await expect(crashing.runDue()).rejects.toThrow('cut off');
      await deletionsAt(later).runDue();

      for (const gone of [id, call.id, list.id]) expect(await members.find(gone)).toBeNull();
      expect(await obstacles.find(call.caseId)).toMatchObject({ reporterId: NOBODY });
      expect(await businesses.find(list.business.id)).toBeNull();
    }
  });

  it('leaves who has an account, and whose phone was only said to be the same', async () => {
    const { members } = world.app.features;
    const [leaver, colleague, liar] = [await member(), await member(), await member()];
    const collection = world.app.database.connection.collection('members');
    const change = (id: string, to: object) => collection.updateOne({ _id: new Types.ObjectId(id) }, { $set: to });
    await change(colleague.id, { phone: leaver.phone });
    const call = await called('+989930000000');
    await change(liar.id, { phone: '+989930000000', phoneVerifiedAt: null });
    for (const { id } of [leaver, liar]) await deletionsAt(start).request(id);
    await deletionsAt(later).runDue();
    expect(await members.find(leaver.id)).toBeNull();
    expect(await members.find(colleague.id)).toMatchObject({ name: 'مریم احمدی', deletion: null });
    expect(await members.find(call.id)).toMatchObject({ phone: '+989930000000', deletion: null });
  });

  it('takes only the phone from a record that the person said is about somebody else', async () => {
    const { members, databank, businesses } = world.app.features;
    for (const cutAfter of ['', 'files', 'businesses', 'recorded']) {
      const { id, phone } = await member();
      const other = await listed(phone);
      const claim = await databank.claims.offer({ memberId: id, phone });
      await databank.claims.answer(id, claim?.id ?? '', false);
      await deletionsAt(start).request(id);
      const crashing = deletionsAt(later, (step) => {
        if (step === cutAfter) throw new Error('cut off');
      });
      await crashing.runDue().catch(() => {});
      await databank.claims.forgetMember(id);
      await deletionsAt(later).runDue();
      expect(await members.find(id)).toBeNull();
      expect(await members.find(other.id)).toMatchObject({ name: 'زهرا رضایی', phone: null, deletion: null });
      expect(await businesses.find(other.business.id)).not.toBeNull();
    }
  });

  it('takes away what only the person belonged to, and out of the directory what nobody answers for', async () => {
    const { businesses } = world.app.features;
    const [alone, shared, owned] = [await member(), await member(), await member()];
    const [one, two, three] = [await business(alone.id), await business(shared.id), await business(owned.id)];
    const colleague = await member();
    const people = world.app.database.connection.collection('businesses');
    const add = (id: string, role: string) =>
      people.updateOne(
        { _id: new Types.ObjectId(id) },
        { $push: { people: { memberId: new Types.ObjectId(colleague.id), role, since: start } } as never },
      );
    await add(two.id, 'employee');
    await add(three.id, 'owner');
    for (const { id } of [alone, shared, owned]) await deletionsAt(start).request(id);
    await deletionsAt(later).runDue();
    expect(await businesses.find(one.id)).toBeNull();
    expect(await businesses.find(two.id)).toMatchObject({ listed: false, people: [{ memberId: colleague.id }] });
    expect(await businesses.find(three.id)).toMatchObject({ listed: true, people: [{ memberId: colleague.id }] });
  });

  it('stands from the first request, can be undone until it is due, and holds news back meanwhile', async () => {
    const { id } = await member();
    const deletions = deletionsAt(start);
    const due = await deletions.request(id);
    expect(due).toEqual(new Date(start.getTime() + UNDO_MS));
    expect(await deletionsAt(new Date(start.getTime() + 1000)).request(id)).toEqual(due);
    const { members } = world.app.features;
    const audience = async () => (await members.reachablePage({ after: null, limit: 1000 })).map((one) => one.id);
    expect(await audience()).not.toContain(id);
    expect(await deletionsAt(new Date((due?.getTime() ?? 0) - 1)).runDue()).toBe(0);
    expect(await deletionsAt(new Date((due?.getTime() ?? 0) - 1)).undo(id)).toBe(true);
    expect(await audience()).toContain(id);
    expect(await deletions.undo(id)).toBe(false);
  });
});
