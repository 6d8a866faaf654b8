import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { redact, TAKEN_OUT } from '../../../src/language/redact.ts';
import { useDatabase } from '../../support/database.ts';
import { newId, roomOn, type Room } from '../obstacles/support.ts';

const database = useDatabase();
beforeAll(async () => {
  roomOn(database.connection);
  await ensureIndexes(database.connection);
});
const room = (deps: Parameters<typeof roomOn>[1] = {}): Room => roomOn(database.connection, deps);
const FIRST = { page: 0, size: 50 };

describe('the public board', () => {
  it('shows public cases without what could tell who reported them', async () => {
    const there = room({ namesOf: () => Promise.resolve(['مریم احمدی', 'رایانه‌سرای کارون']) });
    const { cases, officer } = there;
    const { id, code } = await there.report({
      visibility: 'public',
      title: 'پروانهٔ رایانه سرای کارون (مریم احمدی ۰۹۱۶ ۱۲۳ ۴۵۶۷) تمدید نمی‌شود',
      description: 'متن پنهان',
    });
    const facts = { body: 'اتحادیه ۰۶۱۳۲۲۲۳۳۴۴', letter: '۴۴/۱۲۳', dueOn: '2026-12-01' };
    await cases.move(officer, id, { from: 'received', to: 'referred', reason: 'دلیل پنهان', facts, source: 'a' });
    await cases.note(officer, id, { text: 'یادداشت پنهان', source: 'n' });
    await cases.answerPublicly(officer, id, { text: 'خانم مریم احمدی، پیگیریم؛ ۰۹۱۶۱۲۳۴۵۶۷', source: 'p' });
    const found = await cases.board.byCode(code);
    expect(found).toMatchObject({
      title: `پروانهٔ ${TAKEN_OUT} (${TAKEN_OUT} ${TAKEN_OUT}) تمدید نمی‌شود`,
      answer: { text: `خانم ${TAKEN_OUT}، پیگیریم؛ ${TAKEN_OUT}` },
      people: null,
      totals: { days: null, rials: null, people: null },
      cityCode: null,
    });
    expect(found?.changes.at(-1)).toMatchObject({ to: 'referred', facts: { body: `اتحادیه ${TAKEN_OUT}` } });
    const everything = JSON.stringify([found, await cases.board.page({ group: 'open', sort: 'newest' }, FIRST)]);
    for (const hidden of ['پنهان', 'مریم', 'کارون', '۱۲۳', '۴۴', found?.id === id ? 'reporterId' : ''])
      expect(everything).not.toContain(hidden);
  });

  it('has no case that is for the secretariat, withdrawn, merged or hidden, and counts solved and closed apart', async () => {
    const there = room();
    const { cases, officer } = there;
    const made = async () => there.report({ visibility: 'public', title: `گزارش ${newId()}` });
    const [open, solved, closed, withdrawn, merged, hidden] = [
      await made(),
      await made(),
      await made(),
      await made(),
      await made(),
      await made(),
    ];
    const secret = await there.report();
    const move = (one: { id: string; reporterId: string }, from: string, to: string, isReporter = false) =>
      cases.move(isReporter ? { id: one.reporterId, roles: [] } : officer, one.id, {
        from: from as 'received',
        to: to as 'received',
        reason: 'شد',
        source: newId(),
      });
    for (const one of [solved, closed]) await move(one, 'received', 'declared_solved');
    await move(solved, 'declared_solved', 'solved', true);
    await move(closed, 'declared_solved', 'reopened', true);
    await move(closed, 'reopened', 'not_ours');
    await move(withdrawn, 'received', 'withdrawn', true);
    await cases.merge(officer, merged.id, { code: open.code, reason: 'یکی', source: newId() });
    expect(await cases.showOnBoard(officer, hidden.id, { shown: false, source: 'h' })).toBe(true);
    expect(await cases.showOnBoard({ id: newId(), roles: [] }, open.id, { shown: false, source: 'x' })).toBe(false);

    const listed = async (group: 'open' | 'solved' | 'closed') => {
      const found = await cases.board.page({ group, sort: 'newest' }, FIRST);
      return found.kind === 'page' ? found.cases.map(({ id }) => id) : [];
    };
    const all = [open, solved, closed, withdrawn, merged, hidden, secret].map(({ id }) => id);
    const own = async (group: 'open' | 'solved' | 'closed') => (await listed(group)).filter((id) => all.includes(id));
    expect(await own('open')).toEqual([open.id]);
    expect(await own('solved')).toEqual([solved.id]);
    expect(await own('closed')).toEqual([closed.id]);
    expect(await cases.board.byId(withdrawn.id)).toBeNull();
    expect(await cases.board.byId(secret.id)).toBeNull();
    expect(await cases.board.byCode(hidden.code)).toBeNull();
    // The code of a part opens the whole.
    expect((await cases.board.byCode(merged.code))?.id).toBe(open.id);
    expect(await cases.showOnBoard(officer, hidden.id, { shown: true, source: 's' })).toBe(true);
    expect(await own('open')).toContain(hidden.id);
  });

  it('shows people and sums from five on, sums rounded, and sorts by no smaller number', async () => {
    const there = room();
    const { cases } = there;
    const few = await there.report({ visibility: 'public', category: 'power' });
    const many = await there.report({ visibility: 'public', category: 'power' });
    const newest = await there.report({ visibility: 'public', category: 'power' });
    const say = (id: string, rials: number | null) =>
      cases.support.endorse(newId(), id, { cost: { days: null, rials, people: null }, source: newId() });
    for (const rials of [1, 2, 3]) await say(few.id, rials);
    for (const rials of [1_234_567, 1, 1, 1]) await say(many.id, rials);
    expect(await cases.board.byId(few.id)).toMatchObject({ people: null });
    // Five people, of whom four have named a figure.
    expect(await cases.board.byId(many.id)).toMatchObject({ people: 5, totals: { rials: null } });
    await say(many.id, 1);
    expect(await cases.board.byId(many.id)).toMatchObject({ people: 6, totals: { rials: 1_200_000 } });
    const order = async (sort: 'people' | 'cost') => {
      const found = await cases.board.page({ group: 'open', sort, category: 'power' }, FIRST);
      return found.kind === 'page' ? found.cases.map(({ id }) => id) : [];
    };
    const expected = [many.id, newest.id, few.id];
    expect(new Set((await order('people')).slice(1))).toEqual(new Set(expected.slice(1)));
    expect((await order('people'))[0]).toBe(many.id);
    expect((await order('cost'))[0]).toBe(many.id);
  });

  it('tells no city and lists none where fewer than five people report of it, also by two filters together', async () => {
    const cities = new Map<string, string>();
    const there = room({ cityOf: (member) => Promise.resolve(cities.get(member) ?? null) });
    const { cases } = there;
    const from = async (cityCode: string, category: string, reporterId = newId()) => {
      cities.set(reporterId, cityCode);
      return there.report({ visibility: 'public', category, reporterId });
    };
    const shown = await from('06-ahvaz', 'tax');
    for (let count = 0; count < 4; count += 1) await from('06-ahvaz', 'tax');
    const alone = await from('06-ahvaz', 'labour');
    const talkative = newId();
    for (let count = 0; count < 6; count += 1) await from('06-dezful', 'tax', talkative);
    await cases.board.refresh();
    expect((await cases.board.byId(shown.id))?.cityCode).toBe('06-ahvaz');
    expect((await cases.board.byId(alone.id))?.cityCode).toBeNull();
    const open = { group: 'open', sort: 'newest' } as const;
    const inAhvaz = await cases.board.page({ ...open, cityCode: '06-ahvaz' }, FIRST);
    expect(inAhvaz.kind === 'page' && inAhvaz.cases.map(({ category }) => category)).toEqual(Array(5).fill('tax'));
    expect(await cases.board.page({ ...open, cityCode: '06-ahvaz', category: 'labour' }, FIRST)).toEqual({
      kind: 'few',
    });
    // Six cases, one person.
    expect(await cases.board.page({ ...open, cityCode: '06-dezful' }, FIRST)).toEqual({ kind: 'few' });
  });
});

