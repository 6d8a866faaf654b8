import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { answer, fa, faBegins, MESSENGERS, startWorld, type World } from '../support/app.ts';
import { chooseSubject, finishReport, memberOf, PICTURE, report, sendReport } from '../support/journeys.ts';

const KEY = `${Buffer.alloc(32, 'a test key').toString('base64')}\n`;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'khoosheh-backup-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A data folder that need not adapt the engine again. */
function dataDir(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  symlinkSync(inject('engineCacheDir'), join(path, 'cache'));
  return path;
}

/** A command as the operator runs it, with nothing set but the data folder. */
function run(
  script: string,
  env: Record<string, string>,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [`scripts/${script}.ts`, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr });
    });
  });
}

/** A report with a picture. */
async function reportWithPicture(person: Person): Promise<string> {
  person.command('report');
  await chooseSubject(person);
  person.say('پروانه نمی‌دهند');
  await answer(person, 'obstacles.question.description', () => person.say('سه ماه است که نوبت نمی‌دهند.'));
  await person.waitFor(faBegins('obstacles.question.evidence'));
  person.sendPhoto(PICTURE);
  const done = fa('bot.dialogue.button.done');
  await person.waitFor(({ inlineKeyboard }) => inlineKeyboard?.flat().some(({ label }) => label === done) ?? false);
  person.press(done);
  await finishReport(person);
  return sendReport(person);
}

/** What in the database refers to something that is not there. */
async function danglingIn({ app }: World): Promise<string[]> {
  const db = app.database.connection.db as mongo.Db;
  const has = async (collection: string, id: unknown): Promise<boolean> =>
    (await db.collection(collection).findOne({ _id: id as mongo.ObjectId })) !== null;
  const missing: string[] = [];
  for await (const one of db.collection('obstacles').find()) {
    if (!(await has('members', one['reporterId']))) missing.push(`reporter of ${String(one['code'])}`);
    for (const { fileId } of one['evidence'] as { fileId: string }[]) {
      if (!(await has('files.files', new mongo.ObjectId(fileId)))) missing.push(`evidence of ${String(one['code'])}`);
    }
  }
  for await (const file of db.collection('files.files').find()) {
    const chunks = await db.collection('files.chunks').countDocuments({ files_id: file._id });
    if (chunks !== Math.ceil(Number(file['length']) / Number(file['chunkSize']))) missing.push('chunks of a file');
  }
  return missing;
}

describe('a backup that is taken while the bot works', () => {
  it('restores into another data folder, where nothing is missing and everybody goes on', async () => {
    const from = dataDir('from');
    writeFileSync(join(from, 'secret.key'), KEY, { mode: 0o600 });
    const world = await startWorld({ database: { dataDir: from, cacheDir: inject('engineCacheDir') } });
    const members = await Promise.all(MESSENGERS.map((messenger) => memberOf(world, messenger)));
    const codes = await Promise.all(members.map(({ person }) => reportWithPicture(person)));

    const file = join(root, 'khoosheh.zst');
    const done = new AbortController();
    const taking = run('backup', { DATA_DIR: from }, [file, '--with-key']).finally(() => done.abort());
    let written = 0;
    await Promise.all(
      MESSENGERS.map(async (messenger) => {
        while (!done.signal.aborted) {
          const { person } = await memberOf(world, messenger);
          await report(person);
          written += 1;
        }
      }),
    );
    const taken = await taking;
    expect(taken).toMatchObject({ code: 0, output: expect.stringContaining('The key is in it') as string });
    expect(written).toBeGreaterThan(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.unfinished`)).toBe(false);
    // The bot is still there, and its engine too.
    await world.app.database.ping();
    await world.settled();

    const to = dataDir('to');
    const restored = await run('restore', { DATA_DIR: to }, [file]);
    expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('Restored and compared') as string });
    expect(readFileSync(join(to, 'secret.key'), 'utf8')).toBe(KEY);
    expect(statSync(join(to, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(await run('restore', { DATA_DIR: to }, [file])).toMatchObject({
      code: 1,
      output: expect.stringContaining('not empty') as string,
    });

    await world.restart({ database: { dataDir: to, cacheDir: inject('engineCacheDir') } });
    await world.settled();
    expect(await danglingIn(world)).toEqual([]);
    const cases = world.app.database.connection.collection('obstacles');
    expect(await cases.countDocuments({ code: { $in: codes } })).toBe(codes.length);
    for (const { person } of members) {
      const before = person.chat.length;
      person.command('cases');
      await person.waitUntil(() => person.chat.slice(before).some(({ from: by }) => by === 'bot'));
    }
  }, 120_000);

  it('is not restored under a bot that runs', async () => {
    const from = dataDir('from');
    const world = await startWorld({ database: { dataDir: from, cacheDir: inject('engineCacheDir') } });
    await memberOf(world, 'bale');
    const file = join(root, 'khoosheh.zst');
    expect(await run('backup', { DATA_DIR: from }, [file])).toMatchObject({ code: 0 });
    expect(await run('restore', { DATA_DIR: from }, [file, '--replace'])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/is in use by .*stop that one/) as string,
    });
    expect(await world.app.database.connection.collection('members').countDocuments()).toBeGreaterThan(0);
  }, 60_000);
});

describe('a move', () => {
  it('copies the embedded database to a server, which must be empty, and leaves it as it was', async () => {
    const from = dataDir('from');
    writeFileSync(join(from, 'secret.key'), KEY, { mode: 0o600 });
    const world = await startWorld({ database: { dataDir: from, cacheDir: inject('engineCacheDir') } });
    const [member] = await Promise.all(MESSENGERS.map((messenger) => memberOf(world, messenger)));
    const code = await reportWithPicture(member!.person);
    const address = new URL(inject('mongoUri'));
    address.pathname = `/moved_${process.pid}`;
    expect(await run('move', { DATA_DIR: from }, [address.href])).toMatchObject({
      code: 1,
      output: expect.stringContaining('in use') as string,
    });

    await world.app.stop();
    const moved = await run('move', { DATA_DIR: from }, [address.href]);
    expect(moved).toMatchObject({ code: 0, output: expect.stringContaining('Moved and compared') as string });
    expect(await run('move', { DATA_DIR: from }, [address.href])).toMatchObject({
      code: 1,
      output: expect.stringContaining('not empty') as string,
    });
    await world.restart({ database: { uri: address.href } });
    expect(await danglingIn(world)).toEqual([]);
    expect(await world.app.database.connection.collection('obstacles').countDocuments({ code })).toBe(1);
    await report(member!.person);
  }, 120_000);
});
