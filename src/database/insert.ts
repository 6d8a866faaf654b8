import { Error as MongooseError, mongo, trusted, type Model } from 'mongoose';

/**
 * The one way to insert many documents of a model. Mongoose's own `insertMany` with `ordered: false` leaves out what its
 * schema refuses, without an error, so whoever counted what was given counted what is not there.
 */

/** Each has an `_id`, by which it is found again. */
type Given<Entity extends { _id: unknown }> = Partial<Entity> & Pick<Entity, '_id'>;

/**
 * Inserts each that can be, and looks afterwards which are there.
 * @returns the ids of those that the collection does not hold
 * @throws the driver's error where the database did not answer
 */
export async function insertEach<Entity extends { _id: unknown }>(
  model: Model<Entity>,
  documents: readonly Given<Entity>[],
): Promise<Entity['_id'][]> {
  await insert(model, documents);
  return missingOf(model, documents);
}

/**
 * Inserts those that are not there yet.
 * @throws Error where some are not there afterwards; the others are
 */
export async function insertMissing<Entity extends { _id: unknown }>(
  model: Model<Entity>,
  documents: readonly Given<Entity>[],
): Promise<void> {
  const refusal = await insert(model, documents);
  if (refusal === null) return;
  const { length } = await missingOf(model, documents);
  if (length === 0) return;
  throw new Error(`${length} of ${documents.length} new ${model.collection.name} are not stored: ${refusal.message}`, {
    cause: refusal,
  });
}

/** What was said of documents that could not be inserted; null where nothing was. */
async function insert<Entity extends { _id: unknown }>(
  model: Model<Entity>,
  documents: readonly Given<Entity>[],
): Promise<Error | null> {
  if (documents.length === 0) return null;
  try {
    await model.insertMany([...documents], { ordered: false, throwOnValidationError: true });
    return null;
  } catch (error) {
    // Of some of the documents, not of all: by the database, and by the schema.
    if (error instanceof mongo.MongoBulkWriteError) return error;
    if (error instanceof MongooseError && error.name === 'MongooseBulkWriteError') return error;
    throw error;
  }
}

async function missingOf<Entity extends { _id: unknown }>(
  model: Model<Entity>,
  documents: readonly Given<Entity>[],
): Promise<Entity['_id'][]> {
  const ids = documents.map(({ _id }) => _id);
  const found: unknown[] = await model.distinct('_id', { _id: trusted({ $in: ids }) } as object);
  const there = new Set(found.map(String));
  return ids.filter((id) => !there.has(String(id)));
}
