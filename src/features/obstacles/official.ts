import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Calendar } from '../calendar/calendar.service.ts';
import type { Role } from '../members/members.service.ts';
import type { CaseDesk } from './case-desk.ts';
import { ideaRuleModel } from './idea-rule.model.ts';
import {
  BOARD_GROUPS,
  placeOf,
  type ObstacleDocument,
  type ObstacleModel,
  type OfficialDocument,
} from './obstacle.model.ts';
import type { Actor } from './obstacle.ts';
import { boardGroupOf, FEWEST, sideOf, toPublicCase, type ForStrangers, type PublicCase } from './public-face.ts';

/** Who speaks for the council. */
export const ANSWERS: readonly Role[] = ['head', 'council'];
/** Who sees what waits, and says from when on an answer is due. */
export const SETS_RULE: readonly Role[] = ['head', 'council', 'admin'];

/** `threshold` counts people, with who proposed it; never under {@link FEWEST}, or it would tell a number that is not shown. */
export interface OfficialRule {
  threshold: number;
  days: number;
}
export const RULE_LIMITS = { threshold: { min: FEWEST, max: 100_000 }, days: { min: 1, max: 90 } } as const;
const DEFAULT_RULE: OfficialRule = { threshold: 20, days: 10 };
const RULE_ID = 'official';

export type OfficialOutcome =
  | { kind: 'answered' }
  | { kind: 'forbidden' }
  /** It is on the board no longer, or is no idea. */
  | { kind: 'gone' }
  /** Somebody answered since it was shown. */
  | { kind: 'changed' };

/** `public`: the secretariat's answer to everybody. `to`: everybody who speaks for the council, one member, or the reporter of the idea. */
export type TellOfficial = (notice: {
  what: 'due' | 'answer' | 'public';
  obstacleId: string;
  revision: number;
  to: { role: 'council' } | { role: 'reporter' | 'supporter'; memberId: string };
}) => Promise<void>;

export interface OfficialDeps {
  desk: CaseDesk;
  audit: Pick<Audit, 'record'>;
  calendar: Pick<Calendar, 'working'>;
  forStrangers: ForStrangers;
  tellOfficial?: TellOfficial;
}

const IDEAS = BOARD_GROUPS.map((group) => placeOf('ideas', group));
const OPEN_IDEAS = placeOf('ideas', 'open');
/** What is looked at in one run; the next run takes the rest. */
const AT_ONCE = 200;

const has = (actor: Pick<Actor, 'roles'>, roles: readonly Role[]) => actor.roles.some((role) => roles.includes(role));

