import { randomBytes } from 'node:crypto';
import type { Update, User } from 'grammy/types';
import type { MessengerName } from '../messengers/messenger.ts';
import { ApiError } from './api/api-error.ts';
import { createCallLog, matchesCall } from './api/call-log.ts';
import type { ApiCall, CallMatch } from './api/call-log.ts';
import { createDispatcher } from './api/dispatch.ts';
import { createFaults } from './api/faults.ts';
import type { Faults } from './api/faults.ts';
import type { Endpoint } from './api/http-server.ts';
import type { Limits } from './api/limiter.ts';
import type { Host } from './host.ts';
import { openGroup } from './people/group.ts';
import type { Group, GroupOptions } from './people/group.ts';
import { Person } from './people/person.ts';
import { userRecordOf } from './people/person-record.ts';
import type { PersonOptions } from './people/person-record.ts';
import { bale } from './profiles/bale.ts';
import { refusal } from './profiles/profile.ts';
import { telegram } from './profiles/telegram.ts';
import { createUpdateQueue } from './updates/update-queue.ts';
import { startWebhookSender } from './updates/webhook.ts';
import { wireUser } from './wire/wire.ts';
import { createFileStore } from './world/file-store.ts';
import { openJournal } from './world/journal.ts';
import type { UserRecord } from './world/records.ts';
import { openWorld } from './world/open-world.ts';
import type { Keep } from './world/world.ts';

/** One simulated messenger with its one bot. */
export interface BotServer {
  readonly profile: MessengerName;
  readonly token: string;
  /** What grammY takes as `client.apiRoot`; files are under `<apiRoot>/file/bot<token>/<path>`. */
  readonly apiRoot: string;
  readonly bot: User;
  readonly faults: Faults;
  /** The bot's calls, oldest first. */
  readonly calls: readonly ApiCall[];
  /** Updates that no offset has confirmed, in the order in which they came. */
  readonly pendingUpdates: Update[];
  /** How many getUpdates calls are waiting for news: 1 while a bot that polls has nothing to do. */
  readonly waitingPolls: number;
  /** Everyone there is, the bot aside. */
  readonly people: Person[];
  findPerson(id: number): Person | undefined;
  /** Creates a person who knows of the bot but has not written to it. A known id gives that person again. */
  person(options: PersonOptions): Person;
  group(options: GroupOptions): Group;
  /** A file of a message, as who got the message can open it. */
  openFile(fileId: string): { name: string; bytes: Buffer } | undefined;
  /** Delivers a past update once more with its old id, also after it was confirmed. Throws if there was none. */
  redeliver(updateId: number | undefined): void;
  /** Adds a raw, perhaps malformed update; an `update_id` is filled in only where it is missing. */
  inject(raw: Record<string, unknown>): number;
  /** Gives the next update this id; smaller than before begins the count anew. */
  resetUpdateIds(next: number): void;
  setLimits(limits: Limits): void;
  /** A call that fits, made already or within the time (default 5,000 ms). */
  waitForCall(match: CallMatch, options?: { timeoutMs?: number }): Promise<ApiCall>;
  /** Resolves once the condition holds; it is tried again after each change, call and poll. */
  waitUntil(condition: () => boolean, options?: { timeoutMs?: number; what?: string }): Promise<void>;
  close(): void;
}

/** A server with what the HTTP side and the page need of it. */
export interface RunningBotServer extends BotServer {
  readonly host: Host;
  readonly endpoint: Endpoint;
}

export interface BotServerOptions {
  profile: MessengerName;
  /** Of a server that was there before; made by chance where none is given. */
  token?: string | undefined;
  /** Known only once the port is. */
  apiRoot: () => string;
  journalDir: string | null;
  strict: boolean;
  limits: Limits;
  keep: Keep;
  /** Seeds the faults that hit a share of the calls. */
  seed: number;
  now: () => number;
}

const BOTS: Record<MessengerName, UserRecord> = {
  telegram: { id: 7_000_000_001, firstName: 'خوشه', username: 'khoosheh_bot', isBot: true },
  bale: { id: 900_000_001, firstName: 'خوشه', username: 'khoosheh_bot', isBot: true },
};

/** In the form of the messengers' own, and another one at every start: whoever was not given it can't guess it. */
const newToken = ({ id }: UserRecord): string => `${id}:${randomBytes(26).toString('base64url')}`;

