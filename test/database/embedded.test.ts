import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../src/database/embedded/engine.ts';
import type { WatchSettings } from '../../src/database/embedded/watchdog.ts';
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

async function start(dataDir: string, watch?: WatchSettings): Promise<EmbeddedEngine> {
  const cacheDir = inject('engineCacheDir');
  const engine = await startEmbeddedEngine({ dataDir, logger, cacheDir, ...(watch ? { watch } : {}) });
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

  test('is started again when its process hangs, without losing an acknowledged write', async () => {
    const engine = await start(directory(), { everyMs: 50, silentMs: 1_500 });
    const database = await open(engine);
    const things = database.connection.collection<{ _id: number }>('things');
    for (let index = 0; index < 50; index++) await things.insertOne({ _id: index });
    const hanging = engine.pid as number;
    const restarted = new Promise<void>((resolve) => engine.onRestart(resolve));
    process.kill(hanging, 'SIGSTOP');
    await restarted;
    expect(engine.pid).not.toBe(hanging);
    await vi.waitFor(async () => expect(await things.countDocuments()).toBe(50), { timeout: 15_000 });
  }, 30_000);

  test('is left alone while it answers, however long a command takes', async () => {
    const silentMs = 2_000;
    const engine = await start(directory(), { everyMs: 100, silentMs });
    const { pid } = engine;
    const database = await open(engine);
    const things = database.connection.collection('things');
    await things.insertMany(Array.from({ length: 3_000 }, (_, n) => ({ n })));
    // Each with all others, without an index: once that takes longer than a hanging engine would be left alone.
    const others = [{ $match: { $expr: { $gt: ['$n', '$$n'] } } }, { $count: 'more' }];
    for (let limit = 200, took = 0; took < silentMs * 1.5; limit *= 2) {
      const startedAt = performance.now();
      const lookup = { from: 'things', let: { n: '$n' }, pipeline: others, as: 'more' };
      await things.aggregate([{ $limit: limit }, { $lookup: lookup }, { $count: 'all' }]).toArray();
      took = performance.now() - startedAt;
      if (limit >= 3_000) await things.insertMany(Array.from({ length: 3_000 }, (_, n) => ({ n })));
    }
    expect(engine.pid).toBe(pid);
  }, 60_000);

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
    const message = `The database in ${join(dataDir, 'mongo')} is in use by process ${process.pid}: stop that one, or give this one another DATA_DIR`;
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
