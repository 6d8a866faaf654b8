import { beforeEach, describe, expect, it } from 'vitest';
import type { Campaigns, NewCampaign } from '../../../src/delivery/campaigns.ts';
import { createAudit, type Audit } from '../../../src/features/audit/audit.service.ts';
import { createNews, type News } from '../../../src/features/news/news.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const BODY = 'شورای راهبری نشست تازهٔ خود را برگزار کرد.';
const OFFICER = { id: '0123456789abcdef01234567', roles: ['officer'] as const };
const GUEST = { id: '0123456789abcdef01234569', roles: [] };

/** Notes what the outbox is asked to do. */
function outbox(failed: number) {
  const made: NewCampaign[] = [];
  const asked: string[] = [];
  const atRest = { value: false };
  const changed = (what: string) => (id: string) => {
    asked.push(`${what} ${id}`);
    return Promise.resolve({ changed: true as const, state: 'sending' as const });
  };
  const change = (what: string) => (id: string) => {
    asked.push(`${what} ${id}`);
    return Promise.resolve(`${what}-of-${id}`);
  };
  const campaigns: Pick<
    Campaigns,
    'create' | 'extend' | 'start' | 'pause' | 'resume' | 'cancel' | 'edit' | 'recall' | 'retryFailed'
  > = {
    create: (campaign) => Promise.resolve(`campaign${made.push(campaign)}`),
    extend(id, { source }) {
      asked.push(`extend ${id} for ${source}`);
      return Promise.resolve(atRest.value);
    },
    start: changed('start'),
    pause: changed('pause'),
    resume: changed('resume'),
    cancel: changed('cancel'),
    edit: change('edit'),
    recall: change('recall'),
    retryFailed: () => Promise.resolve(failed),
  };
  return { campaigns: campaigns as Campaigns, made, asked, atRest };
}

describe('sending council news', () => {
  const database = useDatabase();
  const now = new Date('2026-03-01T08:00:00Z');
  let box: ReturnType<typeof outbox>;
  let news: News;
  let audit: Audit;
  let items = 0;
  beforeEach(() => {
    const { connection } = database;
    box = outbox(3);
    audit = createAudit({ now: systemNow, connection });
    news = createNews({ connection, audit, campaigns: () => box.campaigns, now: () => now });
  });
  async function draft(): Promise<string> {
    items += 1;
    const item = await news.draft(OFFICER, { origin: `item-${items}`, headline: `خبر ${items}`, body: BODY });
    return item?.id ?? '';
  }
  const acts = async (id: string) =>
    (await audit.list({ subject: { kind: 'news', id }, limit: 20 })).map(({ act }) => act);

  it('publishes a draft and sends it once, whoever asks again', async () => {
    const id = await draft();
    const first = await news.send(OFFICER, id, { source: 'press' });
    expect(first).toEqual({ kind: 'started', campaignId: 'campaign1' });
    expect(await news.send(OFFICER, id, { source: 'other' })).toEqual({ kind: 'already' });
    expect(box.made).toEqual([
      {
        kind: 'news',
        payload: { newsId: id },
        audience: { kind: 'all' },
        by: OFFICER.id,
        approvedBy: OFFICER.id,
        source: 'press',
      },
    ]);
    // The outbox knows the source that is worked again after a crash; another one adds an audience, once all is sent.
    box.atRest.value = true;
    expect(await news.send(OFFICER, id, { source: 'press' })).toEqual(first);
    expect(await news.send(OFFICER, id, { source: 'later' })).toEqual(first);
    expect(box.asked.filter((one) => one.startsWith('extend'))).toEqual([
      'extend campaign1 for other',
      'extend campaign1 for press',
      'extend campaign1 for later',
    ]);
    expect(box.made).toHaveLength(1);
    expect(await news.find(id)).toMatchObject({ campaignId: 'campaign1', publishedAt: now });
    expect(await acts(id)).toEqual(expect.arrayContaining(['news.draft', 'news.publish', 'news.send']));
  });

  it('takes an audience and a time from whoever chooses them; the item appears at that time', async () => {
    const id = await draft();
    const at = new Date(now.getTime() + 3_600_000);
    await news.send(OFFICER, id, { source: 'press', audience: { kind: 'topic' }, at, approvedBy: GUEST.id });
    expect(box.made).toMatchObject([{ audience: { kind: 'topic' }, scheduledAt: at, approvedBy: GUEST.id }]);
    expect(box.asked).toEqual([]);
    expect(await news.find(id)).toMatchObject({ publishedAt: at });
  });

  it('does nothing for those who may not, and nothing to what was not sent', async () => {
    const id = await draft();
    expect(await news.send(GUEST, id, { source: 'forged' })).toEqual({ kind: 'forbidden' });
    for (const actor of [GUEST, OFFICER]) {
      expect(await news.stopSending(actor, id, 'x')).toBe(false);
      expect(await news.pauseSending(actor, id, 'x')).toBe(false);
      expect(await news.resumeSending(actor, id, 'x')).toBe(false);
      expect(await news.editEverywhere(actor, id, 'x')).toBeNull();
      expect(await news.resendFailed(actor, id, 'x')).toBeNull();
      expect(await news.outcomes(actor, id, 'x')).toBeNull();
      expect(await news.recall(actor, id, 'x')).toBeNull();
    }
    expect([box.made, box.asked]).toEqual([[], []]);
    await news.send(OFFICER, id, { source: 'press' });
    expect(await news.recall(GUEST, id, 'x')).toBeNull();
    expect(await news.outcomes(GUEST, id, 'x')).toBeNull();
  });

  it('pauses, goes on, stops, sends again, edits and recalls, each in the audit', async () => {
    const id = await draft();
    await news.send(OFFICER, id, { source: 'press' });
    await news.pauseSending(OFFICER, id, '1');
    await news.resumeSending(OFFICER, id, '2');
    expect(await news.resendFailed(OFFICER, id, '3')).toEqual({ campaignId: 'campaign1', count: 3 });
    expect(await news.editEverywhere(OFFICER, id, '4')).toBe('edit-of-campaign1');
    await news.stopSending(OFFICER, id, '5');
    expect(await news.recall(OFFICER, id, '6')).toEqual({ change: 'recall-of-campaign1' });
    expect(box.asked.map((one) => one.split(' ')[0])).toEqual(['start', 'pause', 'resume', 'edit', 'cancel', 'recall']);
    expect(await acts(id)).toEqual(
      expect.arrayContaining(
        ['pause', 'resume', 'resend', 'editEverywhere', 'stop', 'recall'].map((act) => `news.${act}`),
      ),
    );
    // What was recalled is neither sent again nor edited.
    expect(await news.resendFailed(OFFICER, id, '7')).toBeNull();
    expect(await news.editEverywhere(OFFICER, id, '8')).toBeNull();
  });

  it('says that nobody is left to send to again', async () => {
    box = outbox(0);
    const id = await draft();
    await news.send(OFFICER, id, { source: 'press' });
    expect(await news.resendFailed(OFFICER, id, '1')).toBeNull();
    expect(await acts(id)).not.toContain('news.resend');
  });
});
