import type { DeliveryCollection } from './delivery.model.ts';

/** Those of the members who have one of the campaigns, or may still get it. By ids alone, so it costs one index look-up each. */
export type Reached = (campaignIds: readonly string[], memberIds: readonly string[]) => Promise<Set<string>>;

export function createReached(deliveries: DeliveryCollection): Reached {
  return async (campaignIds, memberIds) => {
    const ids = campaignIds.flatMap((campaignId) => memberIds.map((memberId) => `${campaignId}:${memberId}`));
    if (ids.length === 0) return new Set();
    const found = await deliveries
      .find(
        { _id: { $in: ids }, state: { $in: ['waiting', 'claimed', 'sent', 'unknown'] } },
        { projection: { _id: 1 } },
      )
      .toArray();
    return new Set(found.map(({ _id }) => _id.slice(_id.indexOf(':') + 1)));
  };
}
