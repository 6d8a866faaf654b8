import { trusted, Types } from 'mongoose';
import { joinModel, type JoinDocument, type JoinSide } from './join.model.ts';
import { createMerging, FORGOTTEN_AFTER_MS, type Apart, type MergingDeps } from './merging.service.ts';
import type { Account, Member, Members, MessengerName } from './members.service.ts';

export type { Mover } from './merging.service.ts';

/** How long the two sides have to confirm. */
const OPEN_MS = 24 * 3_600_000;
/** Offers that one member gets in that time, so that nobody is worn down. */
const MOST_OFFERS = 3;
/** After «not me», the same account does not ask the same member again for this long. */
const AFTER_REFUSAL_MS = 7 * 24 * 3_600_000;
/** An update may have been under way for the newer member while it was emptied; after this long it has ended. */
const AFTERCARE_MS = 2 * 60_000;

/** Where one side of a joining reads of it. */
export interface Side {
  messenger: MessengerName;
  userId: number;
  chatId: number;
}

type SideName = 'asking' | 'asked';
/** A joining that people are asked about. */
type Asked = JoinDocument & Record<SideName, JoinSide>;

export interface Join {
  id: string;
  memberId: string;
  asking: Side;
  asked: Side;
  /** The form that the asking side had open. */
  draftId: string | null;
}

export type OfferOutcome =
  | { kind: 'offered'; join: Join }
  /** Nobody else has proved this phone, or only somebody who is on the same messenger already. */
  | { kind: 'nobody' }
  /** The own account, or the other one, waits to be deleted. */
  | { kind: 'leaving' }
  /** Too many offers to the same member, or a refusal not long ago. */
  | { kind: 'too-many' };

export type AnswerOutcome =
  | { kind: 'joined'; join: Join; side: SideName }
  /** The other side has not confirmed yet. */
  | { kind: 'confirmed'; join: Join; side: SideName }
  | { kind: 'refused'; join: Join; side: SideName }
  /** One of the two waits to be deleted. Once that is undone, the same press joins them. */
  | { kind: 'leaving'; join: Join; side: SideName }
  /** Lapsed, answered before, or not this account's to answer. */
  | { kind: 'gone' };

/** Tells a side of a joining something once, however often it is asked to (delivery/). */
export type TellSide = (notice: {
  join: Join;
  to: SideName;
  about: 'offer' | 'reminder' | 'joined' | 'refused';
}) => Promise<void>;

export interface JoinsDeps extends MergingDeps {
  members: Pick<Members, 'find' | 'withVerifiedPhone'>;
  tell: TellSide;
}

export type Joins = ReturnType<typeof createJoins>;

/**
 * One person on two messengers. Whoever proves a phone that a member on another messenger has proved is offered to be one
 * member with them; both accounts confirm, in either order, within a day. Each offer is used once.
 */
