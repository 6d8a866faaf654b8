import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { misspeltSettings, remarkOf } from './misspelt-settings.ts';
import { isProxyUrl, limitsOf } from './messengers/index.ts';
import { RETENTION, type Retention } from './retention.ts';
import { isHostName } from './web/known-hosts.ts';

/** `telegram:123`: a person by messenger and that messenger's user id. */
export interface AccountId {
  messenger: 'telegram' | 'bale';
  userId: number;
}

export interface MessengerConfig {
  name: 'telegram' | 'bale';
  token: string;
  apiRoot: string;
  /** An http, https or socks5 address; only Telegram has one. */
  proxy?: string;
}

export interface WebhookConfig {
  /** Without a slash at the end; each bot's path comes after it. */
  url: string;
  /** Null: one is made and kept in the data directory. */
  secret: string | null;
}

export type DatabaseConfig = { kind: 'server'; uri: string } | { kind: 'embedded'; dataDir: string };

export interface Config {
  /** With a token, the messengers; without any, the simulator plays both. */
  messengers: { kind: 'real'; accounts: MessengerConfig[] } | { kind: 'simulator'; pagePort: number };
  database: DatabaseConfig;
  dataDir: string;
  /** Null: updates are fetched by long polling. */
  webhook: WebhookConfig | null;
  /** Messages a second to begin with, where they are not the messenger's own. */
  sendsPerSecond: Partial<Record<MessengerConfig['name'], number>>;
  /** What becomes of a message of which nobody knows whether it arrived. */
  inDoubt: 'resend' | 'leave';
  httpPort: number;
  httpHost: string;
  /** Further names by which health and metrics may be asked, without ports. */
  httpAllowedHosts: string[];
  owners: AccountId[];
  /** 32 bytes; null: a file in `dataDir` holds it. */
  secretKey: Uint8Array | null;
  retention: Retention;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

const TOKEN = /^\d+:[\w-]{20,}$/;
const TOKEN_EXAMPLE = '123456789:AAExampleExampleExampleExampleExample';

/** How to make one; a key printed here would be everybody's, and nothing expands a command in an env file. */
export const SECRET_KEY_EXAMPLE = 'the output of: openssl rand -base64 32';

/** 32 bytes in hexadecimal or base64 (also the form for addresses); null for anything else. */
export function parseSecretKey(text: string): Uint8Array | null {
  const written = text.trim();
  if (/^[0-9a-f]{64}$/i.test(written)) return Buffer.from(written, 'hex');
  return /^[\w+/-]{43}=?$/.test(written) ? Buffer.from(written, 'base64') : null;
}

/** What stands between commas. */
const listed = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

interface SpanRules {
  unit: 'days' | 'hours';
  fallback: number;
  least: number;
  most: number;
  forGood?: boolean;
}

const port = (name: string, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535, {
      message: `${name} must be a port number from 0 to 65535, for example ${name}=${fallback}`,
    })
    .transform(Number);

const token = (name: string) =>
  z
    .string()
    .regex(TOKEN, { message: `${name} does not look like a bot token; a right value is ${name}=${TOKEN_EXAMPLE}` })
    .optional();

const rate = (name: string, fallback: number) =>
  z
    .string()
    .refine((value) => /^\d{1,3}(?:\.\d+)?$/.test(value) && Number(value) >= 0.5, {
      message: `${name} must be a number of messages a second from 0.5 to 999, for example ${name}=${fallback}`,
    })
    .transform(Number)
    .optional();

/** Days or hours; with `forGood`, 0 keeps things for good. */
const span = (name: string, { unit, fallback, least, most, forGood = false }: SpanRules) =>
  z
    .string()
    .default(String(fallback))
    .refine(
      (value) =>
        /^\d{1,5}$/.test(value) &&
        ((forGood && Number(value) === 0) || (Number(value) >= least && Number(value) <= most)),
      {
        message: `${name} must be a number of ${unit} from ${least} to ${most}${forGood ? ', or 0 for good' : ''}, for example ${name}=${fallback || least}`,
      },
    )
    .transform(Number);

const root = (name: string, fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
      message: `${name} must be an http(s) address, for example ${name}=${fallback}`,
    })
    .transform((value) => value.replace(/\/+$/, ''));

/** For a token that looks right and that the messenger doesn't know. */
export function refusedToken(messenger: MessengerConfig['name'], cause: unknown): ConfigError {
  const name = `${messenger.toUpperCase()}_BOT_TOKEN`;
  const message = `${name} was refused by the messenger; copy the bot's token anew, for example ${name}=${TOKEN_EXAMPLE}`;
  return new ConfigError(message, { cause });
}

