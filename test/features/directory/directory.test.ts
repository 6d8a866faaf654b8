import { Types } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMadeUp } from '../../../scripts/bench/data/made-up.ts';
import { fillDataBank } from '../../../scripts/bench/data/fill.ts';
import { createImportedBusinesses } from '../../../src/features/businesses/imported-businesses.service.ts';
import { createDirectory, type DirectoryQuery } from '../../../src/features/businesses/directory.service.ts';
import { memberModel } from '../../../src/features/members/member.model.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const anything: DirectoryQuery = { words: '', field: null, provinceCode: null, cityCode: null, kind: null };
const directory = () => createDirectory({ connection: database.connection });
const facts = {
  name: 'داده‌پردازان ارس',
  kind: 'company',
  fields: ['network'],
  provinceCode: '03',
  cityCode: '03-tabriz',
  workplace: null,
  headcount: null,
  since: 1395,
  documents: ['enamad'],
  companyId: '99901187850',
  website: 'https://example.ir',
  description: 'راه‌اندازی اتاق سرور',
  listed: true,
};
const SIZE = 6;
const search = (query: Partial<DirectoryQuery>, page = 0) =>
  directory().search({ ...anything, ...query }, { page, size: SIZE });
const names = async (query: Partial<DirectoryQuery>) => (await search(query)).cards.map(({ name }) => name);

beforeAll(async () => {
  const { connection } = database;
  memberModel(connection);
  const imported = createImportedBusinesses({ now: systemNow, connection });
  await fillDataBank(connection, { madeUp: createMadeUp(3), members: 200, businesses: 1500 });
  const add = (one: Partial<typeof facts>) =>
    imported.add([
      { id: new Types.ObjectId().toHexString(), ownerId: null, facts: { ...facts, companyId: null, ...one } },
    ]);
  await add({});
  await add({ name: 'پنهان‌کار ارس', listed: false });
  await add({ name: 'نام دیگر', kind: 'shop', cityCode: '03-ahar' });
  await connection.collection('businesses').updateOne({ name: 'نام دیگر' }, { $set: { status: 'correction' } });
});

describe('the directory', () => {
  it.each([
    'دادهپردازان',
    'داده‌پردازان ارس',
    'دادهپردا',
    'ارس سرور تبریز',
    'اتاق‌ سرور دادهپرداز',
    'داده‌پردازان كابل‌كشي',
  ])('finds a business by «%s», however it is typed', async (words) => {
    expect(await names({ words })).toContain('داده‌پردازان ارس');
  });

  it('narrows by place, field and kind', async () => {
    const words = 'دادهپردازان';
    expect(
      await names({ words, cityCode: '03-tabriz', provinceCode: '03', field: 'network', kind: 'company' }),
    ).toEqual(['داده‌پردازان ارس']);
    for (const other of [{ cityCode: '03-ahar' }, { provinceCode: '06' }, { field: 'game' }, { kind: 'shop' }])
      expect(await names({ words, ...other })).toEqual([]);
  });

  it('shows only those that want to be seen and are approved', async () => {
    expect(await names({ words: 'پنهان‌کار' })).toEqual([]);
    expect(await names({ words: 'نام دیگر' })).toEqual([]);
    const hidden = await database.connection.collection('businesses').findOne({ name: 'پنهان‌کار ارس' });
    expect(await directory().card(String(hidden?._id))).toBeNull();
    expect(await directory().speakersOf(String(hidden?._id))).toBeNull();
  });

  it('shows no person and no number', async () => {
    const [card] = (await search({ words: 'دادهپردازان' })).cards;
    expect(Object.keys(card ?? {}).toSorted()).toEqual(
      [
        'cityCode',
        'description',
        'fields',
        'id',
        'kind',
        'name',
        'provinceCode',
        'since',
        'website',
        'workplace',
      ].toSorted(),
    );
  });

  it('turns pages that miss and repeat nothing', async () => {
    const query = { provinceCode: '03', kind: 'shop' };
    const all: string[] = [];
    for (let page = 0; ; page++) {
      const { cards, more } = await search(query, page);
      all.push(...cards.map(({ id }) => id));
      if (!more) break;
    }
    const there = await database.connection
      .collection('businesses')
      .countDocuments({ ...query, listed: true, status: 'approved' });
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(there);
  });

  it.each(['.*', '$where', '^', '{"$gt":""}', 'a'.repeat(5000), '\u202E', '(', '\\'])(
    'takes %j for words and nothing else',
    async (words) => {
      await expect(search({ words })).resolves.toBeDefined();
    },
  );

  const shapes: Partial<DirectoryQuery>[] = [
    {},
    { words: 'رایانه' },
    { words: 'رایانه نو' },
    { words: 'رایا', field: 'network', provinceCode: '03', cityCode: '03-tabriz', kind: 'shop' },
    { field: 'network' },
    { field: 'network', provinceCode: '06' },
    { field: 'network', kind: 'shop' },
    { kind: 'shop' },
    { provinceCode: '03', cityCode: '03-tabriz' },
    { provinceCode: '03', kind: 'shop' },
  ];
  it.each(shapes)('goes by an index for %j, and sorts nothing', async (query) => {
    const explained = JSON.stringify(await directory().explain({ ...anything, ...query }, { page: 0, size: SIZE }));
    expect(explained).toContain('"IXSCAN"');
    expect(explained).not.toContain('"COLLSCAN"');
    expect(explained).not.toContain('"SORT"');
  });
});
