import { startApp } from '../../src/app.ts';
import type { MessengerConfig } from '../../src/config.ts';
import { silentLogger } from '../support/database.ts';

/** A bot's process for `stand-stills.test.ts`, which stands still for ever at one text. */
export interface PoisonProcessOptions {
  uri: string;
  dbName: string;
  accounts: MessengerConfig[];
  poison: string;
  endAfterMs: number;
}

const { uri, dbName, accounts, poison, endAfterMs } = JSON.parse(process.argv[2] ?? '{}') as PoisonProcessOptions;

/** What all strings have, the one of the poison too. */
const strings = Object.getPrototypeOf('') as object;
const normalize = Object.getOwnPropertyDescriptor(strings, 'normalize')?.value as (form?: string) => string;
Object.defineProperty(strings, 'normalize', {
  value(this: string, form?: string): string {
    while (this.includes(poison));
    return Reflect.apply(normalize, this, form === undefined ? [] : [form]);
  },
});

const app = await startApp({
  accounts,
  database: { uri, dbName },
  owners: [],
  secretKey: Buffer.alloc(32, 'a test key'),
  httpPort: null,
  logger: silentLogger,
  flood: { burst: 100_000, perSecond: 100_000 },
  sendsPerSecond: { telegram: 1_000, bale: 1_000 },
  standStill: { markAfterMs: 1_000, endAfterMs },
});
process.send?.('running');
process.on('disconnect', () => void app.stop());
