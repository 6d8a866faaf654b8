import { trusted, Types, type Connection } from 'mongoose';
import { createLeases } from '../../database/leases.ts';
import { upserted } from '../../database/upserted.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Members } from '../members/members.service.ts';
import { EVERYBODY, normalised, type Audience, type FrozenAudience } from './audience.ts';
import type { AudienceCounts } from './audiences.service.ts';
import { createBeginning, type BeginningDeps } from './beginning.ts';
import { createDeciding } from './deciding.ts';
import { createLooking, type LookingDeps } from './looking.ts';
import { replacePicked } from './picked-people.ts';
import { mayAuthor, maySetRule, type Actor } from './sending-rights.ts';
import { sendingModel, sendingRuleModel, type SendingDocument, type SendingState } from './sending.model.ts';
import { createSubmitting } from './submitting.ts';
import { toSending, type NewsToSend, type Seen, type Sending } from './sending.ts';

export type { DecideOutcome, Look, NewsToSend, Sending, SubmitOutcome } from './sending.ts';
export type { Actor } from './sending-rights.ts';

/** What somebody is told of a sending, through the outbox. */
export type SendingNotice = 'approve' | 'approved' | 'refused' | 'started' | 'stopped';

export interface SendingsDeps {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  members: Pick<Members, 'find' | 'withRole'>;
  news: LookingDeps['news'] & BeginningDeps['news'];
  /** Who an audience is at a moment, see {@link AudienceCounts}. */
  count: (frozen: FrozenAudience, begins: Date) => Promise<AudienceCounts>;
  /** Queues a notice under a key, once. */
  tell: (notice: { key: string; memberId: string; sendingId: string; what: SendingNotice }) => Promise<void>;
  /** What waits for digests of an item that was stopped. */
  drop: (newsId: string) => Promise<void>;
  now: () => Date;
}

/** Documents of an older version say nothing of it: they are sendings. */
const SENDS = { doing: trusted({ $ne: 'edit' as const }) };
const RULE = 'rule';
const MOST_LISTED = 30;

export type Sendings = ReturnType<typeof createSendings>;

/**
 * The sending of news: whom to, when, and who agrees to it. Every step is one update guarded by the state that was seen.
 * What is scheduled begins by the clock; the audience is the one of that moment, not of the moment of planning.
 */
