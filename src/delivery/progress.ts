import type { Logger } from 'pino';
import type { MessengerName } from '../messengers/messenger.ts';
import type { CampaignCollection, CampaignState } from './campaign.model.ts';
import type { Clock } from './contract.ts';
import { AT_ONCE, DELIVERY_STATES, queueOf, type DeliveryCollection, type DeliveryState } from './delivery.model.ts';

export type StateCounts = Record<DeliveryState, number>;

export interface Progress {
  campaignId: string;
  state: CampaignState;
  /** Nothing changes any more: sent to the last, or cancelled and what was in hand has ended. */
  isOver: boolean;
  /** Of its latest audience. */
  startedAt?: Date;
  finishedAt?: Date;
  /** All recipients are known; until then `total` grows. */
  prepared: boolean;
  total: number;
  byState: StateCounts;
  /** By the messenger that each stands at now; people with no account are under `none`. */
  byMessenger: Partial<Record<MessengerName | 'none', StateCounts>>;
  /** Of those who wait: who is in their quiet hours, and the first and the last of their ends. */
  asleep: { people: number; first: Date; last: Date } | null;
  /** Who got it, or gets it, only at the end of their quiet hours. */
  putOff: number;
  /** Sent again without knowing whether the first had arrived: so many people may have it twice. */
  ambiguous: number;
}

/** Quiet hours end on the hour in Tehran, half past in UTC; nothing else that puts off does so to the millisecond. */
const HALF_HOUR_MS = 1_800_000;
const isPutOff = (after: Date) => ({
  $and: [{ $gt: ['$dueAt', after] }, { $eq: [{ $mod: [{ $toLong: '$dueAt' }, HALF_HOUR_MS] }, 0] }],
});

const noCounts = (): StateCounts => Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as StateCounts;

/**
 * Counted from the deliveries each time, in the index alone: a counter kept beside them would drift with every crash.
 * A campaign of a million takes some seconds of one core; the live display asks in proportion to that.
 */
export function createProgress(deps: {
  campaigns: CampaignCollection;
  deliveries: DeliveryCollection;
  clock: Pick<Clock, 'wall'>;
}) {
  const { campaigns, deliveries, clock } = deps;

  return async (campaignId: string): Promise<Progress | null> => {
    const campaign = await campaigns.findOne({ _id: campaignId });
    if (campaign === null) return null;
    const queue = queueOf({ class: 'campaign', campaignId });
    const now = new Date(clock.wall());
    const startedAt = campaign.extendedAt ?? campaign.startedAt;
    const [groups, ambiguous] = await Promise.all([
      deliveries
        .aggregate<Group>([
          { $match: { queue } },
          {
            $group: {
              _id: { state: '$state', messenger: '$messenger' },
              count: { $sum: 1 },
              putOff: { $sum: { $cond: [isPutOff(AT_ONCE), 1, 0] } },
              asleep: { $sum: { $cond: [isPutOff(now), 1, 0] } },
              first: { $min: { $cond: [isPutOff(now), '$dueAt', null] } },
              last: { $max: { $cond: [isPutOff(now), '$dueAt', null] } },
            },
          },
        ])
        .toArray(),
      deliveries.countDocuments({ queue, ambiguous: { $gt: 0 } }),
    ]);

    const progress: Progress = {
      campaignId,
      state: campaign.state,
      isOver: false,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(campaign.finishedAt === null ? {} : { finishedAt: campaign.finishedAt }),
      prepared: campaign.preparedAt !== null,
      total: 0,
      byState: noCounts(),
      byMessenger: {},
      asleep: null,
      putOff: 0,
      ambiguous,
    };
    for (const { _id, count, putOff, asleep, first, last } of groups) {
      // What still waits when a campaign is cancelled is never sent, marked or not.
      const state = campaign.state === 'cancelled' && _id.state === 'waiting' ? 'cancelled' : _id.state;
      const ofMessenger = (progress.byMessenger[_id.messenger ?? 'none'] ??= noCounts());
      progress.total += count;
      progress.putOff += putOff;
      if (state === 'waiting' && first && last)
        progress.asleep = together(progress.asleep, { people: asleep, first, last });
      progress.byState[state] += count;
      ofMessenger[state] += count;
    }
    const { state, byState } = progress;
    return { ...progress, isOver: state === 'done' || (state === 'cancelled' && byState.claimed === 0) };
  };
}

interface Group {
  _id: { state: DeliveryState; messenger: MessengerName | null };
  count: number;
  putOff: number;
  asleep: number;
  first: Date | null;
  last: Date | null;
}

type Asleep = NonNullable<Progress['asleep']>;
function together(one: Asleep | null, other: Asleep): Asleep {
  if (!one) return other;
  const first = one.first < other.first ? one.first : other.first;
  const last = one.last > other.last ? one.last : other.last;
  return { people: one.people + other.people, first, last };
}

export type ProgressListener = (progress: Progress) => void | Promise<void>;

/** At least this long between two reports, and twenty times what counting took. */
const SHORTEST_INTERVAL_MS = 1000;
const COUNTING_SHARE = 20;

/**
 * Reports a campaign's progress to `listener` when it has changed, until it has ended, with a last report then.
 * One report at a time: a listener that edits a message is waited for.
 * @returns ends the reports
 */
export function watchProgress(
  deps: { progress: (id: string) => Promise<Progress | null>; clock: Clock; logger: Logger },
  campaignId: string,
  listener: ProgressListener,
): () => void {
  const { progress, clock, logger } = deps;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let last = '';

  async function look(): Promise<void> {
    const startedAt = clock.monotonic();
    let over = false;
    try {
      const now = await progress(campaignId);
      const tookMs = clock.monotonic() - startedAt;
      const text = JSON.stringify(now);
      over = now === null || now.isOver;
      if (now !== null && text !== last && !stopped) await listener(now);
      last = text;
      if (!over && !stopped) later(Math.max(SHORTEST_INTERVAL_MS, tookMs * COUNTING_SHARE));
    } catch (error) {
      logger.warn({ campaignId, error: (error as Error).message }, 'progress could not be reported');
      if (!stopped) later(SHORTEST_INTERVAL_MS);
    }
  }
  function later(ms: number): void {
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  }

  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
