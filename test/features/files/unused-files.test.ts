import { beforeEach, describe, expect, it } from 'vitest';
import { createDrafts } from '../../../src/bot/dialogue/drafts.ts';
import { createSweeper } from '../../../src/database/sweeper.ts';
import { createHeld } from '../../../src/features/held/held.service.ts';
import { useWorld } from '../../support/app.ts';
import { memberOf } from '../../support/journeys.ts';
import { newId } from '../obstacles/support.ts';
import { systemNow } from '../../../src/system-clock.ts';

const DAY = 86_400_000;
let owner = '';
let day = 0;
const world = useWorld({ now: () => new Date(Date.now() + day * DAY) });

const files = () => world.app.features.files;
async function kept(): Promise<string> {
  const { id } = await files().keep({
    bytes: Buffer.from('%PDF-1.4'),
    kind: 'document',
    ownerId: owner,
    source: newId(),
  });
  return id;
}
const isThere = async (id: string) => (await files().find(id)) !== null;
/** The job of the next night. */
async function night(): Promise<void> {
  day += 1;
  await world.app.features.jobs.find(({ name }) => name === 'unused files')?.run(new Date());
}

beforeEach(async () => {
  ({ id: owner } = await memberOf(world, 'telegram'));
});

describe('files that nothing refers to', () => {
  it('go with the form or the message that nobody went on with, a day later', async () => {
    const { connection } = world.app.database;
    const [inForm, outside, inEdit] = [await kept(), await kept(), await kept()];
    const drafts = createDrafts({ now: systemNow, connection });
    const { draft } = await drafts.open({
      memberId: owner,
      dialogue: 'report',
      subject: '',
      update: newId(),
      answers: { evidence: [{ storedId: inForm, kind: 'document' }] },
    });
    const held = createHeld({ now: systemNow, connection });
    const message = { messenger: 'telegram' as const, chatId: 77, messageId: 5, text: '', source: newId() };
    await held.keep(owner, { ...message, file: { storedId: outside, kind: 'document' }, album: null });
    await held.edit({ ...message, source: newId(), text: 'نو', file: { storedId: inEdit, kind: 'document' } });
    for (let time = 0; time < 3; time += 1) await night();
    expect(await Promise.all([inForm, outside, inEdit].map(isThere))).toEqual([true, true, true]);

    for (const collection of ['drafts', 'held'])
      await connection.collection(collection).updateMany({}, { $set: { expiresAt: new Date(0) } });
    await createSweeper(connection, systemNow).sweep();
    expect(await drafts.load(draft!.id, owner)).toBeNull();
    await night();
    expect(await Promise.all([inForm, outside, inEdit].map(isThere))).toEqual([true, true, true]);
    await night();
    expect(await Promise.all([inForm, outside, inEdit].map(isThere))).toEqual([false, false, false]);
    expect(await connection.collection('files.chunks').countDocuments()).toBe(
      await connection.collection('files.files').countDocuments(),
    );
  }, 30_000);

  it('stay with a case, a «me too», a purchase, and news as it is or was', async () => {
    const { obstacles, packs, news } = world.app.features;
    const [ofCase, ofMeToo, ofPurchase, ofNews, ofOldNews] = [
      await kept(),
      await kept(),
      await kept(),
      await kept(),
      await kept(),
    ];
    const evidence = (fileId: string) => [{ fileId, kind: 'document' as const, caption: '' }];
    const { id: caseId } = await obstacles.report({
      draftId: newId(),
      reporterId: newId(),
      businessId: newId(),
      category: 'license',
      title: 'تمدید پروانه متوقف است',
      description: '',
      visibility: 'public',
      evidence: evidence(ofCase),
    });
    expect(
      await obstacles.support.endorse(owner, caseId, { source: newId(), evidence: evidence(ofMeToo) }),
    ).toMatchObject({ kind: 'endorsed' });
    await world.app.database.connection
      .collection('procurements')
      .insertOne({ draftId: newId(), reporterId: owner, evidence: evidence(ofPurchase) });
    await world.app.database.connection.collection('news').insertOne({
      origin: newId(),
      attachment: { storedId: ofNews, kind: 'document' },
    });
    await world.app.database.connection.collection<{ _id: string }>('newsVersions').insertOne({
      _id: `${newId()}:1`,
      content: JSON.stringify({ attachment: { storedId: ofOldNews, kind: 'document' } }),
    } as { _id: string });
    for (let time = 0; time < 3; time += 1) await night();
    const all = [ofCase, ofMeToo, ofPurchase, ofNews, ofOldNews];
    expect(await Promise.all(all.map(isThere))).toEqual(all.map(() => true));
    expect(await packs.procurements.filesAmong(all)).toEqual([ofPurchase]);
    expect((await news.filesAmong(all)).toSorted()).toEqual([ofNews, ofOldNews].toSorted());
  }, 30_000);

  it('stay for good once something refers to them again', async () => {
    const file = await kept();
    await night();
    await world.app.features.obstacles.report({
      draftId: newId(),
      reporterId: owner,
      businessId: newId(),
      category: 'license',
      title: 'تمدید پروانه متوقف است',
      description: '',
      visibility: 'public',
      evidence: [{ fileId: file, kind: 'document', caption: '' }],
    });
    for (let time = 0; time < 3; time += 1) await night();
    expect(await isThere(file)).toBe(true);
  }, 30_000);
});
