import type { mongo } from 'mongoose';
import type { MessengerName } from '../messengers/messenger.ts';
import type { Clock, DeliverySettings } from './contract.ts';
import { AT_ONCE, classOf, type DeliveryCollection, type DeliveryDoc, type Sendable } from './delivery.model.ts';
import { doubtAbout } from './outcome.ts';

/** What one process takes from the queues of one messenger. */
export interface Claims {
  /**
   * Marks up to `limit` due deliveries of `queues` as this process's own, in the order in which they are to be sent.
   * A person gets one delivery at a time and in order of creation within a class: who has one in hand or one that
   * is being tried again is passed over. What is returned has its `claimedAt`, which tells this claim from later ones.
   */
  claim(options: { queues: string[]; limit: number; busy: ReadonlySet<string> }): Promise<Sendable[]>;
  /**
   * Everything claimed that this process has not in hand: what others had when they died, and what it claimed itself
   * without learning of it. Only for the one that may send: nobody else has anything in hand then.
   * Returns how many may have arrived.
   */
  recover(inHand: readonly string[]): Promise<number>;
  /** Makes waits for a further try end now: those that have more than `beyondMs` left. */
  endBackoffs(beyondMs: number): Promise<void>;
  /** Moves what waits here to its people's next account on one of `messengers`; this one comes last then. Returns how many. */
  switchWaiting(messengers: readonly MessengerName[]): Promise<number>;
  /** Whether something is claimed or due. */
  isBusy(queues: string[]): Promise<boolean>;
}

const UNCLAIMED = { claimedBy: '', claimedAt: '', adding: '' } as const;
const NEVER_LEFT = { $set: { state: 'waiting' as const }, $unset: UNCLAIMED };

/** Two processes may give the same number, and people who become one bring theirs: each would wait for the other. */
const isBefore = (one: DeliveryDoc, other: DeliveryDoc): boolean =>
  one.order < other.order || (one.order === other.order && one._id < other._id);

