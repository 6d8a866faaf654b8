import { Schema, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** The figures that were sent on one day: everybody gets the same, whenever it arrives. */
export interface WeeklyReportDocument {
  /** The day on which it was made, in Tehran, as `YYYY-MM-DD`. */
  _id: string;
  at: Date;
  /** JSON of `Weekly`: read whole, never searched. Small groups are not in it. */
  figures: string;
}

const reportSchema = new Schema<WeeklyReportDocument>(
  { _id: String, at: { type: Date, required: true }, figures: { type: String, required: true } },
  { collection: 'weekly_reports', versionKey: false },
);

export const weeklyReportModel = (connection: Connection) => modelOn(connection, 'WeeklyReport', reportSchema);
