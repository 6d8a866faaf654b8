import type { mongo } from 'mongoose';

/** A stored national code. */
interface SealedCode {
  cipher: string;
  keyId: string;
  hash: string;
}

/** What a step needs that the database does not hold. */
export interface MigrationTools {
  /** Seals a code anew, bound to its member. Undefined where the key is not at hand. */
  bindCode?: ((code: SealedCode, memberId: string) => SealedCode) | undefined;
}

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
  run(db: mongo.Db, tools?: MigrationTools): Promise<void>;
}
