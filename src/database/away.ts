import { mongo } from 'mongoose';

/** NotWritablePrimary and its kin, a shutdown, an election: the server answers, but not as the one that takes writes. */
const PASSING_CODES = new Set([91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** A long write whose connection breaks under way fails with the socket's own error: the driver (7.8) does not wrap it. */
const BROKEN_SOCKET = new Set<unknown>(['ECONNRESET', 'EPIPE']);
const MOST_CAUSES = 5;

/**
 * Whether an error (or one that caused it) says that the database can't be reached just now, rather than that it
 * refused. What failed so may have been done all the same; it may be tried again if it is idempotent.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (let each = error, left = MOST_CAUSES; each instanceof Error && left > 0; each = each.cause, left--) {
    if (
      each instanceof mongo.MongoNetworkError ||
      each instanceof mongo.MongoServerSelectionError ||
      each instanceof mongo.MongoNotConnectedError ||
      each instanceof mongo.MongoTopologyClosedError ||
      // mongoose has one of its own, which the driver does not know.
      each.name === 'MongooseServerSelectionError' ||
      (each instanceof mongo.MongoServerError && PASSING_CODES.has(Number(each.code))) ||
      BROKEN_SOCKET.has((each as NodeJS.ErrnoException).code)
    ) {
      return true;
    }
  }
  return false;
}
