import { trusted, Types, type Connection } from 'mongoose';
import type { Campaigns } from '../../delivery/campaigns.ts';
import type { Progress } from '../../delivery/progress.ts';
import type { Role } from '../members/members.service.ts';
import { newsModel, type NewsDocument } from './news.model.ts';

export interface NewsItem {
  id: string;
  number: number;
  headline: string;
  lead: string;
  body: string;
  source: string;
  publishedAt: Date;
  campaignId: string | null;
}

export type NewNews = Pick<NewsItem, 'headline' | 'lead' | 'body' | 'source'> & { origin: string; publishedAt?: Date };

export type SendOutcome =
  | { kind: 'started'; campaignId: string }
  | { kind: 'already' }
  | { kind: 'forbidden' }
  | { kind: 'gone' };

/** Who writes and sends council news. */
export const NEWS_ROLES: readonly Role[] = ['officer', 'head', 'council', 'admin'];

export type News = ReturnType<typeof createNews>;

export function createNews(deps: { connection: Connection; campaigns: () => Campaigns; now?: () => Date }) {
  const { connection, campaigns, now = () => new Date() } = deps;
  const Item = newsModel(connection);
  const mayWrite = (actor: { roles: readonly Role[] }) => actor.roles.some((role) => NEWS_ROLES.includes(role));

  return {
    mayWrite,

    /** Publishes in the archive under the next number; the same origin is published once. */
    async publish({ origin, publishedAt = now(), ...text }: NewNews): Promise<NewsItem> {
      for (;;) {
        const there = await Item.findOne({ origin }).lean();
        if (there) return toItem(there);
        const last = await Item.findOne().sort({ number: -1 }).select('number').lean();
        try {
          return toItem(
            (await Item.create({ ...text, origin, publishedAt, number: (last?.number ?? 0) + 1 })).toObject(),
          );
        } catch (error) {
          // Another item took the number, or this one was published at the same moment: look again.
          if (!(error instanceof Error && 'code' in error && error.code === 11000)) throw error;
        }
      }
    },

    /** A page of the archive, newest first. */
    async page({ skip, limit }: { skip: number; limit: number }): Promise<{ items: NewsItem[]; total: number }> {
      const [found, total] = await Promise.all([
        Item.find().sort({ publishedAt: -1, number: -1 }).skip(skip).limit(limit).lean(),
        Item.countDocuments({}),
      ]);
      return { items: found.map(toItem), total };
    },

    async find(id: string): Promise<NewsItem | null> {
      const found = Types.ObjectId.isValid(id) ? await Item.findById(new Types.ObjectId(id)).lean() : null;
      return found && toItem(found);
    },

    async byNumber(number: number): Promise<NewsItem | null> {
      const found = Number.isSafeInteger(number) ? await Item.findOne({ number }).lean() : null;
      return found && toItem(found);
    },

    /**
     * Sends an item to all members, once. The first update that asks reserves it, so a second press, or another officer,
     * starts nothing; a crash in between leaves a campaign that was never started, and the same update makes another.
     */
    async sendToAll(actor: { id: string; roles: readonly Role[] }, id: string, source: string): Promise<SendOutcome> {
      if (!mayWrite(actor)) return { kind: 'forbidden' };
      const _id = Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : null;
      const reserved =
        _id &&
        (await Item.findOneAndUpdate(
          { _id, sendSource: trusted({ $in: [null, source] }) },
          { $set: { sendSource: source } },
          { returnDocument: 'after', lean: true },
        ));
      if (!_id || !reserved) return (await this.find(id)) ? { kind: 'already' } : { kind: 'gone' };
      const campaignId =
        reserved.campaignId ??
        (await campaigns().create({ kind: 'news', payload: { newsId: id }, audience: { kind: 'all' }, by: actor.id }));
      await Item.updateOne({ _id }, { $set: { campaignId } });
      await campaigns().start(campaignId, { approvedBy: actor.id });
      return { kind: 'started', campaignId };
    },

    /** Stops a sending; what has left has left. */
    async stopSending(actor: { roles: readonly Role[] }, id: string): Promise<boolean> {
      const item = mayWrite(actor) ? await this.find(id) : null;
      return item?.campaignId ? (await campaigns().cancel(item.campaignId)).changed : false;
    },

    async progress(item: NewsItem): Promise<Progress | null> {
      return item.campaignId === null ? null : campaigns().progress(item.campaignId);
    },

    count: () => Item.countDocuments({}),
  };
}

function toItem(document: NewsDocument): NewsItem {
  const { _id, number, headline, lead, body, source, publishedAt, campaignId } = document;
  return { id: _id.toHexString(), number, headline, lead, body, source, publishedAt, campaignId };
}
