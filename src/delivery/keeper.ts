import type { Logger } from 'pino';
import { inTime, LONG_ANSWER_MS } from '../database/in-time.ts';
import { holdLease, type Leases } from '../database/leases.ts';
import type { CampaignCollection, CampaignDoc } from './campaign.model.ts';
import type { Clock, DeliverySettings } from './contract.ts';
import { queueOf, type DeliveryCollection } from './delivery.model.ts';
import type { LiveCampaigns } from './live-campaigns.ts';
import type { Preparation } from './preparation.ts';
import { createWaker } from './waker.ts';
import { within } from './within.ts';

/**
 * What campaigns need besides sending, done by one process at a time: makes deliveries, starts what is scheduled,
 * marks the deliveries of the cancelled, closes the finished. All of it is found in the database, so a new keeper
 * goes on where the last one was.
 */
export interface Keeper {
  start(): void;
  wake(): void;
  /** Waits up to `timeoutMs` for the page in hand; one that ends later is found and gone on with by the next keeper. */
  stop(options: { timeoutMs: number }): Promise<void>;
}

/** Deliveries marked as cancelled at a time. */
const SWEEP = 2000;

export function createKeeper(deps: {
  leases: Leases;
  campaigns: CampaignCollection;
  deliveries: DeliveryCollection;
  live: LiveCampaigns;
  preparation: Preparation;
  instance: string;
  settings: DeliverySettings;
  clock: Clock;
  logger: Logger;
  /** New deliveries, or a campaign that may be sent now. */
  wakeSenders: () => void;
  /** What else is one process's work. */
  alongside: (held: AbortSignal) => Promise<void>;
}): Keeper {
  const { campaigns, deliveries, live, preparation, settings, clock, logger, wakeSenders } = deps;
  const waker = createWaker();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await holdLease(
        {
          leases: deps.leases,
          name: 'campaign-keeper',
          holder: deps.instance,
          ttlMs: settings.leaseMs,
          signal: stopping.signal,
          logger,
        },
        async (held) => {
          await Promise.all([keep(held), deps.alongside(held)]);
        },
      );
    }
  }

  async function keep(held: AbortSignal): Promise<void> {
    while (!held.aborted) {
      let more = false;
      try {
        await live.refresh();
        // One step for each in turn: a million being prepared doesn't hold up the small one behind it.
        for (const campaign of live.all()) {
          if (held.aborted) break;
          more = (await inTime(stepOf(campaign), LONG_ANSWER_MS)) || more;
        }
      } catch (error) {
        logger.warn({ error: (error as Error).message }, 'campaigns interrupted, trying again');
        more = false;
      }
      if (!more) await waker.wait(settings.pollMs);
    }
  }

  /** True if there is more to do at once. One campaign's trouble is not another's. */
  async function stepOf(campaign: CampaignDoc): Promise<boolean> {
    try {
      if (campaign.state === 'cancelled') return await sweep(campaign);
      if (isDue(campaign)) return await change(campaign, { state: 'sending', startedAt: new Date(clock.wall()) });
      if (campaign.preparedAt === null) return (await mayPrepare(campaign)) && (await prepare(campaign));
      if (campaign.state === 'sending') await close(campaign);
      return false;
    } catch (error) {
      logger.warn({ campaignId: campaign._id, error: (error as Error).message }, 'campaign interrupted, trying again');
      return false;
    }
  }

  const isDue = ({ state, scheduledAt }: CampaignDoc): boolean =>
    (state === 'preparing' || state === 'ready') && scheduledAt !== undefined && scheduledAt.getTime() <= clock.wall();

  async function change(campaign: CampaignDoc, set: Partial<CampaignDoc>): Promise<boolean> {
    const { _id, state, revision } = campaign;
    const after = await campaigns.findOneAndUpdate(
      { _id, state, revision },
      { $set: set },
      { returnDocument: 'after' },
    );
    if (after === null) return false;
    live.put(after);
    wakeSenders();
    return true;
  }

  /** What is being recalled must have come to rest: whatever is sent after a page was made would be left out of it. */
  async function mayPrepare({ changes }: CampaignDoc): Promise<boolean> {
    if (changes?.act !== 'recall') return true;
    const original = await campaigns.findOne({ _id: changes.campaignId }, { projection: { finishedAt: 1 } });
    return original === null || original.finishedAt !== null;
  }

  async function prepare(campaign: CampaignDoc): Promise<boolean> {
    const after = await preparation.nextPage(campaign);
    if (after === null) {
      await live.refresh({ force: true });
      return false;
    }
    live.put(after);
    if (after.state === 'sending') wakeSenders();
    return true;
  }

  const open = (campaign: CampaignDoc) => ({
    queue: queueOf({ class: 'campaign', campaignId: campaign._id }),
    state: { $in: ['waiting' as const, 'claimed' as const] },
  });

  async function close(campaign: CampaignDoc): Promise<void> {
    if ((await deliveries.findOne(open(campaign), { projection: { _id: 1 } })) !== null) return;
    await change(campaign, { state: 'done', finishedAt: new Date(clock.wall()) });
  }

  async function sweep(campaign: CampaignDoc): Promise<boolean> {
    const left = await deliveries
      .find(open(campaign), { projection: { state: 1 } })
      .limit(SWEEP)
      .toArray();
    if (left.length === 0) {
      await change(campaign, { finishedAt: new Date(clock.wall()) });
      return false;
    }
    const waiting = left.filter((delivery) => delivery.state === 'waiting').map((delivery) => delivery._id);
    if (waiting.length === 0) return false;
    await deliveries.updateMany(
      { _id: { $in: waiting }, state: 'waiting' },
      { $set: { state: 'cancelled', endedAt: new Date(clock.wall()) } },
    );
    return true;
  }

  return {
    start() {
      running ??= run();
    },
    wake: waker.wake,
    async stop({ timeoutMs }) {
      stopping.abort();
      waker.wake();
      await within(timeoutMs, running);
    },
  };
}
