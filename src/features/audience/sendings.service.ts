import { trusted, Types, type Connection } from 'mongoose';
import { createLeases } from '../../database/leases.ts';
import { upserted } from '../../database/upserted.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Members } from '../members/members.service.ts';
import { EVERYBODY, normalised, type Audience, type FrozenAudience } from './audience.ts';
import { createBeginning, type BeginningDeps } from './beginning.ts';
import { createDeciding } from './deciding.ts';
import { replacePicked } from './picked-people.ts';
import { mayAuthor, maySetRule, type Actor } from './sending-rights.ts';
import { sendingModel, sendingRuleModel, type SendingDocument, type SendingState } from './sending.model.ts';
import { toSending, type NewsToSend, type Sending, type SubmitOutcome } from './sending.ts';

export type { DecideOutcome, NewsToSend, Sending, SubmitOutcome } from './sending.ts';
export type { Actor } from './sending-rights.ts';

/** What somebody is told of a sending, through the outbox. */
export type SendingNotice = 'approve' | 'approved' | 'refused' | 'started' | 'stopped';

export interface SendingsDeps {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  members: Pick<Members, 'find' | 'withRole'>;
  news: {
    find: (id: string) => Promise<NewsToSend | null>;
  } & BeginningDeps['news'];
  /** Queues a notice under a key, once. */
  tell: (notice: { key: string; memberId: string; sendingId: string; what: SendingNotice }) => Promise<void>;
  /** What waits for digests of an item that was stopped. */
  drop: (newsId: string) => Promise<void>;
  now: () => Date;
}

const RULE = 'rule';
const MOST_LISTED = 30;
const DUPLICATE_KEY = 11_000;

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
    also: Partial<Pick<SendingDocument, 'held'>> & { by?: Types.ObjectId } = {},
  ): Promise<Sending | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const after = await Stored.findOneAndUpdate(
      { _id: new Types.ObjectId(id), state: trusted({ $in: from }), ...also },
      { $set: { ...set, updatedAt: now() } },
      { returnDocument: 'after', lean: true },
    );
    return after && toSending(after);
  }

  async function record(actor: Actor, act: string, sending: Sending, source: string): Promise<void> {
    const { id, newsId, state, audience, at, reason } = sending;
    await audit.record({
      actorId: actor.id,
      act: `sending.${act}`,
      subject: { kind: 'sending', id },
      after: { newsId, state, audience: audience.kind === 'people' ? audience.ids.length : audience, at, reason },
      source,
    });
  }

  /** Something of the item is still to leave: also what a program sends, without a plan. */
  const isBusy = async (item: NewsToSend | null): Promise<boolean> =>
    item !== null && item.campaignId !== null && (await news.ended(item.campaignId)) === null;
  const needsApproval = async (): Promise<boolean> => (await Rule.findById(RULE).lean())?.approval ?? false;
  const shared = { ...deps, now, find, step, record, needsApproval, leases: createLeases(connection), Stored };
  const beginning = createBeginning({ ...shared, askAgain: (...again) => deciding.askApprovers(...again) });
  const deciding = createDeciding({ ...shared, begin: beginning.begin });

  return {
    find,
    needsApproval,
    ...deciding.decisions,
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
        { $setOnInsert: { audience: JSON.stringify(EVERYBODY), updatedAt: now() } },
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

    /** The audience of a sending as it would be now. */
    async frozen(sending: Pick<Sending, 'newsId' | 'audience'>): Promise<FrozenAudience | null> {
      const item = await news.find(sending.newsId);
      return item && beginning.freeze(item, sending.audience);
    },

    /** Asks for the sending: it waits for a second person, for its time, or begins. */
    async submit(actor: Actor, id: string, source: string): Promise<SubmitOutcome> {
      if (!mayAuthor(actor)) return { kind: 'forbidden' };
      const sending = await find(id);
      const item = sending && (await news.find(sending.newsId));
      if (!sending || !item || item.recalledAt !== null || sending.by !== actor.id) return { kind: 'gone' };
      if (sending.state === 'started' || sending.state === 'over' || (await isBusy(item))) return { kind: 'busy' };
      if (sending.state === 'draft' && sending.at !== null && sending.at <= now()) return { kind: 'late' };
      const approval = await needsApproval();
      if (approval && (await deciding.approversBeside(actor.id)).length === 0) return { kind: 'nobody' };
      const asked = { open: true, revision: item.revision, reason: '', held: false, decidedBy: null };
      let submitted: Sending | null;
      try {
        submitted = await step(
          id,
          ['draft'],
          approval ? { ...asked, state: 'awaiting' } : { ...asked, state: 'scheduled', at: sending.at ?? now() },
          { by: new Types.ObjectId(actor.id) },
        );
      } catch (error) {
        if ((error as { code?: unknown }).code === DUPLICATE_KEY) return { kind: 'busy' };
        throw error;
      }
      // Pressed again, or worked again after a crash: what follows is done once all the same.
      const after = submitted ?? (await find(id));
      if (!after || !['awaiting', 'scheduled', 'started'].includes(after.state)) return { kind: 'gone' };
      if (submitted) await record(actor, 'submit', after, source);
      if (after.state === 'awaiting') {
        await deciding.askApprovers(after, source);
        return { kind: 'awaiting', sending: after };
      }
      return beginning.begin(after);
    },

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
