import { trusted, Types, type Connection } from 'mongoose';
import { HELD_A_DAY } from '../../bounds.ts';
import { batched } from '../../database/batched.ts';
import {
  HELD_STATES,
  heldModel,
  type HeldDocument,
  type HeldFile,
  type HeldPart,
  type HeldState,
  type SentFile,
} from './held.model.ts';

export type { HeldFile, HeldState, SentFile } from './held.model.ts';

export interface Held {
  id: string;
  memberId: string;
  messenger: 'telegram' | 'bale';
  parts: readonly HeldPart[];
  state: HeldState;
  draftId: string | null;
  obstacleId: string | null;
  at: Date;
}

/** Where a message stands: which of the two messengers, which chat, which message. */
export interface MessagePlace {
  messenger: 'telegram' | 'bale';
  chatId: number;
  messageId: number;
}

export interface SentMessage extends MessagePlace {
  /** The update that brought it. */
  source: string;
  text: string;
  file: HeldFile | null;
}

const keyOf = ({ messenger, chatId, messageId, album }: MessagePlace & { album: string | null }): string =>
  `${messenger}:${chatId}:${album === null ? messageId : `a${album}`}`;

const DAY = 86_400_000;
const DISMISSED_MS = 7 * DAY;
/** An album has ten. */
const MOST_PARTS = 20;
/** Of one message the last texts and files: somebody may edit it for ever. */
const MOST_VERSIONS = 20;
const ASKED_AT_ONCE = 5;
const DUPLICATE_KEY = 11_000;

/** What it says now. */
export const textOfHeld = ({ parts }: Pick<Held, 'parts'>): string =>
  parts
    .map(({ texts }) => texts.at(-1)?.text ?? '')
    .filter((text) => text !== '')
    .join('\n');

export type KeptFile = HeldFile & { storedId: string };

/** A file that only the messenger has so far, and what it is kept once for when it is fetched. */
export interface UnfetchedFile {
  messageId: number;
  source: string;
  sent: SentFile;
}

/** Of each message the newest file, as far as it is kept. */
export const filesOfHeld = ({ parts }: Pick<Held, 'parts'>): KeptFile[] =>
  parts.flatMap(({ files }) => files.slice(-1)).filter((file): file is KeptFile => file.storedId !== null);

/** Of each message the newest file, where it is to be fetched first. */
export const unfetchedOf = ({ parts }: Pick<Held, 'parts'>): UnfetchedFile[] =>
  parts.flatMap(({ messageId, source, files }) => {
    const last = files.at(-1);
    return last?.sent ? [{ messageId, source: `${source}#${files.length}`, sent: last.sent }] : [];
  });

export type HeldMessages = ReturnType<typeof createHeld>;

/**
 * What members send outside every form is stored here before they are asked what becomes of it. An album is one piece; an
 * edited message keeps its earlier words.
 *
 * @param deps.keepDays how long, default 90; seven where it was said to be nothing
 */
