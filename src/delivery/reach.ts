import type { Connection } from 'mongoose';
import type { MessengerName } from '../messengers/messenger.ts';
import { campaignCollection } from './campaign.model.ts';
import { deliveryCollection, queueOf, type DeliveryState } from './delivery.model.ts';

export interface ReachOfMessenger {
  sent: number;
  /** Refused, out of tries, or nobody can tell. */
  failed: number;
}

export interface Reach {
  campaigns: number;
  byMessenger: Partial<Record<MessengerName, ReachOfMessenger>>;
  /** People without an account that is left. */
  unreachable: number;
}

const FAILED: readonly DeliveryState[] = ['failed', 'unknown'];

/** Whom the campaigns of a kind reached that were started from `from` on and before `to`, counted in the index. */
export async function reachOf(
  connection: Connection,
  { kind, from, to }: { kind: string; from: Date; to: Date },
): Promise<Reach> {
  const started = await campaignCollection(connection)
    .find({ kind, startedAt: { $gte: from, $lt: to }, changes: { $exists: false } }, { projection: { _id: 1 } })
    .toArray();
  const groups = await deliveryCollection(connection)
    .aggregate<{ _id: { state: DeliveryState; messenger: MessengerName | null }; people: number }>([
      { $match: { queue: { $in: started.map(({ _id }) => queueOf({ class: 'campaign', campaignId: _id })) } } },
      { $group: { _id: { state: '$state', messenger: '$messenger' }, people: { $sum: 1 } } },
    ])
    .toArray();
  const reach: Reach = { campaigns: started.length, byMessenger: {}, unreachable: 0 };
  for (const { _id, people } of groups) {
    if (_id.state === 'unreachable') reach.unreachable += people;
    if (_id.messenger === null) continue;
    const ofMessenger = (reach.byMessenger[_id.messenger] ??= { sent: 0, failed: 0 });
    if (_id.state === 'sent') ofMessenger.sent += people;
    if (FAILED.includes(_id.state)) ofMessenger.failed += people;
  }
  return reach;
}
