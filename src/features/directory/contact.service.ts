import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Directory } from '../businesses/directory.service.ts';
import { contactMessageModel, threadModel, type Side, type ThreadDocument } from './contact.model.ts';

export type { Side } from './contact.model.ts';

export interface ContactMessage {
  threadId: string;
  from: Side;
  authorId: string;
  businessName: string;
  text: string;
  at: Date;
}

export type SendOutcome =
  /** `nowhere`: none of those it is for has a messenger that reaches them; it waits until one has. */
  | { kind: 'sent'; nowhere?: boolean }
  /** The business is no longer shown, or the thread is not this person's. */
  | { kind: 'gone' }
  | { kind: 'blocked' }
  /** Too many today, to one or to many. */
  | { kind: 'too-many' }
  | { kind: 'own' };

/** Tells a person of a message once, however often it is asked to (delivery/). Gives whether there is a way to them. */
export type NotifyOfContact = (notice: { key: string; memberId: string; messageId: string }) => Promise<boolean | void>;

export interface ContactDeps {
  connection: Connection;
  directory: Pick<Directory, 'speakersOf'>;
  audit: Pick<Audit, 'record'>;
  notify: NotifyOfContact;
  now: () => Date;
}

const DAY = 86_400_000;
const KEPT_MS = 90 * DAY;
/** In 24 hours: businesses that one person begins to write to, and messages of one person. */
const MOST_NEW_THREADS = 10;
const MOST_MESSAGES = 40;

export type Contact = ReturnType<typeof createContact>;

/**
 * Writing to a business and back without either side seeing the other's number. What is written is kept for 90 days and
 * never in the audit log, which counts it.
 */
