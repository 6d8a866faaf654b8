import { randomInt } from 'node:crypto';
import { trusted, Types, type Connection } from 'mongoose';
import { createLeases } from '../../database/leases.ts';
import { upserted } from '../../database/upserted.ts';
import { searchKey } from '../../language/persian-text.ts';
import { redact } from '../../language/redact.ts';
import type { ReportKind } from '../../language/taxonomies.ts';
import { formatTrackingCode } from '../../language/tracking-code.ts';
import { createAdditions } from './additions.ts';
import { createCalling } from './calling.ts';
import { newClock } from './case-clock.ts';
import { createRankings } from './case-rankings.ts';
import { createBoard } from './board-queries.ts';
import { createCaseFigures } from './case-figures.ts';
import { createCaseDesk, type CaseDeps } from './case-desk.ts';
import { createQueues } from './case-queues.ts';
import { createFollowUp } from './follow-up.ts';
import { createFreeing } from './freeing.ts';
import { createMerging } from './merging.ts';
import { createOfficial, type TellOfficial } from './official.ts';
import {
  NO_COST,
  obstacleModel,
  type ChangeDocument,
  type Cost,
  type Detail,
  type EvidenceDocument,
  type ObstacleDocument,
  type Visibility,
} from './obstacle.model.ts';
import { isDuplicateKey, toObstacle, type Actor, type Obstacle } from './obstacle.ts';
import { createPublishing } from './publishing.ts';
import { faceFields, type ForStrangers } from './public-face.ts';
import { createSimilarCases } from './similar-cases.ts';
import { createSupport } from './support.ts';
import { firstSupport } from './support-count.ts';
import { createTransitions } from './transitions.ts';

export { DESK_ROLES, ENDED, OPEN, STATUSES, mayMove, type Status } from './obstacle-status.ts';
export { COUNTED_UP_TO, QUEUES, type Queue, type QueueFilter } from './case-queues.ts';
export { changesToTell, type Hearer, type Notify } from './case-telling.ts';
export { BOARD_SORTS, type BoardCounts, type BoardPage, type BoardQuery, type BoardSort } from './board-queries.ts';
export { BOARD_GROUPS, BOARD_SIDES, type BoardGroup, type BoardSide } from './obstacle.model.ts';
export {
  ANSWERS,
  RULE_LIMITS,
  SETS_RULE,
  type OfficialOutcome,
  type OfficialRule,
  type TellOfficial,
} from './official.ts';
export { sideOf } from './public-face.ts';
export { FEWEST, publicFacts, type PublicCase, type PublicChange } from './public-face.ts';
export { ASK_FROM, type Similar } from './similar-cases.ts';
export type { Endorsement, EndorseOutcome, MeToo } from './support.ts';
export type { MemberAct, Scope } from './case-desk.ts';
export { REASONS, type Reason, type Weighed } from './case-rankings.ts';
export type { MergeOutcome } from './merging.ts';
export type { CaseFigures } from './case-figures.ts';
export type { DueNotice, FollowUp } from './follow-up.ts';
export { VISIBILITIES } from './obstacle.model.ts';
export type { ChangeFacts, Cost, Detail, Visibility } from './obstacle.model.ts';
export type { ToldMark, ToldState } from '../../language/told-state.ts';
export type { Addition } from './additions.ts';
export type { Actor, Change, MoveOutcome, Obstacle } from './obstacle.ts';

export interface Report {
  draftId: string;
  reporterId: string;
  businessId: string | null;
  kind?: ReportKind;
  category: string;
  subtopic?: string | null;
  body?: string | null;
  title: string;
  description: string;
  since?: string | null;
  cost?: Cost;
  details?: readonly Detail[];
  visibility?: Visibility;
  hiddenName?: boolean;
  evidence: readonly EvidenceDocument[];
}

export type Obstacles = ReturnType<typeof createObstacles>;

export interface ObstaclesDeps extends CaseDeps {
  /** Tells of an official answer that is due or given; a repetition of the same notice is told once. */
  tellOfficial?: TellOfficial;
  connection: Connection;
  /** Where a member lives, so that the desk can sort by city. */
  cityOf?: (memberId: string) => Promise<string | null>;
  /** Names by which a reporter is known, which no public title and no answer to everybody may hold. */
  namesOf?: (reporter: { memberId: string; businessId: string | null }) => Promise<readonly string[]>;
}

/** A start shows no more. */
const MOST_ASKED = 5;

