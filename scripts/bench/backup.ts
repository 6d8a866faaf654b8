import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { mongo } from 'mongoose';
import { pino } from 'pino';
import { startApp, type App } from '../../src/app.ts';
import { formatTrackingCode } from '../../src/language/tracking-code.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { startSimulator, type Person } from '../../src/simulator/simulator.ts';
import { percentile } from './harness/statistics.ts';

const MESSENGERS: readonly MessengerName[] = ['telegram', 'bale'];
const BATCH = 2_000;
const FILE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 255 * 1024;
const ASKERS = 4;
const ASK_EVERY_MS = 250;
const LOOK_EVERY_MS = 100;

/**
 * A backup beside a bot that answers, and its restore into another data folder: seconds, sizes, the memory of each, and
 * what the bot's answers take meanwhile against what they take when nothing else runs.
 * Options: --members (100000), --cases (20000), --megabytes of files (2048), --idle seconds (30).
 */
export async function run(args: string[]): Promise<void> {
  const option = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args,
    options: {
      members: option('100000'),
      cases: option('20000'),
      megabytes: option('2048'),
      idle: option('30'),
    },
  });
  const root = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const dataDir = join(root, 'data');
  mkdirSync(dataDir);
  const simulator = await startSimulator({
    apiPort: 0,
    limits: { telegram: { latencyMs: 20 }, bale: { latencyMs: 20 } },
  });
  const app = await startApp({
    accounts: MESSENGERS.map((name) => ({ name, token: simulator[name].token, apiRoot: simulator[name].apiRoot })),
    database: { dataDir },
    owners: [],
    secretKey: Buffer.alloc(32, 'a bench key'),
    httpPort: null,
    logger: pino({ level: 'silent' }),
    flood: { burst: 100_000, perSecond: 100_000 },
  });
  try {
    const askers = Array.from({ length: ASKERS }, (_, index) =>
      simulator[MESSENGERS[index % 2] as MessengerName].person({ firstName: `پرسنده ${index}`, started: true }),
    );
    await ask(askers, AbortSignal.timeout(1_000));
    await fill(app, { members: Number(values.members), cases: Number(values.cases), files: Number(values.megabytes) });
    console.log(`Filled: ${values.members} members, ${values.cases} cases, ${values.megabytes} MB of files`);

    const idle = await ask(askers, AbortSignal.timeout(Number(values.idle) * 1000));
    const file = join(root, 'khoosheh.zst');
    const ending = new AbortController();
    const asking = ask(askers, ending.signal);
    const backup = await command('backup', dataDir, [file]);
    ending.abort();
    const during = await asking;
    console.log(`backup: ${backup.seconds.toFixed(1)} s, ${Math.round(backup.peakMegabytes)} MB of memory`);
    console.log(backup.output.split('\n')[0]?.replace(root, ''));
    console.log(
      `p95 of an answer: idle ${p95(idle).toFixed(1)} ms (${idle.length}), during the backup ${p95(during).toFixed(1)} ms (${during.length}): ${(p95(during) / p95(idle)).toFixed(2)} ×`,
    );

    const other = join(root, 'other');
    mkdirSync(other);
    const restore = await command('restore', other, [file]);
    console.log(
      `restore, read back and compared: ${restore.seconds.toFixed(1)} s, ${Math.round(restore.peakMegabytes)} MB of memory`,
    );
    console.log(restore.output.split('\n')[0], `archive of ${(statSync(file).size / 1024 ** 2).toFixed(0)} MB`);
  } finally {
    await app.stop();
    await simulator.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Members and cases like the ones that are there, and files that can't be packed, as photos can't. */
async function fill(app: App, counts: { members: number; cases: number; files: number }): Promise<void> {
  const db = app.database.connection.db as mongo.Db;
  const pattern = await db.collection('members').findOne({});
  if (!pattern) throw new Error('Nobody has written to the bot yet');
  const inBatches = async (name: string, count: number, make: (index: number) => mongo.Document): Promise<void> => {
    for (let made = 0; made < count; made += BATCH) {
      const size = Math.min(BATCH, count - made);
      await db.collection(name).insertMany(Array.from({ length: size }, (_, index) => make(made + index)));
    }
  };
  const ids = Array.from({ length: counts.members }, () => new mongo.ObjectId());
  await inBatches('members', counts.members, (index) => ({
    ...pattern,
    _id: ids[index],
    name: `عضو شمارهٔ ${index}`,
    phone: `+98914${String(index).padStart(7, '0')}`,
    accounts: [{ ...(pattern['accounts'] as object[])[0], userId: 10_000_000 + index, chatId: 10_000_000 + index }],
  }));
  const at = new Date();
  await inBatches('obstacles', counts.cases, (index) => ({
    draftId: `bench-${index}`,
    code: formatTrackingCode(1_000_000 + index),
    reporterId: ids[index % ids.length],
    businessId: null,
    cityCode: '03-tabriz',
    kind: 'obstacle',
    category: 'license',
    subtopic: null,
    body: null,
    title: `گزارش شمارهٔ ${index}`,
    titleKey: `${index}`,
    description: 'از بهار سه بار به اتحادیه رفته‌ایم و هر بار مدرک تازه‌ای خواسته‌اند. '.repeat(6),
    cost: { days: null, rials: null, people: null },
    visibility: 'secretariat',
    hiddenName: false,
    evidence: [],
    status: 'solved',
    assigneeId: null,
    history: [{ at, party: 'staff', actorId: null, from: null, to: 'solved', reason: 'بررسی شد', source: '' }],
    notes: [],
    checked: [],
    clock: { firstAnswerDue: at },
    mergedInto: null,
    rating: null,
    reportedAt: at,
    updatedAt: at,
  }));
  for (let made = 0; made < counts.files; made += 1) {
    const _id = new mongo.ObjectId();
    const bytes = randomBytes(FILE_BYTES);
    const chunks = Array.from({ length: Math.ceil(FILE_BYTES / CHUNK_BYTES) }, (_, n) => ({
      files_id: _id,
      n,
      data: new mongo.Binary(bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)),
    }));
    await db.collection('files.chunks').insertMany(chunks);
    await db.collection('files.files').insertOne({
      _id,
      length: FILE_BYTES,
      chunkSize: CHUNK_BYTES,
      uploadDate: at,
      filename: `${_id.toHexString()}.jpg`,
      metadata: { kind: 'photo', ownerId: String(ids[made % ids.length]), source: `bench-${made}`, fileIds: {} },
    });
  }
}

