import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../src/database/embedded/engine.ts';
import { silentLogger as logger } from '../support/database.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function directory(...below: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'khoosheh-engine-'));
  cleanUps.push(() => rmSync(root, { recursive: true, force: true }));
  return join(root, ...below);
}

async function start(dataDir: string): Promise<EmbeddedEngine> {
  const engine = await startEmbeddedEngine({ dataDir, logger, cacheDir: inject('engineCacheDir') });
  cleanUps.push(() => engine.stop());
  return engine;
}

const socketOf = (engine: EmbeddedEngine): string => decodeURIComponent(engine.uri.split('/')[2]!);

async function open(engine: EmbeddedEngine) {
  const database = await openDatabase({ uri: engine.uri }, { logger });
  cleanUps.push(() => database.close());
  return database;
}

describe('the embedded engine', () => {
  test('keeps what was written after it is stopped and started', async () => {
    const dataDir = directory();
    const first = await start(dataDir);
    await (await open(first)).connection.collection('things').insertOne({ name: 'kept' });
    await first.stop();
    const database = await open(await start(dataDir));
    expect(await database.connection.collection('things').findOne({}, { projection: { _id: 0 } })).toEqual({
      name: 'kept',
    });
  });

  test('serves on a socket that only its user may open', async () => {
    const engine = await start(directory());
    expect(statSync(socketOf(engine)).mode & 0o777).toBe(0o600);
  });

  test('puts the socket into a private place where the path of the data directory is too long for one', async () => {
    const engine = await start(directory('d'.repeat(90)));
    const socket = socketOf(engine);
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100);
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
    await (await open(engine)).ping();
  });

  test('loses no acknowledged write when its process is killed, and connections recover by themselves', async () => {
    const engine = await start(directory());
    const { connection } = await open(engine);
    const acknowledged: number[] = [];
    let failed = 0;
    const restarts: number[] = [];
    engine.onRestart(() => restarts.push(engine.pid!));
    let next = 0;
    const writer = async (): Promise<void> => {
      while (restarts.length < 3 || acknowledged.length < 150) {
        const id = next++;
        try {
          await connection.collection<{ _id: number }>('writes').insertOne({ _id: id });
          acknowledged.push(id);
        } catch {
          failed += 1;
        }
      }
    };
    const killer = async (): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        const target = acknowledged.length + 30;
        await vi.waitUntil(() => acknowledged.length >= target, { timeout: 10_000, interval: 2 });
        process.kill(engine.pid!, 'SIGKILL');
        await vi.waitUntil(() => restarts.length > round, { timeout: 10_000, interval: 2 });
      }
    };
    await Promise.all([killer(), ...Array.from({ length: 8 }, writer)]);
    const stored = new Set((await connection.collection('writes').find().toArray()).map((entry) => Number(entry._id)));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    // At most what was in flight at each kill.
    expect(failed).toBeLessThanOrEqual(3 * 8);
  });

  test('says in one line which directory is in use and by whom', async () => {
    const dataDir = directory();
    const engine = await start(dataDir);
    const second = startEmbeddedEngine({ dataDir, logger, cacheDir: inject('engineCacheDir') });
    const message = `The database in ${join(dataDir, 'mongo')} is in use by process ${engine.pid}: stop that one, or give this one another DATA_DIR`;
    await expect(second).rejects.toMatchObject({ code: 'in-use', message });
    // The first one still serves: the second has not touched its socket.
    await (await open(engine)).ping();
  });

  test('ends with its parent, even one that is killed, and the next start finds the directory free', async () => {
    const dataDir = directory();
    const options = JSON.stringify({ dataDir, cacheDir: inject('engineCacheDir') });
    const parent = spawn(process.execPath, [
      '--input-type=module-typescript',
      '--eval',
      `import { startEmbeddedEngine } from ${JSON.stringify(new URL('../../src/database/embedded/engine.ts', import.meta.url).href)};
       const engine = await startEmbeddedEngine({ ...${options}, logger: console });
       process.stdout.write(String(engine.pid));`,
    ]);
    const pid = await new Promise<number>((settle) => parent.stdout.once('data', (text) => settle(Number(text))));
    parent.kill('SIGKILL');
    // The directory can be opened by one process only: this one opens it because the killed parent's child let go.
    const engine = await start(dataDir);
    await (await open(engine)).ping();
    expect(engine.pid).not.toBe(pid);
  });

  test('answers the session commands that the engine itself does not survive', async () => {
    const engine = await start(directory());
    const { connection } = await open(engine);
    const { pid } = engine;
    for (const command of ['startSession', 'endSessions', 'killSessions', 'killAllSessions']) {
      expect(await connection.db!.admin().command({ [command]: [] })).toMatchObject({ ok: 1 });
    }
    expect(engine.pid).toBe(pid);
  });

  test('carries a document near the largest size there and back', async () => {
    const { connection } = await open(await start(directory()));
    const text = 'خوشه'.repeat(1_900_000);
    await connection.collection('large').insertOne({ text });
    expect((await connection.collection('large').findOne({}))?.['text']).toBe(text);
  });

  test('is not stopped by the signals that a terminal sends to the whole group', async () => {
    const engine = await start(directory());
    const { pid } = engine;
    process.kill(pid!, 'SIGINT');
    process.kill(pid!, 'SIGTERM');
    await (await open(engine)).ping();
    expect(engine.pid).toBe(pid);
  });
});
