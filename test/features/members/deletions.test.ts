import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createLeaving } from '../../../src/features/businesses/leaving.service.ts';
import { createDeletions, type Forgetter } from '../../../src/features/members/deletions.service.ts';
import { NOBODY } from '../../../src/features/members/members.service.ts';
import { useWorld } from '../../support/app.ts';

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
  await members.saveProfile(id, { name: 'مریم احمدی', phone: `+98993${String(people).padStart(7, '0')}`, ...PLACE });
  return { id, account };
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
  return createDeletions({ connection, audit, forgetters, undoDays: UNDO_DAYS, now: () => now, afterStep });
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
