import type { CampaignCollection } from './campaign.model.ts';
import type { Clock } from './contract.ts';
import { HAVE_IT, type DeliveryCollection } from './delivery.model.ts';
import type { LiveCampaigns } from './live-campaigns.ts';

export interface FurtherAudience {
  /** As of a new campaign. */
  audience: unknown;
  /** Names what asks for it: the same source extends once. */
  source: string;
  approvedBy?: string;
  /** Goes on by itself at this time; without it, at once. */
  scheduledAt?: Date;
}

export interface Further {
  /**
   * Goes on, with what it has to say, to a further audience. Who has it, may have it or has it coming is left out, whoever
   * `recipientsOf` names: a person has one delivery of a campaign. Who could not be reached before, or was left out by
   * `cancel`, is tried anew.
   *
   * @returns false where it is not at rest (neither done nor cancelled to the end), recalled, or not there
   */
  extend(campaignId: string, further: FurtherAudience): Promise<boolean>;
  /** Which of these people have something of it, may have it, or have it coming. */
  reached(campaignId: string, memberIds: readonly string[]): Promise<Set<string>>;
}

/** One campaign, several audiences one after the other: so an edit, a recall and the report are of all of them. */
export function createFurther(deps: {
  campaigns: CampaignCollection;
  deliveries: DeliveryCollection;
  live: LiveCampaigns;
  clock: Clock;
  wake: () => void;
}): Further {
  const { campaigns, deliveries, live, clock, wake } = deps;

  return {
    async extend(campaignId, { audience, source, approvedBy, scheduledAt }) {
      const after = await campaigns.findOneAndUpdate(
        {
          _id: campaignId,
          source: { $ne: source },
          state: { $in: ['done', 'cancelled'] },
          finishedAt: { $ne: null },
          changes: { $exists: false },
          recalledAt: { $exists: false },
        },
        {
          $set: {
            audience: JSON.stringify(audience ?? null),
            source,
            state: scheduledAt === undefined ? 'sending' : 'preparing',
            extendedAt: new Date(clock.wall()),
            preparedTo: null,
            preparedAt: null,
            finishedAt: null,
            ...(scheduledAt === undefined ? {} : { scheduledAt }),
            ...(approvedBy === undefined ? {} : { approvedBy }),
          },
          $inc: { revision: 1 },
        },
        { returnDocument: 'after' },
      );
      if (after === null) return (await campaigns.findOne({ _id: campaignId, source })) !== null;
      live.put(after);
      wake();
      return true;
    },

    async reached(campaignId, memberIds) {
      const found = await deliveries
        .find(
          {
            _id: { $in: memberIds.map((memberId) => `${campaignId}:${memberId}`) },
            $or: [{ state: { $in: [...HAVE_IT] } }, { 'parts.0': { $exists: true } }],
          },
          { projection: { _id: 1 } },
        )
        .toArray();
      return new Set(found.map(({ _id }) => _id.slice(campaignId.length + 1)));
    },
  };
}
