import { pino } from 'pino';
import { openDatabase } from '../../../src/database/connect.ts';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import type { CampaignState } from '../../../src/delivery/campaign.model.ts';
import type { Changed } from '../../../src/delivery/campaigns.ts';
import type { DeliverySettings, Recipient } from '../../../src/delivery/contract.ts';
import { createDelivery } from '../../../src/delivery/delivery.ts';
import type { Progress } from '../../../src/delivery/progress.ts';
import { plain } from '../../../src/language/rich-text.ts';
import { createMessengerClient, createPacer } from '../../../src/messengers/index.ts';
import { offer } from '../harness/ipc.ts';
import { FIRST_ID } from './recipients.ts';
import { systemClock } from '../../../src/system-clock.ts';

/** The bot's process: the outbox over the real client, and a loop that answers whoever writes. */
export interface BotOptions {
  uri: string;
  dbName: string;
  apiRoot: string;
  token: string;
  sendsPerSecond: number;
  settings: Partial<DeliverySettings>;
}

const options = JSON.parse(process.argv[2] ?? '{}') as BotOptions;
const logger = pino({ level: 'silent' });
const { connection } = await openDatabase({ uri: options.uri }, { logger, dbName: options.dbName });
const pacer = createPacer({ clock: systemClock, ratePerSecond: options.sendsPerSecond });
const client = createMessengerClient({
  clock: systemClock,
  name: 'telegram',
  token: options.token,
  apiRoot: options.apiRoot,
  pacer,
  logger,
});
await client.connect();

const idOf = (n: number): string => `m${String(n).padStart(7, '0')}`;
const recipient = (n: number): Recipient => ({
  memberId: idOf(n),
  language: 'fa',
  accounts: [{ messenger: 'telegram', chatId: FIRST_ID + n }],
});

const delivery = createDelivery({
  clock: systemClock,
  connection,
  clients: new Map([['telegram', client]]),
  pacers: new Map([['telegram', pacer]]),
  logger,
  renderers: { news: async () => [{ text: plain('خبر شورا: آیین‌نامهٔ تازهٔ صنف رایانه تصویب شد.') }] },
  recipientsOf: async (audience, { after, limit }) => {
    const { count } = audience as { count: number };
    const from = after === undefined ? 0 : Number(after.slice(1)) + 1;
    return Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, index) => recipient(from + index));
  },
  markUnreachable: async ({ memberId }) => {
    await connection
      .collection<{ _id: string }>('marked')
      .updateOne({ _id: memberId }, { $set: { at: new Date() } }, { upsert: true });
  },
  settings: options.settings,
});
await ensureIndexes(connection);
delivery.start();

let mostMemory = 0;
setInterval(() => {
  mostMemory = Math.max(mostMemory, process.memoryUsage().rss);
}, 100).unref();

async function answerEverybody(): Promise<void> {
  let offset: number | undefined;
  for (;;) {
    const updates = await client.getUpdates({ offset, timeout: 20, signal: AbortSignal.timeout(60_000) });
    for (const raw of updates) {
      const update = client.normalise(raw);
      offset = (raw as { update_id: number }).update_id + 1;
      const chatId = update?.message?.chat.id;
      if (chatId !== undefined) void client.send(chatId, { text: plain('سلام، گفتهٔ شما رسید.') }).catch(() => {});
    }
  }
}

const functions = {
  create: ({ count }: { count: number }): Promise<string> =>
    delivery.campaigns.create({ kind: 'news', payload: {}, audience: { count }, by: 'bench' }),
  start: (id: string): Promise<Changed> => delivery.campaigns.start(id),
  pause: (id: string): Promise<Changed> => delivery.campaigns.pause(id),
  resume: (id: string): Promise<Changed> => delivery.campaigns.resume(id),
  cancel: (id: string): Promise<Changed> => delivery.campaigns.cancel(id),
  progress: (id: string): Promise<Progress | null> => delivery.campaigns.progress(id),
  async state(id: string): Promise<CampaignState | undefined> {
    const campaign = await connection
      .collection<{ _id: string; state: CampaignState }>('campaigns')
      .findOne({ _id: id });
    return campaign?.state;
  },
  /** Recipients of whom nobody knows whether they got it. */
  async inDoubt(id: string): Promise<number[]> {
    const found: number[] = [];
    for await (const { memberId } of delivery.campaigns.outcomes(id, { states: ['unknown'] })) {
      found.push(Number(memberId.slice(1)));
    }
    return found;
  },
  marked: (): Promise<number> => connection.collection('marked').countDocuments({}),
  rate: (): number => pacer.snapshot().rate,
  /** Resident megabytes now and the most since the last time this was asked. */
  memory(): { now: number; most: number } {
    const now = process.memoryUsage().rss;
    const most = Math.max(mostMemory, now);
    mostMemory = 0;
    return { now: now / 2 ** 20, most: most / 2 ** 20 };
  },
  converse(): void {
    void answerEverybody();
  },
};

export type Bot = typeof functions;
offer(functions);