export function createClaims(deps: {
  deliveries: DeliveryCollection;
  messenger: MessengerName;
  instance: string;
  settings: DeliverySettings;
  clock: Clock;
}): Claims {
  const { deliveries, messenger, instance, settings, clock } = deps;

  const due = (queues: string[]) => ({
    queue: { $in: queues },
    state: 'waiting' as const,
    messenger,
    dueAt: { $lte: new Date(clock.wall()) },
  });

  /** Leaves out those whose person has an older one open, and all but the oldest of one person. */
  async function inOrder(candidates: Sendable[], queues: string[]): Promise<Sendable[]> {
    const open = await deliveries
      .find(
        {
          memberId: { $in: candidates.map((candidate) => candidate.memberId) },
          state: { $in: ['waiting', 'claimed'] },
          messenger,
        },
        { projection: { queue: 1, memberId: 1, order: 1, state: 1, tries: 1, dueAt: 1, parts: 1 } },
      )
      .toArray();
    const now = clock.wall();
    const hasBegun = ({ tries, parts, dueAt }: DeliveryDoc): boolean =>
      tries > 0 || parts !== undefined || dueAt.getTime() <= now;
    // A later time that the caller asked for holds nobody up, nor does a campaign that is not being sent.
    const counts = (other: DeliveryDoc): boolean =>
      other.state === 'claimed' || (queues.includes(other.queue) && hasBegun(other));
    return candidates.filter(
      (candidate) =>
        !open.some(
          (other) =>
            other.memberId === candidate.memberId &&
            other._id !== candidate._id &&
            classOf(other.queue) === classOf(candidate.queue) &&
            isBefore(other, candidate) &&
            counts(other),
        ),
    );
  }

  const crashed = (kind: string): mongo.UpdateFilter<DeliveryDoc> => {
    const outcome = { code: 'crashed' };
    if (doubtAbout(kind, settings.afterCrash, settings) === 'leave') {
      return { $set: { state: 'unknown', endedAt: new Date(clock.wall()), outcome }, $unset: UNCLAIMED };
    }
    return { $set: { state: 'waiting', dueAt: AT_ONCE, outcome }, $inc: { ambiguous: 1 }, $unset: UNCLAIMED };
  };

  return {
    async claim({ queues, limit, busy }) {
      const passedOver = new Set(busy);
      const chosen: Sendable[] = [];
      while (chosen.length < limit) {
        const candidates = (await deliveries
          .find({ ...due(queues), memberId: { $nin: [...passedOver] } })
          .sort({ queue: 1, dueAt: 1, order: 1 })
          .limit(limit - chosen.length)
          .toArray()) as Sendable[];
        if (candidates.length === 0) break;
        const free = await inOrder(candidates, queues);
        chosen.push(...free);
        // Whoever is passed over once is left out of the next look: the ones behind them are not held up.
        for (const { memberId } of candidates) passedOver.add(memberId);
        if (free.length === candidates.length) break;
      }
      if (chosen.length === 0) return [];

      const ids = chosen.map((delivery) => delivery._id);
      const claimedAt = new Date(clock.wall());
      const { modifiedCount } = await deliveries.updateMany(
        { _id: { $in: ids }, state: 'waiting', messenger },
        { $set: { state: 'claimed', claimedBy: instance, claimedAt } },
      );
      const claimed = chosen.map((delivery) => ({ ...delivery, claimedAt }));
      if (modifiedCount === chosen.length) return claimed;
      const mine = await deliveries
        .find({ _id: { $in: ids }, state: 'claimed', claimedBy: instance, claimedAt }, { projection: { _id: 1 } })
        .toArray();
      const got = new Set(mine.map((delivery) => delivery._id));
      return claimed.filter((delivery) => got.has(delivery._id));
    },

    async recover(inHand) {
      const left = await deliveries.find({ messenger, state: 'claimed', _id: { $nin: [...inHand] } }).toArray();
      let inDoubt = 0;
      for (const { _id, kind, claimedBy, claimedAt, changes, adding } of left) {
        // Changing something twice comes to the same thing.
        const ours = claimedBy === instance || (changes !== undefined && adding === undefined);
        await deliveries.updateOne(
          { _id, state: 'claimed', claimedBy: claimedBy!, claimedAt: claimedAt! },
          ours ? NEVER_LEFT : crashed(kind),
        );
        if (!ours) inDoubt += 1;
      }
      return inDoubt;
    },

    async endBackoffs(beyondMs) {
      await deliveries.updateMany(
        {
          state: 'waiting',
          messenger,
          dueAt: { $gt: new Date(clock.wall() + beyondMs) },
          tries: { $gt: 0 },
        },
        { $set: { dueAt: AT_ONCE } },
      );
    },

    async switchWaiting(messengers) {
      const { modifiedCount } = await deliveries.updateMany(
        {
          state: 'waiting',
          messenger,
          'alternatives.0.messenger': { $in: [...messengers] },
          ambiguous: { $exists: false },
          parts: { $exists: false },
        },
        [
          {
            $set: {
              messenger: { $first: '$alternatives.messenger' },
              chatId: { $first: '$alternatives.chatId' },
              switchedFrom: messenger,
              tries: 0,
              dueAt: { $cond: [{ $gt: ['$tries', 0] }, AT_ONCE, '$dueAt'] },
              alternatives: {
                $concatArrays: [
                  { $slice: ['$alternatives', 1, { $size: '$alternatives' }] },
                  [{ messenger: '$messenger', chatId: '$chatId' }],
                ],
              },
            },
          },
        ],
      );
      return modifiedCount;
    },

    async isBusy(queues) {
      const isThere = async (filter: mongo.Filter<DeliveryDoc>): Promise<boolean> =>
        (await deliveries.findOne(filter, { projection: { _id: 1 } })) !== null;
      // One after the other: a delivery goes from waiting to claimed and may come back, and must not slip through.
      const claimed = { messenger, state: 'claimed' as const };
      return (await isThere(due(queues))) || (await isThere(claimed)) || isThere(due(queues));
    },
  };
}