export function createContact({ connection, directory, audit, notify, now }: ContactDeps) {
  const Thread = threadModel(connection);
  const Message = contactMessageModel(connection);
  const oid = (id: string) => new Types.ObjectId(id);
  const aDayAgo = () => new Date(now().getTime() - DAY);

  async function threadOf(id: string): Promise<ThreadDocument | null> {
    return Types.ObjectId.isValid(id) ? Thread.findById(oid(id)).lean() : null;
  }

  /** On which side of a thread somebody stands; null for a stranger. */
  async function sideOf({ askerId, businessId }: ThreadDocument, memberId: string): Promise<Side | null> {
    if (askerId.toHexString() === memberId) return 'asker';
    const speakers = await directory.speakersOf(businessId.toHexString());
    return speakers?.memberIds.includes(memberId) ? 'business' : null;
  }

  async function wroteTooMuch(authorId: string): Promise<boolean> {
    const written = await Message.countDocuments({ authorId: oid(authorId), at: trusted({ $gt: aDayAgo() }) });
    return written >= MOST_MESSAGES;
  }

  async function send(
    thread: ThreadDocument,
    { draftId, authorId, from, text }: { draftId: string; authorId: string; from: Side; text: string },
  ): Promise<SendOutcome> {
    const businessId = thread.businessId.toHexString();
    const speakers = await directory.speakersOf(businessId);
    if (!speakers) return { kind: 'gone' };
    const at = now();
    await Message.updateOne(
      { _id: draftId },
      {
        $setOnInsert: {
          threadId: thread._id,
          from,
          authorId: oid(authorId),
          text,
          at,
          expiresAt: new Date(at.getTime() + KEPT_MS),
        },
      },
      { upsert: true },
    );
    await audit.record({
      actorId: authorId,
      act: 'directory.contact',
      subject: { kind: 'business', id: businessId },
      after: { from, messages: await Message.countDocuments({ threadId: thread._id }) },
      source: draftId,
    });
    const readers = from === 'asker' ? speakers.memberIds : [thread.askerId.toHexString()];
    let nowhere = true;
    for (const memberId of readers.filter((id) => id !== authorId)) {
      const isOnItsWay = await notify({ key: `contact:${draftId}:${memberId}`, memberId, messageId: draftId });
      if (isOnItsWay !== false) nowhere = false;
    }
    return nowhere ? { kind: 'sent', nowhere } : { kind: 'sent' };
  }

  return {
    /** The first message to a business, or a further one. The same draft sends once. */
    async write(message: { draftId: string; askerId: string; businessId: string; text: string }): Promise<SendOutcome> {
      const { draftId, askerId, businessId, text } = message;
      const speakers = await directory.speakersOf(businessId);
      if (!speakers || speakers.memberIds.length === 0) return { kind: 'gone' };
      if (speakers.memberIds.includes(askerId)) return { kind: 'own' };
      const again = await Message.exists({ _id: draftId });
      const key = { askerId: oid(askerId), businessId: oid(businessId) };
      const there = await Thread.findOne(key).lean();
      if (there?.blockedBy.length) return { kind: 'blocked' };
      if (!again) {
        const begun = await Thread.countDocuments({ askerId: key.askerId, createdAt: trusted({ $gt: aDayAgo() }) });
        if ((!there && begun >= MOST_NEW_THREADS) || (await wroteTooMuch(askerId))) return { kind: 'too-many' };
      }
      await Thread.updateOne(key, { $setOnInsert: { createdAt: now(), blockedBy: [] } }, { upsert: true }).catch(
        (error: unknown) => {
          // Two messages at once: the other one has made it.
          if ((error as { code?: unknown }).code !== 11_000) throw error;
        },
      );
      const thread = await Thread.findOne(key).lean();
      return thread ? send(thread, { draftId, authorId: askerId, from: 'asker', text }) : { kind: 'gone' };
    },

    /** An answer, from either side. */
    async reply(message: { draftId: string; authorId: string; threadId: string; text: string }): Promise<SendOutcome> {
      const { draftId, authorId, threadId, text } = message;
      const thread = await threadOf(threadId);
      const from = thread && (await sideOf(thread, authorId));
      if (!thread || !from) return { kind: 'gone' };
      if (thread.blockedBy.length > 0) return { kind: 'blocked' };
      if (!(await Message.exists({ _id: draftId })) && (await wroteTooMuch(authorId))) return { kind: 'too-many' };
      return send(thread, { draftId, authorId, from, text });
    },

    /** Whether a member is on one of the two sides of a thread. */
    async speaksIn(memberId: string, threadId: string): Promise<boolean> {
      const thread = await threadOf(threadId);
      return thread !== null && (await sideOf(thread, memberId)) !== null;
    },

    /** Stops, or lets through again, what the other side writes in this thread. False for a stranger. */
    async block(memberId: string, threadId: string, blocked: boolean): Promise<boolean> {
      const thread = await threadOf(threadId);
      const side = thread && (await sideOf(thread, memberId));
      if (!thread || !side) return false;
      await Thread.updateOne(
        { _id: thread._id },
        blocked ? { $addToSet: { blockedBy: side } } : { $pull: { blockedBy: side } },
      );
      return true;
    },

    /** What was written, for the one who is told of it; null once it is forgotten. */
    async message(id: string): Promise<ContactMessage | null> {
      const message = await Message.findById(id).lean();
      const thread = message && (await Thread.findById(message.threadId).lean());
      if (!message || !thread) return null;
      const speakers = await directory.speakersOf(thread.businessId.toHexString());
      return {
        threadId: thread._id.toHexString(),
        from: message.from,
        authorId: message.authorId.toHexString(),
        businessName: speakers?.name ?? '',
        text: message.text,
        at: message.at,
      };
    },

    /** Two people became one: their threads with one business become one as well. */
    /** What a member has written to businesses, or answered for one; the oldest first. */
    async writtenBy(memberId: string): Promise<{ at: Date; text: string }[]> {
      const found = await Message.find({ authorId: oid(memberId) })
        .sort({ at: 1 })
        .lean();
      return found.map(({ at, text }) => ({ at, text }));
    },

    async moveMember(from: string, to: string): Promise<void> {
      for (const thread of await Thread.find({ askerId: oid(from) }).lean()) {
        const other = await Thread.findOne({ askerId: oid(to), businessId: thread.businessId }).lean();
        if (other) {
          await Message.updateMany({ threadId: thread._id }, { $set: { threadId: other._id } });
          await Thread.updateOne({ _id: other._id }, { $addToSet: { blockedBy: { $each: thread.blockedBy } } });
          await Thread.deleteOne({ _id: thread._id });
        } else await Thread.updateOne({ _id: thread._id }, { $set: { askerId: oid(to) } });
      }
      await Message.updateMany({ authorId: oid(from) }, { $set: { authorId: oid(to) } });
    },

    async forgetMember(id: string): Promise<void> {
      const threads = await Thread.find({ askerId: oid(id) })
        .select({ _id: 1 })
        .lean();
      await Message.deleteMany({ threadId: trusted({ $in: threads.map(({ _id }) => _id) }) });
      await Message.deleteMany({ authorId: oid(id) });
      await Thread.deleteMany({ askerId: oid(id) });
    },
  };
}
