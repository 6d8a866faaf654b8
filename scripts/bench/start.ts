import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { castOf } from '../../src/simulator/simulator.ts';

const RUNS = 5;
const GIVE_UP_MS = 60_000;
const LOOK_EVERY_MS = 10;

/**
 * Seconds from `npm start` to the first answered message, as a person at the chat page would see it: the message is
 * sent as soon as the simulated messenger is there, and the clock stops when the bot's answer is in the chat. `cold`
 * begins with an empty data folder, `warm` with the one that the cold start has left.
 * Options: the number of runs, default 5.
 */
export async function run([runs = String(RUNS)]: string[]): Promise<void> {
  const seconds: Record<'cold' | 'warm', number[]> = { cold: [], warm: [] };
  for (let left = Number(runs); left > 0; left -= 1) {
    const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
    try {
      for (const kind of ['cold', 'warm'] as const) seconds[kind].push(await secondsToFirstAnswer(dataDir));
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  for (const [kind, taken] of Object.entries(seconds)) {
    const sorted = taken.toSorted((a, b) => a - b);
    const figures = taken.map((one) => one.toFixed(2)).join(' ');
    console.log(`${kind}: ${figures} s, median ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(2)} s`);
  }
}

async function secondsToFirstAnswer(dataDir: string): Promise<number> {
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
    if (app.pid !== undefined && app.exitCode === null) process.kill(-app.pid, 'SIGINT');
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
