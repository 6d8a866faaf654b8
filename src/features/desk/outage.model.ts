import { Schema } from 'mongoose';
import type { MessengerName } from '../../messengers/messenger.ts';

/** A messenger that is out of reach and that the desk was told of; gone once it was told of the return. */
export interface OutageDoc {
  _id: MessengerName;
  since: Date;
}

export const outageSchema = new Schema<OutageDoc>(
  { _id: String, since: Date },
  { collection: 'outages', versionKey: false },
);
