import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { startApp } from '../../../src/app.ts';
import type { MessengerConfig } from '../../../src/config.ts';
import { offer } from '../harness/ipc.ts';

/** The bot's process: everything as in production, but that it measures itself. */
export interface BotOptions {
  accounts: readonly MessengerConfig[];
  uri: string;
  dbName: string;
}

const { accounts, uri, dbName } = JSON.parse(process.argv[2] ?? '{}') as BotOptions;
await startApp({
  accounts,
  database: { uri, dbName },
  owners: [],
  secretKey: Buffer.alloc(32, 'a bench key'),
  httpPort: 0,
  logger: pino({ level: 'info' }, pino.destination({ dest: '/dev/null', sync: false })),
});
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Megabytes. */
export interface Memory {
  /** What is left in the heap when nothing more can be thrown away. */
  heap: number;
  /** Buffers and the like, outside the heap. */
  external: number;
  resident: number;
}

const functions = {
  memory(): Memory {
    // Twice: what a finaliser lets go at the first time is gone after the second.
    collectGarbage();
    collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heap: heapUsed / 2 ** 20, external: external / 2 ** 20, resident: rss / 2 ** 20 };
  },
};

export type Bot = typeof functions;
offer(functions);
