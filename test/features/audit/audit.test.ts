import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit, type Audit } from '../../../src/features/audit/audit.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const OFFICER = '0123456789abcdef01234567';
const database = useDatabase();

describe('the audit log', () => {
  let audit: Audit;
  beforeAll(async () => {
    audit = createAudit({ now: systemNow, connection: database.connection });
    await ensureIndexes(database.connection);
  });

  it('keeps who did what, as it was and as it is', async () => {
    const subject = { kind: 'business', id: 'one' };
    await audit.record({
      actorId: OFFICER,
      act: 'business.approve',
      subject,
      before: { status: 'waiting' },
      after: { status: 'approved', $set: { 'a.b': 1 } },
    });
    expect(await audit.list({ subject, limit: 10 })).toMatchObject([
      {
        actorId: OFFICER,
        act: 'business.approve',
        before: { status: 'waiting' },
        after: { status: 'approved', $set: { 'a.b': 1 } },
      },
    ]);
  });

  it('records an act once, however often its update is worked', async () => {
    const subject = { kind: 'business', id: 'two' };
    const record = { actorId: OFFICER, act: 'business.refuse', subject, source: 'bale:1:2' };
    await audit.record(record);
    await audit.record(record);
    await audit.record({ ...record, source: 'bale:1:3' });
    expect(await audit.list({ subject, limit: 10 })).toHaveLength(2);
  });

  it('holds no phone and no national code in clear, however they are written', async () => {
    const subject = { kind: 'member', id: 'three' };
    await audit.record({
      actorId: null,
      act: 'member.merge',
      subject,
      before: {
        phone: '+989990000001',
        notes: ['شماره ۰۹۹۹۰۰۰۰۰۰۱ است', { code: '9900633520' }],
        foreign: '+905320000001',
      },
      after: { id: OFFICER, tracking: '14030222', companyId: '99901187850' },
    });
    const [entry] = await audit.list({ subject, limit: 1 });
    expect(JSON.stringify(entry?.before)).not.toMatch(/9990000001|۹۹۹۰۰۰۰۰۰۱|9900633520|5320000001/);
    expect(entry?.after).toEqual({ id: OFFICER, tracking: '14030222', companyId: '99901187850' });
  });

  it('forgets the values about a deleted person and keeps that something was done', async () => {
    const subject = { kind: 'member', id: 'four' };
    await audit.record({
      actorId: OFFICER,
      act: 'member.edit',
      subject,
      before: { name: 'مریم' },
      after: { name: 'مینا' },
    });
    await audit.forget(subject);
    expect(await audit.list({ subject, limit: 10 })).toMatchObject([{ act: 'member.edit', before: null, after: null }]);
  });
});
