import { createServer, request, Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A Bot API server that costs next to nothing, in a process of its own: the bots are measured, not it. People live in it;
 * each does the next thing of their round when the last was answered, or at a given pace, and every answer is counted.
 */

/** One thing that people do, and what must come of it. */
export interface Act {
  /** A text to send, or the beginning of the label of a button that the last answer brought. */
  say?: string;
  press?: string;
  /** How many messages the bot must send or change for it to be answered. */
  answers: number;
}

export interface Load {
  token: string;
  round: readonly Act[];
  users: number;
  /** How many acts each person does: a whole number of rounds, so that everybody ends where they began. */
  actsEach: number;
  /** Undefined: each goes on when answered. Else so many acts a second by all together. */
  perSecond?: number;
  callMs: number;
  slow?: { share: number; ms: number };
}

/** A call that was made while nobody was measured: what the bot sends for an act. */
export interface SeenCall {
  method: string;
  parameters: Record<string, unknown>;
}

export interface LoadResult {
  acts: number;
  seconds: number;
  /** From the moment an update could be fetched until its last answer has come. */
  latenciesMs: number[];
  /** The same, of people none of whose own calls was slow. */
  otherLatenciesMs: number[];
  unanswered: number;
  /** Only where one person acts: everything that was called. */
  calls: SeenCall[];
}

export type ToMessenger =
  | { kind: 'load'; load: Load }
  | { kind: 'webhook'; token: string; port: number; path: string; secret: string };
export type FromMessenger = { kind: 'listening'; port: number } | { kind: 'done'; result: LoadResult };

interface User {
  id: number;
  step: number;
  waiting: number;
  since: number;
  hadSlow: boolean;
  left: number;
  queued: number;
  last: { id: number; buttons: { text: string; data: string }[] };
}

interface Bot {
  updates: Record<string, unknown>[];
  parked: { response: ServerResponse; timer: NodeJS.Timeout } | null;
  nextUpdate: number;
  nextMessage: number;
  users: Map<number, User>;
  hook: { port: number; path: string; secret: string } | null;
  run: { load: Load; left: number; result: LoadResult; finish: () => void } | null;
}

const bots = new Map<string, Bot>();
const hookAgent = new Agent({ keepAlive: true, maxSockets: 40 });
const GIVE_UP_MS = 60_000;
const SETTLING_MS = 300;
const FIRST_USER = 700_000;

const botOf = (token: string): Bot => {
  const known = bots.get(token);
  if (known) return known;
  const bot: Bot = {
    updates: [],
    parked: null,
    nextUpdate: 1,
    nextMessage: 1,
    users: new Map(),
    hook: null,
    run: null,
  };
  bots.set(token, bot);
  return bot;
};

const userOf = (bot: Bot, index: number): User => {
  const id = FIRST_USER + index;
  const known = bot.users.get(id);
  if (known) return known;
  const user: User = {
    id,
    step: 0,
    waiting: 0,
    since: 0,
    hadSlow: false,
    left: 0,
    queued: 0,
    last: { id: 0, buttons: [] },
  };
  bot.users.set(id, user);
  return user;
};

const reply = (response: ServerResponse, result: unknown): void => {
  const body = JSON.stringify({ ok: true, result });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const chatOf = (id: number) => ({ id, type: 'private', first_name: 'سارا' });
const fromOf = (id: number) => ({ id, is_bot: false, first_name: 'سارا', language_code: 'fa' });

/** The person does the next thing of the round. */
function act(bot: Bot, user: User): void {
  const { run } = bot;
  if (!run) return;
  const { round } = run.load;
  const one = round[user.step % round.length] as Act;
  user.step += 1;
  user.left -= 1;
  user.waiting = one.answers;
  user.hadSlow = false;
  user.since = performance.now();
  const id = bot.nextUpdate++;
  const date = Math.floor(Date.now() / 1000);
  if (one.press !== undefined) {
    const { press } = one;
    const button = user.last.buttons.find(({ text }) => text.startsWith(press));
    if (!button) throw new Error(`No button «${press}» among ${JSON.stringify(user.last.buttons)}`);
    const message = { message_id: user.last.id, date, chat: chatOf(user.id), from: fromOf(1), text: 'x' };
    push(bot, {
      update_id: id,
      callback_query: { id: `q${id}`, from: fromOf(user.id), chat_instance: '1', message, data: button.data },
    });
  } else {
    const text = one.say ?? '';
    push(bot, {
      update_id: id,
      message: {
        message_id: bot.nextMessage++,
        date,
        chat: chatOf(user.id),
        from: fromOf(user.id),
        text,
        ...(text.startsWith('/') ? { entities: [{ type: 'bot_command', offset: 0, length: text.length }] } : {}),
      },
    });
  }
}

function push(bot: Bot, update: Record<string, unknown>): void {
  if (bot.hook) {
    const { port, path, secret } = bot.hook;
    const body = JSON.stringify(update);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-telegram-bot-api-secret-token': secret,
    };
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: hookAgent }, (answer) => {
      if (answer.statusCode !== 200) throw new Error(`The webhook answered ${answer.statusCode}`);
      answer.resume();
    });
    call.end(body);
    return;
  }
  bot.updates.push(update);
  flush(bot);
}

function flush(bot: Bot): void {
  if (!bot.parked || bot.updates.length === 0) return;
  const { response, timer } = bot.parked;
  clearTimeout(timer);
  bot.parked = null;
  reply(response, bot.updates.slice(0, 100));
}

