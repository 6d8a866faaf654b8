import { GRAMS_VERSION, grams } from '../../language/similarity.ts';
import { withoutAddresses } from '../../language/addresses.ts';
import { redact } from '../../language/redact.ts';
import { IDEA_KINDS, type ReportKind } from '../../language/taxonomies.ts';
import {
  placeOf,
  type BoardGroup,
  type BoardSide,
  type ChangeFacts,
  type Cost,
  type ObstacleDocument,
  type Support,
} from './obstacle.model.ts';
import { ENDED, type Status } from './obstacle-status.ts';

/**
 * The fewest people that a figure may stand for. Below it «some» is shown, and neither sums nor places: with fewer, the body
 * that a case complains about could tell who is behind it.
 */
export const FEWEST = 5;

/** What is compared for likeness: the beginning of a story is about the problem, its end about this one teller. */
const COMPARED_LETTERS = 100;

export const similarityText = (one: { title: string; description: string }): string =>
  `${one.title}\n${one.description.slice(0, COMPARED_LETTERS)}`;

type Standing = Pick<ObstacleDocument, 'visibility' | 'status' | 'hiddenAt'>;
type Faced = Standing & Pick<ObstacleDocument, 'kind' | 'title' | 'description'>;

export const sideOf = ({ kind }: Pick<ObstacleDocument, 'kind'>): BoardSide =>
  IDEA_KINDS.includes(kind) ? 'ideas' : 'problems';

/** What was withdrawn, became part of another case or was hidden stands nowhere. */
export function boardGroupOf({ visibility, status, hiddenAt }: Standing): BoardGroup | null {
  if (visibility !== 'public' || hiddenAt || status === 'merged' || status === 'withdrawn') return null;
  if (!ENDED.includes(status)) return 'open';
  return status === 'solved' ? 'solved' : 'closed';
}

/** The fields that follow from what a case is: where it stands on the board and, while it is open, by what it is found. */
export function faceFields(one: Faced): { set: Partial<ObstacleDocument>; unset: Record<string, ''> } {
  const group = boardGroupOf(one);
  if (group === null) return { set: {}, unset: { board: '', grams: '', gramsVersion: '' } };
  const board = placeOf(sideOf(one), group);
  if (group !== 'open') return { set: { board }, unset: { grams: '', gramsVersion: '' } };
  return {
    set: { board, grams: grams(similarityText(one)), gramsVersion: GRAMS_VERSION },
    unset: {},
  };
}

/** One step of a case as everybody may read it: no reason, since that is written to the reporter, and no letter number. */
export interface PublicChange {
  at: Date;
  to: Status;
  facts: Pick<ChangeFacts, 'decision' | 'body' | 'programme' | 'dueOn'>;
}

/** A case as everybody may see it: without its reporter, description, files, reasons and notes. */
export interface PublicCase {
  id: string;
  code: string;
  kind: ReportKind;
  category: string;
  subtopic: string | null;
  title: string;
  side: BoardSide;
  group: BoardGroup;
  status: Status;
  /** Only where at least {@link FEWEST} people of that city report in that category. */
  cityCode: string | null;
  reportedAt: Date;
  changes: readonly PublicChange[];
  /** What the secretariat says to everybody. */
  answer: { text: string; at: Date } | null;
  /** The council's answer to an idea, or the day on which it is due; null where none is asked of it. */
  official: { dueAt: Date | null; answer: { text: string; at: Date } | null; revision: number } | null;
  /** How many people have the problem; null where they are fewer than {@link FEWEST}. */
  people: number | null;
  /** What it costs them together, rounded; null where fewer than {@link FEWEST} have named a figure. */
  totals: Cost;
}

export const NO_SUPPORT: Support = {
  people: 1,
  totals: { days: null, rials: null, people: null },
  givers: { days: 0, rials: 0, people: 0 },
  shownPeople: 0,
  shownRials: 0,
  version: 0,
};

/** To two digits that count: exact sums could be taken apart. */
export function rounded(sum: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, sum))) - 1);
  return Math.round(sum / step) * step;
}

export function shownTotals({ totals, givers }: Pick<Support, 'totals' | 'givers'>): Cost {
  const shown = (field: keyof Cost) => {
    const sum = totals[field];
    return sum !== null && givers[field] >= FEWEST ? rounded(sum) : null;
  };
  return { days: shown('days'), rials: shown('rials'), people: shown('people') };
}

/** What is said of a case to everybody, as strangers may read it: its reporter's own names are taken out as well. */
export type ForStrangers = (
  text: string,
  ofCase: Pick<ObstacleDocument, 'reporterId' | 'businessId'>,
) => Promise<string>;

/** What everybody may read of an act: not the letter's number, by which the body finds who is meant, and no other case. */
export function publicFacts({ decision, body, programme, dueOn }: ChangeFacts): PublicChange['facts'] {
  const said = { decision, body: body && redact(body), programme: programme && redact(programme), dueOn };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null));
}

/** What passes between the reporter and the secretariat is no step that others see. */
const publicStatus = (status: Status): Status => (status === 'needs_information' ? 'under_review' : status);

export function toPublicCase(
  document: Omit<ObstacleDocument, 'description' | 'notes' | 'grams'>,
  { showsCity }: { showsCity: boolean },
): PublicCase | null {
  const group = boardGroupOf(document);
  if (group === null) return null;
  const { _id, code, kind, category, subtopic, cityCode, status, reportedAt, publicAnswer, official } = document;
  const support = document.support ?? NO_SUPPORT;
  const changes: PublicChange[] = [];
  for (const { at, to, facts = {} } of document.history) {
    const said = publicFacts(facts);
    const isNews = changes.at(-1)?.to !== publicStatus(to) || Object.keys(said).length > 0;
    if (isNews) changes.push({ at, to: publicStatus(to), facts: said });
  }
  return {
    id: _id.toHexString(),
    code,
    kind,
    category,
    subtopic: subtopic ?? null,
    title: withoutAddresses(document.publicTitle ?? redact(document.title)),
    side: sideOf(document),
    group,
    status: publicStatus(status),
    cityCode: showsCity ? cityCode : null,
    reportedAt,
    changes,
    answer: publicAnswer ? { text: publicAnswer.text, at: publicAnswer.at } : null,
    official: official
      ? {
          dueAt: official.dueAt,
          answer: official.answer && { text: official.answer.text, at: official.answer.at },
          revision: official.revision,
        }
      : null,
    people: support.people >= FEWEST ? support.people : null,
    totals: shownTotals(support),
  };
}
