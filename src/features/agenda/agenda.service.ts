import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Obstacles } from '../obstacles/obstacles.service.ts';
import type { Plans } from '../programmes/plans.service.ts';
import { mayLead, mayRead, mayVote, toAgenda, votersOf, type Actor, type Agenda } from './agenda.ts';
import { agendaModel, type AgendaDocument, type DecisionDocument, type Outcome, type Vote } from './agenda.model.ts';
import { applyDecision } from './decisions.ts';
import { MOST_ITEMS, proposeItems, type Proposed } from './proposal.ts';
import { createCouncil } from './council.service.ts';
import { createVotes, tallyOf } from './votes.service.ts';

export { MOST_ITEMS } from './proposal.ts';
export { OUTCOMES, VOTES, type AgendaState, type Outcome, type Tally, type Vote } from './agenda.model.ts';
export { LEADERS, READERS, mayLead, mayRead, mayVote, votersOf } from './agenda.ts';
export type { Actor, Agenda, AgendaItem, Decision } from './agenda.ts';

/** What is told: a proposal to those who confirm it, an open agenda to the council, minutes to both. */
export type AgendaNews = 'proposed' | 'open' | 'minutes';

export interface AgendaDeps {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  obstacles: Obstacles;
  plans: () => Plans;
  /** The ids of those who are of the council now. */
  council: () => Promise<readonly string[]>;
  /** Tells all whom it concerns, each once; who did it sees it anyway. */
  tell: (news: AgendaNews, agendaId: string, actorId?: string) => Promise<void>;
  now: () => Date;
}

export type AgendaOutcome =
  | { kind: 'done'; agenda: Agenda }
  | { kind: 'forbidden' }
  | { kind: 'gone' }
  /** Confirmed, closed or decided by now, or full. */
  | { kind: 'moved-on'; agenda: Agenda }
  | { kind: 'no-quorum'; agenda: Agenda };

export interface NewDecision {
  obstacleId: string;
  outcome: Outcome;
  text: string;
  body: string;
  dueOn: string;
  /** As the form of a plan keeps it: a running programme's code, or words. */
  programme: string;
  alsoCodes: readonly string[];
  /** The draft that asks for it: worked again, it decides nothing twice. */
  source: string;
}

/** So long a decided case is not proposed again. */
const DECIDED_MS = 60 * 86_400_000;
const DUPLICATE_KEY = 11_000;

export type Agendas = ReturnType<typeof createAgendas>;

