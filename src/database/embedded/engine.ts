import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { makeDataDir } from '../../config-error.ts';
import { refuseForeignFiles } from '../../data-owner.ts';
import { EngineError, noBinary } from './errors.ts';
import type { HostArguments, HostMessage } from './host.ts';
import { WATCH, watchEngine, type WatchSettings } from './watchdog.ts';

const HOST_FILE = fileURLToPath(new URL('host.ts', import.meta.url));
/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const SOCKET_PATH_BYTES = 100;
/** Names the socket's place where the path of the directory is too long for it. */
const SOCKET_NOTE = 'mongo.sock.path';
/** Below this the storage engine gives up rather than write. */
const LOW_DISK_BYTES = 16 * 1024 * 1024;
/** How long a host whose parent was killed may take to notice and close. */
const PREDECESSOR_MS = 3_000;
const STOP_MS = 10_000;
const RESTART_MS = { first: 100, most: 5_000 };
/** A host that ran this long has earned a quick restart again. */
const STEADY_MS = 30_000;

/**
 * Collections and indexes are a file each and connections one more: 300 in use. An engine that gets no further file ends
 * at once, and would be started again and again.
 */
const LEAST_OPEN_FILES = 512;

export interface EmbeddedEngine {
  /** For the driver. Writes are acknowledged once they are in the journal, so that no kill takes them back. */
  readonly uri: string;
  /** Of the process that holds the engine; undefined while it is being started again. */
  readonly pid: number | undefined;
  /** Called each time the engine is back after its process died. Connections recover by themselves. */
  onRestart(listener: () => void): void;
  /** Closes the engine in order; kills it if that takes longer than ten seconds, which costs no acknowledged write. */
  stop(): Promise<void>;
}

interface Host {
  process: ChildProcess;
  exited: Promise<string>;
}

/** Of this process, from which the engine's inherits; Node has raised it to the hard limit by now. */
function mostOpenFiles(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const limit = userLimits?.open_files?.soft;
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}

