import { Schema, type Connection, type Types } from 'mongoose';
import { TOLD_STATES, type ToldMark } from '../../language/told-state.ts';
import { modelOn } from '../../database/model.ts';
import { REPORT_KINDS, type ReportKind } from '../../language/taxonomies.ts';
import type { CaseClock } from './case-clock.ts';
import { STATUSES, type Party, type Status } from './obstacle-status.ts';

/** Where a public case stands on the board. */
export const BOARD_GROUPS = ['open', 'solved', 'closed'] as const;
export type BoardGroup = (typeof BOARD_GROUPS)[number];

/** Two boards, one engine: what stands in members' way, and what they propose and expect. */
export const BOARD_SIDES = ['problems', 'ideas'] as const;
export type BoardSide = (typeof BOARD_SIDES)[number];
/** Side and group in one word, so that every index of the board serves both. */
export type BoardPlace = BoardGroup | `ideas-${BoardGroup}`;
export const placeOf = (side: BoardSide, group: BoardGroup): BoardPlace =>
  side === 'ideas' ? `ideas-${group}` : group;

export interface EvidenceDocument {
  fileId: string;
  kind: 'photo' | 'document' | 'voice' | 'audio' | 'video';
  caption: string;
}

/** What an officer's act says beside its reason; the member reads it too. Days are `YYYY-MM-DD`. */
export interface ChangeFacts {
  decision?: 'accepted' | 'under_study' | undefined;
  /** A referral: to whom, under which letter, answer due when. */
  body?: string | undefined;
  letter?: string | undefined;
  dueOn?: string | undefined;
  /** The action programme that it became part of. */
  programme?: string | undefined;
  /** The tracking code of the case that this one became part of, or that was taken into this one. */
  code?: string | undefined;
  /** A step of the secretariat's own, which is told to nobody: the case's officer is gone, or the reporter was told by phone. */
  desk?: DeskStep | undefined;
}

export const DESK_STEPS = ['freed', 'phoned'] as const;
export type DeskStep = (typeof DESK_STEPS)[number];

/** One change of a case. Appended, never edited. */
export interface ChangeDocument {
  at: Date;
  party: Party;
  actorId: Types.ObjectId | null;
  from: Status | null;
  to: Status;
  /** What the reporter reads. */
  reason: string;
  facts?: ChangeFacts;
  /** The update that asked for it: worked again, it changes nothing. */
  source: string;
  /** Changes of one batch are told in one message: the place of its first change in the history. */
  batch: number;
  /** When the batch is told. */
  tellAt: Date;
}

/** Seen by nobody outside the secretariat, ever. */
export interface NoteDocument {
  at: Date;
  by: Types.ObjectId;
  text: string;
  source: string;
}

/** What a problem costs: working days lost, rials, people it touches. Null where it was not said. */
export interface Cost {
  days: number | null;
  rials: number | null;
  people: number | null;
}

export const NO_COST: Cost = { days: null, rials: null, people: null };

/** An answer to one of a category's own questions, with the words in which it was asked: the category may be edited later. */
export interface Detail {
  key: string;
  kind: 'text' | 'number' | 'choice' | 'date';
  question: string;
  label: string;
  /** A date is `YYYY-MM-DD`; of a choice it is what was on the button. */
  answer: string;
}

/** What the reporter sent after the report. */
export interface AdditionDocument {
  at: Date;
  /** What brought it: added again, it is not added twice; an edit finds it. */
  source: string;
  /** The newest last: what was there before an edit stays readable. */
  texts: { at: Date; text: string; source: string }[];
  files: number;
}

export const VISIBILITIES = ['secretariat', 'public'] as const;
/** Who may see that there is such a case; its reporter is named to no member either way. */
export type Visibility = (typeof VISIBILITIES)[number];

