import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createDirectory } from '../../../src/features/businesses/directory.service.ts';
import { createImportedBusinesses } from '../../../src/features/businesses/imported-businesses.service.ts';
import { NOBODY, type Role } from '../../../src/features/members/members.service.ts';
import { createProcurements, type Purchase } from '../../../src/features/procurement/procurement.service.ts';
import { createSuppliers } from '../../../src/features/procurement/suppliers.ts';
import { useDatabase } from '../../support/database.ts';
import { newId } from '../obstacles/support.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const actor = (...roles: Role[]) => ({ id: newId(), roles });

function room() {
  const { connection } = database;
  const audit = createAudit({ now: systemNow, connection });
  const suppliersOf = createSuppliers({ directory: createDirectory({ connection }) });
  return { audit, suppliersOf, procurements: createProcurements({ now: systemNow, connection, audit, suppliersOf }) };
}

const PURCHASE: Purchase = {
  buyer: 'دانشگاه ارس',
  item: '۴۰ دستگاه رایانهٔ رومیزی',
  field: 'hw_sale',
  amountRials: 25_000_000_000,
  boughtOn: '2026-09-11',
  noticeNumber: '2005001234',
  provinceCode: '03',
  evidence: [{ fileId: newId(), kind: 'photo', caption: 'آگهی' }],
};

async function business(facts: Partial<Parameters<ReturnType<typeof createImportedBusinesses>['add']>[0][0]['facts']>) {
  const id = newId();
  await createImportedBusinesses({ now: systemNow, connection: database.connection }).add([
    {
      id,
      ownerId: null,
      facts: {
        name: 'فروشگاه ارس',
        kind: 'shop',
        fields: ['hw_sale'],
        provinceCode: '03',
        cityCode: '03-tabriz',
        workplace: null,
        headcount: null,
        since: null,
        documents: [],
        companyId: null,
        website: null,
        description: null,
        listed: true,
        ...facts,
      },
    },
  ]);
  return id;
}

beforeAll(async () => {
  room();
  await ensureIndexes(database.connection);
});

/** A buyer of its own for each test. */
let buyers = 0;
const newBuyer = (): string => `شرکت خریدار ${['الف', 'ب', 'پ', 'ت', 'ث', 'ج', 'چ', 'ح'][buyers++] ?? String(buyers)}`;

describe('the procurement file', () => {
  it('rolls up what several members report of one buyer, however its name is typed', async () => {
    const { procurements } = room();
    const officer = actor('officer');
    const reporterId = newId();
    const first = { draftId: newId(), reporterId, ...PURCHASE, buyer: 'دانشگاه علوم‌پزشکی سهند' };
    const made = await procurements.report(first);
    expect(await procurements.report(first)).toEqual(made);
    const second = await procurements.report({
      draftId: newId(),
      reporterId: newId(),
      ...PURCHASE,
      buyer: 'دانشگاه علومپزشكي سهند',
      amountRials: 5,
      boughtOn: '2026-10-01',
    });
    const listed = await procurements.buyers(officer, { skip: 0, limit: 50 });
    expect(listed?.buyers.filter(({ name }) => name.startsWith('دانشگاه'))).toMatchObject([
      { count: 2, amountRials: 25_000_000_005 },
    ]);
    const file = await procurements.file(officer, made.id);
    expect(file?.items.map(({ id }) => id)).toEqual([second.id, made.id]);
    expect(file?.amountRials).toBe(25_000_000_005);
    expect(JSON.stringify(file)).not.toContain(reporterId);
  });

  it('is open to the secretariat alone, and its letter is recorded once', async () => {
    const { procurements, audit } = room();
    const { id } = await procurements.report({ draftId: newId(), reporterId: newId(), ...PURCHASE, buyer: newBuyer() });
    for (const other of [actor(), actor('council')]) {
      expect(await procurements.buyers(other, { skip: 0, limit: 5 })).toBeNull();
      expect(await procurements.file(other, id)).toBeNull();
      expect(await procurements.find(other, id)).toBeNull();
      expect(await procurements.fileForLetter(other, id, newId())).toBeNull();
      expect(await procurements.drop(other, id, { dropped: true, source: newId() })).toEqual({ kind: 'forbidden' });
      const renamed = await procurements.renameBuyer(other, id, { name: 'دیگری', source: newId() });
      expect(renamed).toEqual({ kind: 'forbidden' });
    }
    const head = actor('head');
    const source = newId();
    expect(await procurements.fileForLetter(head, id, source)).toMatchObject({ items: [{ id }] });
    await procurements.fileForLetter(head, id, source);
    const entries = await audit.list({ subject: { kind: 'procurement', id }, limit: 10 });
    expect(entries.map(({ act, actorId }) => ({ act, actorId }))).toEqual([
      { act: 'procurement.letter', actorId: head.id },
    ]);
  });

  it('leaves a wrong report out of letters until it is taken in again', async () => {
    const { procurements, audit } = room();
    const officer = actor('officer');
    const { id } = await procurements.report({ draftId: newId(), reporterId: newId(), ...PURCHASE, buyer: newBuyer() });
    expect(await procurements.drop(officer, id, { dropped: true, source: newId() })).toMatchObject({ kind: 'done' });
    expect(await procurements.file(officer, id)).toMatchObject({ items: [], dropped: [{ id }], amountRials: 0 });
    expect(await procurements.fileForLetter(officer, id, newId())).toBeNull();
    await procurements.drop(officer, id, { dropped: false, source: newId() });
    expect(await procurements.file(officer, id)).toMatchObject({ items: [{ id }], dropped: [] });
    const acts = (await audit.list({ subject: { kind: 'procurement', id }, limit: 10 })).map(({ act }) => act);
    expect(acts).toEqual(['procurement.restore', 'procurement.drop']);
  });

  it('makes two buyers one when the secretariat gives them one name', async () => {
    const { procurements } = room();
    const officer = actor('officer');
    const [one, other] = [newBuyer(), newBuyer()];
    const wrong = await procurements.report({ draftId: newId(), reporterId: newId(), ...PURCHASE, buyer: one });
    const right = await procurements.report({ draftId: newId(), reporterId: newId(), ...PURCHASE, buyer: other });
    await procurements.renameBuyer(officer, wrong.id, { name: other, source: newId() });
    const file = await procurements.file(officer, wrong.id);
    expect(file?.buyer).toBe(other);
    expect(file?.items.map(({ id }) => id).toSorted()).toEqual([wrong.id, right.id].toSorted());
  });

  it('lets a reporter, and nobody else, take a report back', async () => {
    const { procurements } = room();
    const reporterId = newId();
    const { id } = await procurements.report({ draftId: newId(), reporterId, ...PURCHASE, buyer: newBuyer() });
    expect(await procurements.takeBack(newId(), id, newId())).toEqual({ kind: 'forbidden' });
    expect(await procurements.ofReporter(reporterId, { limit: 20 })).toHaveLength(1);
    expect(await procurements.takeBack(reporterId, id, newId())).toMatchObject({ kind: 'done' });
    expect(await procurements.ofReporter(reporterId, { limit: 20 })).toEqual([]);
    expect(await procurements.takeBack(reporterId, id, newId())).toEqual({ kind: 'gone' });
    // Beside the letters written from it, the audit would say who had reported it.
    const entries = await createAudit({ now: systemNow, connection: database.connection }).list({
      subject: { kind: 'procurement', id },
      limit: 5,
    });
    expect(entries).toMatchObject([{ act: 'procurement.take-back', actorId: null }]);
  });

  it('follows its reporter into another account, and keeps nothing of one who is deleted', async () => {
    const { procurements } = room();
    const [from, to] = [newId(), newId()];
    const { id } = await procurements.report({ draftId: newId(), reporterId: from, ...PURCHASE, buyer: newBuyer() });
    await procurements.moveMember(from, to);
    expect(await procurements.ofReporter(from, { limit: 20 })).toEqual([]);
    expect(await procurements.ofReporter(to, { limit: 20 })).toMatchObject([{ id }]);
    await procurements.forgetMember(to, NOBODY);
    expect(await procurements.ofReporter(to, { limit: 20 })).toEqual([]);
    expect(await procurements.find(actor('officer'), id)).toMatchObject({ item: PURCHASE.item, evidence: [] });
  });
});