function answered(bot: Bot, chatId: number): void {
  const { run } = bot;
  const user = bot.users.get(chatId);
  if (!run || !user || user.waiting === 0) return;
  user.waiting -= 1;
  if (user.waiting > 0) return;
  const took = performance.now() - user.since;
  run.result.acts += 1;
  run.result.latenciesMs.push(took);
  if (!user.hadSlow) run.result.otherLatenciesMs.push(took);
  run.left -= 1;
  if (run.left <= 0) return run.finish();
  if (run.load.perSecond === undefined) {
    if (user.left > 0) setImmediate(() => act(bot, user));
  } else if (user.queued > 0) {
    user.queued -= 1;
    setImmediate(() => act(bot, user));
  }
}

function buttonsOf(markup: unknown): { text: string; data: string }[] | null {
  const parsed = typeof markup === 'string' ? (JSON.parse(markup) as unknown) : markup;
  const rows = (parsed as { inline_keyboard?: { text: string; callback_data?: string }[][] } | undefined)
    ?.inline_keyboard;
  return rows ? rows.flat().map(({ text, callback_data = '' }) => ({ text, data: callback_data })) : null;
}

function handle(bot: Bot, method: string, parameters: Record<string, unknown>, response: ServerResponse): void {
  if (method === 'getUpdates') {
    const offset = Number(parameters['offset'] ?? 0);
    while (bot.updates[0] && Number(bot.updates[0]['update_id']) < offset) bot.updates.shift();
    if (bot.updates.length > 0) return reply(response, bot.updates.slice(0, 100));
    const seconds = Number(parameters['timeout'] ?? 0);
    if (seconds === 0) return reply(response, []);
    if (bot.parked) reply(bot.parked.response, []);
    const timer = setTimeout(() => {
      bot.parked = null;
      reply(response, []);
    }, seconds * 1000);
    bot.parked = { response, timer };
    return;
  }
  if (method === 'getMe')
    return reply(response, {
      id: 1,
      is_bot: true,
      first_name: 'خوشه',
      username: 'khoosheh_bot',
      can_join_groups: true,
    });
  const { load, result } = bot.run ?? {};
  if (load?.users === 1) result?.calls.push({ method, parameters });
  const isSlow = load?.slow !== undefined && Math.random() < load.slow.share;
  const wait = isSlow ? (load.slow?.ms ?? 0) : (load?.callMs ?? 0);
  const chatId = Number(parameters['chat_id']);
  const user = bot.users.get(chatId);
  if (isSlow && user) user.hadSlow = true;
  const finish = (): void => {
    if (method !== 'sendMessage' && method !== 'editMessageText') return reply(response, true);
    const id = method === 'sendMessage' ? bot.nextMessage++ : Number(parameters['message_id']);
    const buttons = buttonsOf(parameters['reply_markup']);
    if (user && buttons) user.last = { id, buttons };
    reply(response, {
      message_id: id,
      date: Math.floor(Date.now() / 1000),
      chat: chatOf(chatId),
      from: fromOf(1),
      text: parameters['text'],
    });
    answered(bot, chatId);
  };
  if (wait > 0) setTimeout(finish, wait);
  else finish();
}

async function read(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  if (body === '') return {};
  if (incoming.headers['content-type']?.includes('json')) return JSON.parse(body) as Record<string, unknown>;
  return Object.fromEntries(new URLSearchParams(body));
}

function runLoad(load: Load): Promise<LoadResult> {
  const bot = botOf(load.token);
  const users = Array.from({ length: load.users }, (_, index) => userOf(bot, index));
  for (const user of users) Object.assign(user, { step: 0, waiting: 0, queued: 0, left: load.actsEach });
  const { perSecond } = load;
  const total = load.actsEach * load.users;
  const result: LoadResult = { acts: 0, seconds: 0, latenciesMs: [], otherLatenciesMs: [], unanswered: 0, calls: [] };
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const end = (): void => {
      clearTimeout(timer);
      result.seconds = (performance.now() - startedAt) / 1000;
      result.unanswered = total - result.acts;
      // A press may be answered after the message that came of it.
      setTimeout(
        () => {
          bot.run = null;
          resolve(result);
        },
        load.users === 1 ? SETTLING_MS : 0,
      );
    };
    const timer = setTimeout(end, GIVE_UP_MS + (perSecond === undefined ? 0 : (total / perSecond) * 1000));
    bot.run = { load, left: total, result, finish: end };
    if (perSecond === undefined) {
      for (const user of users) act(bot, user);
      return;
    }
    let sent = 0;
    const tick = (): void => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond) + 1);
      for (; sent < due; sent++) {
        const user = users[sent % users.length] as User;
        // People who have not been answered yet wait with the next thing.
        if (user.waiting > 0) user.queued += 1;
        else act(bot, user);
      }
      if (sent < total) setTimeout(tick, 1);
    };
    tick();
  });
}

const server = createServer((incoming, response) => {
  const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(incoming.url ?? '') ?? [];
  void read(incoming).then((parameters) => handle(botOf(token), method, parameters, response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ kind: 'listening', port: (server.address() as AddressInfo).port } satisfies FromMessenger);
});

process.on('message', (message: ToMessenger) => {
  if (message.kind === 'webhook') {
    const { token, port, path, secret } = message;
    botOf(token).hook = { port, path, secret };
  } else {
    void runLoad(message.load).then((result) => process.send?.({ kind: 'done', result } satisfies FromMessenger));
  }
});
process.on('disconnect', () => process.exit(0));
