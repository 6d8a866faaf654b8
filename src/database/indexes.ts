import type { Connection } from 'mongoose';

/** Some indexes could not be built; `errors` has the server's reason for each, with the model's name and without values. */
export class IndexError extends AggregateError {
  override readonly name = 'IndexError';
}

/**
 * Builds the indexes of every model that is defined on the connection, and their collections; those that exist are
 * left as they are. Call it once at start, after all models are defined: without its unique indexes the bot must not
 * work. All models are tried before it fails, so that one report names everything.
 * @throws IndexError
 */
export async function ensureIndexes(connection: Connection): Promise<void> {
  const errors: Error[] = [];
  for (const model of Object.values(connection.models)) {
    try {
      await model.createIndexes();
    } catch (error) {
      // A duplicate's value may be someone's phone number: it must not reach a log, not even as a cause.
      const reason = (error as Error).message.replace(/ dup key: .*/s, '');
      errors.push(new Error(`${model.modelName}: ${reason}`));
    }
  }
  if (errors.length > 0) {
    const reasons = errors.map((error) => error.message).join('; ');
    throw new IndexError(errors, `Indexes could not be built, put the data right and start again: ${reasons}`);
  }
}
