import { Schema, type Connection } from 'mongoose';
import type { Logger } from 'pino';
import { inTime } from '../database/in-time.ts';
import { modelOn } from '../database/model.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import type { Source } from './store.ts';

/** A time in which nothing was received, so long that the messenger has thrown updates away. */
export interface Gap {
  messenger: MessengerName;
  from: Date;
  to: Date;
}

interface Reception {
  _id: string;
  at: Date;
}

const receptionSchema = new Schema<Reception>(
  { _id: String, at: { type: Date, required: true } },
  { collection: 'receptions', versionKey: false },
);

/** Both messengers keep updates "no longer than 24 hours" (Telegram, Getting updates; Bale's documents say the same). */
const KEPT_MS = 24 * 60 * 60_000;
const NOTED_EVERY_MS = 60_000;

/** For one lead of a source: to be called whenever the messenger has answered; writes once a minute at most. */
export type NoteReception = () => Promise<void>;

/**
 * Remembers when each bot last received anything, and tells of a gap once the next reception shows it. Whether it was the
 * bot, the database or the messenger that was away makes no difference to what is lost.
 * @param deps.onGap must bear to be called again with the same `from`: it is, if it fails
 */
export function createGapWatch(deps: {
  connection: Connection;
  onGap: (gap: Gap) => Promise<void>;
  logger: Logger;
  now: () => Date;
}): (source: Source) => NoteReception {
  const { logger, now } = deps;
  const Receptions = modelOn(deps.connection, 'Reception', receptionSchema);

  return ({ messenger, botId }) => {
    const _id = `${messenger}:${botId}`;
    let last: Date | undefined;

    const note = async (): Promise<void> => {
      const at = now();
      last ??= (await Receptions.findById(_id).lean())?.at;
      const passedMs = last && at.getTime() - last.getTime();
      // A clock that was set back must not end the notes until it has caught up.
      if (passedMs !== undefined && Math.abs(passedMs) < NOTED_EVERY_MS) return;
      if (last && passedMs !== undefined && passedMs > KEPT_MS) {
        logger.error({ messenger, from: last, to: at }, 'nothing was received for longer than updates are kept');
        await deps.onGap({ messenger, from: last, to: at });
      }
      await Receptions.updateOne({ _id }, { $set: { at } }, { upsert: true });
      last = at;
    };

    return () =>
      inTime(note()).catch((error: unknown) => {
        logger.debug({ messenger, error: (error as Error).name }, 'a reception could not be noted; the next one is');
      });
  };
}
