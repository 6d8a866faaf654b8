import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { ADMIN_ID } from './app.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** `node src/main.ts` as an operator starts it. */
export interface BotProcess {
  readonly pid: number;
  /** Everything that it has printed: standard output, then the error output apart. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** Of the child that holds the embedded database. */
  readonly databasePid: number;
  /** Resolves once a text has been printed on standard output. @throws if it ends before */
  printed(text: string): Promise<void>;
  kill: (signal: 'SIGKILL' | 'SIGTERM') => void;
}

/** Starts the bot with nothing of this process's environment but what is given. */
export function startBotProcess(env: Record<string, string>): BotProcess {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
      for (const watch of watchers) watch();
    });
  }
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  return {
    pid: pidOf(child),
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    exited,
    get databasePid() {
      const [pid] = childrenOf(pidOf(child));
      if (pid === undefined) throw new Error('The process has no child: it has no embedded database, or not yet');
      return pid;
    },
    printed: (text) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          if (!output.stdout.includes(text)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        void exited.then((how) =>
          reject(new Error(`It ended with ${how} before it printed «${text}»:\n${output.stdout}${output.stderr}`)),
        );
        watch();
      }),
    kill: (signal) => void child.kill(signal),
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process did not start');
  return pid;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    // The name in brackets may hold anything; what follows the last one is fixed.
    const [, ppid] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(ppid);
  } catch {
    return undefined;
  }
}

/** A data folder that knows the engine that this machine needs already. */
export function dataFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'khoosheh-bot-'));
  mkdirSync(path, { recursive: true });
  symlinkSync(inject('engineCacheDir'), join(path, 'cache'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The settings of a bot whose messengers are a simulator's. */
export function settingsFor(simulator: Simulator, dataDir: string): Record<string, string> {
  const { telegram, bale } = simulator;
  return {
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    BALE_BOT_TOKEN: bale.token,
    BALE_API_ROOT: bale.apiRoot,
    OWNER_IDS: `telegram:${ADMIN_ID},bale:${ADMIN_ID}`,
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    // People in tests type faster than a chat is answered.
    TELEGRAM_SENDS_PER_SECOND: '900',
    BALE_SENDS_PER_SECOND: '900',
  };
}
