import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { mongo } from 'mongoose';

export interface WatchSettings {
  /** Between two questions. */
  everyMs: number;
  /** An engine that has not answered for so long hangs. */
  silentMs: number;
}

/**
 * A driver gives a command up after half a minute. What answers nothing at all for as long, the shortest command among it,
 * will not recover by itself.
 */
export const WATCH: WatchSettings = { everyMs: 5_000, silentMs: 30_000 };

const OP_MSG = 2013;

/** A ping as the wire wants it: header, flags, one section with the command. */
function pingMessage(): Buffer {
  const body = mongo.BSON.serialize({ ping: 1, $db: 'admin' });
  const message = Buffer.alloc(21 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(OP_MSG, 12);
  message.set(body, 21);
  return message;
}

/** Resolves with whether anything came back. */
function answers(socketPath: string, { message, withinMs }: { message: Buffer; withinMs: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => socket.write(message));
    const end = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => end(false), withinMs);
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/**
 * Asks an engine again and again whether it is there, on a connection of its own each time. Calls `onSilent` once it has
 * answered nothing for `silentMs`, and ends with that.
 */
export function watchEngine(
  options: WatchSettings & { socketPath: string; signal: AbortSignal; onSilent: () => void },
): void {
  const { socketPath, signal, everyMs, silentMs, onSilent } = options;
  const message = pingMessage();
  const watch = async (): Promise<void> => {
    let answeredAt = performance.now();
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      const left = Math.max(1, silentMs - (performance.now() - answeredAt));
      // Half of what is left: one question that is lost says nothing.
      if (await answers(socketPath, { message, withinMs: Math.max(1, left / 2) })) answeredAt = performance.now();
      else if (performance.now() - answeredAt >= silentMs - 1) {
        if (!signal.aborted) onSilent();
        return;
      }
    }
  };
  void watch();
}
