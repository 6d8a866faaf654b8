import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';

/**
 * Says of every line that is logged on the way of an update which update it was: its inbox id, as `update`. The way goes
 * through rooms that know of no update (a service, the transport), so the id goes along with the asynchronous calls
 * instead of with every signature; a step of it costs nanoseconds, and only a line that is written looks it up.
 */
export interface Trail {
  /** Does work on behalf of an update; all that it starts, and waits for, is on its way. */
  follow<Result>(id: string, work: () => Result): Result;
  /** The update on whose behalf this is done. */
  current(): string | undefined;
  /** The same logger, whose lines name the update. */
  named(logger: Logger): Logger;
}

export function createTrail(): Trail {
  const inHand = new AsyncLocalStorage<string>();
  return {
    follow: (id, work) => inHand.run(id, work),
    current: () => inHand.getStore(),
    named: (logger) =>
      logger.child(
        {},
        {
          formatters: {
            log(fields) {
              const update = inHand.getStore();
              return update === undefined ? fields : { update, ...fields };
            },
          },
        },
      ),
  };
}
