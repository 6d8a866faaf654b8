/**
 * The process that holds the engine: a crash of native code must not take the bot with it. The parent starts it with
 * {@link HostArguments} and an IPC channel; it answers with one {@link HostMessage}, and closes on the message 'stop'
 * or when the parent is gone.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { openEngine } from './binary.ts';
import { EngineError, type EngineErrorCode } from './errors.ts';
import { listen } from './wire.ts';

export interface HostArguments {
  directory: string;
  socketPath: string;
  cacheDir: string;
}

export type HostMessage = { ready: true } | { ready: false; code: EngineErrorCode; message: string };

/** The engine has no codes of its own: these are the words of its storage layer. */
function codeOf(error: unknown): EngineErrorCode {
  if (error instanceof EngineError) return error.code;
  const message = (error as Error).message;
  if (message.includes('DBPathInUse')) return 'in-use';
  return /ENOSPC|No space left/i.test(message) ? 'disk-full' : 'failed';
}

async function host({ directory, socketPath, cacheDir }: HostArguments): Promise<void> {
  // A terminal's Ctrl-C reaches the whole group: the parent decides when the database goes, after its last write.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const engine = await openEngine({ directory, cacheDir });
  // Only now: whoever holds the engine's lock owns the socket, so what lies there was left by a process that died.
  rmSync(socketPath, { force: true });
  // Born closed to others (0600), not closed a moment later.
  const umask = process.umask(0o177);
  const server = await listen(engine, socketPath);
  process.umask(umask);

  let closing = false;
  const close = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    server.close();
    await engine.close();
    rmSync(socketPath, { force: true });
    process.exit(0);
  };
  process.on('message', (message) => {
    if (message === 'stop') void close();
  });
  process.on('disconnect', () => void close());
  if (!process.connected) await close();
  process.send?.({ ready: true } satisfies HostMessage);
}

host(JSON.parse(process.argv[2] ?? '{}') as HostArguments).catch((error: unknown) => {
  const failure: HostMessage = { ready: false, code: codeOf(error), message: (error as Error).message };
  process.send?.(failure, () => process.exit(1));
});