export function createSendings(deps: SendingsDeps) {
  const { connection, audit, news, now } = deps;
  const Stored = sendingModel(connection);
  const Rule = sendingRuleModel(connection);

  async function find(id: string): Promise<Sending | null> {
    const found = Types.ObjectId.isValid(id) ? await Stored.findById(new Types.ObjectId(id)).lean() : null;
    return found && toSending(found);
  }

  /** One step from one of the states; null where it is in none of them any more. */
  async function step(
    id: string,
    from: readonly SendingState[],
    set: Partial<SendingDocument>,
    { onlySends = false, ...seen }: Seen = {},
  ): Promise<Sending | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const after = await Stored.findOneAndUpdate(
      { _id: new Types.ObjectId(id), state: trusted({ $in: from }), ...seen, ...(onlySends ? SENDS : {}) },
      { $set: { ...set, updatedAt: now() } },
      { returnDocument: 'after', lean: true },
    );
    return after && toSending(after);
  }

  async function record(actor: Actor, act: string, sending: Sending, source: string): Promise<void> {
    const { id, newsId, doing, state, audience, at, reason } = sending;
    await audit.record({
      actorId: actor.id,
      act: `sending.${act}`,
      subject: { kind: 'sending', id },
      after: {
        newsId,
        doing,
        state,
        audience: audience.kind === 'people' ? audience.ids.length : audience,
        at,
        reason,
      },
      source,
    });
  }

  /** Something of the item is still to leave: also what a program sends, without a plan. */
  const isBusy = async (item: NewsToSend | null): Promise<boolean> =>
    item !== null && item.campaignId !== null && (await news.ended(item.campaignId)) === null;
  const needsApproval = async (): Promise<boolean> => (await Rule.findById(RULE).lean())?.approval ?? false;
  /** Whether a second person says yes: to what is sent, by the rule; to a change of what a second person has approved, always. */
  const needsSecond = async ({ newsId, doing }: Pick<Sending, 'newsId' | 'doing'>): Promise<boolean> =>
    (await needsApproval()) || (doing === 'edit' && (await wasApproved({ newsId })));
  const wasApproved = async (which: { newsId: string; revision?: number }): Promise<boolean> =>
    (await Stored.exists({
      ...which,
      state: trusted({ $in: ['started', 'over'] }),
      decidedBy: trusted({ $ne: null }),
    })) !== null;

  const shared = { ...deps, now, find, step, record, needsSecond, isBusy, leases: createLeases(connection), Stored };
  const beginning = createBeginning({ ...shared, askAgain: (...again) => deciding.askApprovers(...again) });
  const look = createLooking({ ...shared, freeze: beginning.freeze });
  const deciding = createDeciding({ ...shared, look, begin: beginning.begin });
  const submitting = createSubmitting({ ...shared, look, deciding, begin: beginning.begin });

  return {
    find,
    look,
    needsApproval,
    needsSecond,
    ...deciding.decisions,
    ...submitting,
    beginDue: beginning.beginDue,

    /** Sets whether a second person approves. */
    async setRule(actor: Actor, approval: boolean, source: string): Promise<boolean> {
      if (!maySetRule(actor)) return false;
      const before = await needsApproval();
      await Rule.updateOne({ _id: RULE }, { $set: { approval } }, { upsert: true });
      const subject = { kind: 'setting', id: 'sending.approval' };
      await audit.record({ actorId: actor.id, act: 'sending.rule', subject, before, after: approval, source });
      return true;
    },

    /** The author's plan of sending this item; made where there was none. Null for who may not. */
    async draft(actor: Actor, newsId: string): Promise<Sending | null> {
      if (!mayAuthor(actor)) return null;
      const by = new Types.ObjectId(actor.id);
      const found = await Stored.findOneAndUpdate(
        { newsId, state: 'draft', by },
        { $setOnInsert: { doing: 'send', audience: JSON.stringify(EVERYBODY), updatedAt: now() } },
        { upsert: true, returnDocument: 'after', lean: true },
      );
      return toSending(upserted(found));
    },

    /**
     * The item's sending that was asked for and is not over, whoever's it is. Where there is none, the item may be sent,
     * for the first time or to those who don't have it yet, unless it is `busy`.
     */
    async openFor(newsId: string): Promise<Sending | 'busy' | null> {
      const found = await Stored.findOne({ newsId, open: true }).lean();
      const sending = found && toSending(found);
      if (sending && !(sending.state === 'started' && (await beginning.close(sending)))) return sending;
      return (await isBusy(await news.find(newsId))) ? 'busy' : null;
    },

    /** Chooses the audience, or the time, of a draft of one's own. */
    async plan(
      actor: Actor,
      id: string,
      { audience, ...rest }: { audience?: Audience; segment?: string | null; at?: Date | null },
    ): Promise<Sending | null> {
      if (!mayAuthor(actor)) return null;
      const chosen = audience ? { audience: JSON.stringify(normalised(audience)), segment: rest.segment ?? null } : {};
      const at = rest.at === undefined ? {} : { at: rest.at };
      return step(id, ['draft'], { ...chosen, ...at }, { by: new Types.ObjectId(actor.id) });
    },

    /** While an item is going out with a second person's yes, its words stay as they were approved. */
    async isLocked(newsId: string): Promise<boolean> {
      const going = await Stored.findOne({
        newsId,
        open: true,
        state: 'started',
        decidedBy: trusted({ $ne: null }),
      }).lean();
      return going !== null && !(await beginning.close(toSending(going)));
    },

    /** Whether this revision may go to more people as it is: no second yes is needed, or there was one to it. */
    isCleared: async (newsId: string, revision: number): Promise<boolean> =>
      !(await needsSecond({ newsId, doing: 'edit' })) || wasApproved({ newsId, revision }),

    /** What waits, by time, then what is being sent. */
    async list(actor: Actor): Promise<Sending[]> {
      if (!mayAuthor(actor)) return [];
      const found = await Stored.find({ state: trusted({ $in: ['awaiting', 'scheduled', 'started'] }) })
        .sort({ state: 1, at: 1 })
        .limit(MOST_LISTED)
        .lean();
      return found.map(toSending);
    },

    /** Two people became one: the plans of the one are the other's. */
    async moveMember(from: string, to: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      await Stored.updateMany({ by: old }, { $set: { by: own } });
      await Stored.updateMany({ decidedBy: old }, { $set: { decidedBy: own } });
      await replacePicked(Stored, from, to);
    },

    /** What somebody planned and did not send goes with them; what was sent stays, with nobody as its author. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      const [leaver, anonymous] = [new Types.ObjectId(id), new Types.ObjectId(nobody)];
      await Stored.deleteMany({ by: leaver, state: 'draft' });
      await Stored.updateMany({ by: leaver }, { $set: { by: anonymous } });
      await Stored.updateMany({ decidedBy: leaver }, { $set: { decidedBy: anonymous } });
      await replacePicked(Stored, id, null);
    },
  };
}
