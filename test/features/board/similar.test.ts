import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { GRAMS_VERSION } from '../../../src/language/similarity.ts';
import { useDatabase } from '../../support/database.ts';
import { newId, roomOn } from '../obstacles/support.ts';

const database = useDatabase();
beforeAll(async () => {
  roomOn(database.connection);
  await ensureIndexes(database.connection);
});
const SAID = {
  title: 'تمدید پروانهٔ کسب شش ماه طول کشیده است',
  description: 'استعلام‌ها در درگاه مجوزها جواب نمی‌دهند و اتحادیه می‌گوید منتظر بمانید.',
};
const SAID_AGAIN = {
  title: 'تمديد پروانه كسبم ۶ ماهه طول کشیده',
  description: 'استعلامها تو درگاه مجوزها جواب نمیدن، اتحادیه هم میگه منتظر بمون',
};

describe('similar cases', () => {
  it('are found in other spellings among the public open ones and one’s own, until they end', async () => {
    const { cases, report, officer } = roomOn(database.connection);
    const mine = newId();
    const shown = await report({ visibility: 'public', ...SAID });
    const secret = await report(SAID);
    const own = await report({ reporterId: mine, ...SAID });
    for (const title of ['قطعی برق سرورها را سوزاند', 'درگاه پرداخت بسته شد', 'نبود نیروی متخصص'])
      await report({ visibility: 'public', title, description: 'شرحی دیگر از ماجرایی دیگر' });
    await cases.similar.countGrams();
    const found = await cases.similar.find(mine, SAID_AGAIN);
    expect(new Set(found.map(({ own: isOwn, found: { id } }) => `${id} ${isOwn}`))).toEqual(
      new Set([`${shown.id} false`, `${own.id} true`]),
    );
    const others = async () => (await cases.similar.find(newId(), SAID_AGAIN)).map(({ found: { id } }) => id);
    expect(await others()).toEqual([shown.id]);
    expect(await others()).not.toContain(secret.id);
    expect(await cases.similar.find(newId(), { title: 'وام بانکی', description: 'وثیقهٔ ملکی می‌خواهند' })).toEqual([]);
    await cases.move(officer, shown.id, { from: 'received', to: 'not_ours', reason: 'نه', source: newId() });
    expect(await others()).toEqual([]);
    await cases.move(officer, shown.id, { from: 'not_ours', to: 'reopened', reason: 'باز', source: newId() });
    expect(await others()).toEqual([shown.id]);
  });

  it('are at most three, and never reach who has nothing to compare', async () => {
    const { cases, report } = roomOn(database.connection);
    for (let count = 0; count < 5; count += 1) await report({ visibility: 'public', ...SAID });
    expect(await cases.similar.find(newId(), SAID_AGAIN)).toHaveLength(3);
    expect(await cases.similar.find(newId(), { title: 'و در', description: '' })).toEqual([]);
  });

  it('are found again when their grams were cut by an older version', async () => {
    const { cases, report } = roomOn(database.connection);
    const title = 'گمرک دستگاه‌های کارت‌خوان را ترخیص نمی‌کند';
    const { id } = await report({ visibility: 'public', title, description: 'سه ماه در انبار گمرک مانده است' });
    const obstacles = database.connection.collection('obstacles');
    await obstacles.updateOne({ title }, { $set: { gramsVersion: GRAMS_VERSION - 1, grams: ['old'] } });
    const found = async () =>
      (await cases.similar.find(newId(), { title, description: '' })).map((one) => one.found.id);
    expect(await found()).toEqual([]);
    await cases.similar.renewGrams();
    expect(await found()).toEqual([id]);
  });
});
