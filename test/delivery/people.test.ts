import { describe, expect, it } from 'vitest';
import { campaignCollection } from '../../src/delivery/campaign.model.ts';
import { AT_ONCE, deliveryCollection, queueOf, type DeliveryDoc } from '../../src/delivery/delivery.model.ts';
import { createDeliveryPeople } from '../../src/delivery/people.ts';
import { MESSENGERS } from '../support/app.ts';
import { useDatabase } from '../support/database.ts';
import { systemClock } from '../../src/system-clock.ts';

const CAMPAIGN = '0123456789abcdef01234567';
const database = useDatabase();
let order = 0;

function collections() {
  const { connection } = database;
  const deliveries = deliveryCollection(connection);
  return {
    deliveries,
    people: createDeliveryPeople({
      clock: systemClock,
      deliveries,
      campaigns: campaignCollection(connection),
      messengers: new Set(MESSENGERS),
      wake: () => {},
    }),
  };
}

async function delivery(given: Partial<DeliveryDoc> & Pick<DeliveryDoc, '_id' | 'memberId'>): Promise<void> {
  await collections().deliveries.insertOne({
    queue: queueOf({ class: 'direct' }),
    kind: 'test',
    payload: '"متن"',
    messenger: 'telegram',
    chatId: 1,
    language: 'fa',
    state: 'waiting',
    tries: 0,
    dueAt: AT_ONCE,
    order: (order += 1),
    ...given,
  });
}

const stored = (id: string) => collections().deliveries.findOne({ _id: id });

describe('deliveries of people who change', () => {
  it('leave an account that was unlinked for the next one, or not at all', async () => {
    const { people } = collections();
    const bale = { messenger: 'bale' as const, chatId: 2 };
    await delivery({ _id: 'switches', memberId: 'unlinks', alternatives: [bale] });
    await delivery({ _id: 'ends', memberId: 'unlinks' });
    await delivery({
      _id: 'loses',
      memberId: 'unlinks',
      ...bale,
      alternatives: [{ messenger: 'telegram', chatId: 1 }],
    });
    await delivery({ _id: 'was-sent', memberId: 'unlinks', state: 'sent' });
    const account = { memberId: 'unlinks', messenger: 'telegram' as const, chatId: 1 };
    await people.withdrawAccount(account);
    await people.withdrawAccount(account);
    expect(await stored('switches')).toMatchObject({ ...bale, alternatives: [], state: 'waiting' });
    expect(await stored('ends')).toMatchObject({ state: 'cancelled' });
    expect(await stored('loses')).toMatchObject({ ...bale, alternatives: [], state: 'waiting' });
    expect(await stored('was-sent')).toMatchObject({ state: 'sent' });
  });

  it('go to the member that two became, and no campaign reaches them twice', async () => {
    const { people } = collections();
    const queue = queueOf({ class: 'campaign', campaignId: CAMPAIGN });
    await delivery({ _id: `${CAMPAIGN}:newer`, memberId: 'newer', queue });
    await delivery({ _id: `${CAMPAIGN}:older`, memberId: 'older', queue });
    await delivery({ _id: 'notice', memberId: 'newer' });
    await people.moveMember('newer', 'older');
    expect(await stored(`${CAMPAIGN}:newer`)).toMatchObject({ state: 'cancelled', memberId: 'older' });
    expect(await stored(`${CAMPAIGN}:older`)).toMatchObject({ state: 'waiting' });
    expect(await stored('notice')).toMatchObject({ state: 'waiting', memberId: 'older' });
  });

  it('say that something was delivered, and neither what nor to whom, once the person is deleted', async () => {
    const { people } = collections();
    const parts = [{ messenger: 'telegram' as const, chatId: 1, ids: [7] }];
    await delivery({ _id: 'had', memberId: 'leaves', state: 'sent', parts });
    await delivery({ _id: 'waits', memberId: 'leaves', alternatives: [{ messenger: 'bale', chatId: 2 }] });
    await people.forgetMember('leaves', 'nobody');
    for (const [id, state] of [
      ['had', 'sent'],
      ['waits', 'cancelled'],
    ] as const) {
      const left = await stored(id);
      expect(left).toMatchObject({ state, memberId: 'nobody', chatId: null });
      expect(left).not.toHaveProperty('payload');
      expect(left).not.toHaveProperty('parts');
      expect(left).not.toHaveProperty('alternatives');
    }
  });
});
