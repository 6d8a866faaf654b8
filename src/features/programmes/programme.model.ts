import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

export const STATES = ['draft', 'running', 'finished', 'stopped'] as const;
export type State = (typeof STATES)[number];

/** A step on the way. Days are `YYYY-MM-DD`. */
export interface MilestoneDocument {
  title: string;
  dueOn: string | null;
  doneAt: Date | null;
}

/** What became of a programme on a day. Appended, never edited. */
export interface NoteDocument {
  at: Date;
  /** Null: it came from a list. */
  by: Types.ObjectId | null;
  /** After it, 0–100. */
  progress: number;
  text: string;
  /** The state that it was put into, where that is what happened. */
  state: State | null;
  /** The milestone that was reached, where that is what happened. */
  milestone: string | null;
  /** The update that asked for it: worked again, it adds nothing. */
  source: string;
  /** Notes of one batch are told in one message: the place of its first note. */
  batch: number;
  tellAt: Date;
}

export interface ProgrammeDocument {
  _id: Types.ObjectId;
  number: number;
  title: string;
  aim: string;
  /** The part of the cluster's market that it is about. */
  section: string;
  /** Who answers for it. */
  body: string;
  partners: string[];
  startOn: string;
  endOn: string;
  milestones: MilestoneDocument[];
  progress: number;
  budgetRials: number | null;
  notes: NoteDocument[];
  /** Obstacles and ideas that it is to settle. */
  cases: { id: Types.ObjectId; code: string }[];
  state: State;
  /** Made up, to show what a programme looks like. */
  sample: boolean;
  /** What made it, a draft, a seed or a list: made again, it makes nothing. */
  origin: string;
  /** The place of the first note that the outbox has not been given yet; gone when it has all. */
  untold?: number;
  createdAt: Date;
}

const part = <Entity>(definition: Record<keyof Entity & string, unknown>) =>
  new Schema<Entity>(definition as never, { _id: false });

const programmeSchema = new Schema<ProgrammeDocument>(
  {
    number: { type: Number, required: true },
    title: { type: String, required: true, maxlength: 120 },
    aim: { type: String, default: '', maxlength: 1000 },
    section: { type: String, default: '', maxlength: 80 },
    body: { type: String, default: '', maxlength: 120 },
    partners: { type: [String], default: [] },
    startOn: { type: String, required: true },
    endOn: { type: String, required: true },
    milestones: {
      type: [
        part<MilestoneDocument>({
          title: { type: String, required: true },
          dueOn: { type: String, default: null },
          doneAt: { type: Date, default: null },
        }),
      ],
      default: [],
    },
    progress: { type: Number, default: 0, min: 0, max: 100 },
    budgetRials: { type: Number, default: null },
    notes: {
      type: [
        part<NoteDocument>({
          at: Date,
          by: Schema.Types.ObjectId,
          progress: Number,
          text: String,
          state: String,
          milestone: String,
          source: String,
          batch: Number,
          tellAt: Date,
        }),
      ],
      default: [],
    },
    cases: {
      type: [part<{ id: Types.ObjectId; code: string }>({ id: Schema.Types.ObjectId, code: String })],
      default: [],
    },
    state: { type: String, enum: STATES, required: true },
    sample: { type: Boolean, default: false },
    origin: { type: String, required: true },
    untold: Number,
    createdAt: { type: Date, required: true },
  },
  { collection: 'programmes', versionKey: false },
);
programmeSchema.index({ number: 1 }, { unique: true });
programmeSchema.index({ origin: 1 }, { unique: true });
programmeSchema.index({ state: 1, number: 1 });
programmeSchema.index({ 'cases.id': 1 });
programmeSchema.index({ untold: 1 }, { partialFilterExpression: { untold: { $type: 'number' } } });

export const programmeModel = (connection: Connection) => modelOn(connection, 'Programme', programmeSchema);
export type ProgrammeModel = ReturnType<typeof programmeModel>;

/** Who hears of a programme. One who has left stays here, so that a linked case does not bring them back. */
export interface FollowerDocument {
  programmeId: Types.ObjectId;
  memberId: Types.ObjectId;
  follows: boolean;
}

const followerSchema = new Schema<FollowerDocument>(
  {
    programmeId: { type: Schema.Types.ObjectId, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    follows: { type: Boolean, required: true },
  },
  { collection: 'programmeFollowers', versionKey: false },
);
followerSchema.index({ programmeId: 1, memberId: 1 }, { unique: true });
followerSchema.index({ memberId: 1 });

export const followerModel = (connection: Connection) => modelOn(connection, 'ProgrammeFollower', followerSchema);
