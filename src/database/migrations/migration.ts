import type { mongo } from 'mongoose';

/**
 * One step forward in what stored documents look like. It may be cut off and run again, and it may meet documents that
 * are new already, since another process of the new version may write beside it.
 */
export interface Migration {
  /** Counted up from 1 without a gap, and never changed once it was in a release. */
  version: number;
  /** For the operator's report: what becomes of which documents. */
  what: string;
  /** How many documents it would change. */
  pending(db: mongo.Db): Promise<number>;
  run(db: mongo.Db): Promise<void>;
}
