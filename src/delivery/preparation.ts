import type { MessengerName } from '../messengers/messenger.ts';
import type { CampaignCollection, CampaignDoc } from './campaign.model.ts';
import type { Clock, Recipient, RecipientsOf } from './contract.ts';
import { AT_ONCE, HAVE_IT, queueOf, type DeliveryCollection, type DeliveryDoc } from './delivery.model.ts';
import { changesPage, isChange } from './changes.ts';
import { addressed, isDuplicate } from './notices.ts';
import { quietUntil } from './quiet.ts';

/**
 * Makes a campaign's deliveries page by page. A page is written first and the cursor moved after it: a crash between
 * the two has the page written again, where the ids refuse what is there already. Nothing is doubled or left out,
 * and no more than a page is in memory.
 */
export interface Preparation {
  /** Makes the next page. Returns the campaign as it is after it, or null if another process has moved on with it. */
  nextPage(campaign: CampaignDoc): Promise<CampaignDoc | null>;
}

export function createPreparation(deps: {
  campaigns: CampaignCollection;
  deliveries: DeliveryCollection;
  messengers: ReadonlySet<MessengerName>;
  recipientsOf: RecipientsOf;
  clock: Clock;
  pageSize: number;
}): Preparation {
  const { campaigns, deliveries, messengers, recipientsOf, clock, pageSize } = deps;

  function deliveryTo(recipient: Recipient, campaign: CampaignDoc): DeliveryDoc {
    const to = addressed(recipient, messengers);
    const common = {
      _id: `${campaign._id}:${recipient.memberId}`,
      queue: queueOf({ class: 'campaign', campaignId: campaign._id }),
      kind: campaign.kind,
      tries: 0,
      dueAt: AT_ONCE,
      order: campaign.order,
    };
    const { quiet } = recipient;
    if (to !== undefined) {
      const dueAt = quietUntil({ quiet }, clock.wall()) ?? AT_ONCE;
      return { ...common, ...to, dueAt, ...(quiet === undefined ? {} : { quiet }), state: 'waiting' };
    }
    return {
      ...common,
      memberId: recipient.memberId,
      language: recipient.language,
      messenger: null,
      chatId: null,
      state: 'unreachable',
      outcome: { code: 'no-account' },
      endedAt: new Date(clock.wall()),
    };
  }

  async function peoplePage(campaign: CampaignDoc): Promise<{ docs: DeliveryDoc[]; last: string } | null> {
    const recipients = await recipientsOf(JSON.parse(campaign.audience), {
      after: campaign.preparedTo ?? undefined,
      limit: pageSize,
    });
    const last = recipients.at(-1);
    if (last === undefined) return null;
    return { docs: recipients.map((recipient) => deliveryTo(recipient, campaign)), last: last.memberId };
  }

  async function insert(docs: DeliveryDoc[]): Promise<void> {
    try {
      await deliveries.insertMany(docs, { ordered: false });
    } catch (error) {
      const failures = (error as { writeErrors?: unknown }).writeErrors;
      const onlyDuplicates = Array.isArray(failures) && failures.every((failure) => isDuplicate(failure));
      if (!onlyDuplicates) throw error;
    }
  }

  /** Who was tried for an earlier audience of the campaign and has nothing of it gets another try, where they are now. */
  async function reopen(docs: DeliveryDoc[], extendedAt: Date): Promise<void> {
    await deliveries.bulkWrite(
      docs.map(({ _id, ...doc }) => ({
        replaceOne: {
          // What ended since then has had its try: a page that is written again opens nothing twice.
          filter: { _id, state: { $nin: [...HAVE_IT] }, 'parts.0': { $exists: false }, endedAt: { $lt: extendedAt } },
          replacement: doc,
        },
      })),
      { ordered: false },
    );
  }

  return {
    async nextPage(campaign) {
      const page = await (isChange(campaign)
        ? changesPage(deliveries, campaign, { limit: pageSize, now: clock.wall() })
        : peoplePage(campaign));
      const unmoved = { _id: campaign._id, preparedAt: null, preparedTo: campaign.preparedTo };
      if (page === null) {
        return campaigns.findOneAndUpdate(
          unmoved,
          [
            {
              $set: {
                preparedAt: new Date(clock.wall()),
                state: { $cond: [{ $eq: ['$state', 'preparing'] }, 'ready', '$state'] },
              },
            },
          ],
          { returnDocument: 'after' },
        );
      }
      await insert(page.docs);
      if (campaign.extendedAt !== undefined) await reopen(page.docs, campaign.extendedAt);
      return campaigns.findOneAndUpdate(unmoved, { $set: { preparedTo: page.last } }, { returnDocument: 'after' });
    },
  };
}
