import { Schema, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';

export interface CalendarDocument {
  _id: string;
  /** 0 is Sunday, 6 Saturday. */
  weekend: number[];
  /** Lunar and one-off days off. */
  holidays: { day: string; name: string }[];
  /** The Jalali years whose lunar holidays were put into the list once; what was taken out since stays out. */
  seeded: number[];
}

const calendarSchema = new Schema<CalendarDocument>(
  {
    _id: { type: String, required: true },
    weekend: { type: [Number], required: true },
    holidays: { type: [new Schema({ day: String, name: String }, { _id: false })], required: true },
    seeded: { type: [Number], required: true },
  },
  { collection: 'calendar', versionKey: false },
);

export const calendarModel = (connection: Connection) => modelOn(connection, 'Calendar', calendarSchema);
