import type { MessengerName } from '../messengers/messenger.ts';
import type { Clock } from './contract.ts';
import { AT_ONCE, campaignIdOf, NOTICE_QUEUES, type DeliveryCollection } from './delivery.model.ts';
import type { LiveCampaigns } from './live-campaigns.ts';

/** What of the outbox has not left yet, by messenger. */
export interface Backlog {
  /**
   * Messages that wait: to one person each, now or later, and of the campaigns that are being sent. Of each queue at most
   * a hundred thousand are counted, in the index: a tenth of a second of the database's time.
   */
  waiting(): Promise<ReadonlyMap<MessengerName, { notices: number; campaigns: number }>>;
  /**
   * Milliseconds since the oldest notice that waits became due. Notices go before campaigns, so this stays short however
   * long a broadcast takes, and grows where nothing leaves. Four reads of one document each.
   */
  lags(): Promise<ReadonlyMap<MessengerName, number>>;
}

const MOST_COUNTED = 100_000;

export function createBacklog(deps: {
  deliveries: DeliveryCollection;
  live: Pick<LiveCampaigns, 'openQueues' | 'refresh'>;
  messengers: ReadonlySet<MessengerName>;
  clock: Clock;
}): Backlog {
  const { deliveries, live, messengers, clock } = deps;
  const waitingIn = (queue: string, messenger: MessengerName) => ({ queue, state: 'waiting', messenger }) as const;

  /** One queue at a time: only then the index alone is counted. */
  async function count(queues: readonly string[], messenger: MessengerName): Promise<number> {
    let sum = 0;
    for (const queue of queues)
      sum += await deliveries.countDocuments(waitingIn(queue, messenger), { limit: MOST_COUNTED });
    return sum;
  }

  async function lagOf(messenger: MessengerName): Promise<number> {
    const now = clock.wall();
    const oldest = async (queue: string): Promise<number[]> => {
      const waiting = waitingIn(queue, messenger);
      const [atOnce, timed] = await Promise.all([
        deliveries.findOne({ ...waiting, dueAt: AT_ONCE }, { sort: { order: 1 } }),
        deliveries.findOne({ ...waiting, dueAt: { $gt: AT_ONCE, $lte: new Date(now) } }, { sort: { dueAt: 1 } }),
      ]);
      // What has no time of its own is due since it was made, which its order tells.
      return [...(atOnce ? [atOnce.order / 1000] : []), ...(timed ? [timed.dueAt.getTime()] : [])];
    };
    const since = (await Promise.all(NOTICE_QUEUES.map(oldest))).flat();
    return now - Math.min(now, ...since);
  }

  async function byMessenger<Value>(read: (messenger: MessengerName) => Promise<Value>) {
    const values = new Map<MessengerName, Value>();
    for (const messenger of messengers) values.set(messenger, await read(messenger));
    return values;
  }

  return {
    async waiting() {
      await live.refresh();
      const campaigns = live.openQueues().filter((queue) => campaignIdOf(queue) !== undefined);
      return byMessenger(async (messenger) => ({
        notices: await count(NOTICE_QUEUES, messenger),
        campaigns: await count(campaigns, messenger),
      }));
    },
    lags: () => byMessenger(lagOf),
  };
}