it('looks for suppliers beside the items of a page only, and beside all of a letter', async () => {
  const { connection } = database;
  const asked: string[] = [];
  const procurements = createProcurements({
    now: systemNow,
    connection,
    audit: createAudit({ now: systemNow, connection }),
    suppliersOf: ({ item }) => {
      asked.push(item);
      return Promise.resolve([]);
    },
  });
  const buyer = newBuyer();
  let id = '';
  for (const day of [1, 2, 3])
    ({ id } = await procurements.report({
      draftId: newId(),
      reporterId: newId(),
      ...PURCHASE,
      buyer,
      item: `کالای ${day}`,
      boughtOn: `2026-05-0${day}`,
    }));
  expect((await procurements.file(actor('head'), id, { from: 1, to: 2 }))?.items).toHaveLength(3);
  expect(asked.splice(0)).toEqual(['کالای 2']);
  await procurements.fileForLetter(actor('head'), id, newId());
  expect(asked).toEqual(['کالای 3', 'کالای 2', 'کالای 1']);
});

describe('suppliers beside a purchase', () => {
  it('are listed businesses of its field and province, best first by the words of the item', async () => {
    const { suppliersOf } = room();
    const general = await business({ name: 'بازرگانی سهند', provinceCode: '04', cityCode: '04-urmia' });
    const fitting = await business({
      name: 'رایانه‌سرای دیجیتال',
      description: 'رایانهٔ رومیزی و لپ‌تاپ',
      provinceCode: '04',
      cityCode: '04-urmia',
    });
    await business({ name: 'رایانهٔ رومیزی پنهان', provinceCode: '04', cityCode: '04-urmia', listed: false });
    await business({ name: 'رایانهٔ رومیزی دور', provinceCode: '06', cityCode: '06-ahvaz' });
    await business({ name: 'آموزشگاه رایانهٔ رومیزی', fields: ['training'], provinceCode: '04', cityCode: '04-urmia' });
    const found = await suppliersOf({ ...PURCHASE, provinceCode: '04' }, 3);
    expect(found.map(({ id }) => id)).toEqual([fitting, general]);
    expect(await suppliersOf({ ...PURCHASE, provinceCode: null }, 3)).toEqual([]);
  });

  it('are found by words where the field has nobody or none was named', async () => {
    const { suppliersOf } = room();
    const id = await business({
      name: 'دوربین‌سرای نگهبان',
      fields: ['cctv_iot'],
      provinceCode: '05',
      cityCode: '05-x',
    });
    const bought = { item: 'خرید ۱۲ عدد دوربین‌سرای مداربسته', provinceCode: '05' };
    expect(await suppliersOf({ ...bought, field: 'other' }, 3)).toMatchObject([{ id }]);
    expect(await suppliersOf({ ...bought, field: 'voip' }, 3)).toMatchObject([{ id }]);
    expect(await suppliersOf({ ...bought, item: 'خرید ۱۲ عدد', field: 'voip' }, 3)).toEqual([]);
  });
});
