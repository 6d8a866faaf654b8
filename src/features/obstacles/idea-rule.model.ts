import { Schema, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** From how many supporters on the council owes an idea an answer, and within how many working days. */
export interface IdeaRuleDocument {
  _id: string;
  threshold: number;
  days: number;
}

const ideaRuleSchema = new Schema<IdeaRuleDocument>(
  { _id: String, threshold: { type: Number, required: true }, days: { type: Number, required: true } },
  { collection: 'idea_rules', versionKey: false },
);

export const ideaRuleModel = (connection: Connection) => modelOn(connection, 'IdeaRule', ideaRuleSchema);
