import { trusted, Types, type Connection } from 'mongoose';
import type { Campaigns, RecipientOutcome } from '../../delivery/campaigns.ts';
import type { Progress } from '../../delivery/progress.ts';
import type { Audit } from '../audit/audit.service.ts';
import { toItem, type NewsItem } from './news-item.ts';
import { newsModel } from './news.model.ts';
import { mayWrite, type Author, type Writing } from './writing.service.ts';

export type SendOutcome =
  | { kind: 'started'; campaignId: string }
  | { kind: 'already' }
  | { kind: 'recalled' }
  | { kind: 'forbidden' }
  | { kind: 'gone' };

export interface SendOptions {
  /** The update that asks: the same one, worked again, sends once. */
  source: string;
  /** Handed to the campaign as it is; all members unless told. */
  audience?: unknown;
  /** Starts by itself at this time, and appears in the archive then. */
  at?: Date;
  approvedBy?: string;
}

/** What of the two-person rule counts for what was sent already; whoever keeps the rule gives it. */
export interface SecondYes {
  /** Whether a second person says yes before what was sent is brought up to date. */
  needsSecond: (newsId: string) => Promise<boolean>;
  /** Whether this revision may go to more people as it is. */
  isCleared: (newsId: string, revision: number) => Promise<boolean>;
  /** Whether the item's words must stay as they are while it goes out. */
  isLocked: (newsId: string) => Promise<boolean>;
}

/** What became of one recipient of an item. */
export type NewsOutcome = Pick<
  RecipientOutcome,
  'memberId' | 'state' | 'account' | 'tries' | 'ambiguous' | 'outcome' | 'endedAt'
>;

export type Sending = ReturnType<typeof createSending>;

