import { trusted, Types } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Calendar } from '../calendar/calendar.service.ts';
import { DEFAULT_DEADLINES, clockAfter, type CaseClock, type ClockRules, type Deadlines } from './case-clock.ts';
import { batchOf, tellOfChanges, type Notify } from './case-telling.ts';
import { DESK_ROLES, ENDED, mayMove, type Party, type Status } from './obstacle-status.ts';
import type { ChangeDocument, ChangeFacts, ObstacleDocument, ObstacleModel } from './obstacle.model.ts';
import { faceFields } from './public-face.ts';
import { createReaching } from './reaching.ts';
import { toObstacle, type Actor, type Obstacle } from './obstacle.ts';

/** Which cases an officer answers for; an empty list is no limit. */
export interface Scope {
  categories: readonly string[];
  cities: readonly string[];
}

export interface CaseDeps {
  notify: Notify;
  audit: Pick<Audit, 'record'>;
  calendar: Pick<Calendar, 'working'>;
  now: () => Date;
  /** Changes within this time are told in one message. Default ten minutes. */
  togetherMs?: number;
  /** Those beside the reporter who hear what becomes of a case: who said «me too», who follows. */
  followersOf?: (obstacleId: string) => Promise<readonly string[]>;
  deadlinesOf?: (category: string) => Promise<Deadlines>;
  /** The part of the work that an officer answers for; null for all of it. */
  scopeOf?: (memberId: string) => Promise<Scope | null>;
  /** A case became part of another or was taken out again: what is counted over both is counted anew. Repeatable. */
  regrouped?: (obstacle: Obstacle) => Promise<void>;
  /** A member has done something that the secretariat has to hear of. Repeatable by its source. */
  memberActed?: (act: MemberAct) => Promise<void>;
  /** Draws what shows the case anew, such as the cards in the staff groups; must not throw. */
  changed?: (obstacle: Obstacle) => void;
}

/** What a reporter did to the own case. */
export interface MemberAct {
  what: 'report' | 'answer' | 'reopened' | 'withdrawn' | 'addition';
  obstacle: Obstacle;
  /** What brought it. */
  source: string;
}

/** What a reporter's step means to the secretariat; what is not here is no work for it. */
const STEPS: Partial<Record<Status, MemberAct['what']>> = {
  under_review: 'answer',
  reopened: 'reopened',
  withdrawn: 'withdrawn',
};

export interface Act {
  to: Status;
  reason: string;
  /** The update or draft that asks for it: worked again, it changes nothing. */
  source: string;
  facts?: ChangeFacts;
  /** Until when the secretariat promises its next word. */
  nextWordDue?: Date | undefined;
}

const TEN_MINUTES_MS = 600_000;

export type CaseDesk = ReturnType<typeof createCaseDesk>;