/** Who has the problem, the reporters and me-toos of a case and of its parts, each person once. Counted anew, never added to. */
export interface Support {
  people: number;
  totals: Cost;
  /** How many people each sum is made of. */
  givers: { days: number; rials: number; people: number };
  /** What the board sorts by: 0 where too few people are behind it to show it. */
  shownPeople: number;
  shownRials: number;
  /** Goes up with each count, so that of two counts the later one stays. */
  version: number;
}

/**
 * The council's word on an idea that enough members support. It is due from the moment when the support reached the
 * threshold of that day; a later change of the threshold takes nothing back.
 */
export interface OfficialDocument {
  /** When it became due, and by how many people; null where the council answered of its own accord. */
  since: Date | null;
  people: number | null;
  /** Null once there is an answer. */
  dueAt: Date | null;
  answer: { text: string; at: Date; source: string } | null;
  /** Goes up with each answer, so that of two at once one stays. */
  revision: number;
  /** What is still to be told, to the council or to the supporters; null when it is. */
  untold: 'due' | 'answer' | null;
}

export interface ObstacleDocument {
  _id: Types.ObjectId;
  draftId: string;
  /** The tracking code, digits with a check digit. */
  code: string;
  reporterId: Types.ObjectId;
  businessId: Types.ObjectId | null;
  /** Where the reporter lived at the time of the report. */
  cityCode: string | null;
  kind: ReportKind;
  category: string;
  subtopic: string | null;
  /** The body that it is about; a code of `BODIES`. */
  body: string | null;
  title: string;
  titleKey: string;
  description: string;
  /** Since when it has been so, `YYYY-MM-DD`. Cases from before it was asked lack it, as they lack details and additions. */
  since?: string | null;
  cost: Cost;
  details?: Detail[];
  visibility: Visibility;
  /** The reporter wants to be named to nobody outside the secretariat: not in a letter, a list or a sheet either. */
  hiddenName: boolean;
  evidence: EvidenceDocument[];
  additions?: AdditionDocument[];
  status: Status;
  assigneeId: Types.ObjectId | null;
  history: ChangeDocument[];
  notes: NoteDocument[];
  /** Ticked items of the category's checklist. */
  checked: string[];
  clock: CaseClock;
  mergedInto: Types.ObjectId | null;
  rating: { stars: number; at: Date } | null;
  /** When the secretariat first gave a word: a reason, or the end. A question to the member is none. */
  firstAnsweredAt?: Date | null;
  /** Since when the case has its present end; null while it is open. */
  endedAt?: Date | null;
  /** The place of the first change that the outbox has not been given yet; gone when it has all. */
  untold?: number;
  /** What became of the telling of each batch of changes to the reporter, by the batch; of questions by the clock, by their name. */
  told?: Record<string, ToldMark>;
  /** Since when something that was to be told to the reporter can't be: somebody has to call. Null where nothing is in the way. */
  unreached?: Date | null;
  /** As {@link Support}; missing in cases from before there were me-toos. */
  support?: Support;
  /** The title as everybody may read it, without the reporter's name, business and numbers. */
  publicTitle?: string;
  /** What the secretariat says to everybody; reasons are for the reporter. */
  publicAnswer?: { text: string; at: Date; source: string } | null;
  official?: OfficialDocument;
  /** Taken off the board by the secretariat. */
  hiddenAt?: Date | null;
  /** Follow from the rest (public-face.ts), and stand in public cases only: the place on the board, and what is found by likeness. */
  board?: BoardPlace;
  grams?: string[];
  gramsVersion?: number;
  reportedAt: Date;
  updatedAt: Date;
}

const part = <Entity>(definition: Record<keyof Entity & string, unknown>) =>
  new Schema<Entity>(definition as never, { _id: false });

const clockSchema = part<CaseClock>({
  firstAnswerDue: { type: Date, required: true },
  nextWordDue: Date,
  pausedAt: Date,
  due: Date,
  answered: Boolean,
  stage: Number,
  remindAt: Date,
  closeAt: Date,
  checkBackAt: Date,
});

