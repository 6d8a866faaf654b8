import { Schema, type Connection } from 'mongoose';
import { modelOn } from '../database/model.ts';

interface JobRun {
  /** The job's name. */
  _id: string;
  /** The moment it was due at when it was last done, or the first start. */
  dueAt: Date;
}

const jobRunSchema = new Schema<JobRun>(
  { _id: String, dueAt: { type: Date, required: true } },
  { collection: 'jobRuns', versionKey: false },
);

/** Remembers until when a job was done, so that the next start knows what was missed. */
export interface RanAt {
  /** The moment it was last due and done; of a job that never ran, `first`, which is remembered: nothing before it was missed. */
  since(job: string, first: Date): Promise<Date>;
  /** It was done for this moment; an older one changes nothing. */
  note(job: string, dueAt: Date): Promise<void>;
}

export function createRanAt(connection: Connection): RanAt {
  const Runs = modelOn(connection, 'JobRun', jobRunSchema);
  return {
    async since(job, first) {
      await Runs.updateOne({ _id: job }, { $setOnInsert: { dueAt: first } }, { upsert: true });
      return (await Runs.findById(job).lean())?.dueAt ?? first;
    },
    async note(job, dueAt) {
      await Runs.updateOne({ _id: job }, { $max: { dueAt } }, { upsert: true });
    },
  };
}
