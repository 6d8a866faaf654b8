import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { openDatabase } from '../../../src/database/connect.ts';
import type { CampaignState } from '../../../src/delivery/campaign.model.ts';
import type { DeliverySettings } from '../../../src/delivery/contract.ts';
import type { Limits } from '../../../src/simulator/simulator.ts';
import type { Bot, BotOptions } from './bot.ts';
import { start, type Started } from '../harness/ipc.ts';
import type { Messenger } from './messenger.ts';

/** What a call takes, in every row. */
export const CALL_MS = 60;

/** One row's own database, messenger and bots; nothing of it is left for the next row. */
export interface Stage {
  messenger: Started<Messenger>['ask'];
  /** Starts a bot's process; the one before must be gone. */
  bot(options?: { believed?: number; settings?: Partial<DeliverySettings> }): Promise<Started<Bot>>;
  /** A campaign with all its deliveries made. */
  prepared(bot: Started<Bot>, count: number): Promise<string>;
  until(bot: Started<Bot>, id: string, state: CampaignState): Promise<void>;
  /** Forgets what was learned of the messenger's rate. */
  forgetRate(): Promise<void>;
}

export interface StageOptions {
  /** Messages a second that the messenger lets through; absent for no limit. */
  perSecond?: number;
  recipients: number;
  blockedEvery?: number;
}

const POLL_MS = 100;
const LONGEST_ROW_MS = 10 * 60_000;

export async function onStage<Result>(options: StageOptions, play: (stage: Stage) => Promise<Result>): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'error' }) });
  const limits: Limits = { perSecond: options.perSecond, freezeSeconds: 5, latencyMs: CALL_MS };
  const messenger = await start<Messenger>(new URL('messenger.ts', import.meta.url), { limits });
  const bots: Started<Bot>[] = [];
  try {
    await messenger.ask.people({
      count: options.recipients,
      ...(options.blockedEvery === undefined ? {} : { blockedEvery: options.blockedEvery }),
    });
    const address = await messenger.ask.address();
    const stage: Stage = {
      messenger: messenger.ask,
      async bot({ believed = options.perSecond ?? 5000, settings = {} } = {}) {
        const uri = database.engine!.uri;
        const bot = await start<Bot>(new URL('bot.ts', import.meta.url), {
          uri,
          dbName: database.connection.name,
          ...address,
          sendsPerSecond: believed,
          settings,
        } satisfies BotOptions);
        bots.push(bot);
        return bot;
      },
      async prepared(bot, count) {
        const id = await bot.ask.create({ count });
        await stage.until(bot, id, 'ready');
        return id;
      },
      async until(bot, id, state) {
        const giveUpAt = performance.now() + LONGEST_ROW_MS;
        while ((await bot.ask.state(id)) !== state) {
          if (performance.now() > giveUpAt) throw new Error(`The campaign did not become "${state}" in ten minutes`);
          await delay(POLL_MS);
        }
      },
      async forgetRate() {
        await database.connection.collection('sendRates').deleteMany({});
      },
    };
    return await play(stage);
  } finally {
    await Promise.all(bots.map((bot) => bot.kill()));
    await messenger.kill();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
