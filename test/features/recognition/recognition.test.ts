import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createBusinesses } from '../../../src/features/businesses/businesses.service.ts';
import { obviousWorkplace } from '../../../src/features/businesses/kind-questions.ts';
import { NOBODY, type Role } from '../../../src/features/members/members.service.ts';
import { newRecognitionCode, parseRecognitionCode } from '../../../src/features/recognition/recognition-code.ts';
import { createRecognitions, type Recognition } from '../../../src/features/recognition/recognition.service.ts';
import { parseTrackingCode } from '../../../src/language/tracking-code.ts';
import { useDatabase } from '../../support/database.ts';
import { persianDigits } from '../../support/journeys.ts';
import { newId } from '../obstacles/support.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const DAY = 86_400_000;
const actor = (id: string, ...roles: Role[]) => ({ id, roles });

function room() {
  const { connection } = database;
  const audit = createAudit({ now: systemNow, connection });
  const businesses = createBusinesses({ now: systemNow, connection });
  const told: { key: string; memberId: string }[] = [];
  const clock = { now: new Date('2026-11-22T08:00:00Z') };
  const recognitions = createRecognitions({
    connection,
    businesses,
    obviousWorkplace,
    audit,
    now: () => clock.now,
    notify(notice) {
      if (!told.some(({ key }) => key === notice.key)) told.push(notice);
      return Promise.resolve();
    },
  });
  return { audit, businesses, recognitions, told, clock };
}

const set = (id: string, $set: Record<string, unknown>) =>
  database.connection.models['Business']?.updateOne({ _id: id }, { $set });

async function producer(facts: Record<string, unknown> = {}) {
  const ownerId = newId();
  const made = await room().businesses.register({
    draftId: newId(),
    ownerId,
    name: 'کارگاه نرم‌افزار مریم',
    kind: 'freelance',
    fields: ['sw_custom'],
    provinceCode: '03',
    cityCode: '03-tabriz',
    since: 1399,
  });
  await set(made.id, { status: 'approved', ...facts });
  return { ownerId, businessId: made.id };
}

async function letter({ recognitions }: ReturnType<typeof room>, of: { ownerId: string; businessId: string }) {
  const outcome = await recognitions.issue(actor(of.ownerId), of.businessId, newId());
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return outcome.recognition;
}

const standing = async ({ recognitions }: ReturnType<typeof room>, { code }: Recognition) =>
  (await recognitions.check(code))?.standing;

beforeAll(async () => {
  room();
  await ensureIndexes(database.connection);
});

describe('the code of a letter', () => {
  it('is read in any digits, and every wrong digit is noticed', () => {
    const code = newRecognitionCode();
    expect(parseRecognitionCode(`  ${persianDigits(code.slice(0, 4))} ${code.slice(4, 8)}-${code.slice(8)}`)).toEqual({
      ok: true,
      code,
    });
    for (const at of [1, 5, 11]) {
      const wrong = code.slice(0, at) + String((Number(code[at]) + 1) % 10) + code.slice(at + 1);
      expect(parseRecognitionCode(wrong)).toEqual({ ok: false, reason: 'check-digit' });
    }
  });

  it('is taken for neither a case’s code nor a mobile number', () => {
    expect(parseTrackingCode(newRecognitionCode())).toEqual({ ok: false, reason: 'length' });
    expect(parseRecognitionCode('+98 912 345 6789')).toEqual({ ok: false, reason: 'not-a-code' });
    expect(parseRecognitionCode('12345674')).toEqual({ ok: false, reason: 'not-a-code' });
  });
});

