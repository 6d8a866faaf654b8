import { pino } from 'pino';
import { openDatabase } from '../../src/database/connect.ts';
import type { DeliverySettings } from '../../src/delivery/contract.ts';
import { createDelivery } from '../../src/delivery/delivery.ts';
import { createMessengerClient, createPacer } from '../../src/messengers/index.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { pagesOf, people, sayText } from './recipients.ts';
import { systemClock } from '../../src/system-clock.ts';

/** What a process that sends is told; see `startOutboxProcess`. */
export interface OutboxProcessOptions {
  uri: string;
  dbName: string;
  bots: { name: MessengerName; apiRoot: string; token: string; sendsPerSecond: number }[];
  /** The audience is everybody: `people(count)`, every fifth on Bale too. */
  count: number;
  settings: Partial<DeliverySettings>;
}

const options = JSON.parse(process.argv[2] ?? '{}') as OutboxProcessOptions;
const logger = pino({ level: 'silent' });
const { connection } = await openDatabase({ uri: options.uri }, { logger, dbName: options.dbName });
const bots = await Promise.all(
  options.bots.map(async ({ name, apiRoot, token, sendsPerSecond }) => {
    const pacer = createPacer({ clock: systemClock, ratePerSecond: sendsPerSecond });
    const client = createMessengerClient({ clock: systemClock, name, token, apiRoot, pacer, logger });
    await client.connect();
    return { name, pacer, client };
  }),
);
const delivery = createDelivery({
  clock: systemClock,
  connection,
  clients: new Map(bots.map(({ name, client }) => [name, client])),
  pacers: new Map(bots.map(({ name, pacer }) => [name, pacer])),
  logger,
  renderers: { news: sayText },
  recipientsOf: pagesOf(people(options.count, { bale: (n) => n % 5 === 0 })),
  markUnreachable: async (account) => {
    await connection.collection('marked').insertOne({ ...account });
  },
  settings: options.settings,
});
delivery.start();
process.on('disconnect', () => process.exit(0));
process.send?.('started');
