import type { CampaignCollection } from './campaign.model.ts';
import type { QuietHours } from '../language/quiet-hours.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import type { Account, Clock, Recipient } from './contract.ts';
import { AT_ONCE, campaignIdOf, type DeliveryCollection } from './delivery.model.ts';
import { addressed } from './notices.ts';

/** What happens to deliveries when the people they are for change. Each may be repeated. */
export interface DeliveryPeople {
  /** Two people became one: what waits for the one goes to the other, and nobody gets a campaign twice. */
  moveMember(from: string, to: string): Promise<void>;
  /** What waits of campaigns minds these hours from now on: what they put off and no longer hold leaves. */
  keepQuiet(memberId: string, quiet: QuietHours | null): Promise<void>;
  /**
   * The person has come back, or has a messenger now: what somebody caused for them and could go nowhere leaves. What it
   * says is built anew at that moment, so what no longer holds is not sent.
   */
  comeBack(recipient: Recipient): Promise<void>;
  /** What waits for an account that is the person's no longer takes another way, or none. */
  withdrawAccount(account: Account & { memberId: string }): Promise<void>;
  /** Takes chats and texts out of all deliveries to a person; that something was delivered, and when, stays. */
  forgetMember(memberId: string, nobody: string): Promise<void>;
}

const OPEN = { state: { $in: ['waiting' as const, 'claimed' as const] } };

/**
 * Of finished deliveries the member is not indexed: finding them reads the whole collection, some seconds with millions.
 * People join and leave too rarely for an index that every delivery would pay for.
 */
export function createDeliveryPeople(deps: {
  deliveries: DeliveryCollection;
  campaigns: CampaignCollection;
  messengers: ReadonlySet<MessengerName>;
  wake: () => void;
  clock: Clock;
}): DeliveryPeople {
  const { deliveries, campaigns, messengers, wake, clock } = deps;

  /** In audiences that were picked by hand. An id is hexadecimal, so it is its own pattern. */
  async function replacePicked(from: string, to: string): Promise<void> {
    if (!/^[0-9a-f]{24}$/.test(from)) return;
    for (const { _id, audience } of await campaigns.find({ audience: { $regex: from } }).toArray())
      await campaigns.updateOne({ _id, audience }, { $set: { audience: audience.replaceAll(from, to) } });
  }

  return {
    async moveMember(from, to) {
      for (const { _id, queue } of await deliveries.find({ memberId: from, state: 'waiting' }).toArray()) {
        const campaignId = campaignIdOf(queue);
        const twin = campaignId !== undefined && (await deliveries.findOne({ _id: `${campaignId}:${to}` }));
        if (twin)
          await deliveries.updateOne(
            { _id, state: 'waiting' },
            { $set: { state: 'cancelled', endedAt: new Date(clock.wall()) } },
          );
      }
      await deliveries.updateMany({ memberId: from }, { $set: { memberId: to } });
      await campaigns.updateMany({ createdBy: from }, { $set: { createdBy: to } });
      await campaigns.updateMany({ approvedBy: from }, { $set: { approvedBy: to } });
      await replacePicked(from, to);
      await campaigns.updateMany(
        { 'displays.memberId': from },
        { $set: { 'displays.$[own].memberId': to } },
        { arrayFilters: [{ 'own.memberId': from }] },
      );
    },

    async keepQuiet(memberId, quiet) {
      await deliveries.updateMany({ memberId, ...OPEN, queue: { $gte: '3-', $lt: '3.' } }, [
        {
          $set: {
            quiet: quiet === null ? '$$REMOVE' : { from: quiet.from, to: quiet.to },
            // The sender looks at the hours again.
            dueAt: { $cond: [{ $eq: ['$tries', 0] }, AT_ONCE, '$dueAt'] },
          },
        },
      ]);
    },

    async comeBack(recipient) {
      const to = addressed(recipient, messengers);
      if (to === undefined) return;
      const { matchedCount } = await deliveries.updateMany(
        { memberId: recipient.memberId, state: 'unreachable', about: { $type: 'string' } },
        {
          $set: { ...to, state: 'waiting', tries: 0, dueAt: AT_ONCE, unreported: true },
          $unset: {
            endedAt: '',
            outcome: '',
            switchedFrom: '',
            ...(to.alternatives === undefined ? { alternatives: '' } : {}),
          },
        },
      );
      if (matchedCount > 0) wake();
    },

    async withdrawAccount({ memberId, messenger, chatId }) {
      await deliveries.updateMany({ memberId, ...OPEN }, { $pull: { alternatives: { messenger, chatId } } });
      for (const { _id, alternatives } of await deliveries
        .find({ memberId, state: 'waiting', messenger, chatId })
        .toArray()) {
        const [next, ...others] = alternatives ?? [];
        await deliveries.updateOne(
          { _id, state: 'waiting', messenger },
          next
            ? { $set: { ...next, alternatives: others, tries: 0 } }
            : { $set: { state: 'cancelled', endedAt: new Date(clock.wall()) } },
        );
      }
    },

    async forgetMember(memberId, nobody) {
      await deliveries.updateMany(
        { memberId, ...OPEN },
        { $set: { state: 'cancelled', endedAt: new Date(clock.wall()) } },
      );
      await campaigns.updateMany({ 'displays.memberId': memberId }, { $pull: { displays: { memberId } } });
      await campaigns.updateMany({ createdBy: memberId }, { $set: { createdBy: nobody } });
      await campaigns.updateMany({ approvedBy: memberId }, { $set: { approvedBy: nobody } });
      await replacePicked(memberId, nobody);
      await deliveries.updateMany(
        { memberId },
        { $set: { memberId: nobody, chatId: null }, $unset: { alternatives: '', parts: '', payload: '' } },
      );
    },
  };
}
