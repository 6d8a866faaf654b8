import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { backupFrames } from '../../src/archive/backup.ts';
import { writeArchive } from '../../src/archive/format.ts';
import { openDatabaseBeside } from '../../src/database/connect.ts';
import { examine } from '../../src/doctor/examine.ts';
import { createMigrations } from '../../src/database/migrations/migrate.ts';
import { systemNow } from '../../src/system-clock.ts';
import { findUnfinishedRestore } from '../../src/database/unfinished-restore.ts';
import { silentLogger, useDatabase } from '../support/database.ts';

const source = useDatabase();
const target = useDatabase();
const dbOf = ({ connection }: { connection: { db?: mongo.Db | undefined } }) => connection.db as mongo.Db;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'khoosheh-killed-'));
  file = join(folder, 'new.zst');
  const db = dbOf(source);
  for (const name of ['members', 'businesses', 'news', 'files.files', 'files.chunks']) {
    await db.collection(name).insertMany(Array.from({ length: 30 }, (_, index) => ({ name: `new ${name} ${index}` })));
    await db.collection(name).createIndex({ name: 1 }, { unique: true });
  }
  await writeArchive(
    file,
    backupFrames(source.connection, { now: systemNow, schemaVersion: 0, key: null, withKey: false }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  const db = dbOf(target);
  await db.dropDatabase();
  for (const name of ['members', 'news', 'gone', 'leases']) {
    await db.collection(name).insertMany(Array.from({ length: 20 }, (_, index) => ({ name: `old ${name} ${index}` })));
    await db.collection(name).createIndex({ name: -1 });
  }
});

/** Everything that the bot would see. */
async function contentsOf(db: mongo.Db): Promise<Record<string, unknown>> {
  const contents: Record<string, unknown> = {};
  const names = (await db.listCollections().toArray()).map(({ name }) => name);
  for (const name of names.filter((one) => !one.startsWith('restoring.') && one !== 'unfinished_restore').toSorted())
    contents[name] = [
      await db.collection(name).find().sort({ _id: 1 }).toArray(),
      (await db.collection(name).indexes()).map(({ key }) => key),
    ];
  return contents;
}

interface Ended {
  signal: string | null;
  code: number;
  output: string;
}

function settings(): { MONGODB_URI: string; DATA_DIR: string } {
  const address = new URL(inject('mongoUri'));
  address.pathname = `/${dbOf(target).databaseName}`;
  return { MONGODB_URI: address.href, DATA_DIR: folder };
}
const address = () => [{ uri: settings().MONGODB_URI }, { logger: silentLogger }] as const;

/** The command as an operator runs it; killed the moment before it sends so many commands to the database. */
function restore(args: readonly string[], killAt?: number): Promise<Ended> {
  const env = {
    ...settings(),
    KILL_COUNT: join(folder, 'count'),
    ...(killAt === undefined ? {} : { KILL_AT: String(killAt) }),
  };
  const preload = new URL('../support/kill-at-command.ts', import.meta.url).href;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', preload, 'scripts/restore.ts', ...args], { env }, (error, stdout, stderr) =>
      resolve({ signal: error?.signal ?? null, code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

const start = () => createMigrations({ now: systemNow, connection: target.connection, logger: silentLogger }).version();

describe('a restore that is killed', { timeout: 240_000 }, () => {
  it('at any moment leaves the old data or the new whole, says which, and keeps the bot from starting', async () => {
    const before = await contentsOf(dbOf(target));
    const after = await contentsOf(dbOf(source));
    const whole = await restore([file, '--replace']);
    expect(whole).toMatchObject({ code: 0, output: expect.stringMatching(/needs up to \d+ MB beside/) as string });
    expect(await contentsOf(dbOf(target))).toEqual(after);
    const commands = Number(readFileSync(join(folder, 'count'), 'utf8'));
    expect(commands).toBeGreaterThan(30);

    const reset = async () => {
      await dbOf(target).dropDatabase();
      for (const [name, [documents, indexes]] of Object.entries(before) as [string, [object[], object[]]][]) {
        await dbOf(target).collection(name).insertMany(documents);
        for (const key of indexes.slice(1))
          await dbOf(target)
            .collection(name)
            .createIndex(key as mongo.IndexSpecification);
      }
    };
    const seen = new Set<string>();
    // Some while it fills, and each of the last ones, with which it swaps.
    const moments = [0.3, 0.45, 0.6, 0.75].map((share) => Math.round(commands * share));
    for (let last = commands - 14; last < commands; last += 2) moments.push(last);
    for (const [index, moment] of moments.entries()) {
      await reset();
      expect(await restore([file, '--replace'], moment)).toMatchObject({ signal: 'SIGKILL' });
      const unfinished = await findUnfinishedRestore(dbOf(target));
      const phase = unfinished?.phase ?? 'none';
      seen.add(phase);
      if (phase === 'filling') {
        expect(await contentsOf(dbOf(target))).toEqual(before);
        await expect(start()).rejects.toThrow(/was not finished and has replaced nothing.*--undo/);
        await expect(openDatabaseBeside(...address())).rejects.toThrow(/has replaced nothing/);
        const { report, healthy } = await examine({ now: systemNow, env: settings(), chats: [] });
        expect([healthy, report]).toEqual([
          false,
          expect.stringMatching(/^ERROR {3}Restore: .*what was there before is whole/m),
        ]);
        const undone = await restore(index % 2 === 0 ? ['--undo'] : [file, '--replace']);
        expect(undone).toMatchObject({ code: 0 });
        expect(await contentsOf(dbOf(target))).toEqual(index % 2 === 0 ? before : after);
      } else if (phase === 'swapping') {
        await expect(start()).rejects.toThrow(/was not finished.*compared.*--finish/);
        expect(await restore(['--undo'])).toMatchObject({ code: 1 });
        expect(await restore(index % 2 === 0 ? ['--finish'] : [file, '--replace'])).toMatchObject({ code: 0 });
        expect(await contentsOf(dbOf(target))).toEqual(after);
      } else {
        const left = await contentsOf(dbOf(target));
        expect([before, after]).toContainEqual(left);
      }
      await expect(start()).resolves.toBe(0);
      const names = (await dbOf(target).listCollections().toArray()).map(({ name }) => name);
      expect(names.filter((name) => name.startsWith('restoring.'))).toEqual([]);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['filling', 'swapping']));
  });

  it('has nothing to take back where there was none', async () => {
    for (const how of ['--undo', '--finish'])
      expect(await restore([how])).toMatchObject({ code: 1, output: expect.stringContaining('no restore') as string });
    expect(await restore(['--undo', '--finish'])).toMatchObject({ code: 2 });
    expect(await restore([])).toMatchObject({ code: 2, output: expect.stringContaining('FILE is missing') as string });
  });
});