const costSchema = part<Cost>({
  days: { type: Number, default: null },
  rials: { type: Number, default: null },
  people: { type: Number, default: null },
});

const changeSchema = part<ChangeDocument>({
  at: Date,
  party: String,
  actorId: Schema.Types.ObjectId,
  from: String,
  to: String,
  reason: String,
  facts: part<ChangeFacts>({
    decision: String,
    body: String,
    letter: String,
    dueOn: String,
    programme: String,
    code: String,
    desk: String,
  }),
  source: String,
  batch: Number,
  tellAt: Date,
});

/** What is typed in the form has 3,000; a message, or an album with a caption on each file, comes as it was sent. */
const LONGEST_DESCRIPTION = 48_000;

const obstacleSchema = new Schema<ObstacleDocument>(
  {
    draftId: { type: String, required: true },
    code: { type: String, required: true },
    reporterId: { type: Schema.Types.ObjectId, required: true },
    businessId: { type: Schema.Types.ObjectId, default: null },
    cityCode: { type: String, default: null },
    kind: { type: String, enum: REPORT_KINDS, default: 'obstacle' },
    category: { type: String, required: true },
    subtopic: { type: String, default: null },
    body: { type: String, default: null },
    title: { type: String, required: true, maxlength: 120 },
    titleKey: { type: String, required: true },
    description: { type: String, required: true, maxlength: LONGEST_DESCRIPTION },
    since: { type: String, default: null },
    cost: { type: costSchema, required: true },
    details: {
      type: [part<Detail>({ key: String, kind: String, question: String, label: String, answer: String })],
      default: [],
    },
    visibility: { type: String, enum: VISIBILITIES, default: 'secretariat' },
    hiddenName: { type: Boolean, default: false },
    evidence: { type: [part<EvidenceDocument>({ fileId: String, kind: String, caption: String })], default: [] },
    additions: {
      type: [
        part<AdditionDocument>({
          at: Date,
          source: String,
          texts: {
            type: [part<{ at: Date; text: string; source: string }>({ at: Date, text: String, source: String })],
          },
          files: Number,
        }),
      ],
      default: [],
    },
    status: { type: String, enum: STATUSES, required: true },
    assigneeId: { type: Schema.Types.ObjectId, default: null },
    history: { type: [changeSchema], required: true },
    notes: {
      type: [part<NoteDocument>({ at: Date, by: Schema.Types.ObjectId, text: String, source: String })],
      default: [],
    },
    checked: { type: [String], default: [] },
    clock: { type: clockSchema, required: true },
    mergedInto: { type: Schema.Types.ObjectId, default: null },
    rating: { type: part<{ stars: number; at: Date }>({ stars: Number, at: Date }), default: null },
    firstAnsweredAt: { type: Date, default: null },
    endedAt: { type: Date, default: null },
    untold: Number,
    told: { type: Map, of: part<ToldMark>({ state: { type: String, enum: TOLD_STATES }, at: Date }) },
    unreached: Date,
    support: part<Support>({
      people: Number,
      totals: costSchema,
      givers: part<Support['givers']>({ days: Number, rials: Number, people: Number }),
      shownPeople: Number,
      shownRials: Number,
      version: Number,
    }),
    publicTitle: String,
    publicAnswer: part<{ text: string; at: Date; source: string }>({ text: String, at: Date, source: String }),
    official: part<OfficialDocument>({
      since: Date,
      people: Number,
      dueAt: Date,
      answer: part<{ text: string; at: Date; source: string }>({ text: String, at: Date, source: String }),
      revision: Number,
      untold: String,
    }),
    hiddenAt: Date,
    board: String,
    // Without a default: an empty list would put every case into the index.
    grams: { type: [String], default: undefined },
    gramsVersion: Number,
    reportedAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'obstacles' },
);
obstacleSchema.index({ draftId: 1 }, { unique: true });
obstacleSchema.index({ code: 1 }, { unique: true });
obstacleSchema.index({ reporterId: 1, reportedAt: -1 });
// The desk's queues, with what narrows them inside the index: nothing is fetched that is not shown.
obstacleSchema.index({ status: 1, reportedAt: 1, assigneeId: 1, category: 1, cityCode: 1 });
obstacleSchema.index({ status: 1, category: 1, reportedAt: 1, assigneeId: 1, cityCode: 1 });
obstacleSchema.index({ status: 1, cityCode: 1, reportedAt: 1, assigneeId: 1, category: 1 });
obstacleSchema.index({ assigneeId: 1, status: 1, reportedAt: 1, category: 1, cityCode: 1 });
// «Nobody» can't be told from «not there» by an index: with the narrowing before it, only what is shown is fetched.
obstacleSchema.index({ assigneeId: 1, status: 1, category: 1, reportedAt: 1, cityCode: 1 });
obstacleSchema.index({ assigneeId: 1, status: 1, cityCode: 1, reportedAt: 1, category: 1 });
// What the clock has to look at: a deadline, a reminder, a closing, a check-back. Ended cases are in none of them.
for (const field of ['due', 'remindAt', 'closeAt', 'checkBackAt']) {
  obstacleSchema.index(
    { [`clock.${field}`]: 1, category: 1, cityCode: 1, assigneeId: 1 },
    { partialFilterExpression: { [`clock.${field}`]: { $type: 'date' } } },
  );
}
// The figures of a time: what came in, what was answered, what ended.
obstacleSchema.index({ reportedAt: 1, category: 1, cityCode: 1 });
obstacleSchema.index({ 'evidence.fileId': 1 });
for (const field of ['firstAnsweredAt', 'endedAt']) {
  obstacleSchema.index(
    { [field]: 1, status: 1, reportedAt: 1 },
    { partialFilterExpression: { [field]: { $type: 'date' } } },
  );
}
// Whom somebody has to call, with what narrows the queue.
obstacleSchema.index(
  { unreached: 1, category: 1, cityCode: 1 },
  { partialFilterExpression: { unreached: { $type: 'date' } } },
);
obstacleSchema.index({ untold: 1 }, { partialFilterExpression: { untold: { $type: 'number' } } });
obstacleSchema.index({ mergedInto: 1 }, { partialFilterExpression: { mergedInto: { $type: 'objectId' } } });

