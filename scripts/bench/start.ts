import { systemNow } from '../../src/system-clock.ts';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/connect.ts';
import { noteUse } from '../../src/database/data-use.ts';
import { castOf } from '../../src/simulator/simulator.ts';
import { fillDataBank } from './data/fill.ts';
import { createMadeUp } from './data/made-up.ts';
import { median } from './harness/statistics.ts';

const GIVE_UP_MS = 60_000;
const LOOK_EVERY_MS = 10;
const SEED = 1403;
/** For each member. */
const BUSINESSES = 1.2;

type End = 'SIGINT' | 'SIGKILL';

/**
 * Seconds from `npm start` to the first answered message, as a person at the chat page would see it: the message is
 * sent as soon as the simulated messenger is there, and the clock stops when the bot's answer is in the chat. `cold`
 * begins with an empty data folder, `warm` with the one that the cold start has left. With `--members`, the folder holds
 * so many members with their businesses, and its pages are thrown out of the cache before each start: `stopped` comes
 * after an orderly end, `killed` at once after a kill -9 of everything, whose leases have not run out.
 * Options: `--runs`, default 5; `--members`, default 0.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { runs: { type: 'string', default: '5' }, members: { type: 'string', default: '0' } },
  });
  const runs = Number(values.runs);
  const members = Number(values.members);
  const seconds = await (members > 0 ? withMembers(members, runs) : withoutMembers(runs));
  for (const [kind, taken] of Object.entries(seconds)) {
    const figures = taken.map((one) => one.toFixed(2)).join(' ');
    console.log(`${kind}: ${figures} s, median ${median(taken).toFixed(2)} s`);
  }
}

async function withoutMembers(runs: number): Promise<Record<string, number[]>> {
  const seconds: Record<'cold' | 'warm', number[]> = { cold: [], warm: [] };
  for (let left = runs; left > 0; left -= 1) {
    const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
    try {
      for (const kind of ['cold', 'warm'] as const) seconds[kind].push(await secondsToFirstAnswer(dataDir));
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  return seconds;
}

async function withMembers(members: number, runs: number): Promise<Record<string, number[]>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  try {
    await fill(dataDir, members);
    // Builds the indexes that filling did not, which no later start does.
    const first = await secondsToFirstAnswer(dataDir);
    console.log(
      `${members} members, seed ${SEED}; the first start of all, with indexes to build: ${first.toFixed(1)} s`,
    );
    const seconds: Record<'stopped' | 'killed', number[]> = { stopped: [], killed: [] };
    const take = async (kind: keyof typeof seconds, end: End): Promise<void> => {
      dropFromCache(dataDir);
      seconds[kind].push(await secondsToFirstAnswer(dataDir, end));
    };
    for (let left = runs; left > 0; left -= 1) {
      await take('stopped', 'SIGKILL');
      await take('killed', 'SIGINT');
    }
    return seconds;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function fill(dataDir: string, members: number): Promise<void> {
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'warn' }) });
  try {
    // They are made up, for a start with the simulator.
    await noteUse(database.connection, 'trial', systemNow);
    await fillDataBank(database.connection, {
      madeUp: createMadeUp(SEED),
      members,
      businesses: Math.round(members * BUSINESSES),
    });
  } finally {
    await database.close();
  }
}

/** What is read of the folder comes from the disk again, as after a start of the machine; nobody else's pages go. */
function dropFromCache(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    execFileSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' });
  }
}

async function secondsToFirstAnswer(dataDir: string, end: End = 'SIGINT'): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const app = spawn('npm', ['start'], {
    env: { ...process.env, DATA_DIR: dataDir, SIMULATOR_PORT: String(port), HTTP_PORT: '0', LOG_LEVEL: 'error' },
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(app, 'exit');
  try {
    await answered(`http://127.0.0.1:${port}/page`);
    return (performance.now() - startedAt) / 1000;
  } finally {
    // npm's whole group: npm itself doesn't pass every signal on.
    if (app.pid !== undefined && app.exitCode === null) process.kill(-app.pid, end);
    await ended;
  }
}

interface ChatOnPage {
  messages: { from: 'bot' | 'person' }[];
}

async function answered(page: string): Promise<void> {
  const person = castOf('telegram')[0]?.id;
  const query = `messenger=telegram&person=${person}&chat=${person}`;
  const body = JSON.stringify({ person, chat: person, action: 'say', text: '/start' });
  const giveUpAt = performance.now() + GIVE_UP_MS;
  const until = async (isDone: () => Promise<boolean>): Promise<void> => {
    while (!(await isDone().catch(() => false))) {
      if (performance.now() > giveUpAt) throw new Error(`The bot did not answer within ${GIVE_UP_MS} ms`);
      await delay(LOOK_EVERY_MS);
    }
  };
  await until(async () => {
    // The page takes actions from itself only.
    const headers = { 'content-type': 'application/json', origin: new URL(page).origin };
    return (await fetch(`${page}/act?messenger=telegram`, { method: 'POST', headers, body })).ok;
  });
  await until(async () => {
    const { messages } = (await (await fetch(`${page}/chat?${query}`)).json()) as ChatOnPage;
    return messages.at(-1)?.from === 'bot';
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
