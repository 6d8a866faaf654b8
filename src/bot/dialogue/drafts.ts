import { trusted, Types, type Connection, type mongo } from 'mongoose';
import { MOST_FORMS, MOST_UNFINISHED } from '../../bounds.ts';
import { batched } from '../../database/batched.ts';
import { upserted } from '../../database/upserted.ts';
import type { AnswerValue, FileAnswer } from './dialogue.ts';
import { DRAFT_STATUSES, draftModel, type DraftDocument, type Place } from './draft.model.ts';

export interface Draft extends Omit<DraftDocument, '_id' | 'memberId' | 'mark'> {
  id: string;
  memberId: string;
}

const DAY = 86_400_000;
/** How long a draft is kept that was sent or thrown away: for undo, and to answer a repeated update. */
const KEEP_ENDED_MS = 7 * DAY;

/** A question's unfinished business: the page shown, what is searched, ticked and collected so far, what is doubted. */
export type Scratch = Partial<
  Pick<DraftDocument, 'page' | 'search' | 'ticked' | 'files' | 'pieces' | 'doubt' | 'album'>
>;

type Answered = Record<`answers.${string}`, AnswerValue | null>;
interface Changes {
  $set: Partial<DraftDocument> | Answered;
  /** Keys of answers that are dropped. */
  forget?: readonly string[];
}

interface Change {
  filter: { _id: Types.ObjectId; status: 'open'; lastUpdate: string };
  update: { $set: (Partial<DraftDocument> | Answered) & { mark: Types.ObjectId }; $unset?: Record<string, 1> };
}

const SHOWN_AT_ONCE = 5;

const UNTOUCHED = { page: 0, search: '', ticked: [], files: [], pieces: [], doubt: '' };
/** The next question is not on anybody's screen until `asked` says so. */
const TO_BE_ASKED = { asked: null, ...UNTOUCHED };

export type Drafts = ReturnType<typeof createDrafts>;

/**
 * The drafts of dialogues. Every change names the update that caused it and is one atomic update guarded by it:
 * an update that is worked twice (a crash, a redelivery) changes a draft once.
 *
 * @param deps.keepDays how long an untouched draft is kept; default 90
 */