export function createAgendas(deps: AgendaDeps) {
  const { connection, audit, obstacles, tell, now } = deps;
  const Item = agendaModel(connection);
  const council = createCouncil({ connection, audit });
  const votes = createVotes({ connection, now });

  const load = async (id: string): Promise<AgendaDocument | null> =>
    Types.ObjectId.isValid(id) ? Item.findById(new Types.ObjectId(id)).lean() : null;

  async function read(document: AgendaDocument): Promise<Agenda> {
    const seats = await deps.council();
    const words = await votes.of(document._id.toHexString(), seats);
    return toAgenda(document, { words, quorum: await council.quorumOf(seats.length), councilSize: seats.length });
  }

  const done = async (document: AgendaDocument): Promise<AgendaOutcome> => ({
    kind: 'done',
    agenda: await read(document),
  });
  async function movedOn(id: string): Promise<AgendaOutcome> {
    const there = await load(id);
    return there ? { kind: 'moved-on', agenda: await read(there) } : { kind: 'gone' };
  }

  const record = (actor: Actor, act: string, { id, ...rest }: { id: string; after?: unknown; source: string }) =>
    audit.record({ actorId: actor.id, act, subject: { kind: 'agenda', id }, ...rest });

  async function recentlyDecided(): Promise<Set<string>> {
    const since = new Date(now().getTime() - DECIDED_MS);
    const found = await Item.find({ 'items.decision.at': trusted({ $gt: since }) }).lean();
    return new Set(
      found.flatMap(({ items }) =>
        items.flatMap(({ obstacleId, decision }) =>
          decision && decision.outcome !== 'later' && decision.at > since ? [obstacleId.toHexString()] : [],
        ),
      ),
    );
  }

  const toItem = (one: Proposed) => ({ ...one, obstacleId: new Types.ObjectId(one.obstacleId), decision: null });

  /** An agenda that nobody put anything on would keep the next months' from being proposed. True where it took theirs. */
  async function refill({ _id, state, items, month: made }: AgendaDocument, month: string): Promise<boolean> {
    if (state !== 'proposed' || items.length > 0 || made === month) return false;
    const heavy = await proposeItems(obstacles.rankings, { without: await recentlyDecided() });
    if (heavy.length === 0) return false;
    await Item.updateOne(
      { _id, state: 'proposed', items: trusted({ $size: 0 }) },
      { $set: { month, items: heavy.map(toItem) } },
    );
    return true;
  }

  return {
    /**
     * Makes an agenda of what weighs most, once for each origin and one at a time: where one is not closed yet, that one.
     * Where nothing weighs, the clock makes none (null), and who leads gets an empty one to put cases on; left empty, it
     * takes what weighs most in a later month. The others who confirm it are told.
     */
    async propose({
      month,
      origin,
      actor,
    }: {
      month: string;
      origin: string;
      /** Null: the clock. */
      actor: Actor | null;
    }): Promise<Agenda | null> {
      if (actor && !mayLead(actor)) return null;
      for (;;) {
        const there =
          (await Item.findOne({ origin }).lean()) ??
          (await Item.findOne({ live: trusted({ $eq: true, $type: 'bool' }) }).lean());
        if (there && (await refill(there, month))) continue;
        if (there) {
          if (actor && there.origin === origin)
            await record(actor, 'agenda.propose', { id: there._id.toHexString(), source: origin });
          if (there.state === 'proposed') await tell('proposed', there._id.toHexString(), actor?.id);
          return read(there);
        }
        const items = await proposeItems(obstacles.rankings, { without: await recentlyDecided() });
        if (items.length === 0 && !actor) return null;
        const last = await Item.findOne().sort({ number: -1 }).select({ number: 1 }).lean();
        try {
          await Item.create({
            number: (last?.number ?? 0) + 1,
            month,
            origin,
            live: true,
            state: 'proposed',
            proposedAt: now(),
            items: items.map(toItem),
          });
        } catch (error) {
          // Another process proposed at the same moment: there is one now.
          if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY)) throw error;
        }
      }
    },

    /** The one that is being worked on, else the last. Null for who may not read it, and where there is none. */
    async current(actor: { roles: Actor['roles'] }): Promise<Agenda | null> {
      if (!mayRead(actor)) return null;
      const found = await Item.findOne().sort({ number: -1 }).lean();
      return found && read(found);
    },

    async find(actor: { roles: Actor['roles'] }, id: string): Promise<Agenda | null> {
      const found = mayRead(actor) ? await load(id) : null;
      return found && read(found);
    },

    /** Puts a case on the agenda, as long as it is not closed; again, it changes nothing. */
    async add(actor: Actor, id: string, { code, source }: { code: string; source: string }): Promise<AgendaOutcome> {
      if (!mayLead(actor)) return { kind: 'forbidden' };
      const obstacle = await obstacles.byCode(actor, code);
      if (!obstacle) return { kind: 'gone' };
      const obstacleId = new Types.ObjectId(obstacle.id);
      const there = await load(id);
      if (there?.items.some((item) => item.obstacleId.equals(obstacleId))) return done(there);
      const added = await Item.findOneAndUpdate(
        {
          _id: new Types.ObjectId(id),
          state: trusted({ $in: ['proposed', 'open'] }),
          'items.obstacleId': trusted({ $ne: obstacleId }),
          [`items.${MOST_ITEMS - 1}`]: trusted({ $exists: false }),
        },
        { $push: { items: { obstacleId, code: obstacle.code, why: [], decision: null } } },
        { returnDocument: 'after', lean: true },
      );
      if (!added) return movedOn(id);
      await record(actor, 'agenda.add', { id, after: { code: obstacle.code }, source });
      return done(added);
    },

    /** Takes a case off a proposal. */
    async remove(actor: Actor, id: string, what: { obstacleId: string; source: string }): Promise<AgendaOutcome> {
      if (!mayLead(actor)) return { kind: 'forbidden' };
      const left = await Item.findOneAndUpdate(
        { _id: new Types.ObjectId(id), state: 'proposed' },
        { $pull: { items: { obstacleId: new Types.ObjectId(what.obstacleId) } } },
        { returnDocument: 'after', lean: true },
      );
      if (!left) return movedOn(id);
      await record(actor, 'agenda.remove', { id, after: { obstacle: what.obstacleId }, source: what.source });
      return done(left);
    },

    /** Opens a proposal to the council, who are told. */
    async confirm(actor: Actor, id: string, source: string): Promise<AgendaOutcome> {
      if (!mayLead(actor)) return { kind: 'forbidden' };
      await Item.updateOne(
        { _id: new Types.ObjectId(id), state: 'proposed', 'items.0': trusted({ $exists: true }) },
        { $set: { state: 'open', confirmedAt: now(), confirmSource: source } },
      );
      const there = await load(id);
      if (there?.state !== 'open') return movedOn(id);
      if (there.confirmSource === source)
        await record(actor, 'agenda.confirm', { id, after: { items: there.items.map(({ code }) => code) }, source });
      await tell('open', id, actor.id);
      return done(there);
    },

    /** A council member's word, until the decision. */
    async vote(
      actor: Actor,
      id: string,
      { obstacleId, vote, comment = '', source }: { obstacleId: string; vote: Vote; comment?: string; source: string },
    ): Promise<AgendaOutcome> {
      if (!mayVote(actor)) return { kind: 'forbidden' };
      const there = await load(id);
      const item = there?.items.find((one) => one.obstacleId.toHexString() === obstacleId);
      if (!there || there.state !== 'open' || !item || item.decision) return movedOn(id);
      await votes.cast(id, obstacleId, { memberId: actor.id, vote, comment });
      await record(actor, 'agenda.vote', { id, after: { code: item.code, vote }, source });
      return done(there);
    },

    /**
     * Records what was decided, once the council's quorum has spoken, and moves every linked case by its own rules; their
     * people are told as of every change. Repeated with the same source it goes on where it was cut off.
     */
    async decide(actor: Actor, id: string, { source, ...made }: NewDecision): Promise<AgendaOutcome> {
      if (!mayLead(actor)) return { kind: 'forbidden' };
      const there = await load(id);
      const item = there?.items.find((one) => one.obstacleId.toHexString() === made.obstacleId);
      if (!there || !item) return { kind: 'gone' };
      if (item.decision?.source !== source) {
        if (there.state !== 'open' || item.decision) return movedOn(id);
        const agenda = await read(there);
        const words = agenda.items.find((one) => one.obstacleId === made.obstacleId)?.words ?? [];
        const tally = tallyOf(words);
        if (votersOf(tally) < agenda.quorum) return { kind: 'no-quorum', agenda };
        const { name, programmeId } =
          made.outcome === 'plan' ? await deps.plans().read(made.programme) : { name: '', programmeId: null };
        const decision: DecisionDocument = {
          outcome: made.outcome,
          text: made.text,
          body: made.body,
          dueOn: made.dueOn,
          programme: name,
          programmeId,
          alsoCodes: [...made.alsoCodes],
          by: new Types.ObjectId(actor.id),
          at: now(),
          source,
          tally,
          comments: words.flatMap(({ vote, comment }) => (comment === '' ? [] : [{ vote, text: comment }])),
          moved: [],
        };
        const written = await Item.updateOne(
          {
            _id: there._id,
            state: 'open',
            items: trusted({ $elemMatch: { obstacleId: item.obstacleId, decision: null } }),
          },
          { $set: { 'items.$.decision': decision } },
        );
        if (written.modifiedCount === 0) return movedOn(id);
      }
      const decided = (await load(id))?.items.find((one) => one.obstacleId.equals(item.obstacleId))?.decision;
      if (!decided) return movedOn(id);
      const moved = await applyDecision(
        { obstacles, plans: deps.plans() },
        { actor, agendaId: id, mainCase: made.obstacleId, decision: decided },
      );
      await Item.updateOne(
        { _id: there._id, items: trusted({ $elemMatch: { obstacleId: item.obstacleId } }) },
        { $set: { 'items.$.decision.moved': moved } },
      );
      const { outcome, body, dueOn, programme } = decided;
      await record(actor, 'agenda.decide', {
        id,
        after: { code: item.code, outcome, body, dueOn, programme, tally: decided.tally, moved },
        source,
      });
      const after = await load(id);
      return after ? done(after) : { kind: 'gone' };
    },

    /** Ends it; council and heads get the minutes. Items without a decision may come again. */
    async close(actor: Actor, id: string, source: string): Promise<AgendaOutcome> {
      if (!mayLead(actor)) return { kind: 'forbidden' };
      const councilSize = (await deps.council()).length;
      await Item.updateOne(
        { _id: new Types.ObjectId(id), state: 'open' },
        {
          $set: {
            state: 'closed',
            closedAt: now(),
            quorum: await council.quorumOf(councilSize),
            councilSize,
            closeSource: source,
          },
          $unset: { live: '' },
        },
      );
      const there = await load(id);
      if (there?.state !== 'closed') return movedOn(id);
      if (there.closeSource === source) await record(actor, 'agenda.close', { id, source });
      await tell('minutes', id);
      return done(there);
    },

    setQuorum: (actor: Actor, quorum: number | null, source: string) => council.setQuorum(actor, quorum, source),

    moveMember: async (from: string, to: string) => {
      await votes.moveMember(from, to);
      await reattribute(from, to);
    },

    /** A person leaves: their votes go; what was counted when a decision was made stays in it. */
    forgetMember: async (id: string, nobody: string) => {
      await votes.forgetMember(id);
      await reattribute(id, nobody);
    },
  };

  async function reattribute(from: string, to: string): Promise<void> {
    const old = new Types.ObjectId(from);
    await Item.updateMany(
      { 'items.decision.by': old },
      { $set: { 'items.$[item].decision.by': new Types.ObjectId(to) } },
      { arrayFilters: [{ 'item.decision.by': old }] },
    );
  }
}