describe('redact', () => {
  it.each([
    ['تماس با ۰۹۱۴ ۱۲۳ ۴۵۶۷ بگیرید', `تماس با ${TAKEN_OUT} بگیرید`],
    ['+98 914 123 4567', TAKEN_OUT],
    ['کد ملی ٠٠١٢٣٤٥٦٧٨', `کد ملی ${TAKEN_OUT}`],
    ['شبا IR12-0170-0000 0000', `شبا IR${TAKEN_OUT}`],
    [
      'بنویسید به ali@example.ir یا @ali_shop یا t.me/ali_shop',
      `بنویسید به ${TAKEN_OUT} یا ${TAKEN_OUT} یا ${TAKEN_OUT}`,
    ],
    ['از ۱۴۰۴/۰۲/۱۵ تا ۱۴۰۴-۰۳-۰۱', 'از ۱۴۰۴/۰۲/۱۵ تا ۱۴۰۴-۰۳-۰۱'],
    ['۱۲۰٬۰۰۰٬۰۰۰ ریال در ۳ ماه و مادهٔ ۱۰۰', '۱۲۰٬۰۰۰٬۰۰۰ ریال در ۳ ماه و مادهٔ ۱۰۰'],
  ])('«%s»', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('takes names out as whole words, however they are parted', () => {
    expect(redact('کارگاه نرم افزار مریم و مریم‌ها', ['کارگاه نرم‌افزار مریم', 'مر'])).toBe(`${TAKEN_OUT} و مریم‌ها`);
  });
});
