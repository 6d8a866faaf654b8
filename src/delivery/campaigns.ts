import { mongo } from 'mongoose';
import type { CampaignCollection, CampaignDoc, CampaignState } from './campaign.model.ts';
import type { Account, Clock } from './contract.ts';
import { newChangeId } from './changes.ts';
import {
  AT_ONCE,
  queueOf,
  type ChangeAct,
  type DeliveryCollection,
  type DeliveryDoc,
  type DeliveryState,
  type SentPart,
} from './delivery.model.ts';
import { createFurther, type Further } from './further.ts';
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
  /** Names what asks for it, as by `extend`. */
  source?: string;
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
  recalledAt?: Date;
}

/** So many deliveries ended in this state for this reason. */
export interface Reason {
  state: DeliveryState;
  messenger: DeliveryDoc['messenger'];
  /** Of an outcome: `too-late`, `message-gone`, `unreachable`, `no-message-id` (nobody knows whether it arrived), … */
  code: string;
  count: number;
}

export interface Campaigns extends Further {
  /** Stores it and begins to make its deliveries. Returns its id. */
  create(campaign: NewCampaign): Promise<string>;
  /** Begins to send, also while deliveries are still being made. */
  start(campaignId: string, options?: { approvedBy?: string }): Promise<Changed>;
  /** Sends already handed to the messenger (the window) still leave. */
  pause(campaignId: string): Promise<Changed>;
  resume(campaignId: string): Promise<Changed>;
  cancel(campaignId: string): Promise<Changed>;
  /**
   * Sets, moves or (null) takes away the time at which a campaign that has not begun starts by itself: once, in whatever
   * process, and at the next start where none was running then.
   */
  schedule(campaignId: string, at: Date | null): Promise<Changed>;
  /**
   * Renders anew, from the campaign's payload, what has been delivered and edits it at everybody who has it; what still
   * waits is rendered as it is now anyhow. Ends an edit that is still under way, which it includes.
   *
   * @returns the change's id, a campaign's in every respect: its progress (`sent` are those who have the new text),
   *   `reasons` for what could not be, pause, cancel, outcomes. Null where there is no such campaign or it is recalled.
   */
  edit(campaignId: string, options: { by: string }): Promise<string | null>;
  /**
   * Stops the campaign for good and deletes it at everybody who has it, within what the messenger allows.
   *
   * @returns the change's id, as of `edit`; of the recall under way, where there is one. Null where there is no such campaign.
   */
  recall(campaignId: string, options: { by: string }): Promise<string | null>;
  /** Why deliveries ended otherwise than well, counted by messenger. Reads the whole campaign: for a report, not for each second. */
  reasons(campaignId: string): Promise<Reason[]>;
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

const UNFINISHED: readonly CampaignState[] = ['preparing', 'ready', 'sending', 'paused'];

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

  /** One atomic change, guarded by the states it may be made in. */
  async function update(
    campaignId: string,
    from: readonly CampaignState[],
    change: mongo.UpdateFilter<CampaignDoc>,
  ): Promise<Changed> {
    const after = await campaigns.findOneAndUpdate({ _id: campaignId, state: { $in: [...from] } }, change, {
      returnDocument: 'after',
    });
    if (after !== null) {
      live.put(after);
      wake();
      return { changed: true, state: after.state };
    }
    const found = await campaigns.findOne({ _id: campaignId }, { projection: { state: 1 } });
    if (found === null) return { changed: false, reason: 'not-found' };
    return { changed: false, reason: 'wrong-state', state: found.state };
  }

  const step = (
    campaignId: string,
    from: readonly CampaignState[],
    set: Partial<CampaignDoc> & { state: CampaignState },
  ): Promise<Changed> => update(campaignId, from, { $set: set });

  async function insert(
    campaign: Pick<CampaignDoc, '_id' | 'kind' | 'payload' | 'audience' | 'state' | 'createdBy'> & Partial<CampaignDoc>,
  ): Promise<string> {
    const complete: CampaignDoc = {
      preparedTo: null,
      preparedAt: null,
      revision: 0,
      order: nextOrder(),
      createdAt: new Date(clock.wall()),
      finishedAt: null,
      ...campaign,
    };
    await campaigns.insertOne(complete);
    live.put(complete);
    wake();
    return complete._id;
  }