describe('a letter of activity', () => {
  it('says what was approved, and is recorded', async () => {
    const here = room();
    const owner = await producer();
    const source = newId();
    const outcome = await here.recognitions.issue(actor(owner.ownerId), owner.businessId, source);
    expect(outcome).toMatchObject({
      kind: 'done',
      recognition: { standing: 'valid', facts: { name: 'کارگاه نرم‌افزار مریم', since: 1399 } },
    });
    expect(await here.recognitions.issue(actor(owner.ownerId), owner.businessId, source)).toEqual(outcome);
    const id = outcome.kind === 'done' ? outcome.recognition.id : '';
    const entries = await here.audit.list({ subject: { kind: 'recognition', id }, limit: 5 });
    expect(entries.map(({ act, actorId }) => ({ act, actorId }))).toEqual([
      { act: 'recognition.issue', actorId: owner.ownerId },
    ]);
  });

  it.each([
    ['has not been approved', { status: 'waiting' }],
    ['has an office', { kind: 'company', workplace: 'office' }],
    ['is a shop', { kind: 'shop' }],
  ])('is not issued to a business that %s', async (_what, facts) => {
    const { recognitions } = room();
    const { ownerId, businessId } = await producer(facts);
    expect(await recognitions.issue(actor(ownerId), businessId, newId())).toEqual({ kind: 'not-fit' });
  });

  it('is issued to another kind of business that works at home', async () => {
    const here = room();
    expect(await letter(here, await producer({ kind: 'online', workplace: 'home' }))).toMatchObject({
      standing: 'valid',
    });
  });

  it('is its owner’s or manager’s to ask for, see and end, whatever role in the council somebody has', async () => {
    const here = room();
    const { recognitions, businesses } = here;
    const owner = await producer();
    const { id } = await letter(here, owner);
    const business = await businesses.find(owner.businessId);
    if (!business) throw new Error('no business');
    for (const other of [actor(newId()), actor(newId(), 'officer', 'head', 'admin')]) {
      expect(recognitions.isOffered(business, other.id)).toBe(false);
      expect(await recognitions.newestOf(other.id, business)).toBeNull();
      expect(await recognitions.issue(other, owner.businessId, newId())).toEqual({ kind: 'forbidden' });
      expect(await recognitions.giveUp(other, id, newId())).toEqual({ kind: 'forbidden' });
    }
    expect(await recognitions.giveUp(actor(owner.ownerId), id, newId())).toMatchObject({ kind: 'done' });
    expect(here.told).toEqual([]);
  });

  it('takes the place of the one before, and two asked for at once leave one valid', async () => {
    const here = room();
    const owner = await producer();
    const first = await letter(here, owner);
    const others = await Promise.all([letter(here, owner), letter(here, owner)]);
    expect(await standing(here, first)).toBe('superseded');
    const standings = await Promise.all(others.map((one) => standing(here, one)));
    expect(new Set(standings)).toEqual(new Set(['superseded', 'valid']));
  });

  it('is not issued without end', async () => {
    const here = room();
    const owner = await producer();
    for (let count = 0; count < 5; count++) await letter(here, owner);
    const again = () => here.recognitions.issue(actor(owner.ownerId), owner.businessId, newId());
    expect(await again()).toEqual({ kind: 'too-many' });
    here.clock.now = new Date(here.clock.now.getTime() + DAY);
    expect(await again()).toMatchObject({ kind: 'done' });
  });

  it('expires after a year', async () => {
    const here = room();
    const issued = await letter(here, await producer());
    here.clock.now = new Date(here.clock.now.getTime() + 364 * DAY);
    expect(await standing(here, issued)).toBe('valid');
    here.clock.now = new Date(here.clock.now.getTime() + DAY);
    expect(await standing(here, issued)).toBe('expired');
  });

  it.each([
    ['its name is another', { name: 'نامی دیگر' }],
    ['it waits for approval again', { status: 'waiting' }],
    ['it was merged into another', { status: 'merged' }],
    ['it has moved into an office', { kind: 'company', workplace: 'office' }],
  ])('is no longer confirmed when %s', async (_what, change) => {
    const here = room();
    const owner = await producer();
    const issued = await letter(here, owner);
    await set(owner.businessId, change);
    expect(await standing(here, issued)).toBe('unconfirmed');
  });

  it('is revoked by a head with a reason that the business is told once', async () => {
    const here = room();
    const { recognitions, audit } = here;
    const owner = await producer();
    const issued = await letter(here, owner);
    const reason = 'مشخصات درست نیست.';
    for (const other of [actor(newId()), actor(newId(), 'officer'), actor(newId(), 'council')]) {
      expect(await recognitions.revoke(other, issued.id, { reason, source: newId() })).toEqual({ kind: 'forbidden' });
      expect(await recognitions.valid(other, { skip: 0, limit: 5 })).toBeNull();
    }
    const head = actor(newId(), 'head');
    await expect(recognitions.revoke(head, issued.id, { reason: ' ', source: newId() })).rejects.toThrow(RangeError);
    const listed = await recognitions.valid(head, { skip: 0, limit: 50 });
    expect(listed?.recognitions.map(({ id }) => id)).toContain(issued.id);
    const source = newId();
    const revoked = await recognitions.revoke(head, issued.id, { reason, source });
    expect(revoked).toMatchObject({ kind: 'done', recognition: { ended: { reason, byCouncil: true } } });
    expect(await recognitions.revoke(head, issued.id, { reason, source })).toMatchObject({ kind: 'done' });
    expect(here.told.map(({ memberId }) => memberId)).toEqual([owner.ownerId]);
    expect(await standing(here, issued)).toBe('revoked');
    const entries = await audit.list({ subject: { kind: 'recognition', id: issued.id }, limit: 5 });
    expect(entries.filter(({ act }) => act === 'recognition.revoke')).toHaveLength(1);
    expect(await recognitions.giveUp(actor(owner.ownerId), issued.id, newId())).toEqual({ kind: 'gone' });
  });

  it('moves with its member, and its code is unknown once the member is deleted', async () => {
    const here = room();
    const owner = await producer();
    const issued = await letter(here, owner);
    const to = newId();
    await here.recognitions.moveMember(owner.ownerId, to);
    await here.recognitions.forgetMember(owner.ownerId, NOBODY);
    expect(await standing(here, issued)).toBe('valid');
    await here.recognitions.forgetMember(to, NOBODY);
    expect(await here.recognitions.check(issued.code)).toBeNull();
  });
});