export function createDrafts(deps: { connection: Connection; now: () => Date; keepDays?: number }) {
  const { connection, now, keepDays = 90 } = deps;
  const keepOpenMs = keepDays * DAY;
  const Draft = draftModel(connection);
  // The driver's own, for what every answer does: what is written has the schema's types already.
  const drafts = connection.collection<DraftDocument>(Draft.collection.name);
  const byId = batched(async (ids: Types.ObjectId[]): Promise<(DraftDocument | undefined)[]> => {
    const found = await drafts.find({ _id: { $in: ids } }).toArray();
    const byHex = new Map(found.map((draft) => [draft._id.toHexString(), draft]));
    return ids.map((id) => byHex.get(id.toHexString()));
  });
  const unfinishedOf = batched(async (members: Types.ObjectId[]): Promise<DraftDocument[][]> => {
    const found = drafts.aggregate<{ _id: Types.ObjectId; newest: DraftDocument[] }>([
      { $match: { memberId: { $in: members }, status: { $in: ['open', 'waiting'] } } },
      { $sort: { updatedAt: -1 } },
      { $group: { _id: '$memberId', newest: { $firstN: { input: '$$ROOT', n: SHOWN_AT_ONCE } } } },
    ]);
    const byHex = new Map((await found.toArray()).map(({ _id, newest }) => [_id.toHexString(), newest]));
    return members.map((member) => byHex.get(member.toHexString()) ?? []);
  });
  const write = batched(async (updates: mongo.UpdateOneModel<DraftDocument>[]): Promise<void[]> => {
    await drafts.bulkWrite(
      updates.map((updateOne) => ({ updateOne })),
      { ordered: false },
    );
    return [];
  });
  /** What every change writes: when it was, and for how long the draft is kept from then on. */
  const touched = (keptMs: number) => ({ expiresAt: new Date(now().getTime() + keptMs), updatedAt: now() });

  const changeEach = batched(async (changes: Change[]): Promise<boolean[]> => {
    const { matchedCount } = await drafts.bulkWrite(
      changes.map(({ filter, update }) => ({ updateOne: { filter, update } })),
      { ordered: false },
    );
    if (matchedCount === changes.length) return changes.map(() => true);
    // The database counts only how many were made; which ones, the marks tell.
    const ids = changes.map(({ filter }) => filter._id);
    const found = await drafts.find({ _id: { $in: ids } }, { projection: { mark: 1 } }).toArray();
    const made = new Set(found.map(({ mark }) => mark?.toHexString()));
    return changes.map(({ update }) => made.has(update.$set.mark.toHexString()));
  });

  async function change(draft: Draft, update: string, { $set, forget = [] }: Changes): Promise<Draft | null> {
    if (draft.lastUpdate === update) return null;
    const changes = { ...touched(keepOpenMs), ...$set, lastUpdate: update };
    const isMade = await changeEach({
      filter: { _id: new Types.ObjectId(draft.id), status: 'open', lastUpdate: draft.lastUpdate },
      update: {
        $set: { ...changes, mark: new Types.ObjectId() },
        ...(forget.length > 0 ? { $unset: Object.fromEntries(forget.map((key) => [ANSWER + key, 1 as const])) } : {}),
      },
    });
    return isMade ? changedDraft(draft, changes, forget) : null;
  }

  /** Counted in the index, and no further than the bound. */
  async function isFull(memberId: Types.ObjectId): Promise<boolean> {
    const [unfinished, all] = await Promise.all([
      drafts.countDocuments({ memberId, status: 'waiting' }, { limit: MOST_UNFINISHED }),
      drafts.countDocuments({ memberId, status: { $in: [...DRAFT_STATUSES] } }, { limit: MOST_FORMS }),
    ]);
    return unfinished >= MOST_UNFINISHED || all >= MOST_FORMS;
  }

  return {
    /** How many forms of a dialogue a member has sent within the last 24 hours. */
    sentLately: (memberId: string, dialogue: string): Promise<number> =>
      drafts.countDocuments({
        memberId: new Types.ObjectId(memberId),
        status: 'sent',
        dialogue,
        // What was sent is forgotten a while after that.
        expiresAt: { $gt: new Date(now().getTime() + KEEP_ENDED_MS - DAY) },
      }),

    async load(id: string, memberId: string): Promise<Draft | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const found = await byId(new Types.ObjectId(id));
      return found?.memberId.toHexString() === memberId ? toDraft(found) : null;
    },

    /**
     * The draft of this dialogue about this subject that is open or waits, or a new one that begins with `answers`.
     * Another open draft waits from now on. `draft` is null where the member has as many forms as one may have.
     */
    async open(options: {
      memberId: string;
      dialogue: string;
      subject: string;
      update: string;
      answers: Record<string, AnswerValue | null>;
    }): Promise<{ draft: Draft | null; paused: Draft | null }> {
      const memberId = new Types.ObjectId(options.memberId);
      const { dialogue, subject, answers, update } = options;
      const open = await Draft.findOne({ memberId, status: 'open' }).lean();
      if (open && open.dialogue === dialogue && open.subject === subject) return { draft: toDraft(open), paused: null };
      const paused = open && toDraft(open);
      if (open)
        await Draft.updateOne({ _id: open._id, status: 'open' }, { $set: { status: 'waiting', updatedAt: now() } });
      const waiting = await Draft.findOneAndUpdate(
        { memberId, dialogue, subject, status: 'waiting' },
        { $set: { status: 'open', asked: null, ...touched(keepOpenMs) } },
        { sort: { updatedAt: -1 }, returnDocument: 'after', lean: true },
      );
      if (waiting) return { draft: toDraft(waiting), paused };
      if (await isFull(memberId)) return { draft: null, paused };
      const made = await Draft.create({
        memberId,
        dialogue,
        subject,
        answers,
        status: 'open',
        lastUpdate: update,
        ...touched(keepOpenMs),
      });
      return { draft: toDraft(made.toObject()), paused };
    },

    /** A draft that waits from the start; the same update makes one. */
    async hold({
      memberId,
      dialogue,
      answers,
      update,
    }: {
      memberId: string;
      dialogue: string;
      answers: Record<string, AnswerValue | null>;
      update: string;
    }) {
      const member = new Types.ObjectId(memberId);
      const held = await Draft.findOneAndUpdate(
        { memberId: member, lastUpdate: update },
        { $setOnInsert: { dialogue, answers, status: 'waiting', ...touched(keepOpenMs) } },
        { upsert: true, returnDocument: 'after', lean: true, setDefaultsOnInsert: true },
      );
      return toDraft(upserted(held));
    },

    /** Opens again what waits or was thrown away; null when it is gone or was sent. */
    async reopen(id: string, memberId: string): Promise<Draft | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const mine = { _id: new Types.ObjectId(id), memberId: new Types.ObjectId(memberId) };
      const unsent = { ...mine, status: trusted({ $ne: 'sent' as const }) };
      if (!(await Draft.exists(unsent))) return null;
      await Draft.updateMany(
        { _id: trusted({ $ne: mine._id }), memberId: mine.memberId, status: 'open' },
        { $set: { status: 'waiting', updatedAt: now() } },
      );
      const opened = await Draft.findOneAndUpdate(
        unsent,
        { $set: { status: 'open', asked: null, ...touched(keepOpenMs) } },
        { returnDocument: 'after', lean: true },
      );
      return opened && toDraft(opened);
    },

    /** Throws away what waits; null when it doesn't. Again, it changes nothing. */
    async drop(id: string, memberId: string): Promise<Draft | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const dropped = await Draft.findOneAndUpdate(
        {
          _id: new Types.ObjectId(id),
          memberId: new Types.ObjectId(memberId),
          status: trusted({ $in: ['waiting', 'discarded'] }),
        },
        { $set: { status: 'discarded', ...touched(KEEP_ENDED_MS) } },
        { returnDocument: 'after', lean: true },
      );
      return dropped && toDraft(dropped);
    },

    /** The forms that can be gone on with, one that is open in another chat among them; at most five, the newest first. */
    async unfinished(memberId: string): Promise<Draft[]> {
      const found = await unfinishedOf(new Types.ObjectId(memberId));
      return found.map(toDraft);
    },

    /**
     * Keeps an answer under its question's key and moves on; answers that it overtakes are asked for again.
     * Null: this update was worked before, or another one came first.
     */
    answer: (
      draft: Draft,
      update: string,
      {
        key,
        value,
        overtaken,
        typed,
        album,
      }: { key: string; value: AnswerValue | null; overtaken: string[]; typed?: Place; album?: string },
    ) =>
      change(draft, update, {
        $set: {
          [`answers.${key}`]: value,
          at: null,
          lastTyped: typed ?? null,
          ...(album === undefined ? {} : { album }),
          ...TO_BE_ASKED,
        },
        forget: overtaken,
      }),

    /** Changes the last answer while the next question stays open. */
    amend: (
      draft: Draft,
      update: string,
      { key, value, overtaken }: { key: string; value: AnswerValue; overtaken: string[] },
    ) => change(draft, update, { $set: { [`answers.${key}`]: value }, forget: overtaken }),

    /** Drops answers, which are asked for again. */
    forget: (draft: Draft, update: string, keys: string[]) =>
      change(draft, update, { $set: { at: null, ...TO_BE_ASKED }, forget: keys }),

    /** Goes to a question without losing its answer. */
    goTo: (draft: Draft, update: string, key: string | null) =>
      change(draft, update, { $set: { at: key, ...TO_BE_ASKED } }),

    scratch: (draft: Draft, update: string, scratch: Scratch) => change(draft, update, { $set: scratch }),

    /** What the member sees now, unless another update has moved the draft on meanwhile. */
    async asked(draft: Draft, place: Place): Promise<void> {
      await write({
        filter: { _id: new Types.ObjectId(draft.id), lastUpdate: draft.lastUpdate },
        update: { $set: { asked: place, updatedAt: now() } },
      });
    },

    pause: (draft: Draft, update: string) => change(draft, update, { $set: { status: 'waiting', updatedAt: now() } }),

    /** Lets a form wait for something outside it, or end because of it. */
    async putBy(draft: Draft, status: 'waiting' | 'discarded' = 'waiting'): Promise<void> {
      const ended = status === 'discarded' ? touched(KEEP_ENDED_MS) : { updatedAt: now() };
      await Draft.updateOne({ _id: new Types.ObjectId(draft.id), status: 'open' }, { $set: { status, ...ended } });
    },

    /** Changes answers that came from elsewhere and were changed there; false where the form has moved on or was sent. */
    async revise(draft: Draft, answers: Record<string, AnswerValue>): Promise<boolean> {
      const { matchedCount } = await Draft.updateOne(
        {
          _id: new Types.ObjectId(draft.id),
          status: trusted({ $in: ['open', 'waiting'] }),
          lastUpdate: draft.lastUpdate,
        },
        {
          $set: {
            ...Object.fromEntries(Object.entries(answers).map(([key, value]) => [`answers.${key}`, value])),
            updatedAt: now(),
          },
        },
      );
      return matchedCount === 1;
    },

    discard: (draft: Draft, update: string) =>
      change(draft, update, { $set: { status: 'discarded', ...touched(KEEP_ENDED_MS) } }),

    /** What was to come of it has come; also of one that waits. */
    async settle(draft: Draft, update: string): Promise<void> {
      await Draft.updateOne(
        { _id: new Types.ObjectId(draft.id), status: trusted({ $in: ['open', 'waiting'] }) },
        { $set: { status: 'sent', lastUpdate: update, ...touched(KEEP_ENDED_MS) } },
      );
    },

    /** How many forms of a dialogue are begun and not sent; the index is named, so that it alone is counted. */
    async countUnfinished(dialogue: string): Promise<Record<'open' | 'waiting', number>> {
      const count = (status: 'open' | 'waiting') =>
        Draft.countDocuments({ dialogue, status }).hint('unfinished_by_dialogue');
      return { open: await count('open'), waiting: await count('waiting') };
    },

    /** The stored files in forms of these members, whatever became of the forms. */
    async filesOf(memberIds: readonly string[]): Promise<string[]> {
      const members = memberIds.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
      const found = await Draft.find({ memberId: trusted({ $in: members }) })
        .select({ answers: 1, files: 1 })
        .lean();
      return found.flatMap(({ answers, files }) =>
        [...Object.values(answers ?? {}), files ?? []].flatMap((value) =>
          Array.isArray(value) ? value.flatMap((one) => (isFile(one) ? [one.storedId] : [])) : [],
        ),
      );
    },

    /** Every form of a person, sent and discarded ones included while they are there. */
    async ofMember(memberId: string): Promise<Draft[]> {
      const found = await Draft.find({ memberId: new Types.ObjectId(memberId) })
        .sort({ updatedAt: -1 })
        .lean();
      return found.map(toDraft);
    },

    async forgetMember(memberId: string): Promise<void> {
      await Draft.deleteMany({ memberId: new Types.ObjectId(memberId) });
    },

    /**
     * Gives one member's drafts to another, where two turn out to be one person. Of two open drafts the one of `to` stays
     * open and the other waits. Repeating it changes nothing.
     */
    async handOver({ from, to }: { from: string; to: string }): Promise<void> {
      const [giver, taker] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      if (await Draft.exists({ memberId: taker, status: 'open' }))
        await Draft.updateMany({ memberId: giver, status: 'open' }, { $set: { status: 'waiting', updatedAt: now() } });
      await Draft.updateMany({ memberId: giver }, { $set: { memberId: taker, updatedAt: now() } });
    },
  };
}

const isFile = (value: unknown): value is FileAnswer =>
  typeof value === 'object' && value !== null && 'storedId' in value;

const ANSWER = 'answers.';

/** What the database makes of it by the same change. */
function changedDraft(draft: Draft, $set: Partial<DraftDocument> | Answered, forget: readonly string[]): Draft {
  const entries = Object.entries(draft.answers).filter(([key]) => !forget.includes(key));
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries($set) as [string, AnswerValue | null][]) {
    if (name.startsWith(ANSWER)) entries.push([name.slice(ANSWER.length), value]);
    else fields.push([name, value]);
  }
  return { ...draft, ...(Object.fromEntries(fields) as Partial<Draft>), answers: Object.fromEntries(entries) };
}

/** Drafts of an older version lack what it did not know yet. */
function toDraft({ _id, memberId, mark: _mark, ...rest }: DraftDocument): Draft {
  return {
    ...rest,
    id: _id.toHexString(),
    memberId: memberId.toHexString(),
    doubt: rest.doubt ?? '',
    pieces: rest.pieces ?? [],
    album: rest.album ?? '',
    asked: rest.asked ?? null,
    lastTyped: rest.lastTyped ?? null,
  };
}