  const insertChange = ({ _id, kind, payload }: CampaignDoc, act: ChangeAct, by: string): Promise<string> =>
    insert({
      _id: newChangeId(),
      kind,
      payload,
      audience: 'null',
      state: 'sending',
      startedAt: new Date(clock.wall()),
      createdBy: by,
      changes: { campaignId: _id, act },
    });

  async function endEdits(campaignId: string): Promise<void> {
    const running = { 'changes.campaignId': campaignId, 'changes.act': 'edit' as const, finishedAt: null };
    for (const { _id } of await campaigns.find(running, { projection: { _id: 1 } }).toArray()) {
      await step(_id, ['sending', 'paused'], { state: 'cancelled' });
    }
  }

  return {
    async create({ kind, payload, audience, by, approvedBy, scheduledAt, source }) {
      return insert({
        _id: new mongo.ObjectId().toHexString(),
        kind,
        payload: JSON.stringify(payload ?? null),
        audience: JSON.stringify(audience ?? null),
        state: 'preparing',
        createdBy: by,
        ...(approvedBy === undefined ? {} : { approvedBy }),
        ...(scheduledAt === undefined ? {} : { scheduledAt }),
        ...(source === undefined ? {} : { source }),
      });
    },

    start: (id, options) =>
      step(id, ['preparing', 'ready'], {
        state: 'sending',
        startedAt: new Date(clock.wall()),
        ...(options?.approvedBy === undefined ? {} : { approvedBy: options.approvedBy }),
      }),
    pause: (id) => step(id, ['sending'], { state: 'paused' }),
    resume: (id) => step(id, ['paused'], { state: 'sending' }),
    cancel: (id) => step(id, UNFINISHED, { state: 'cancelled' }),

    schedule: (id, at) =>
      // The revision guards against a keeper that still has the old time in mind.
      update(id, ['preparing', 'ready'], {
        ...(at === null ? { $unset: { scheduledAt: '' } } : { $set: { scheduledAt: at } }),
        $inc: { revision: 1 },
      }),

    async edit(campaignId, { by }) {
      const original = await campaigns.findOne({
        _id: campaignId,
        changes: { $exists: false },
        recalledAt: { $exists: false },
      });
      if (original === null) return null;
      await endEdits(campaignId);
      return insertChange(original, 'edit', by);
    },

    async recall(campaignId, { by }) {
      const original = await campaigns.findOneAndUpdate({ _id: campaignId, changes: { $exists: false } }, [
        { $set: { recalledAt: { $ifNull: ['$recalledAt', new Date(clock.wall())] } } },
      ]);
      if (original === null) return null;
      await step(campaignId, UNFINISHED, { state: 'cancelled' });
      await endEdits(campaignId);
      const running = await campaigns.findOne({
        'changes.campaignId': campaignId,
        'changes.act': 'recall',
        finishedAt: null,
      });
      return running?._id ?? insertChange(original, 'recall', by);
    },

    ...createFurther({ campaigns, deliveries, live, clock, wake }),

    progress,

    reasons: (campaignId) =>
      deliveries
        .aggregate<Reason>([
          { $match: { queue: queueOf({ class: 'campaign', campaignId }), 'outcome.code': { $exists: true } } },
          {
            $group: {
              _id: { state: '$state', messenger: '$messenger', code: '$outcome.code' },
              count: { $sum: 1 },
            },
          },
          { $replaceWith: { $mergeObjects: ['$_id', { count: '$count' }] } },
          { $sort: { count: -1 } },
        ])
        .toArray(),

    async retryFailed(campaignId, options) {
      const states = options?.states ?? ['failed'];
      // The step to `done` is guarded by the revision: it can't slip in between opening deliveries and the state.
      const known = await campaigns.updateOne(
        { _id: campaignId, state: { $ne: 'cancelled' }, recalledAt: { $exists: false } },
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
    ...(doc.recalledAt === undefined ? {} : { recalledAt: doc.recalledAt }),
  };
}