const ENVIRONMENT = z.object({
  TELEGRAM_BOT_TOKEN: token('TELEGRAM_BOT_TOKEN'),
  TELEGRAM_API_ROOT: root('TELEGRAM_API_ROOT', 'https://api.telegram.org'),
  TELEGRAM_PROXY: z
    .string()
    .refine(isProxyUrl, {
      message:
        'TELEGRAM_PROXY must be the address of an http, https or socks5 proxy, for example TELEGRAM_PROXY=socks5://127.0.0.1:1080',
    })
    .optional(),
  BALE_BOT_TOKEN: token('BALE_BOT_TOKEN'),
  BALE_API_ROOT: root('BALE_API_ROOT', 'https://tapi.bale.ai'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/.+/, {
      message:
        'MONGODB_URI must begin with mongodb:// or mongodb+srv://, for example MONGODB_URI=mongodb://127.0.0.1:27017/khoosheh',
    })
    .optional(),
  DATA_DIR: z.string().default('./data'),
  HTTP_PORT: port('HTTP_PORT', 8080),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform(listed)
    .refine((names) => names.every(isHostName), {
      message:
        'HTTP_ALLOWED_HOSTS must list names without http:// and port, for example HTTP_ALLOWED_HOSTS=bot.example.ir,monitor.local',
    }),
  WEBHOOK_URL: z
    .string()
    .refine(isWebhookBase, {
      message:
        'WEBHOOK_URL must be an https address without a query, for example WEBHOOK_URL=https://bot.example.ir/khoosheh',
    })
    .transform((value) => value.replace(/\/+$/, ''))
    .optional(),
  WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{22,256}$/, {
      message:
        'WEBHOOK_SECRET must have 22 to 256 letters, digits, "_" or "-", all by chance, for example from: openssl rand -hex 32',
    })
    .optional(),
  TELEGRAM_SENDS_PER_SECOND: rate('TELEGRAM_SENDS_PER_SECOND', limitsOf('telegram').sendsPerSecond),
  BALE_SENDS_PER_SECOND: rate('BALE_SENDS_PER_SECOND', limitsOf('bale').sendsPerSecond),
  SEND_IN_DOUBT: z
    .enum(['again', 'leave'], {
      message:
        'SEND_IN_DOUBT must be again (it may arrive twice) or leave (it is listed), for example SEND_IN_DOUBT=again',
    })
    .default('again'),
  SIMULATOR_PORT: port('SIMULATOR_PORT', 8787),
  OWNER_IDS: z
    .string()
    .default('')
    .transform(listed)
    .refine((parts) => parts.every((part) => /^(telegram|bale):\d{1,16}$/.test(part)), {
      message:
        'OWNER_IDS must list the first admins by messenger and user id, for example OWNER_IDS=telegram:123456789,bale:987654321',
    })
    .transform((parts) => parts.map(parseAccountId)),
  SECRET_KEY: z
    .string()
    .refine((value) => parseSecretKey(value) !== null, {
      message: `SECRET_KEY must be 32 bytes in base64 or hexadecimal, for example ${SECRET_KEY_EXAMPLE}`,
    })
    .transform(parseSecretKey)
    .optional(),
  KEEP_UPDATE_IDS_HOURS: span('KEEP_UPDATE_IDS_HOURS', {
    unit: 'hours',
    fallback: RETENTION.updateIdsHours,
    least: 24,
    most: 720,
  }),
  KEEP_UNSENT_DAYS: span('KEEP_UNSENT_DAYS', { unit: 'days', fallback: RETENTION.unsentDays, least: 7, most: 730 }),
  KEEP_NOTICES_DAYS: span('KEEP_NOTICES_DAYS', { unit: 'days', fallback: 0, least: 30, most: 3650, forGood: true }),
  KEEP_AUDIT_DAYS: span('KEEP_AUDIT_DAYS', { unit: 'days', fallback: 0, least: 365, most: 3650, forGood: true }),
  DELETION_DAYS: span('DELETION_DAYS', { unit: 'days', fallback: RETENTION.deletionDays, least: 1, most: 30 }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      message: 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace or silent, for example LOG_LEVEL=info',
    })
    .default('info'),
});

/** Every variable that is read, as README.md and README.fa.md list them. */
export const VARIABLES: readonly string[] = Object.keys(ENVIRONMENT.shape);

/** Plain HTTP only on this machine, where the simulator calls. */
function isWebhookBase(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash } = new URL(value);
  const isLocal = protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname);
  return (protocol === 'https:' || isLocal) && search === '' && hash === '';
}