export function createHeld(deps: { connection: Connection; now: () => Date; keepDays?: number }) {
  const { connection, now, keepDays = 90 } = deps;
  const keptMs = keepDays * DAY;
  const Model = heldModel(connection);
  // The driver's own, and for many at once: every start asks for it.
  const collection = connection.collection<HeldDocument>(Model.collection.name);
  const waitingFor = batched(async (members: Types.ObjectId[]): Promise<HeldDocument[][]> => {
    const found = collection.aggregate<{ _id: Types.ObjectId; oldest: HeldDocument[] }>([
      { $match: { memberId: { $in: members }, state: 'waiting' } },
      { $sort: { at: 1 } },
      { $group: { _id: '$memberId', oldest: { $firstN: { input: '$$ROOT', n: ASKED_AT_ONCE } } } },
    ]);
    const byHex = new Map((await found.toArray()).map(({ _id, oldest }) => [_id.toHexString(), oldest]));
    return members.map((member) => byHex.get(member.toHexString()) ?? []);
  });
  const id = (text: string) => new Types.ObjectId(text);
  const mine = (heldId: string, memberId: string) => ({ _id: id(heldId), memberId: id(memberId) });

  return {
    /** Whether this message would be one more than is kept of a person in a day (`HELD_A_DAY`). */
    async isFull(memberId: string, place: MessagePlace & { album: string | null }): Promise<boolean> {
      const since = { $gte: new Date(now().getTime() - DAY) };
      const there = await collection.countDocuments(
        { memberId: id(memberId), state: { $in: [...HELD_STATES] }, at: since },
        { limit: HELD_A_DAY },
      );
      return there >= HELD_A_DAY && (await Model.exists({ key: keyOf(place) })) === null;
    },

    /** Keeps a message; the same update is kept once. `isFirst`: the one of its album that came first, or the only one. */
    async keep(
      memberId: string,
      { album, ...message }: SentMessage & { album: string | null },
    ): Promise<{ held: Held; isFirst: boolean }> {
      const { messenger, chatId, messageId, source, text, file } = message;
      const key = keyOf({ messenger, chatId, messageId, album });
      const at = now();
      const one: HeldPart = {
        messageId,
        source,
        texts: text === '' ? [] : [{ at, text, source }],
        files: file ? [file] : [],
      };
      try {
        await Model.updateOne(
          {
            key,
            'parts.source': trusted({ $ne: source }),
            [`parts.${MOST_PARTS - 1}`]: trusted({ $exists: false }),
          },
          {
            $setOnInsert: {
              memberId: id(memberId),
              messenger,
              chatId,
              state: 'waiting',
              draftId: null,
              obstacleId: null,
              at,
            },
            $push: { parts: one },
            $set: { expiresAt: new Date(at.getTime() + keptMs) },
          },
          { upsert: true },
        );
      } catch (error) {
        // It is there already: this update was worked before.
        if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY)) throw error;
      }
      const found = await Model.findOne({ key }).lean();
      if (!found)
        throw new Error('A message that was just kept is gone: look at what deletes from the collection "held"');
      return { held: toHeld(found), isFirst: found.parts[0]?.source === source };
    },

    /** Whether this message is one of those that are held. */
    async holds({ messenger, chatId, messageId }: MessagePlace): Promise<boolean> {
      return (await Model.exists({ chatId, messenger, 'parts.messageId': messageId })) !== null;
    },

    /** Keeps what an edited message says now beside what it said. Null where no such message is held. */
    async edit({
      messenger,
      chatId,
      messageId,
      source,
      text,
      file,
    }: SentMessage): Promise<{ before: Held; after: Held } | null> {
      const where = { chatId, messenger, 'parts.messageId': messageId };
      const before = await Model.findOne(where).lean();
      const there = before?.parts.find((one) => one.messageId === messageId);
      if (!before || !there) return null;
      const isSaid = there.texts.at(-1)?.text === text || there.texts.some((one) => one.source === source);
      const isSent = file === null || there.files.some((one) => isSameFile(one, file));
      await Model.updateOne(
        { _id: before._id, parts: trusted({ $elemMatch: { messageId, 'texts.source': { $ne: source } } }) },
        {
          $push: {
            ...(isSaid ? {} : { 'parts.$.texts': { $each: [{ at: now(), text, source }], $slice: -MOST_VERSIONS } }),
            ...(isSent ? {} : { 'parts.$.files': { $each: [file], $slice: -MOST_VERSIONS } }),
          },
          $set: { expiresAt: new Date(now().getTime() + (before.state === 'nothing' ? DISMISSED_MS : keptMs)) },
        },
      );
      const after = await Model.findById(before._id).lean();
      return { before: toHeld(before), after: toHeld(after ?? before) };
    },

    /** A file of a held message was fetched; `storedId` null: it can't be had any more, and is nothing from now on. */
    async noteFetched(held: Held, { messageId, sent }: UnfetchedFile, storedId: string | null): Promise<void> {
      const which = { 'part.messageId': messageId };
      const [place, filters] = ['parts.$[part].files', [which, { 'file.sent.fileId': sent.fileId }]];
      if (storedId === null)
        await collection.updateOne(
          { _id: id(held.id) },
          { $pull: { 'parts.$[part].files': { 'sent.fileId': sent.fileId } } as never },
          { arrayFilters: [which] },
        );
      else
        await collection.updateOne(
          { _id: id(held.id) },
          {
            $set: { [`${place}.$[file].storedId`]: storedId },
            $unset: { [`${place}.$[file].sent`]: '' },
          },
          { arrayFilters: filters },
        );
    },

    async find(heldId: string, memberId: string): Promise<Held | null> {
      if (!Types.ObjectId.isValid(heldId)) return null;
      const found = await Model.findOne(mine(heldId, memberId)).lean();
      return found && toHeld(found);
    },

    /** What a member has still to decide on, the oldest first; at most five. */
    async waitingOf(memberId: string): Promise<Held[]> {
      const found = await waitingFor(id(memberId));
      return found.map(toHeld);
    },

    /** Says what became of it. What was added to a case or became a report is no longer to be decided on. */
    async settle(
      held: Held,
      outcome: { state: 'report'; draftId: string } | { state: 'added'; obstacleId: string } | { state: 'nothing' },
    ): Promise<boolean> {
      const keptFor = outcome.state === 'nothing' ? DISMISSED_MS : keptMs;
      const { matchedCount } = await Model.updateOne(
        { ...mine(held.id, held.memberId), state: trusted({ $in: ['waiting', 'nothing'] }) },
        {
          $set: {
            state: outcome.state,
            ...(outcome.state === 'report' ? { draftId: outcome.draftId } : {}),
            ...(outcome.state === 'added' ? { obstacleId: id(outcome.obstacleId) } : {}),
            expiresAt: new Date(now().getTime() + keptFor),
          },
        },
      );
      return matchedCount === 1;
    },

    /** The stored files in what is held of these members, what they have replaced included. */
    async filesOf(memberIds: readonly string[]): Promise<string[]> {
      const members = memberIds.filter((one) => Types.ObjectId.isValid(one)).map(id);
      const found = await Model.find({ memberId: trusted({ $in: members }) })
        .select({ 'parts.files': 1 })
        .lean();
      return found.flatMap(({ parts }) =>
        parts.flatMap(({ files }) => files.flatMap(({ storedId }) => storedId ?? [])),
      );
    },

    /** All that is held of a person. */
    async ofMember(memberId: string): Promise<Held[]> {
      const found = await Model.find({ memberId: id(memberId) })
        .sort({ at: -1 })
        .lean();
      return found.map(toHeld);
    },

    async moveMember(from: string, to: string): Promise<void> {
      await Model.updateMany({ memberId: id(from) }, { $set: { memberId: id(to) } });
    },

    async forgetMember(memberId: string): Promise<void> {
      await Model.deleteMany({ memberId: id(memberId) });
    },
  };
}

const isSameFile = (one: HeldFile, other: HeldFile): boolean =>
  one.storedId === null ? one.sent?.uniqueId === other.sent?.uniqueId : one.storedId === other.storedId;

function toHeld({ _id, memberId, messenger, parts, state, draftId, obstacleId, at }: HeldDocument): Held {
  return {
    id: _id.toHexString(),
    memberId: memberId.toHexString(),
    messenger,
    parts,
    state,
    draftId,
    obstacleId: obstacleId?.toHexString() ?? null,
    at,
  };
}