export function createJoins(deps: JoinsDeps) {
  const { connection, members, tell, now } = deps;
  const Join = joinModel(connection);
  const merging = createMerging(deps);
  const inMs = (ms: number) => new Date(now().getTime() + ms);

  const stillOffered = ({ _id }: Asked) => ({
    _id,
    state: 'offered' as const,
    expiresAt: trusted({ $gt: now() }),
  });

  async function find(id: string): Promise<Asked | null> {
    const found = Types.ObjectId.isValid(id) ? await Join.findById(new Types.ObjectId(id)).lean() : null;
    return found && isAsked(found) ? found : null;
  }

  return {
    /** Looks for the member who has proved the same phone elsewhere, and asks both sides. Asked again, it offers the same. */
    async offer(
      account: Account & { chatId: number; memberId: string },
      { phone, draftId }: { phone: string; draftId: string | null },
    ): Promise<OfferOutcome> {
      const own = await members.find(account.memberId);
      if (!own) return { kind: 'nobody' };
      if (own.deletion) return { kind: 'leaving' };
      const taken = new Set(own.accounts.map(({ messenger }) => messenger));
      const others = (await members.withVerifiedPhone(phone)).filter(
        ({ id, accounts }) => id !== own.id && accounts.every(({ messenger }) => !taken.has(messenger)),
      );
      const other = others.find(({ deletion }) => deletion === null);
      if (!other && others.length > 0) return { kind: 'leaving' };
      const askedAccount = other && (other.accounts.find(({ reachable }) => reachable) ?? other.accounts[0]);
      if (!other || !askedAccount) return { kind: 'nobody' };

      const [newer, older] = own.registeredAt && isBefore(own, other) ? [other, own] : [own, other];
      const pair = { from: new Types.ObjectId(newer.id), to: new Types.ObjectId(older.id) };
      const open = await Join.findOne({ ...pair, state: 'offered', expiresAt: trusted({ $gt: now() }) }).lean();
      if (!open && (await isTooMuch(pair, account))) return { kind: 'too-many' };
      const document = open ?? (await create({ pair, asking: account, asked: askedAccount, draftId }));
      if (!isAsked(document)) return { kind: 'nobody' };
      const join = toJoin(document);
      await tell({ join, to: 'asked', about: 'offer' });
      return { kind: 'offered', join };
    },

    /** What one account answers. Only the two accounts that were asked can; a press that comes twice counts once. */
    async answer(account: Account, id: string, yes: boolean): Promise<AnswerOutcome> {
      const found = await find(id);
      const side = found && sideOf(found, account);
      if (!found || !side) return { kind: 'gone' };
      if (found.state === 'moving' || found.state === 'done') return yes ? finish(found, side) : { kind: 'gone' };
      return yes ? confirm(found, side) : refuse(found, side);
    },

    /** A joining as its renderers need it; null when it is forgotten. */
    async find(id: string): Promise<Join | null> {
      const found = await find(id);
      return found && toJoin(found);
    },

    /**
     * Makes one member of two without asking them: the caller has the authority, or both are known to be one. What the
     * one that stays does not say is taken from the other. Safe to repeat.
     */
    async merge({ from, to }: { from: string; to: string }): Promise<'merged' | Apart> {
      const moving = await merging.beginUnasked(new Types.ObjectId(from), new Types.ObjectId(to));
      if (typeof moving === 'string') return moving;
      return (await merging.finish(moving)) ? 'merged' : 'leaving';
    },

    /** Whether one of the two did not want to become one with the other, as long as that is remembered. */
    async hasRefused(one: string, other: string): Promise<boolean> {
      const [a, b] = [new Types.ObjectId(one), new Types.ObjectId(other)];
      const pairs = [
        { from: a, to: b },
        { from: b, to: a },
      ];
      return (await Join.exists({ $or: pairs, refusedBy: trusted({ $ne: null }) })) !== null;
    },

    /** Finishes the joining that has this account in hand, if there is one. */
    async finishFor({ messenger, userId }: Account): Promise<void> {
      const moving = await Join.findOne({
        state: 'moving',
        'carried.accounts': trusted({ $elemMatch: { messenger, userId } }),
      }).lean();
      if (moving) await merging.finish(moving);
    },

    /** Takes up what a crash cut off, and gathers what was still under way when a joining ended. For a job. */
    async tidyUp(): Promise<void> {
      for (const cutOff of await Join.find({ state: 'moving' }).lean()) {
        if (!(await merging.finish(cutOff)) || !isAsked(cutOff)) continue;
        for (const to of ['asking', 'asked'] as const) await tell({ join: toJoin(cutOff), to, about: 'joined' });
      }
      for (const { _id, from, to } of await Join.find({
        state: 'done',
        gathered: false,
        endedAt: trusted({ $lt: inMs(-AFTERCARE_MS) }),
      }).lean()) {
        await merging.moveAll(from.toHexString(), to.toHexString());
        await Join.updateOne({ _id }, { $set: { gathered: true } });
      }
    },

    /** Takes out every joining that an account of the member had a part in. */
    async forgetMember(id: string): Promise<void> {
      const member = new Types.ObjectId(id);
      await Join.deleteMany({ $or: [{ from: member }, { to: member }] });
    },
  };

  async function refuse(found: Asked, side: SideName): Promise<AnswerOutcome> {
    const { modifiedCount } = await Join.updateOne(stillOffered(found), {
      $set: { state: 'refused', refusedBy: side, endedAt: now() },
    });
    // A press that was cut off after this counts as what it was.
    if (modifiedCount === 0 && found.refusedBy !== side) return { kind: 'gone' };
    await tell({ join: toJoin(found), to: otherOf(side), about: 'refused' });
    return { kind: 'refused', join: toJoin(found), side };
  }

  async function confirm(found: Asked, side: SideName): Promise<AnswerOutcome> {
    if ((await merging.apart(found.from, found.to)) === 'leaving')
      return { kind: 'leaving', join: toJoin(found), side };
    const confirmed = await Join.findOneAndUpdate(
      stillOffered(found),
      { $set: { [`${side}.confirmedAt`]: found[side].confirmedAt ?? now() } },
      { returnDocument: 'after', lean: true },
    );
    if (!confirmed || !isAsked(confirmed)) return { kind: 'gone' };
    if (confirmed[otherOf(side)].confirmedAt === null) {
      if (side === 'asked') await tell({ join: toJoin(confirmed), to: 'asking', about: 'reminder' });
      return { kind: 'confirmed', join: toJoin(confirmed), side };
    }
    const moving = await merging.begin(confirmed);
    if (moving === 'leaving') return { kind: 'leaving', join: toJoin(confirmed), side };
    return moving !== 'gone' && isAsked(moving) ? finish(moving, side) : { kind: 'gone' };
  }

  async function finish(moving: Asked, side: SideName): Promise<AnswerOutcome> {
    const join = toJoin(moving);
    if (!(await merging.finish(moving))) return { kind: 'leaving', join, side };
    await tell({ join, to: otherOf(side), about: 'joined' });
    return { kind: 'joined', join, side };
  }

  async function isTooMuch(pair: { from: Types.ObjectId; to: Types.ObjectId }, asking: Account): Promise<boolean> {
    const refusedBefore = await Join.exists({
      ...pair,
      'asking.messenger': asking.messenger,
      'asking.userId': asking.userId,
      state: 'refused',
      refusedBy: 'asked',
      endedAt: trusted({ $gt: inMs(-AFTER_REFUSAL_MS) }),
    });
    const sameDay = { createdAt: trusted({ $gt: inMs(-OPEN_MS) }) };
    const offers = await Join.countDocuments({ $or: [{ to: pair.to }, { from: pair.from }], ...sameDay });
    return refusedBefore !== null || offers >= MOST_OFFERS;
  }

  async function create(offer: {
    pair: { from: Types.ObjectId; to: Types.ObjectId };
    asking: Account & { chatId: number };
    asked: Account & { chatId: number };
    draftId: string | null;
  }): Promise<Asked> {
    const sideFor = ({ messenger, userId, chatId }: Account & { chatId: number }): JoinSide => ({
      messenger,
      userId,
      chatId,
      confirmedAt: null,
    });
    const made = await Join.create({
      ...offer.pair,
      asking: sideFor(offer.asking),
      asked: sideFor(offer.asked),
      draftId: offer.draftId,
      state: 'offered',
      createdAt: now(),
      expiresAt: inMs(OPEN_MS),
      forgottenAt: inMs(FORGOTTEN_AFTER_MS),
    });
    return made.toObject() as Asked;
  }
}

/** Who has been a member for longer; ids grow with time. */
function isBefore(one: Member, other: Member): boolean {
  const [a, b] = [one.registeredAt?.getTime() ?? Infinity, other.registeredAt?.getTime() ?? Infinity];
  return a === b ? one.id < other.id : a < b;
}

const isAsked = (join: JoinDocument): join is Asked => join.asking !== null && join.asked !== null;

function sideOf(join: Asked, { messenger, userId }: Account): SideName | null {
  const is = (side: JoinSide) => side.messenger === messenger && side.userId === userId;
  return is(join.asking) ? 'asking' : is(join.asked) ? 'asked' : null;
}

const otherOf = (side: SideName): SideName => (side === 'asking' ? 'asked' : 'asking');

function toJoin({ _id, to, asking, asked, draftId }: Asked): Join {
  return {
    id: _id.toHexString(),
    memberId: to.toHexString(),
    asking: { messenger: asking.messenger, userId: asking.userId, chatId: asking.chatId },
    asked: { messenger: asked.messenger, userId: asked.userId, chatId: asked.chatId },
    draftId,
  };
}
