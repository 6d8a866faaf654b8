import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { openDatabase } from '../../../src/database/connect.ts';
import type { MessengerName } from '../../../src/messengers/messenger.ts';
import { startSimulator, type Person, type Simulator } from '../../../src/simulator/simulator.ts';
import { start, type Started } from '../harness/ipc.ts';
import type { Bot, BotOptions } from './bot.ts';
import { openRelay, type Relay } from './relay.ts';

export const MESSENGERS: readonly MessengerName[] = ['telegram', 'bale'];

/** One row's own database, bot process and messengers; the people live in this process. */
export interface Stage {
  simulator: Simulator;
  /** On the bot's way to each messenger. */
  relays: Readonly<Record<MessengerName, Relay>>;
  connection: Connection;
  bot: Started<Bot>['ask'];
  /** Everything that was sent has been fetched and worked. */
  settled(): Promise<void>;
}

const LOOK_EVERY_MS = 20;
/** A person's chat holds what is looked at and little more; a row's calls are looked through at its end. */
const KEEP = { messagesPerChat: 100, pressesPerPerson: 10, updates: 100, calls: 200_000 };

export async function onStage<Result>(play: (stage: Stage) => Promise<Result>): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'error' }) });
  const { connection } = database;
  const simulator = await startSimulator({ apiPort: 0, keep: KEEP });
  const [telegram, bale] = await Promise.all(
    [simulator.telegram, simulator.bale].map(({ apiRoot }) => openRelay({ port: Number(new URL(apiRoot).port) })),
  );
  const relays = { telegram: telegram!, bale: bale! };
  let bot: Started<Bot> | undefined;
  try {
    bot = await start<Bot>(new URL('bot.ts', import.meta.url), {
      accounts: MESSENGERS.map((name) => {
        const { token, apiRoot } = simulator[name];
        const throughRelay = new URL(apiRoot);
        throughRelay.port = String(relays[name].port);
        return { name, token, apiRoot: throughRelay.href };
      }),
      uri: database.engine!.uri,
      dbName: connection.name,
    } satisfies BotOptions);
    return await play({
      simulator,
      relays,
      connection,
      bot: bot.ask,
      async settled() {
        const inbox = connection.collection('inbox');
        const isWaiting = async (): Promise<boolean> =>
          MESSENGERS.some((name) => simulator[name].pendingUpdates.length > 0) ||
          (await inbox.findOne({ state: 'waiting' })) !== null;
        while (await isWaiting()) await delay(LOOK_EVERY_MS);
      },
    });
  } finally {
    await bot?.kill();
    await Promise.all([relays.telegram.close(), relays.bale.close()]);
    await simulator.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What the bot has written to a person since a message, in order. */
export const answersSince = (person: Person, messageId: number): string[] =>
  person.chat.filter(({ from, id }) => from === 'bot' && id > messageId).map(({ text }) => text);
