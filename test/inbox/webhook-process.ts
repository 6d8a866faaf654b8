import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openDatabase } from '../../src/database/connect.ts';
import { createLeases } from '../../src/database/leases.ts';
import { createInbox } from '../../src/inbox/inbox.ts';
import { startWebhookReceiver } from '../../src/inbox/webhook-receiver.ts';
import { createMessengerClient } from '../../src/messengers/index.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { createWebhookRoutes } from '../../src/web/webhook-routes.ts';
import { startWebServer } from '../../src/web/http-server.ts';
import { systemClock, systemNow } from '../../src/system-clock.ts';

/** What a web process is told. */
export interface WebhookProcessOptions {
  uri: string;
  dbName: string;
  bot: { name: MessengerName; apiRoot: string; token: string };
  base: string;
  secret: string;
}

/** What it tells: its port, and later whether it works the updates. */
export type WebhookProcessMessage = { port: number } | { state: string };

const options = JSON.parse(process.argv[2] ?? '{}') as WebhookProcessOptions;
const logger = pino({ level: 'silent' });
const { connection } = await openDatabase({ uri: options.uri }, { logger, dbName: options.dbName });
const client = createMessengerClient({ clock: systemClock, ...options.bot, logger });
await client.connect();

/** The work: the database notes for each chat in which order its texts were worked, whichever process did it. */
async function handle({ message }: Update): Promise<void> {
  await connection
    .collection<{ _id: number; texts: string[] }>('worked')
    .updateOne({ _id: message?.chat.id ?? 0 }, { $push: { texts: message?.text ?? '' } }, { upsert: true });
}

const inbox = createInbox({ now: systemNow, connection, logger, handle });
const receiver = startWebhookReceiver({
  client,
  inbox,
  leases: createLeases(connection),
  logger,
  url: `${options.base}/${client.name}`,
  secret: options.secret,
  onHealth: ({ state }) => process.send?.({ state } satisfies WebhookProcessMessage),
});
const hook = {
  name: client.name,
  secretIn: 'header',
  secret: options.secret,
  take: (update: unknown) => receiver.take(update),
} as const;
const server = await startWebServer({
  port: 0,
  checks: {},
  metrics: new Registry(),
  webhooks: createWebhookRoutes(options.base, [hook]),
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: server.port } satisfies WebhookProcessMessage);