/** Milliseconds of each answer. */
async function ask(askers: readonly Person[], signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  await Promise.all(
    askers.map(async (person, index) => {
      await delay((index * ASK_EVERY_MS) / askers.length);
      while (!signal.aborted) {
        // A long chat forgets its first messages: its length says nothing.
        const before = newestOfBot(person);
        const startedAt = performance.now();
        person.command('help');
        await person.waitUntil(() => newestOfBot(person) > before, { timeoutMs: 60_000 });
        took.push(performance.now() - startedAt);
        await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
    }),
  );
  return took;
}

const newestOfBot = ({ chat }: Person): number => chat.findLast(({ from }) => from === 'bot')?.id ?? 0;

const p95 = (took: readonly number[]): number => percentile(took, 0.95);

interface Ran {
  seconds: number;
  peakMegabytes: number;
  output: string;
}

async function command(script: string, dataDir: string, args: readonly string[]): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], { env: { DATA_DIR: dataDir } });
  let output = '';
  let peak = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, LOOK_EVERY_MS);
  const code = await new Promise((resolve) => void child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}: ${output}`);
  return { seconds: (performance.now() - startedAt) / 1000, peakMegabytes: peak / 1024, output };
}

/** Kilobytes, as Linux counts them; 0 where it does not. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