function checkOpenFiles(): void {
  const most = mostOpenFiles();
  if (most >= LEAST_OPEN_FILES) return;
  throw new EngineError(
    'too-few-files',
    `Only ${most} files may be open at a time, and the embedded database needs ${LEAST_OPEN_FILES}: raise the limit (ulimit -n, or LimitNOFILE in a systemd unit)`,
  );
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** The process that the engine serves: the engine's own ends with it only, and is started again where it is killed. */
function holderOf(directory: string): string {
  try {
    const pid = readFileSync(join(directory, 'mongod.lock'), 'utf8').trim();
    // Behind the name in brackets come the state and the parent (proc_pid_stat(5)).
    const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${Number(pid)}/stat`, 'utf8')) ?? [];
    return parent === undefined || parent === '1' ? 'another process' : `process ${parent}`;
  } catch {
    return 'another process';
  }
}

function explain(failure: { code: EngineError['code']; message: string }, directory: string): EngineError {
  const diskFull = failure.code === 'disk-full' || (failure.code === 'failed' && freeBytes(directory) < LOW_DISK_BYTES);
  if (diskFull) {
    const free = Math.floor(freeBytes(directory) / 1024 / 1024);
    return new EngineError(
      'disk-full',
      `The disk that holds ${directory} is full (${free} MB left): free some room, or move DATA_DIR to another disk`,
    );
  }
  if (failure.code === 'in-use') {
    return new EngineError(
      'in-use',
      `The database in ${directory} is in use by ${holderOf(directory)}: stop that one, or give this one another DATA_DIR`,
    );
  }
  // Its message is made for people already, where the host found it.
  if (failure.code === 'no-binary') return new EngineError('no-binary', failure.message);
  return new EngineError('failed', `The embedded database in ${directory} did not open: ${failure.message}`);
}

/** Starts a host and waits until it serves. @throws EngineError */
async function startHost(options: HostArguments): Promise<Host> {
  // An empty environment: the engine needs none of the parent's variables, and secrets are among them.
  const child = fork(HOST_FILE, [JSON.stringify(options)], {
    execArgv: [],
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<string>((settle) => {
    child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
    child.once('error', (error) => settle(error.message));
  });
  const answered = new Promise<HostMessage>((settle) => {
    child.once('message', (message) => settle(message as HostMessage));
  });
  const first = await Promise.race([answered, exited]);
  if (typeof first !== 'string') {
    if (first.ready) return { process: child, exited };
    await exited;
    throw explain(first, options.directory);
  }
  if (first === 'SIGILL') throw noBinary('this processor lacks the AVX instructions that it was built for');
  throw explain({ code: 'failed', message: `its process ended with ${first}` }, options.directory);
}

async function startHostAfterPredecessor(options: HostArguments): Promise<Host> {
  const giveUpAt = performance.now() + PREDECESSOR_MS;
  for (;;) {
    try {
      return await startHost(options);
    } catch (error) {
      const closing = error instanceof EngineError && error.code === 'in-use' && performance.now() < giveUpAt;
      if (!closing) throw error;
      await delay(200);
    }
  }
}

function placeSocket(dataDir: string): { socketPath: string; cleanUp: () => void } {
  const inside = join(dataDir, 'mongo.sock');
  if (Buffer.byteLength(inside) <= SOCKET_PATH_BYTES) return { socketPath: inside, cleanUp: () => {} };
  const socketPath = join(mkdtempSync(join(tmpdir(), 'khoosheh-')), 'mongo.sock');
  const note = join(dataDir, SOCKET_NOTE);
  writeFileSync(note, socketPath, { mode: 0o600 });
  return {
    socketPath,
    cleanUp: () => {
      rmSync(dirname(socketPath), { recursive: true, force: true });
      rmSync(note, { force: true });
    },
  };
}

/** Asked for `w=majority`, this engine answers before the journal is written, and a kill takes back what it had acknowledged. */
const uriOf = (socketPath: string): string =>
  `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true&w=1&journal=true`;

/** Where the engine of this directory has its socket, or has noted that it had to put it elsewhere. */
function knownSocket(dataDir: string): string | null {
  const inside = join(dataDir, 'mongo.sock');
  if (Buffer.byteLength(inside) <= SOCKET_PATH_BYTES) return inside;
  try {
    return readFileSync(join(dataDir, SOCKET_NOTE), 'utf8');
  } catch {
    return null;
  }
}

/**
 * Where the engine of another process on this data directory answers, for a command that works beside a bot that runs;
 * null where none does.
 */
export function runningEngine(dataDir: string): Promise<string | null> {
  const socketPath = knownSocket(resolve(dataDir));
  if (socketPath === null) return Promise.resolve(null);
  return new Promise((settle) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      settle(uriOf(socketPath));
    });
    socket.once('error', () => settle(null));
  });
}

/** @throws EngineError where another process has the database of this directory open: nothing else of it may be touched then */
export async function refuseInUse(dataDir: string): Promise<void> {
  const giveUpAt = performance.now() + PREDECESSOR_MS;
  while ((await runningEngine(dataDir)) !== null) {
    if (performance.now() >= giveUpAt) throw explain({ code: 'in-use', message: '' }, join(resolve(dataDir), 'mongo'));
    await delay(200);
  }
}

/**
 * Runs a MongoDB engine in a child process, on a unix socket that only this user may open, with its files in
 * `dataDir`/mongo. It is a standalone server without transactions, change streams and a TTL monitor (see `sweeper.ts`).
 * Where its process dies, or hangs for half a minute, it is started again on the same socket, at once at first and then
 * every five seconds.
 * @param cacheDir for the copy of the engine that is adapted to an older C library; by default within `dataDir`
 * @throws ConfigError where the directory can't be made or written, or holds another user's files; EngineError where it can't run here, the directory is in use, the disk is full, or too few files may be open
 */
export async function startEmbeddedEngine(options: {
  dataDir: string;
  logger: Logger;
  cacheDir?: string;
  /** Tests watch more closely. */
  watch?: WatchSettings;
}): Promise<EmbeddedEngine> {
  const { logger, watch = WATCH } = options;
  checkOpenFiles();
  const dataDir = resolve(options.dataDir);
  const directory = join(dataDir, 'mongo');
  makeDataDir(dataDir);
  refuseForeignFiles(dataDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { socketPath, cleanUp } = placeSocket(dataDir);
  const hostArguments = { directory, socketPath, cacheDir: resolve(options.cacheDir ?? join(dataDir, 'cache')) };

  const stopping = new AbortController();
  const restartListeners: (() => void)[] = [];
  let host: Host | undefined;
  try {
    host = await startHostAfterPredecessor(hostArguments);
  } catch (error) {
    cleanUp();
    throw error;
  }

  const askToStop = (running: Host): void => {
    if (running.process.connected) running.process.send('stop', () => {});
    const kill = setTimeout(() => running.process.kill('SIGKILL'), STOP_MS);
    void running.exited.then(() => clearTimeout(kill));
  };

  /** Undefined when told to stop while waiting. */
  const startAgain = async (failures: number): Promise<Host | undefined> => {
    for (let wait = Math.min(RESTART_MS.first * 2 ** failures, RESTART_MS.most); ; wait = RESTART_MS.most) {
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return undefined;
      try {
        return await startHost(hostArguments);
      } catch (error) {
        // The message is for people and says what to do; a stack every five seconds would bury it.
        logger.error({ code: (error as EngineError).code }, (error as EngineError).message);
      }
    }
  };

  const supervise = async (first: Host): Promise<void> => {
    let failures = 0;
    for (let running: Host | undefined = first; running;) {
      const startedAt = performance.now();
      if (stopping.signal.aborted) askToStop(running);
      const exited = new AbortController();
      const { process } = running;
      watchEngine({
        ...watch,
        socketPath,
        signal: AbortSignal.any([stopping.signal, exited.signal]),
        onSilent() {
          logger.error({ silentMs: watch.silentMs }, 'the embedded database hangs; it is killed');
          process.kill('SIGKILL');
        },
      });
      const ending = await running.exited;
      exited.abort();
      host = undefined;
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt > STEADY_MS ? 0 : failures + 1;
      logger.error({ ending, restarts: failures }, 'the embedded database stopped by itself; starting it again');
      running = await startAgain(failures);
      if (!running) return;
      host = running;
      for (const listener of restartListeners) listener();
    }
  };
  const supervised = supervise(host);

  return {
    uri: uriOf(socketPath),
    get pid() {
      return host?.process.pid;
    },
    onRestart(listener) {
      restartListeners.push(listener);
    },
    async stop() {
      if (!stopping.signal.aborted) {
        stopping.abort();
        if (host) askToStop(host);
      }
      await supervised;
      cleanUp();
    },
  };
}