/** What every act on a case shares: who may, how it is written (once, guarded, audited), and who hears of it. */
export function createCaseDesk(Obstacle: ObstacleModel, deps: CaseDeps) {
  const { audit, calendar, now, togetherMs = TEN_MINUTES_MS } = deps;

  const reaching = createReaching(Obstacle, now);

  async function rulesOf(category: string): Promise<ClockRules> {
    const [working, deadlines] = await Promise.all([calendar.working(), deps.deadlinesOf?.(category)]);
    return { calendar: working, deadlines: deadlines ?? DEFAULT_DEADLINES };
  }

  async function load(id: string): Promise<ObstacleDocument | null> {
    return Types.ObjectId.isValid(id) ? Obstacle.findById(new Types.ObjectId(id)).lean() : null;
  }

  /** Heads and admins act on everything; officers within the part that they were given. */
  async function limitsOf(actor: Actor): Promise<Scope | null | 'nothing'> {
    if (!actor.roles.some((role) => DESK_ROLES.includes(role))) return 'nothing';
    if (actor.roles.includes('head') || actor.roles.includes('admin')) return null;
    return (await deps.scopeOf?.(actor.id)) ?? null;
  }

  async function mayAct(actor: Actor, one: { category: string; cityCode: string | null }): Promise<boolean> {
    const limits = await limitsOf(actor);
    if (limits === 'nothing') return false;
    if (limits === null) return true;
    const fits = (list: readonly string[], value: string | null) =>
      list.length === 0 || (value !== null && list.includes(value));
    return fits(limits.categories, one.category) && fits(limits.cities, one.cityCode);
  }

  /** Everyone who said «me too» or follows, also those of the cases that became part of this one, with their reporters. */
  async function concerned(obstacleId: string): Promise<string[]> {
    const people = new Set<string>();
    const seen = new Set<string>();
    for (let ids = [obstacleId]; ids.length > 0;) {
      const next: string[] = [];
      for (const id of ids) {
        if (seen.has(id)) continue;
        seen.add(id);
        for (const member of (await deps.followersOf?.(id)) ?? []) people.add(member);
        for (const part of await Obstacle.find(
          { mergedInto: trusted({ $eq: new Types.ObjectId(id), $type: 'objectId' }) },
          { reporterId: 1 },
        ).lean()) {
          people.add(part.reporterId.toHexString());
          next.push(part._id.toHexString());
        }
      }
      ids = next;
    }
    return [...people];
  }

  /** Queues the telling, then takes the mark off; a process that dies in between leaves the mark for the job. */
  async function tell(document: ObstacleDocument): Promise<void> {
    const obstacle = toObstacle(document);
    if (document.untold !== undefined) {
      const last = obstacle.history.at(-1);
      if (last?.to === 'merged' || last?.from === 'merged') await deps.regrouped?.(obstacle);
      const told = await tellOfChanges(obstacle, document.untold, { notify: deps.notify, concerned });
      for (const [batch, mark] of told) await reaching.queued(obstacle.id, String(batch), mark);
      await Obstacle.updateOne(
        { _id: document._id, history: trusted({ $size: obstacle.history.length }) },
        { $unset: { untold: '' } },
      );
    }
    deps.changed?.(obstacle);
  }

  /**
   * Writes a change in one update that is guarded by what was seen: the status and the length of the history. Null where
   * somebody was quicker; then nothing was written.
   */
  async function write(
    before: ObstacleDocument,
    act: Act & { party: Party; actorId: string | null },
    also: { set?: Partial<ObstacleDocument>; push?: Record<string, unknown> } = {},
  ): Promise<ObstacleDocument | null> {
    const at = now();
    const { to, reason, source, party, facts, nextWordDue } = act;
    if (!mayMove(before.status, to, party)) return null;
    const actorId = act.actorId === null ? null : new Types.ObjectId(act.actorId);
    const change: ChangeDocument = {
      at,
      party,
      actorId,
      from: before.status,
      to,
      reason,
      ...(facts ? { facts } : {}),
      source,
      ...batchOf(before.history, { at, to, togetherMs }),
    };
    const clock = clockAfter(
      before.clock,
      { at, from: before.status, to, party, hasReason: reason !== '', nextWordDue },
      await rulesOf(before.category),
    );
    const face = faceFields({ ...before, ...also.set, status: to });
    const hasEnded = ENDED.includes(to);
    const isAnswer = party === 'staff' && (clock.answered || (hasEnded && reason !== ''));
    return Obstacle.findOneAndUpdate(
      { _id: before._id, status: before.status, history: trusted({ $size: before.history.length }) },
      {
        $set: {
          status: to,
          clock,
          updatedAt: at,
          ...(isAnswer && !before.firstAnsweredAt ? { firstAnsweredAt: at } : {}),
          endedAt: hasEnded ? at : null,
          // Who writes can be reached.
          ...(party === 'reporter' ? { unreached: null } : {}),
          ...face.set,
          ...also.set,
        },
        $unset: face.unset,
        $min: { untold: before.history.length },
        $push: { history: change, ...also.push },
      },
      { returnDocument: 'after', lean: true },
    );
  }

  /** The clock once the secretariat has given a word in the status that the case has. */
  async function clockAfterWord({ clock, status, category }: ObstacleDocument, at: Date): Promise<CaseClock> {
    const word = { at, from: status, to: status, party: 'staff', hasReason: true } as const;
    return ENDED.includes(status) || clock.pausedAt !== null ? clock : clockAfter(clock, word, await rulesOf(category));
  }

  /** Officers answer for what they do; the same source is recorded once. */
  async function record(
    actor: Actor,
    act: string,
    { id, before, after, source }: { id: string; before?: unknown; after?: unknown; source: string },
  ): Promise<void> {
    await audit.record({ actorId: actor.id, act, subject: { kind: 'obstacle', id }, before, after, source });
  }

  return {
    ...reaching,
    load,
    now,
    mayAct,
    limitsOf,
    concerned,
    rulesOf,
    clockAfterWord,
    tell,
    write,
    record,
    changed: (obstacle: Obstacle) => deps.changed?.(obstacle),
    memberActed: async (act: MemberAct) => deps.memberActed?.(act),
    /** Tells the secretariat of a reporter's step along the table. */
    async reporterMoved(obstacle: Obstacle, to: Status, source: string): Promise<void> {
      const what = STEPS[to];
      if (what) await deps.memberActed?.({ what, obstacle, source });
    },
  };
}