export function createObstacles({ connection, cityOf, namesOf, ...deps }: ObstaclesDeps) {
  const Obstacle = obstacleModel(connection);
  // The driver's own: a member's own cases are read at a press of the menu.
  const cases = connection.collection<ObstacleDocument>(Obstacle.collection.name);
  const { now } = deps;
  const support = createSupport(Obstacle, connection, { now, counted: (id) => official.consider(id) });
  const desk = createCaseDesk(Obstacle, {
    followersOf: (id) => support.followersOf(id),
    async regrouped({ id, status, history }) {
      await support.recount(id);
      if (status === 'merged') return;
      // Taken out again: the case that it was part of has lost it.
      const code = history.findLast(({ to }) => to === 'merged')?.facts.code;
      const former = code === undefined ? null : await Obstacle.findOne({ code }, { _id: 1 }).lean();
      if (former) await support.recount(former._id.toHexString());
    },
    ...deps,
  });

  const forStrangers: ForStrangers = async (text, { reporterId, businessId }) =>
    redact(
      text,
      await namesOf?.({ memberId: reporterId.toHexString(), businessId: businessId?.toHexString() ?? null }),
    );
  const official = createOfficial(Obstacle, connection, { desk, forStrangers, ...deps });

  const freeing = createFreeing(Obstacle, desk);

  /** A case as its reporter or the secretariat may see it. */
  const visible = async (actor: Actor, found: Obstacle | null): Promise<Obstacle | null> =>
    found && (found.reporterId === actor.id || (await desk.mayAct(actor, found))) ? found : null;
  const find = async (id: string): Promise<Obstacle | null> => {
    const found = await desk.load(id);
    return found && toObstacle(found);
  };

  return {
    ...createTransitions(Obstacle, desk),
    ...createMerging(Obstacle, desk, createLeases(connection)),
    ...createQueues(Obstacle, desk),
    ...createPublishing(Obstacle, { desk, support, forStrangers, tellOfficial: deps.tellOfficial }),
    ...createAdditions(Obstacle, desk),
    ...createCalling(Obstacle, desk),
    freeing,
    /** How the telling of a change, or of a question by the clock, ended. */
    heard: desk.heard,
    followUp: createFollowUp(Obstacle, desk),
    rankings: createRankings(Obstacle, now),
    support,
    official,
    similar: createSimilarCases(Obstacle, connection, now),
    board: createBoard(Obstacle, connection, now),
    figures: createCaseFigures(Obstacle),

    /**
     * Makes the case of a report, or returns the one that this report has made before.
     * @throws where it was somebody else's report
     */
    async report({ draftId, reporterId, businessId, details = [], ...report }: Report): Promise<Obstacle> {
      const at = now();
      const reporter = new Types.ObjectId(reporterId);
      const business = businessId === null ? null : new Types.ObjectId(businessId);
      const first: ChangeDocument = {
        at,
        party: 'reporter',
        actorId: reporter,
        from: null,
        to: 'received',
        reason: '',
        source: draftId,
        batch: 0,
        tellAt: at,
      };
      const [clock, cityCode] = [newClock(at, await desk.rulesOf(report.category)), await cityOf?.(reporterId)];
      const { title, description, visibility = 'secretariat', cost = NO_COST } = report;
      const face = faceFields({ kind: report.kind ?? 'obstacle', title, description, visibility, status: 'received' });
      const publicTitle =
        visibility === 'public' ? await forStrangers(title, { reporterId: reporter, businessId: business }) : undefined;
      for (;;) {
        try {
          const made = await Obstacle.findOneAndUpdate(
            { draftId },
            {
              $setOnInsert: {
                kind: 'obstacle',
                subtopic: null,
                body: null,
                cost: NO_COST,
                visibility: 'secretariat',
                hiddenName: false,
                since: null,
                ...report,
                ...face.set,
                ...(publicTitle === undefined ? {} : { publicTitle }),
                support: firstSupport(cost),
                details: [...details],
                evidence: [...report.evidence],
                additions: [],
                titleKey: searchKey(report.title),
                reporterId: reporter,
                businessId: business,
                cityCode: cityCode ?? null,
                code: formatTrackingCode(randomInt(1_000_000, 10_000_000)),
                status: 'received',
                assigneeId: null,
                history: [first],
                notes: [],
                checked: [],
                clock,
                mergedInto: null,
                rating: null,
                firstAnsweredAt: null,
                endedAt: null,
                reportedAt: at,
                updatedAt: at,
              },
            },
            { upsert: true, returnDocument: 'after', lean: true },
          );
          const obstacle = toObstacle(upserted(made));
          if (obstacle.reporterId !== reporterId) throw new Error("A report was repeated for who didn't make it");
          if (obstacle.history.length === 1) deps.changed?.(obstacle);
          await desk.memberActed({ what: 'report', obstacle, source: draftId });
          return obstacle;
        } catch (error) {
          // The random code was taken, or the same report came in at the same moment: draw again, or find it.
          if (!isDuplicateKey(error)) throw error;
        }
      }
    },

    /** A case as its reporter or the secretariat may see it; null for everybody else, as if it did not exist. */
    visibleTo: async (actor: Actor, id: string) => visible(actor, await find(id)),

    /** The case that a report has made; to its reporter and the secretariat. */
    async ofDraft(actor: Actor, draftId: string): Promise<Obstacle | null> {
      const found = await Obstacle.findOne({ draftId }).lean();
      return visible(actor, found && toObstacle(found));
    },

    async byCode(actor: Actor, code: string): Promise<Obstacle | null> {
      const found = await Obstacle.findOne({ code }).lean();
      return visible(actor, found && toObstacle(found));
    },

    /** The newest first. */
    async ofReporter(reporterId: string, { limit = 20 }: { limit?: number } = {}): Promise<Obstacle[]> {
      const found = cases
        .find({ reporterId: new Types.ObjectId(reporterId) })
        .sort({ reportedAt: -1 })
        .limit(limit);
      return (await found.toArray()).map(toObstacle);
    },

    /** The cases of a reporter that wait for an answer to a question which they have; the newest first, at most five. */
    async openQuestionsOf(reporterId: string): Promise<Obstacle[]> {
      const found = cases
        .find({ reporterId: new Types.ObjectId(reporterId), status: 'needs_information', unreached: null })
        .sort({ reportedAt: -1 })
        .limit(MOST_ASKED);
      return (await found.toArray()).map(toObstacle);
    },

    /** Two businesses became one: the cases of the one are about the other. */
    async moveBusiness(from: string, into: string): Promise<void> {
      await Obstacle.updateMany(
        { businessId: new Types.ObjectId(from) },
        { $set: { businessId: new Types.ObjectId(into) } },
      );
    },

    /** Two people became one: what the one reported or works on is the other's. */
    async moveMember(from: string, into: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(into)];
      await support.moveMember(from, into);
      await Obstacle.updateMany({ reporterId: old }, { $set: { reporterId: own } });
      await Obstacle.updateMany({ assigneeId: old }, { $set: { assigneeId: own } });
      await replaceHand(old, own);
    },

    async idsOfReporter(reporterId: string): Promise<string[]> {
      const found = await Obstacle.find({ reporterId: new Types.ObjectId(reporterId) })
        .select({ _id: 1 })
        .lean();
      return found.map(({ _id }) => _id.toHexString());
    },

    /** The files of every case of a person. */
    async evidenceOf(reporterId: string): Promise<string[]> {
      const found = await Obstacle.find({ reporterId: new Types.ObjectId(reporterId) })
        .select({ 'evidence.fileId': 1 })
        .lean();
      return found.flatMap(({ evidence }) => evidence.map(({ fileId }) => fileId));
    },

    /** Which of these files belong to a case or to a «me too». */
    async filesAmong(fileIds: readonly string[]): Promise<string[]> {
      const found = await Obstacle.find({ 'evidence.fileId': trusted({ $in: [...fileIds] }) })
        .select({ 'evidence.fileId': 1 })
        .lean();
      const ofCases = found.flatMap(({ evidence }) => evidence.map(({ fileId }) => fileId));
      return [...ofCases, ...(await support.filesAmong(fileIds))];
    },

    /** A person leaves: their cases stay, with nobody as reporter; what they worked on is free to be taken. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      const [leaver, anonymous] = [new Types.ObjectId(id), new Types.ObjectId(nobody)];
      await support.forgetMember(id);
      await freeing.freeCasesOf(id, null);
      await Obstacle.updateMany({ reporterId: leaver }, { $set: { reporterId: anonymous } });
      await Obstacle.updateMany({ assigneeId: leaver }, { $set: { assigneeId: null } });
      await replaceHand(leaver, anonymous);
    },

    /** Takes files off every case that shows them. */
    async dropEvidence(fileIds: readonly string[]): Promise<void> {
      const among = { fileId: trusted({ $in: [...fileIds] }) };
      await Obstacle.updateMany({ 'evidence.fileId': among.fileId }, { $pull: { evidence: among } });
    },

    /** Who reported a case, said «me too» or follows it; news can be sent to them. */
    async peopleOf(id: string): Promise<string[]> {
      const found = await find(id);
      return found ? [found.reporterId, ...(await desk.concerned(id))] : [];
    },

    find,
    count: () => Obstacle.countDocuments({}),
  };

  /** In what somebody did to cases and noted about them. */
  async function replaceHand(from: Types.ObjectId, to: Types.ObjectId): Promise<void> {
    await Obstacle.updateMany(
      { 'history.actorId': from },
      { $set: { 'history.$[change].actorId': to } },
      { arrayFilters: [{ 'change.actorId': from }] },
    );
    await Obstacle.updateMany(
      { 'notes.by': from },
      { $set: { 'notes.$[note].by': to } },
      { arrayFilters: [{ 'note.by': from }] },
    );
  }
}
