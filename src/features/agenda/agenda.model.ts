import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { Reason } from '../obstacles/obstacles.service.ts';

export const AGENDA_STATES = ['proposed', 'open', 'closed'] as const;
export type AgendaState = (typeof AGENDA_STATES)[number];

export const VOTES = ['support', 'info', 'object'] as const;
export type Vote = (typeof VOTES)[number];
export type Tally = Record<Vote, number>;

/** What the council decides of an item: into a programme, to a body, begun at once, or put off. */
export const OUTCOMES = ['plan', 'refer', 'act', 'later'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface DecisionDocument {
  outcome: Outcome;
  text: string;
  body: string;
  /** `YYYY-MM-DD`; empty where none was set. */
  dueOn: string;
  programme: string;
  programmeId: string | null;
  /** The tracking codes of further cases that it settles. */
  alsoCodes: string[];
  by: Types.ObjectId;
  at: Date;
  source: string;
  /** How the council stood when it was recorded: votes may be forgotten later, this stays. */
  tally: Tally;
  comments: { vote: Vote; text: string }[];
  /** The tracking codes of the cases that moved with it. */
  moved: string[];
}

export interface ItemDocument {
  obstacleId: Types.ObjectId;
  code: string;
  /** Empty: somebody put it there. */
  why: Reason[];
  decision: DecisionDocument | null;
}

export interface AgendaDocument {
  _id: Types.ObjectId;
  number: number;
  /** Of the Solar Hijri calendar: `1405-09`. */
  month: string;
  state: AgendaState;
  items: ItemDocument[];
  /** What proposed it: made again, it makes nothing. */
  origin: string;
  /** True until it is closed, then gone: there is one at a time. */
  live?: boolean;
  proposedAt: Date;
  confirmedAt: Date | null;
  closedAt: Date | null;
  /** The updates that did it: worked again, they say it again. */
  confirmSource: string | null;
  closeSource: string | null;
  /** What was needed and how many there were when it was closed. */
  quorum: number | null;
  councilSize: number | null;
}

const part = <Entity>(definition: Record<keyof Entity & string, unknown>) =>
  new Schema<Entity>(definition as never, { _id: false });

const decisionSchema = part<DecisionDocument>({
  outcome: { type: String, enum: OUTCOMES, required: true },
  text: { type: String, required: true, maxlength: 1500 },
  body: { type: String, default: '' },
  dueOn: { type: String, default: '' },
  programme: { type: String, default: '' },
  programmeId: { type: String, default: null },
  alsoCodes: { type: [String], default: [] },
  by: { type: Schema.Types.ObjectId, required: true },
  at: { type: Date, required: true },
  source: { type: String, required: true },
  tally: part<Tally>({ support: Number, info: Number, object: Number }),
  comments: { type: [part<{ vote: Vote; text: string }>({ vote: String, text: String })], default: [] },
  moved: { type: [String], default: [] },
});

const agendaSchema = new Schema<AgendaDocument>(
  {
    number: { type: Number, required: true },
    month: { type: String, required: true },
    state: { type: String, enum: AGENDA_STATES, required: true },
    items: {
      type: [
        part<ItemDocument>({
          obstacleId: { type: Schema.Types.ObjectId, required: true },
          code: { type: String, required: true },
          why: { type: [String], default: [] },
          decision: { type: decisionSchema, default: null },
        }),
      ],
      default: [],
    },
    origin: { type: String, required: true },
    live: Boolean,
    proposedAt: { type: Date, required: true },
    confirmedAt: { type: Date, default: null },
    closedAt: { type: Date, default: null },
    confirmSource: { type: String, default: null },
    closeSource: { type: String, default: null },
    quorum: { type: Number, default: null },
    councilSize: { type: Number, default: null },
  },
  { collection: 'agendas', versionKey: false },
);
agendaSchema.index({ number: 1 }, { unique: true });
agendaSchema.index({ origin: 1 }, { unique: true });
agendaSchema.index({ live: 1 }, { unique: true, partialFilterExpression: { live: { $type: 'bool' } } });
agendaSchema.index({ 'items.decision.at': 1 });

export const agendaModel = (connection: Connection) => modelOn(connection, 'Agenda', agendaSchema);

/** A council member's word on an item; a later one takes the place of an earlier one, until the decision. */
export interface VoteDocument {
  agendaId: Types.ObjectId;
  obstacleId: Types.ObjectId;
  memberId: Types.ObjectId;
  vote: Vote;
  comment: string;
  at: Date;
}

const voteSchema = new Schema<VoteDocument>(
  {
    agendaId: { type: Schema.Types.ObjectId, required: true },
    obstacleId: { type: Schema.Types.ObjectId, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    vote: { type: String, enum: VOTES, required: true },
    comment: { type: String, default: '', maxlength: 600 },
    at: { type: Date, required: true },
  },
  { collection: 'agendaVotes', versionKey: false },
);
voteSchema.index({ agendaId: 1, obstacleId: 1, memberId: 1 }, { unique: true });
voteSchema.index({ memberId: 1 });

export const voteModel = (connection: Connection) => modelOn(connection, 'AgendaVote', voteSchema);

/** How the council works; one document. */
export interface CouncilDocument {
  _id: string;
  /** Votes that a decision needs; null: half of the council and one. */
  quorum: number | null;
}

const councilSchema = new Schema<CouncilDocument>(
  { _id: String, quorum: { type: Number, default: null } },
  { collection: 'council', versionKey: false },
);

export const councilModel = (connection: Connection) => modelOn(connection, 'Council', councilSchema);