// The board: what everybody may see, narrowed and sorted inside the index.
const onBoard = { partialFilterExpression: { board: { $exists: true } } };
for (const sort of ['reportedAt', 'support.shownPeople', 'support.shownRials']) {
  const byNewest: Record<string, -1> = sort === 'reportedAt' ? {} : { reportedAt: -1 };
  obstacleSchema.index({ board: 1, [sort]: -1, ...byNewest }, onBoard);
  obstacleSchema.index({ board: 1, category: 1, [sort]: -1, ...byNewest }, onBoard);
  obstacleSchema.index({ board: 1, cityCode: 1, [sort]: -1, ...byNewest, category: 1 }, onBoard);
}
obstacleSchema.index({ board: 1, category: 1, cityCode: 1, reporterId: 1 }, onBoard);
// The few that wait for the council, and those that somebody has still to be told of.
obstacleSchema.index({ 'official.dueAt': 1 }, { partialFilterExpression: { 'official.dueAt': { $type: 'date' } } });
obstacleSchema.index({ 'official.untold': 1 }, { partialFilterExpression: { 'official.untold': { $type: 'string' } } });
// The newest cases with a gram; the version comes first, so that grams of an older cut are not met.
obstacleSchema.index(
  { gramsVersion: 1, grams: 1, _id: -1 },
  { partialFilterExpression: { gramsVersion: { $exists: true } } },
);

export function obstacleModel(connection: Connection) {
  return modelOn(connection, 'Obstacle', obstacleSchema);
}
export type ObstacleModel = ReturnType<typeof obstacleModel>;