export function createBotServer(options: BotServerOptions): RunningBotServer {
  const profile = options.profile === 'telegram' ? telegram : bale;
  const bot = BOTS[options.profile];
  const { token = newToken(bot) } = options;
  const journal = options.journalDir === null ? null : openJournal(options.journalDir, profile.name);
  const world = openWorld({
    profileName: profile.name,
    firstUpdateId: profile.firstUpdateId,
    firstPersonId: profile.firstPersonId,
    keep: options.keep,
    journal,
  });
  const files = createFileStore({
    world,
    directory: options.journalDir === null ? null : `${options.journalDir}/${profile.name}-files`,
    botId: bot.id,
    colons: profile.name === 'bale',
    now: options.now,
  });
  const updates = createUpdateQueue({ world, profile, now: options.now });
  const host: Host = { profile, world, files, updates, bot, token, strict: options.strict, now: options.now };
  const faults = createFaults(options.seed);
  const log = createCallLog(options.keep.calls);
  const dispatcher = createDispatcher({ host, faults, log, limits: options.limits });
  const webhook = startWebhookSender({ world, updates, now: options.now });
  const people = new Map<number, Person>();

  const actor = (id: number): Person => {
    let person = people.get(id);
    if (!person) people.set(id, (person = new Person(host, id)));
    return person;
  };

  const waitUntil: BotServer['waitUntil'] = (condition, { timeoutMs = 5_000, what = 'the condition' } = {}) =>
    new Promise((resolve, reject) => {
      const finish = (outcome: () => void): void => {
        clearTimeout(timer);
        stopWorld();
        stopLog();
        stopPolls();
        outcome();
      };
      const check = (): void => {
        if (condition()) finish(resolve);
      };
      const stopWorld = world.listen('all', check);
      const stopLog = log.onAdded(check);
      const stopPolls = updates.onPoll(check);
      const timer = setTimeout(() => {
        const recent = log.calls
          .slice(-15)
          .map((call) => `${call.method} ${call.ok ? 'ok' : JSON.stringify(call.error ?? call.fault)}`);
        finish(() =>
          reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}. Last calls:\n${recent.join('\n')}`)),
        );
      }, timeoutMs);
      check();
    });

  return {
    profile: profile.name,
    token,
    get apiRoot() {
      return options.apiRoot();
    },
    bot: wireUser(host, bot) as unknown as User,
    faults,
    calls: log.calls,
    host,
    endpoint: {
      token,
      dispatcher,
      faults,
      badToken: refusal(profile, 'bad-token'),
      file(path) {
        const file = files.findByPath(path);
        return file && { bytes: files.bytes(file), mime: file.mime };
      },
    },
    get pendingUpdates() {
      return world.pending.map(({ body }) => JSON.parse(body) as Update);
    },
    get waitingPolls() {
      return updates.waitingPolls();
    },
    get people() {
      return [...world.users.keys()].map(actor);
    },
    findPerson: (id) => (world.users.has(id) ? actor(id) : undefined),
    person(details) {
      const user = userRecordOf(host, details);
      world.commit({ t: 'user', user });
      return actor(user.id);
    },
    group: (details) => openGroup(host, details),
    openFile(fileId) {
      const file = files.find(fileId);
      return file && { name: file.name, bytes: files.bytes(file) };
    },
    redeliver(updateId) {
      if (updateId === undefined) throw new Error('This action made no update, so there is none to deliver again');
      updates.redeliver(updateId);
    },
    inject: (raw) => updates.inject(raw),
    resetUpdateIds: (next) => updates.resetIds(next),
    setLimits: (limits) => dispatcher.setLimits(limits),
    async waitForCall(match, { timeoutMs = 5_000 } = {}) {
      let found: ApiCall | undefined;
      const what = typeof match === 'string' ? `a call of ${match}` : 'a call that fits';
      await waitUntil(
        () => {
          found = log.calls.findLast((call) => matchesCall(call, match));
          return found !== undefined;
        },
        { timeoutMs, what },
      );
      return found as unknown as ApiCall;
    },
    waitUntil,
    close() {
      webhook.close();
      updates.endPolls(new ApiError(503, 'Service Unavailable'));
      journal?.close();
    },
  };
}
