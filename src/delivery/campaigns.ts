import { mongo } from 'mongoose';
import type { CampaignCollection, CampaignDoc, CampaignState } from './campaign.model.ts';
import type { Account, Clock } from './contract.ts';
import {
  AT_ONCE,
  queueOf,
  type DeliveryCollection,
  type DeliveryDoc,
  type DeliveryState,
  type SentPart,
} from './delivery.model.ts';
import type { LiveCampaigns } from './live-campaigns.ts';
import type { Progress } from './progress.ts';

export interface NewCampaign {
  /** Which renderer builds it. */
  kind: string;
  /** Anything that JSON can hold. */
  payload: unknown;
  /** Handed to `recipientsOf` as it is; anything that JSON can hold. */
  audience: unknown;
  /** Who makes it. */
  by: string;
  approvedBy?: string;
  /** Starts by itself at this time; without it, `start` does. */
  scheduledAt?: Date;
}

export type Changed =
  | { changed: true; state: CampaignState }
  | { changed: false; reason: 'wrong-state'; state: CampaignState }
  | { changed: false; reason: 'not-found' };

/** What became of one recipient. */
export interface RecipientOutcome {
  memberId: string;
  state: DeliveryState;
  /** Null where the person has no account on a messenger that is served. */
  account: Account | null;
  switchedFrom?: DeliveryDoc['messenger'];
  tries: number;
  ambiguous: number;
  outcome?: { code: string; text?: string };
  parts: SentPart[];
  endedAt?: Date;
}

export interface Campaigns {
  /** Stores it and begins to make its deliveries. Returns its id. */
  create(campaign: NewCampaign): Promise<string>;
  /** Begins to send, also while deliveries are still being made. */
  start(campaignId: string, options?: { approvedBy?: string }): Promise<Changed>;
  /** Sends already handed to the messenger (the window) still leave. */
  pause(campaignId: string): Promise<Changed>;
  resume(campaignId: string): Promise<Changed>;
  cancel(campaignId: string): Promise<Changed>;
  /** Null where there is no such campaign. */
  progress(campaignId: string): Promise<Progress | null>;
  /**
   * Opens deliveries that ended in one of `states` again, default `failed`. With `unknown` some people may get the
   * message twice. Returns how many; running it again after a crash finishes the work.
   */
  retryFailed(
    campaignId: string,
    options?: { states?: readonly ('failed' | 'unknown' | 'unreachable')[] },
  ): Promise<number>;
  /** One by one, in no order, with flat memory; `states` limits it to some. */
  outcomes(campaignId: string, options?: { states?: readonly DeliveryState[] }): AsyncIterable<RecipientOutcome>;
}

export function createCampaigns(deps: {
  campaigns: CampaignCollection;
  deliveries: DeliveryCollection;
  live: LiveCampaigns;
  progress: (campaignId: string) => Promise<Progress | null>;
  clock: Clock;
  nextOrder: () => number;
  wake: () => void;
}): Campaigns {
  const { campaigns, deliveries, live, progress, clock, nextOrder, wake } = deps;

  /** One atomic step, guarded by the states it may be taken from. */
  async function step(
    campaignId: string,
    from: readonly CampaignState[],
    set: Partial<CampaignDoc> & { state: CampaignState },
  ): Promise<Changed> {
    const after = await campaigns.findOneAndUpdate(
      { _id: campaignId, state: { $in: [...from] } },
      { $set: set },
      { returnDocument: 'after' },
    );
    if (after !== null) {
      live.put(after);
      wake();
      return { changed: true, state: after.state };
    }
    const found = await campaigns.findOne({ _id: campaignId }, { projection: { state: 1 } });
    if (found === null) return { changed: false, reason: 'not-found' };
    return { changed: false, reason: 'wrong-state', state: found.state };
  }

  return {
    async create({ kind, payload, audience, by, approvedBy, scheduledAt }) {
      const campaign: CampaignDoc = {
        _id: new mongo.ObjectId().toHexString(),
        kind,
        payload: JSON.stringify(payload ?? null),
        audience: JSON.stringify(audience ?? null),
        state: 'preparing',
        preparedTo: null,
        preparedAt: null,
        revision: 0,
        order: nextOrder(),
        createdBy: by,
        createdAt: new Date(clock.wall()),
        finishedAt: null,
        ...(approvedBy === undefined ? {} : { approvedBy }),
        ...(scheduledAt === undefined ? {} : { scheduledAt }),
      };
      await campaigns.insertOne(campaign);
      live.put(campaign);
      wake();
      return campaign._id;
    },

    start: (id, options) =>
      step(id, ['preparing', 'ready'], {
        state: 'sending',
        startedAt: new Date(clock.wall()),
        ...(options?.approvedBy === undefined ? {} : { approvedBy: options.approvedBy }),
      }),
    pause: (id) => step(id, ['sending'], { state: 'paused' }),
    resume: (id) => step(id, ['paused'], { state: 'sending' }),
    cancel: (id) => step(id, ['preparing', 'ready', 'sending', 'paused'], { state: 'cancelled' }),

    progress,

    async retryFailed(campaignId, options) {
      const states = options?.states ?? ['failed'];
      // The step to `done` is guarded by the revision: it can't slip in between opening deliveries and the state.
      const known = await campaigns.updateOne(
        { _id: campaignId, state: { $ne: 'cancelled' } },
        { $inc: { revision: 1 } },
      );
      if (known.matchedCount === 0) return 0;
      const { modifiedCount } = await deliveries.updateMany(
        {
          queue: queueOf({ class: 'campaign', campaignId }),
          state: { $in: [...states] },
          messenger: { $ne: null },
        },
        { $set: { state: 'waiting', tries: 0, dueAt: AT_ONCE }, $unset: { outcome: '', endedAt: '' } },
      );
      await campaigns.updateOne({ _id: campaignId }, { $inc: { revision: 1 } });
      await step(campaignId, ['done'], { state: 'sending', finishedAt: null });
      wake();
      return modifiedCount;
    },

    async *outcomes(campaignId, options) {
      const cursor = deliveries.find({
        queue: queueOf({ class: 'campaign', campaignId }),
        ...(options?.states === undefined ? {} : { state: { $in: [...options.states] } }),
      });
      for await (const doc of cursor) yield outcomeOf(doc);
    },
  };
}

function outcomeOf(doc: DeliveryDoc): RecipientOutcome {
  const { memberId, state, messenger, chatId, tries } = doc;
  return {
    memberId,
    state,
    account: messenger === null || chatId === null ? null : { messenger, chatId },
    ...(doc.switchedFrom === undefined ? {} : { switchedFrom: doc.switchedFrom }),
    tries,
    ambiguous: doc.ambiguous ?? 0,
    ...(doc.outcome === undefined ? {} : { outcome: doc.outcome }),
    parts: doc.parts ?? [],
    ...(doc.endedAt === undefined ? {} : { endedAt: doc.endedAt }),
  };
}