/** @throws {ConfigError} where a messenger does not call the port. */
function checkWebhookPort(webhookUrl: string, accounts: readonly MessengerConfig[]): void {
  const { protocol, port } = new URL(webhookUrl);
  if (protocol === 'http:') return;
  for (const { name } of accounts) {
    const { webhookPorts } = limitsOf(name);
    if (webhookPorts.includes(Number(port || 443))) continue;
    throw new ConfigError(
      `WEBHOOK_URL has port ${port}, where ${name} does not call: use one of ${webhookPorts.join(', ')}, for example WEBHOOK_URL=https://bot.example.ir/khoosheh`,
    );
  }
}

/**
 * A start without a token is a trial. Who wrote one under another name, or runs a service, did not mean one.
 * @throws {ConfigError} where that is so
 */
function checkTrialIsMeant(env: Record<string, string | undefined>, inFile: readonly string[]): void {
  const [token] = misspeltSettings(env, { known: VARIABLES, inFile }).filter(({ nearest }) =>
    nearest?.endsWith('_BOT_TOKEN'),
  );
  if (token) throw new ConfigError(`${remarkOf(token)} A right value is ${token.nearest}=${TOKEN_EXAMPLE}`);
  if (env['NODE_ENV']?.trim().toLowerCase() !== 'production') return;
  throw new ConfigError(
    `TELEGRAM_BOT_TOKEN and BALE_BOT_TOKEN are missing, and NODE_ENV=production starts no trial: set one, for example TELEGRAM_BOT_TOKEN=${TOKEN_EXAMPLE}, or take NODE_ENV away`,
  );
}

function parseAccountId(text: string): AccountId {
  const [messenger, userId] = text.split(':') as [AccountId['messenger'], string];
  return { messenger, userId: Number(userId) };
}

/**
 * Reads every setting from the environment; an empty variable counts as not set.
 * @param inFile names in `.env`, also those that set nothing there
 * @throws {ConfigError} naming the first variable that can't be used and a right value for it.
 */
export function parseConfig(env: Record<string, string | undefined>, inFile: readonly string[] = []): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = ENVIRONMENT.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues[0]?.message ?? 'The settings can not be read');
  const settings = parsed.data;

  const accounts: MessengerConfig[] = [];
  if (settings.TELEGRAM_BOT_TOKEN) {
    accounts.push({
      name: 'telegram',
      token: settings.TELEGRAM_BOT_TOKEN,
      apiRoot: settings.TELEGRAM_API_ROOT,
      ...(settings.TELEGRAM_PROXY ? { proxy: settings.TELEGRAM_PROXY } : {}),
    });
  }
  if (settings.BALE_BOT_TOKEN) {
    accounts.push({ name: 'bale', token: settings.BALE_BOT_TOKEN, apiRoot: settings.BALE_API_ROOT });
  }
  if (accounts.length > 0 && settings.OWNER_IDS.length === 0) {
    throw new ConfigError(
      'OWNER_IDS is missing: with a bot token somebody must be the first admin, for example OWNER_IDS=telegram:123456789',
    );
  }

  if (accounts.length === 0) checkTrialIsMeant(env, inFile);
  if (settings.WEBHOOK_URL) checkWebhookPort(settings.WEBHOOK_URL, accounts);

  const dataDir = resolve(settings.DATA_DIR);
  return {
    messengers:
      accounts.length > 0 ? { kind: 'real', accounts } : { kind: 'simulator', pagePort: settings.SIMULATOR_PORT },
    database: settings.MONGODB_URI ? { kind: 'server', uri: settings.MONGODB_URI } : { kind: 'embedded', dataDir },
    dataDir,
    webhook: settings.WEBHOOK_URL ? { url: settings.WEBHOOK_URL, secret: settings.WEBHOOK_SECRET ?? null } : null,
    sendsPerSecond: {
      ...(settings.TELEGRAM_SENDS_PER_SECOND ? { telegram: settings.TELEGRAM_SENDS_PER_SECOND } : {}),
      ...(settings.BALE_SENDS_PER_SECOND ? { bale: settings.BALE_SENDS_PER_SECOND } : {}),
    },
    inDoubt: settings.SEND_IN_DOUBT === 'again' ? 'resend' : 'leave',
    httpPort: settings.HTTP_PORT,
    httpHost: settings.HTTP_HOST,
    httpAllowedHosts: settings.HTTP_ALLOWED_HOSTS,
    owners: settings.OWNER_IDS,
    secretKey: settings.SECRET_KEY ?? null,
    retention: {
      updateIdsHours: settings.KEEP_UPDATE_IDS_HOURS,
      unsentDays: settings.KEEP_UNSENT_DAYS,
      noticesDays: settings.KEEP_NOTICES_DAYS || null,
      auditDays: settings.KEEP_AUDIT_DAYS || null,
      deletionDays: settings.DELETION_DAYS,
    },
    logLevel: settings.LOG_LEVEL,
  };
}
