import { inTime } from '../database/in-time.ts';
import type { CampaignCollection, CampaignDoc } from './campaign.model.ts';
import type { Clock } from './contract.ts';
import { campaignIdOf, NOTICE_QUEUES, queueOf } from './delivery.model.ts';

/**
 * The campaigns that something remains to be done for: few, read again by every process at each poll, and changed
 * here at once by what this process does itself.
 */
export interface LiveCampaigns {
  all(): readonly CampaignDoc[];
  /** The queues that may be sent from now, in no order. */
  openQueues(): string[];
  /** Whether a delivery of this queue may leave now: pause and cancel act here, however many wait. */
  isOpen(queue: string): boolean;
  /** A campaign's payload, parsed once. */
  payloadOf(queue: string): unknown;
  /** Reads again if what is known is older than a poll, or in any case. */
  refresh(options?: { force?: boolean }): Promise<void>;
  /** Takes over a campaign as it now is. */
  put(campaign: CampaignDoc): void;
}

export function createLiveCampaigns(deps: {
  campaigns: CampaignCollection;
  clock: Clock;
  pollMs: number;
}): LiveCampaigns {
  const { campaigns, clock, pollMs } = deps;
  let live = new Map<string, CampaignDoc>();
  const payloads = new Map<string, unknown>();
  let readAt = Number.NEGATIVE_INFINITY;
  /** Grows with each local change: an answer to an older question must not undo it. */
  let changes = 0;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const before = changes;
    const askedAt = clock.monotonic();
    // Whoever refreshes waits for it: a question that is never answered would be waited for by all.
    const found = await inTime(campaigns.find({ finishedAt: null }).sort({ _id: 1 }).toArray());
    if (before !== changes) return;
    live = new Map(found.map((campaign) => [campaign._id, campaign]));
    for (const id of payloads.keys()) if (!live.has(id)) payloads.delete(id);
    readAt = askedAt;
  }

  return {
    all: () => [...live.values()],
    openQueues: () => [
      ...NOTICE_QUEUES,
      ...[...live.values()]
        .filter((campaign) => campaign.state === 'sending')
        .map((campaign) => queueOf({ class: 'campaign', campaignId: campaign._id })),
    ],
    isOpen(queue) {
      const id = campaignIdOf(queue);
      return id === undefined || live.get(id)?.state === 'sending';
    },
    payloadOf(queue) {
      const id = campaignIdOf(queue);
      const campaign = id === undefined ? undefined : live.get(id);
      if (campaign === undefined) throw new Error(`The campaign of queue ${queue} is not live; claim again`);
      if (!payloads.has(campaign._id)) payloads.set(campaign._id, JSON.parse(campaign.payload));
      return payloads.get(campaign._id);
    },
    async refresh(options) {
      if (options?.force !== true && clock.monotonic() - readAt < pollMs) return;
      reading ??= read().finally(() => (reading = undefined));
      await reading;
    },
    put(campaign) {
      changes += 1;
      if (campaign.finishedAt === null) live.set(campaign._id, campaign);
      else live.delete(campaign._id);
    },
  };
}