/** The council's answer to the ideas that enough members support: when it is due, who gives it, and who hears of it. */
export function createOfficial(Obstacle: ObstacleModel, connection: Connection, deps: OfficialDeps) {
  const { desk, audit, calendar, forStrangers, tellOfficial } = deps;
  const { now } = desk;
  const Rule = ideaRuleModel(connection);

  async function rule(): Promise<OfficialRule> {
    const found = await Rule.findById(RULE_ID).lean();
    return found ? { threshold: found.threshold, days: found.days } : DEFAULT_RULE;
  }

  /** Tells what is untold, then takes the mark off; whoever dies in between leaves it to the job. */
  async function tell({ _id, reporterId, official }: ObstacleDocument): Promise<void> {
    if (!official?.untold) return;
    const { untold, revision } = official;
    const notice = { what: untold, obstacleId: _id.toHexString(), revision };
    if (untold === 'due') await tellOfficial?.({ ...notice, to: { role: 'council' } });
    else {
      const reporter = reporterId.toHexString();
      await tellOfficial?.({ ...notice, to: { role: 'reporter', memberId: reporter } });
      for (const memberId of await desk.concerned(notice.obstacleId))
        if (memberId !== reporter) await tellOfficial?.({ ...notice, to: { role: 'supporter', memberId } });
    }
    await Obstacle.updateOne(
      { _id, 'official.revision': revision, 'official.untold': untold },
      { $set: { 'official.untold': null } },
    );
  }

  /** Makes an answer due where enough people support an idea; once, whoever counts. */
  async function consider(id: string, known?: OfficialRule): Promise<void> {
    const there = await desk.load(id);
    if (!there || there.official || sideOf(there) !== 'ideas' || boardGroupOf(there) !== 'open') return;
    const { threshold, days } = known ?? (await rule());
    const people = there.support?.people ?? 1;
    if (people < threshold) return;
    const since = now();
    const dueAt = (await calendar.working()).addWorkingDays(since, days);
    const official: OfficialDocument = { since, people, dueAt, answer: null, revision: 0, untold: 'due' };
    const due = await Obstacle.findOneAndUpdate(
      { _id: there._id, official: trusted({ $exists: false }) },
      { $set: { official } },
      { returnDocument: 'after', lean: true },
    );
    if (!due) return;
    await audit.record({
      actorId: null,
      act: 'idea.answer-due',
      subject: { kind: 'obstacle', id },
      after: { people, threshold, dueAt },
    });
    await tell(due);
  }

  const waiting = { 'official.dueAt': trusted({ $type: 'date' as const }), board: trusted({ $in: IDEAS }) };

  const official = {
    rule,
    consider,

    /** False for who may not. @throws RangeError outside of {@link RULE_LIMITS} */
    async setRule(actor: Actor, { threshold, days }: OfficialRule, source: string): Promise<boolean> {
      if (!has(actor, SETS_RULE)) return false;
      for (const [value, { min, max }] of [
        [threshold, RULE_LIMITS.threshold],
        [days, RULE_LIMITS.days],
      ] as const)
        if (!Number.isInteger(value) || value < min || value > max)
          throw new RangeError(`The rule takes ${min} to ${max}, not ${value}`);
      const before = await rule();
      await Rule.updateOne({ _id: RULE_ID }, { $set: { threshold, days } }, { upsert: true });
      await audit.record({
        actorId: actor.id,
        act: 'idea.rule',
        subject: { kind: 'setting', id: RULE_ID },
        before,
        after: { threshold, days },
        source,
      });
      await official.run();
      return true;
    },

    /** What the clock does: finds what became due uncounted, and tells what was left untold. */
    async run(): Promise<void> {
      const inForce = await rule();
      const reached = await Obstacle.find(
        {
          board: OPEN_IDEAS,
          'support.shownPeople': trusted({ $gte: inForce.threshold }),
          official: trusted({ $exists: false }),
        },
        { _id: 1 },
      )
        .limit(AT_ONCE)
        .lean();
      for (const { _id } of reached) await consider(_id.toHexString(), inForce);
      const untold = await Obstacle.find({ 'official.untold': trusted({ $type: 'string' as const }) })
        .limit(AT_ONCE)
        .lean();
      for (const one of untold) await tell(one);
    },

    /** The ideas that wait for the council, the most urgent first. Null for who may not. */
    async waiting(
      actor: Actor,
      { page, size }: { page: number; size: number },
    ): Promise<{ cases: PublicCase[]; total: number } | null> {
      if (!has(actor, SETS_RULE)) return null;
      const [found, total] = await Promise.all([
        Obstacle.find(waiting, { grams: 0, notes: 0, description: 0 })
          .sort({ 'official.dueAt': 1 })
          .skip(page * size)
          .limit(size)
          .lean(),
        Obstacle.countDocuments(waiting),
      ]);
      return { cases: found.flatMap((one) => toPublicCase(one, { showsCity: false }) ?? []), total };
    },

    /**
     * The council's word to everybody; a second one takes the place of the first, which the audit keeps.
     * @param answer.seen the revision that the writer was shown; of two who write at once, one is told that it changed
     */
    async answer(
      actor: Actor,
      id: string,
      { text, seen, source }: { text: string; seen: number; source: string },
    ): Promise<OfficialOutcome> {
      if (!has(actor, ANSWERS)) return { kind: 'forbidden' };
      const there = Types.ObjectId.isValid(id) ? await desk.load(id) : null;
      if (!there || sideOf(there) !== 'ideas' || boardGroupOf(there) === null) return { kind: 'gone' };
      const before = there.official;
      const isAgain = before?.answer?.source === source;
      if (!isAgain && (before?.revision ?? 0) !== seen) return { kind: 'changed' };
      const said = await forStrangers(text, there);
      let answered: ObstacleDocument | null = there;
      if (!isAgain) {
        const next: OfficialDocument = {
          since: before?.since ?? null,
          people: before?.people ?? null,
          dueAt: null,
          answer: { text: said, at: now(), source },
          revision: seen + 1,
          untold: 'answer',
        };
        answered = await Obstacle.findOneAndUpdate(
          {
            _id: there._id,
            ...(before ? { 'official.revision': seen } : { official: trusted({ $exists: false }) }),
          },
          { $set: { official: next } },
          { returnDocument: 'after', lean: true },
        );
        // It became due this very moment, or somebody was quicker: the next look tells which.
        if (!answered) return official.answer(actor, id, { text, seen, source });
      }
      await audit.record({
        actorId: actor.id,
        act: 'idea.answer',
        subject: { kind: 'obstacle', id },
        before: isAgain ? null : { text: before?.answer?.text ?? null },
        after: { text: said },
        source,
      });
      await tell(answered);
      return { kind: 'answered' };
    },
  };
  return official;
}
