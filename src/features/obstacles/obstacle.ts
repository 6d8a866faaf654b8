import type { Role } from '../members/members.service.ts';
import { withoutAddresses } from '../../language/addresses.ts';
import type { ReportKind } from '../../language/taxonomies.ts';
import { redact } from '../../language/redact.ts';
import type { CaseClock } from './case-clock.ts';
import type {
  AdditionDocument,
  ChangeFacts,
  Cost,
  Detail,
  EvidenceDocument,
  ObstacleDocument,
  Visibility,
} from './obstacle.model.ts';
import type { ToldMark } from '../../language/told-state.ts';
import type { Party, Status } from './obstacle-status.ts';
import { boardGroupOf, NO_SUPPORT } from './public-face.ts';

export interface Change {
  at: Date;
  party: Party;
  from: Status | null;
  to: Status;
  reason: string;
  facts: ChangeFacts;
  batch: number;
  tellAt: Date;
}

/** A case as it may be handed about; internal notes are not in it. */
export interface Obstacle {
  id: string;
  code: string;
  reporterId: string;
  businessId: string | null;
  cityCode: string | null;
  kind: ReportKind;
  category: string;
  subtopic: string | null;
  body: string | null;
  title: string;
  description: string;
  since: string | null;
  cost: Cost;
  details: readonly Detail[];
  visibility: Visibility;
  hiddenName: boolean;
  evidence: readonly EvidenceDocument[];
  additions: readonly AdditionDocument[];
  status: Status;
  assigneeId: string | null;
  history: readonly Change[];
  clock: CaseClock;
  firstAnswerDue: Date;
  checked: readonly string[];
  mergedInto: string | null;
  rating: { stars: number; at: Date } | null;
  /** Those who have the problem, the reporter among them, and what it costs them together; for the secretariat. */
  support: { people: number; totals: Cost };
  /** Its title as everybody may read it; null where the case is not on the board. */
  publicTitle: string | null;
  /** Taken off the board by the secretariat. */
  isHidden: boolean;
  /** What became of the telling of each batch of changes to the reporter; for the secretariat. */
  told: Readonly<Record<string, ToldMark>>;
  /** Since when somebody has to call the reporter; for the secretariat. */
  unreached: Date | null;
  reportedAt: Date;
}

/** Who acts, by what the database says of them now; a button is no authority. */
export interface Actor {
  id: string;
  roles: readonly Role[];
}

export type MoveOutcome =
  | { kind: 'moved'; obstacle: Obstacle }
  /** Not theirs to see or to act on. */
  | { kind: 'forbidden' }
  /** Somebody was quicker, or the case has moved on. */
  | { kind: 'moved-on'; obstacle: Obstacle };

export function toObstacle(document: ObstacleDocument): Obstacle {
  const { _id, reporterId, businessId, assigneeId, history, evidence, clock, checked, mergedInto, rating } = document;
  const { code, kind, category, subtopic, body, cityCode, title, description, status, reportedAt } = document;
  const { people, totals } = document.support ?? NO_SUPPORT;
  const { cost, visibility, hiddenName, since = null, details = [], additions = [] } = document;
  return {
    id: _id.toHexString(),
    reporterId: reporterId.toHexString(),
    businessId: businessId?.toHexString() ?? null,
    assigneeId: assigneeId?.toHexString() ?? null,
    mergedInto: mergedInto?.toHexString() ?? null,
    history: history.map(({ at, party, from, to, reason, facts, batch, tellAt }) => ({
      at,
      party,
      from,
      to,
      reason,
      facts: facts ?? {},
      batch,
      tellAt,
    })),
    evidence: evidence.map(({ fileId, kind, caption }) => ({ fileId, kind, caption })),
    additions: additions.map(({ at, source, texts, files }) => ({ at, source, texts, files })),
    since,
    details: details.map(({ key, kind, question, label, answer }) => ({ key, kind, question, label, answer })),
    clock,
    firstAnswerDue: clock.firstAnswerDue,
    checked,
    rating,
    code,
    kind,
    category,
    subtopic: subtopic ?? null,
    body,
    cost: { days: cost.days, rials: cost.rials, people: cost.people },
    visibility,
    hiddenName,
    cityCode,
    title: withoutAddresses(title),
    description,
    status,
    support: { people, totals: { days: totals.days, rials: totals.rials, people: totals.people } },
    publicTitle: boardGroupOf(document) === null ? null : withoutAddresses(document.publicTitle ?? redact(title)),
    isHidden: Boolean(document.hiddenAt),
    told: Object.fromEntries(Object.entries(document.told ?? {}).map(([key, { state, at }]) => [key, { state, at }])),
    unreached: document.unreached ?? null,
    reportedAt,
  };
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}
