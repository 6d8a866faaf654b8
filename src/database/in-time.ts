import { mongo } from 'mongoose';

/** Nothing that is still answered takes longer. */
const ANSWER_MS = 10_000;
/** For a few commands one after the other, or one that touches a hundred thousand documents, on a database that is slow. */
export const LONG_ANSWER_MS = 60_000;

/** As the driver has it where the database is away. */
export const noAnswer = (ms: number): Error => new mongo.MongoNetworkTimeoutError(`no answer for ${ms} ms`);

/**
 * Gives a command up that gets no answer. One that is written in the moment in which its connection breaks gets none, ever:
 * the driver (7.8) waits for the socket to drain, and neither that it is closed nor a limit of the driver's own ends this.
 * What is given up may have been done, or be done later: it must be idempotent.
 * @param ms default ten seconds
 * @throws mongo.MongoNetworkTimeoutError, which counts as the database being away
 */
export async function inTime<Result>(command: Promise<Result>, ms: number = ANSWER_MS): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(noAnswer(ms)), ms);
  });
  try {
    return await Promise.race([command, late]);
  } finally {
    clearTimeout(timer);
  }
}