export function createSending(deps: {
  connection: Connection;
  campaigns: () => Campaigns;
  audit: Pick<Audit, 'record'>;
  writing: Pick<Writing, 'release'>;
  rule: SecondYes;
  now: () => Date;
}) {
  const { connection, campaigns, audit, writing, rule, now } = deps;
  const Item = newsModel(connection);

  async function read(id: string): Promise<NewsItem | null> {
    const found = Types.ObjectId.isValid(id) ? await Item.findById(new Types.ObjectId(id)).lean() : null;
    return found && toItem(found);
  }
  const note = (actor: Author, act: string, id: string, source: string, after: unknown) =>
    audit.record({ actorId: actor.id, act: `news.${act}`, subject: { kind: 'news', id }, after, source });

  /**
   * Sends an item and puts a draft into the archive; once that is over, sends it on to those of a further audience who
   * don't have it. The first update that asks reserves the item, so a second press, or another officer, starts nothing; a
   * crash in between leaves a campaign that was never started, and the same update makes another.
   */
  async function send(actor: Author, id: string, options: SendOptions): Promise<SendOutcome> {
    if (!mayWrite(actor)) return { kind: 'forbidden' };
    const { source, audience = { kind: 'all' }, at, approvedBy = actor.id } = options;
    const _id = Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : null;
    const reserved =
      _id &&
      ((await Item.findOneAndUpdate(
        { _id, recalledAt: null, sendSource: trusted({ $in: [null, source] }) },
        { $set: { sendSource: source } },
        { returnDocument: 'after', lean: true },
      )) ??
        // Of a campaign it is the outbox that lets one audience in at a time.
        (await Item.findOne({ _id, recalledAt: null, campaignId: trusted({ $ne: null }) }).lean()));
    if (!_id || !reserved) {
      const item = await read(id);
      return { kind: !item ? 'gone' : item.recalledAt ? 'recalled' : 'already' };
    }
    if (reserved.campaignId === null) await writing.release(actor, id, { source, ...(at ? { at } : {}) });
    const scheduled = at ? { scheduledAt: at } : {};
    let { campaignId } = reserved;
    if (campaignId === null) {
      const payload = { newsId: id };
      const by = actor.id;
      campaignId = await campaigns().create({ kind: 'news', payload, audience, by, approvedBy, source, ...scheduled });
      await Item.updateOne({ _id }, { $set: { campaignId } });
    } else if (!(await campaigns().extend(campaignId, { audience, source, approvedBy, ...scheduled }))) {
      return { kind: 'already' };
    }
    if (!at) await campaigns().start(campaignId, { approvedBy });
    await note(actor, 'send', id, source, { campaignId, audience, at: at ?? null });
    return { kind: 'started', campaignId };
  }

  const sent = async (actor: Author, id: string) => {
    const item = mayWrite(actor) ? await read(id) : null;
    return item?.campaignId ? { item, campaignId: item.campaignId } : null;
  };

  return {
    send,

    /** Stops a sending for good; what has left has left. */
    async stopSending(actor: Author, id: string, source: string): Promise<boolean> {
      const going = await sent(actor, id);
      const stopped = going !== null && (await campaigns().cancel(going.campaignId)).changed;
      if (stopped) await note(actor, 'stop', id, source, null);
      return stopped;
    },

    async pauseSending(actor: Author, id: string, source: string): Promise<boolean> {
      const going = await sent(actor, id);
      const paused = going !== null && (await campaigns().pause(going.campaignId)).changed;
      if (paused) await note(actor, 'pause', id, source, null);
      return paused;
    },

    async resumeSending(actor: Author, id: string, source: string): Promise<boolean> {
      const going = await sent(actor, id);
      const resumed = going !== null && (await campaigns().resume(going.campaignId)).changed;
      if (resumed) await note(actor, 'resume', id, source, null);
      return resumed;
    },

    /**
     * Brings what was sent up to date with the item as it is now, at everybody who has it.
     * @param options.seen the revision that was shown
     * @param options.cleared a second person has said yes to it
     * @returns the change's id, whose progress is a campaign's; null where nothing was sent, it is not that revision any
     * more, a second yes is missing, or the actor may not
     */
    async editEverywhere(
      actor: Author,
      id: string,
      { source, seen, cleared = false }: { source: string; seen: number; cleared?: boolean },
    ): Promise<string | null> {
      const going = await sent(actor, id);
      if (!going || going.item.recalledAt || going.item.revision !== seen) return null;
      if (!cleared && (await rule.needsSecond(id))) return null;
      const change = await campaigns().edit(going.campaignId, { by: actor.id });
      if (change) await note(actor, 'editEverywhere', id, source, { change });
      return change;
    },

    /**
     * Takes an item out of the archive and, where it was sent, away from everybody, as far as the messengers allow. Again,
     * it goes on with the recall under way.
     * @returns the id of the recall, whose progress is a campaign's; null where nothing had been sent
     */
    async recall(actor: Author, id: string, source: string): Promise<{ change: string | null } | null> {
      const _id = mayWrite(actor) && Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : null;
      const there = _id && (await Item.findOne({ _id, number: trusted({ $gt: 0 }) }).lean());
      if (!_id || !there) return null;
      await Item.updateOne({ _id, recalledAt: null }, { $set: { recalledAt: now() } });
      const change = there.campaignId ? await campaigns().recall(there.campaignId, { by: actor.id }) : null;
      await note(actor, 'recall', id, source, { change });
      return { change };
    },

    /**
     * Sends again to those it could not be brought to; `null` where there is nothing to send again, or its words have
     * changed since a second person's yes.
     */
    async resendFailed(
      actor: Author,
      id: string,
      source: string,
    ): Promise<{ campaignId: string; count: number } | null> {
      const going = await sent(actor, id);
      if (!going || going.item.recalledAt || !(await rule.isCleared(id, going.item.revision))) return null;
      const count = await campaigns().retryFailed(going.campaignId);
      if (count === 0) return null;
      await note(actor, 'resend', id, source, { count });
      return { campaignId: going.campaignId, count };
    },

    async progress(item: Pick<NewsItem, 'campaignId'>): Promise<Progress | null> {
      return item.campaignId === null ? null : campaigns().progress(item.campaignId);
    },

    /** What could not be done of a sending, an edit or a recall, counted by reason. */
    reasons: (campaignId: string) => campaigns().reasons(campaignId),

    /** Person by person, with flat memory; null where the actor may not see it or nothing was sent. */
    async outcomes(actor: Author, id: string, source: string): Promise<AsyncIterable<NewsOutcome> | null> {
      const going = await sent(actor, id);
      if (!going) return null;
      await note(actor, 'report', id, source, null);
      return campaigns().outcomes(going.campaignId);
    },
  };
}
