import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Role } from '../members/members.service.ts';
import { changedFields, contentOf, newsTerms, toItem, type NewsContent, type NewsItem } from './news-item.ts';
import { newsModel, newsVersionModel } from './news.model.ts';

export interface Author {
  id: string;
  roles: readonly Role[];
}

/** Who writes and sends council news. */
export const NEWS_ROLES: readonly Role[] = ['officer', 'head', 'council', 'admin'];
export const mayWrite = (actor: { roles: readonly Role[] }): boolean =>
  actor.roles.some((role) => NEWS_ROLES.includes(role));

/** What an item begins with; what is left out is empty. */
export type NewContent = Pick<NewsContent, 'headline' | 'body'> & Partial<NewsContent>;

export type EditOutcome =
  | { kind: 'saved'; item: NewsItem }
  /** Somebody else changed it first; `item` is as it is now. */
  | { kind: 'changed'; item: NewsItem }
  /** It is going out with a second person's yes to the words that it has. */
  | { kind: 'locked'; item: NewsItem }
  | { kind: 'forbidden' }
  | { kind: 'gone' };

const MOST_DRAFTS = 100;
const DUPLICATE_KEY = 11_000;

export type Writing = ReturnType<typeof createWriting>;

export function createWriting(deps: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  isLocked: (newsId: string) => Promise<boolean>;
  now: () => Date;
}) {
  const { connection, audit, isLocked, now } = deps;
  const Item = newsModel(connection);
  const Version = newsVersionModel(connection);

  const byId = (id: string) => (Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : null);
  async function read(id: string): Promise<NewsItem | null> {
    const _id = byId(id);
    const found = _id && (await Item.findById(_id).lean());
    return found && toItem(found);
  }

  async function make(options: { origin: string; by: string | null; content: NewContent }): Promise<NewsItem> {
    const { origin, by } = options;
    const content: NewsContent = {
      lead: '',
      topic: 'other',
      tags: [],
      sources: [],
      attachment: null,
      translations: {},
      issued: null,
      ...options.content,
    };
    const there = await Item.findOne({ origin }).lean();
    if (there) return toItem(there);
    try {
      const made = await Item.create({
        ...content,
        origin,
        createdBy: by === null ? null : new Types.ObjectId(by),
        createdAt: now(),
        terms: newsTerms(content),
      });
      return toItem(made.toObject());
    } catch (error) {
      // Made at the same moment by somebody else.
      const made = isDuplicateKey(error) ? await Item.findOne({ origin }).lean() : null;
      if (!made) throw error;
      return toItem(made);
    }
  }

  /** Gives the next number, once; an item that has one keeps it. Numbers have no holes and follow the publishing. */
  async function number(id: string, publishedAt: Date): Promise<NewsItem | null> {
    const _id = byId(id);
    if (!_id) return null;
    for (;;) {
      const last = await Item.findOne({ number: trusted({ $gt: 0 }) })
        .sort({ number: -1 })
        .select({ number: 1 })
        .lean();
      try {
        const numbered = await Item.findOneAndUpdate(
          { _id, number: null },
          { $set: { number: (last?.number ?? 0) + 1, publishedAt } },
          { returnDocument: 'after', lean: true },
        );
        return numbered ? toItem(numbered) : await read(id);
      } catch (error) {
        // Another item took the number at the same moment.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  return {
    mayWrite,

    /** A new item that only its authors see. The same origin makes one. Null where the actor may not. */
    async draft(
      actor: Author | null,
      { origin, ...content }: NewContent & { origin: string },
    ): Promise<NewsItem | null> {
      if (actor && !mayWrite(actor)) return null;
      const item = await make({ origin, by: actor?.id ?? null, content });
      await audit.record({
        actorId: actor?.id ?? null,
        act: 'news.draft',
        subject: { kind: 'news', id: item.id },
        after: { headline: item.headline, topic: item.topic },
        source: origin,
      });
      return item;
    },

    /** Straight into the archive, from a seed or a command. The same origin is published once. */
    async publish({
      origin,
      publishedAt = now(),
      source,
      ...content
    }: NewContent & { origin: string; publishedAt?: Date; source?: string }): Promise<NewsItem & { number: number }> {
      const sources = source ? [{ title: source, url: '' }] : [];
      const item = await make({ origin, by: null, content: { sources, ...content } });
      const published = await number(item.id, publishedAt);
      if (!published || published.number === null)
        throw new Error(`News of origin ${origin} went away while it was published`);
      return { ...published, number: published.number };
    },

    /** Puts a draft into the archive, from `at` on. Again, it changes nothing. */
    async release(
      actor: Author,
      id: string,
      { source, at = now() }: { source: string; at?: Date },
    ): Promise<NewsItem | null> {
      if (!mayWrite(actor)) return null;
      const item = await number(id, at);
      if (item)
        await audit.record({
          actorId: actor.id,
          act: 'news.publish',
          subject: { kind: 'news', id },
          after: { number: item.number, publishedAt: item.publishedAt },
          source,
        });
      return item;
    },

    /**
     * Replaces the content, if it is still that of `revision`. The content before is kept.
     * @param options.source the same one saves once
     */
    async edit(
      actor: Author,
      id: string,
      options: { revision: number; source: string; change: (content: NewsContent) => NewsContent },
    ): Promise<EditOutcome> {
      if (!mayWrite(actor)) return { kind: 'forbidden' };
      const { revision, source, change } = options;
      const _id = byId(id);
      const there = _id && (await Item.findById(_id).lean());
      if (!_id || !there) return { kind: 'gone' };
      if (there.changes.some((one) => one.source === source)) return { kind: 'saved', item: toItem(there) };
      if (there.revision !== revision) return { kind: 'changed', item: toItem(there) };
      const before = contentOf(there);
      const content = change(contentOf(there));
      const fields = changedFields(before, content);
      if (fields.length === 0) return { kind: 'saved', item: toItem(there) };
      if (await isLocked(id)) return { kind: 'locked', item: toItem(there) };
      await Version.updateOne(
        { _id: `${id}:${revision}` },
        { $setOnInsert: { content: JSON.stringify(before), keptAt: now() } },
        { upsert: true },
      );
      const saved = await Item.findOneAndUpdate(
        { _id, revision },
        {
          $set: { ...content, terms: newsTerms(content), revision: revision + 1 },
          $push: {
            changes: { revision: revision + 1, at: now(), by: new Types.ObjectId(actor.id), fields, source },
          },
        },
        { returnDocument: 'after', lean: true },
      );
      if (!saved) {
        const other = await read(id);
        return other ? { kind: 'changed', item: other } : { kind: 'gone' };
      }
      await audit.record({
        actorId: actor.id,
        act: 'news.edit',
        subject: { kind: 'news', id },
        before: { revision, headline: before.headline },
        after: { revision: revision + 1, headline: content.headline, fields },
        source,
      });
      return { kind: 'saved', item: toItem(saved) };
    },

    /** Whether it goes at once also to those who read a digest. */
    async setUrgent(actor: Author, id: string, urgent: boolean, source: string): Promise<NewsItem | null> {
      const _id = mayWrite(actor) ? byId(id) : null;
      const saved =
        _id && (await Item.findOneAndUpdate({ _id }, { $set: { urgent } }, { returnDocument: 'after', lean: true }));
      if (!saved) return null;
      await audit.record({
        actorId: actor.id,
        act: 'news.urgent',
        subject: { kind: 'news', id },
        after: { urgent },
        source,
      });
      return toItem(saved);
    },

    /** Throws a draft away; what was published is recalled instead. */
    async discard(actor: Author, id: string, source: string): Promise<boolean> {
      const _id = mayWrite(actor) ? byId(id) : null;
      const gone = _id && (await Item.findOneAndDelete({ _id, number: null, sendSource: null }).lean());
      if (!gone) return false;
      await Version.deleteMany({ _id: trusted({ $regex: `^${id}:` }) });
      await audit.record({
        actorId: actor.id,
        act: 'news.discard',
        subject: { kind: 'news', id },
        before: { headline: gone.headline },
        source,
      });
      return true;
    },

    /** Items that are not published, the newest first; at most 100. */
    async drafts(actor: { roles: readonly Role[] }, limit = MOST_DRAFTS): Promise<NewsItem[]> {
      if (!mayWrite(actor)) return [];
      const found = await Item.find({ publishedAt: null }).sort({ _id: -1 }).limit(Math.min(limit, MOST_DRAFTS)).lean();
      return found.map(toItem);
    },

    countDrafts: () => Item.countDocuments({ publishedAt: null }),

    /** The files that go with items: they are the council's, and stay when the member who sent them is forgotten. */
    async attachments(): Promise<string[]> {
      const found = await Item.find({ attachment: trusted({ $ne: null }) })
        .select({ attachment: 1 })
        .lean();
      return found.flatMap(({ attachment }) => (attachment ? [attachment.storedId] : []));
    },

    /** Which of these files go with an item, or did before a change. */
    async filesAmong(fileIds: readonly string[]): Promise<string[]> {
      const asked = new Set(fileIds);
      const items = await Item.find({ 'attachment.storedId': trusted({ $in: [...fileIds] }) })
        .select({ attachment: 1 })
        .lean();
      const used = items.flatMap(({ attachment }) => (attachment ? [attachment.storedId] : []));
      for await (const { content } of Version.find().select({ content: 1 }).lean().cursor()) {
        const { attachment } = JSON.parse(content) as Partial<NewsContent>;
        if (attachment && asked.has(attachment.storedId)) used.push(attachment.storedId);
      }
      return used;
    },

    async moveMember(from: string, to: string): Promise<void> {
      await replaceMember(from, to);
    },

    /** The items stay; who wrote them is forgotten. */
    async forgetMember(id: string): Promise<void> {
      await replaceMember(id, null);
    },
  };

  async function replaceMember(from: string, to: string | null): Promise<void> {
    const [before, after] = [new Types.ObjectId(from), to === null ? null : new Types.ObjectId(to)];
    await Item.updateMany({ createdBy: before }, { $set: { createdBy: after } });
    await Item.updateMany(
      { 'changes.by': before },
      { $set: { 'changes.$[own].by': after } },
      { arrayFilters: [{ 'own.by': before }] },
    );
  }
}

const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY;
