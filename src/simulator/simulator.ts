import { startApiServer } from './api/http-server.ts';
import type { Limits } from './api/limiter.ts';
import { createBotServer } from './bot-server.ts';
import type { BotServer } from './bot-server.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import { castOf } from './page-server/cast.ts';
import { startPageServer } from './page-server/page-server.ts';
import type { Servers } from './page-server/page-server.ts';
import { DEFAULT_KEEP } from './world/world.ts';
import type { Keep } from './world/world.ts';

export { castOf } from './page-server/cast.ts';
export type { ApiCall } from './api/call-log.ts';
export type { Fault, FaultKind, Faults } from './api/faults.ts';
export type { Limits } from './api/limiter.ts';
export type { BotServer } from './bot-server.ts';
export type { Keep } from './world/world.ts';
export type { ChatMessage, SeenButton, SeenMedia, SeenRange } from './people/chat-message.ts';
export type { Group, GroupOptions } from './people/group.ts';
export type { Person } from './people/person.ts';
export type { PersonOptions } from './people/person-record.ts';
export type { Toast } from './people/toast.ts';

export interface SimulatorOptions {
  /** Default 127.0.0.1; nothing but this machine should reach it. */
  host?: string;
  /** 0 takes a free one. */
  apiPort: number;
  /** Of a simulator that was there before, for a bot that goes on; by default each start makes its own. */
  tokens?: Partial<Record<MessengerName, string>>;
  /** Port of the chat page; null or absent for none. */
  pagePort?: number | null;
  /** Keeps chats, updates and files there across restarts and kills. */
  journalDir?: string | null;
  /** Refuse what the real messengers silently ignore or repair, so that it shows. Default true. */
  strict?: boolean;
  limits?: Partial<Record<MessengerName, Limits>>;
  /** How much is kept in memory; lower it to simulate very many people. */
  keep?: Partial<Keep>;
  /** Seeds the faults that hit a share of the calls. Default 1. */
  seed?: number;
  /** Milliseconds since 1970; default `Date.now`. */
  clock?: () => number;
}

export interface Simulator {
  readonly telegram: BotServer;
  readonly bale: BotServer;
  /** Null without a page port. */
  readonly pageUrl: string | null;
  close(): Promise<void>;
}

/**
 * Starts a Bot API server for both messengers on one port, and people to use them.
 * Rejects if a port is taken or the journal is broken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  let port = options.apiPort;
  const create = (profile: MessengerName) =>
    createBotServer({
      profile,
      token: options.tokens?.[profile],
      apiRoot: () => `http://${host}:${port}/${profile}`,
      journalDir: options.journalDir ?? null,
      strict: options.strict ?? true,
      limits: options.limits?.[profile] ?? {},
      keep: { ...DEFAULT_KEEP, ...options.keep },
      seed: options.seed ?? 1,
      now: options.clock ?? Date.now,
    });
  const telegram = create('telegram');
  const bale = create('bale');
  const servers = { telegram, bale };
  const api = await startApiServer({
    host,
    port,
    endpoints: { telegram: telegram.endpoint, bale: bale.endpoint },
  });
  port = api.port;
  const page = await openPage(options.pagePort ?? null, { host, servers });
  return {
    ...servers,
    pageUrl: page?.url ?? null,
    async close() {
      telegram.close();
      bale.close();
      await Promise.all([api.close(), page?.close()]);
    },
  };
}

/** The page, with people on it to choose from. */
async function openPage(
  port: number | null,
  { host, servers }: { host: string; servers: Servers },
): Promise<Awaited<ReturnType<typeof startPageServer>> | null> {
  if (port === null) return null;
  for (const name of ['telegram', 'bale'] as const) {
    for (const { note: _, ...person } of castOf(name)) {
      if (!servers[name].host.world.users.has(person.id)) servers[name].person(person);
    }
  }
  return startPageServer({ host, port, servers });
}
