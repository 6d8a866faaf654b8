import { pino } from 'pino';
import { clockOf, type Now } from '../clock.ts';
import { ConfigError } from '../config-error.ts';
import { parseConfig, VARIABLES, type AccountId, type Config } from '../config.ts';
import { misspeltSettings, remarkOf } from '../misspelt-settings.ts';
import { openDatabaseBeside, type DatabaseAddress } from '../database/connect.ts';
import { createHttp, createMessengerClient } from '../messengers/index.ts';
import { defineModels } from '../wire-models.ts';
import { awaitContact } from './contact-probe.ts';
import { checkBot, probe } from './probes.ts';
import { finding, renderReport, type Finding } from './report.ts';
import { checkKey, checkWhole } from './data.ts';
import { checkDatabase, checkMachine } from './surroundings.ts';

export interface Examination {
  report: string;
  /** Nothing was found that keeps the bot from working. */
  healthy: boolean;
}

/** What is shown of these is that they are set. */
const SECRET = /TOKEN|SECRET|MONGODB_URI|PROXY/;

/**
 * Looks at everything that a start needs: settings, machine, database, messengers. Given chats, it also asks the messengers
 * there what their documentation leaves open. Changes nothing but those chats. Never throws.
 */
export async function examine(options: {
  env: Record<string, string | undefined>;
  /** Names in `.env`. */
  inFile?: readonly string[];
  chats: readonly AccountId[];
  /** Seconds in which the operator shares a contact in each chat; by default 0, which asks for none. */
  waitSeconds?: number;
  now: () => Date;
}): Promise<Examination> {
  const { env, inFile = [], chats, waitSeconds = 0, now } = options;
  const clock = clockOf(now);
  const sections: Record<string, Finding[]> = { Settings: [...settingsOf(env), ...misspeltIn(env, inFile)] };
  const config = readConfig(env, inFile, sections['Settings'] ?? []);
  if (config) {
    sections['Machine'] = await checkMachine({ dataDir: config.dataDir, now });
    sections['Database'] = await databaseOf(config, now);
    const accounts = config.messengers.kind === 'real' ? config.messengers.accounts : [];
    for (const { name, token, apiRoot, proxy } of accounts) {
      const client = createMessengerClient({ name, token, apiRoot, proxy, logger: pino({ level: 'silent' }), clock });
      const findings = await checkBot(client);
      const chat = chats.find(({ messenger }) => messenger === name);
      if (chat && findings[0]?.verdict === 'ok') {
        // Past the dialect, which would neutralise what is asked about; over the same proxy.
        const http = createHttp({ apiRoot, token, proxy });
        findings.push(...(await probe(client, { chatId: chat.userId, http })));
        findings.push(await awaitContact(client, { chatId: chat.userId, waitSeconds }));
        await http.close();
      }
      sections[`${name}${proxy ? ' through its proxy' : ''}`] = findings;
      await client.close();
    }
  }
  const healthy = !Object.values(sections).some((findings) => findings.some(({ verdict }) => verdict === 'error'));
  return { report: renderReport(sections), healthy };
}

function settingsOf(env: Record<string, string | undefined>): Finding[] {
  return VARIABLES.map((what) => {
    const value = env[what]?.trim();
    const detail = !value ? 'not set' : SECRET.test(what) ? 'set' : value;
    return { what, verdict: 'ok', detail };
  });
}

function misspeltIn(env: Record<string, string | undefined>, inFile: readonly string[]): Finding[] {
  return misspeltSettings(env, { known: VARIABLES, inFile }).map((one) => ({
    what: one.name,
    verdict: 'warning',
    detail: remarkOf(one),
  }));
}

function readConfig(
  env: Record<string, string | undefined>,
  inFile: readonly string[],
  findings: Finding[],
): Config | null {
  try {
    const config = parseConfig(env, inFile);
    if (config.messengers.kind === 'simulator') {
      const detail = 'none: the bot starts with the simulator and speaks to nobody';
      findings.push({ what: 'Tokens', verdict: 'warning', detail });
    }
    return config;
  } catch (error) {
    const detail = error instanceof ConfigError ? error.message : 'they can not be read';
    findings.push({ what: 'All together', verdict: 'error', detail });
    return null;
  }
}

async function databaseOf(config: Config, now: Now): Promise<Finding[]> {
  const { database: asked } = config;
  const address: DatabaseAddress = asked.kind === 'server' ? { uri: asked.uri } : { dataDir: asked.dataDir };
  const found: Finding[] = [];
  const opening = await finding('Connection', async () => {
    const database = await openDatabaseBeside(address, {
      logger: pino({ level: 'silent' }),
      evenUnfinished: true,
    });
    try {
      found.push(await checkWhole(database.connection), await checkKey(database.connection, config));
      defineModels(database.connection, now);
      found.push(...(await checkDatabase(database.connection, now)));
    } finally {
      await database.close();
    }
    return { verdict: 'ok', detail: asked.kind === 'server' ? 'to the server' : 'embedded in DATA_DIR' };
  });
  return [opening, ...found];
}
