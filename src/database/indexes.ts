import type { Connection, mongo } from 'mongoose';

/** Some indexes could not be built; `errors` has the server's reason for each, with the model's name and without values. */
export class IndexError extends AggregateError {
  override readonly name = 'IndexError';
}

/** How long documents are kept, where a setting says so. */
export interface Expiry {
  collection: string;
  /** A date; the document goes so many seconds after it, or never. */
  field: string;
  seconds: number | null;
  /** Only of these; in terms that a partial index can have. */
  only?: mongo.Document;
}

/**
 * Builds the indexes of every model that is defined on the connection, and their collections; those that exist are
 * left as they are, but for what expires otherwise than it did. Call it once at start, after all models are defined: without its unique indexes the bot must not
 * work. All models are tried before it fails, so that one report names everything.
 * @throws IndexError
 */
export async function ensureIndexes(connection: Connection, expiries: readonly Expiry[] = []): Promise<void> {
  const errors: Error[] = [];
  for (const model of Object.values(connection.models)) {
    try {
      // One command for each collection; the model's own way takes one for each index.
      const indexes = model.schema.indexes().map(([key, options]) => ({ key, ...options }));
      if (indexes.length > 0) await model.collection.createIndexes(indexes as mongo.IndexDescription[]);
    } catch (error) {
      // A duplicate's value may be someone's phone number: it must not reach a log, not even as a cause.
      const reason = (error as Error).message.replace(/ dup key: .*/s, '');
      errors.push(new Error(`${model.modelName}: ${reason}`));
    }
  }
  for (const expiry of expiries) await ensureExpiry(connection, expiry);
  if (errors.length > 0) {
    const reasons = errors.map((error) => error.message).join('; ');
    throw new IndexError(errors, `Indexes could not be built, put the data right and start again: ${reasons}`);
  }
}

const NAMESPACE_NOT_FOUND = 26;

/** None where there is no such collection yet. */
export async function indexesOf(collection: Pick<mongo.Collection, 'indexes'>): Promise<mongo.IndexDescriptionInfo[]> {
  return collection.indexes().catch((error: unknown) => {
    if ((error as { code?: unknown }).code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  });
}

/** An index can't be given to a field twice: the one of another setting goes first. Meanwhile nothing expires, which harms nobody. */
async function ensureExpiry(connection: Connection, { collection: name, field, seconds, only }: Expiry): Promise<void> {
  const collection = connection.collection(name);
  const indexes = await indexesOf(collection);
  const there = indexes.find(({ key }) => Object.keys(key).length === 1 && key[field] === 1);
  if (there && there['expireAfterSeconds'] === (seconds ?? undefined)) return;
  if (there?.name !== undefined) await collection.dropIndex(there.name);
  if (seconds === null) return;
  await collection.createIndex(
    { [field]: 1 },
    { expireAfterSeconds: seconds, ...(only === undefined ? {} : { partialFilterExpression: only }) },
  );
}
