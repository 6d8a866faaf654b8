import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes, randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { reviewButton } from '../../src/features/businesses/approval.views.ts';
import { cardButton } from '../../src/features/desk/desk.views.ts';
import { readTable } from '../../src/sheets/table.ts';
import { zip } from '../../src/sheets/zip-stream.ts';
import { MESSENGERS, fa, faBegins, startWorld } from '../support/app.ts';
import { chooseSubject, fillReport, memberOf, officerOf, report, sendReport, somebody } from '../support/journeys.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { FORM, inForm } from './form.ts';
import { seen } from './seen.ts';
import { askForHelp, expectWithin, p99 } from './waits.ts';

const MB = 1024 * 1024;

describe('time', () => {
  it.each([
    ['an hour on', 3_600_000],
    ['an hour back', -3_600_000],
    ['a day on', 86_400_000],
    ['a day back', -86_400_000],
  ])('row 15: jumps %s: nothing stands still, nothing bursts, and dates are right from then on', async (_how, ms) => {
    let ahead = 0;
    const world = await startWorld({ now: () => new Date(Date.now() + ahead) });
    const officer = await officerOf(world, 'telegram');
    const { person, id } = await memberOf(world, 'bale');
    await report(person);
    ahead = ms;
    const code = await report(person, { title: 'پس از جهش ساعت', description: 'ساعت سرور را کسی جابه‌جا کرد.' });
    const made = (await world.app.features.obstacles.ofReporter(id)).find((one) => one.code === code);
    expect(Math.abs((made?.reportedAt.getTime() ?? 0) - (Date.now() + ms))).toBeLessThan(60_000);
    const actor = await world.app.features.members.identify({
      messenger: 'telegram',
      userId: officer.id,
      chatId: officer.id,
    });
    const asked = {
      from: 'received',
      to: 'needs_information',
      reason: 'تاریخ آخرین مراجعه را بنویسید',
      source: randomUUID(),
    } as const;
    await world.app.features.obstacles.move(actor, made?.id ?? '', asked);
    await person.waitFor('تاریخ آخرین مراجعه را بنویسید', { timeoutMs: 10_000 });
    await world.settled();
    expect(person.chat.filter(({ text }) => text.includes('تاریخ آخرین مراجعه را بنویسید'))).toHaveLength(1);
  });
});

describe('what people send', () => {
  it('row 21: never becomes an operator, as the database driver sees it', async (context) => {
    const typed = ['{"$gt":""}', '$where', '$ne', '__proto__', 'constructor', 'a.b.c', '{"$where":"sleep(1)"}'];
    const uri = `${inject('mongoUri')}&monitorCommands=true`;
    const world = await startWorld({ database: { uri, dbName: `faults_${randomUUID().replaceAll('-', '')}` } });
    const keys = new Set<string>();
    world.app.database.connection.getClient().on('commandStarted', ({ command }) => {
      for (const key of keysIn(command)) keys.add(key);
    });
    const { person } = await memberOf(world, 'telegram');
    const officer = await officerOf(world, 'telegram');
    for (const text of typed) {
      person.say(text);
      person.command('start', text.replaceAll(/[^\w-]/g, '_'));
      person.pressData(text.slice(0, 64), { id: 1 });
      for (const prefix of ['np1', 'ob1', 'oc1', 'dq2', 'ds1', 'bp1', 'l1', 'r1', 'a1'])
        officer.pressData(`${prefix}:${text}:${text}`.slice(0, 64), { id: 1 });
      person.sendDocument(Buffer.from('x'), { name: text, caption: text });
    }
    await world.settled();
    await fillReport(person, { title: '{"$gt":""} عنوان', description: '$where: {"$ne": "x"} شرح ماجرا' });
    await sendReport(person);
    expect(typed.filter((text) => keys.has(text) && !OURS.has(text))).toEqual([]);
    const operators = [...keys].filter((key) => key.startsWith('$'));
    expect(operators.filter((key) => !OURS.has(key))).toEqual([]);
    expect(keys.size).toBeGreaterThan(50);
    seen(context, `${keys.size} keys in commands; ${operators.length} operators, all of them in our code`);
  }, 60_000);

  it('row 24: can neither turn a line around nor hide: names are shown between isolates, without controls', async (context) => {
    const world = await startWorld();
    const { members } = world.app.features;
    const { id, person } = await memberOf(world, 'telegram');
    const admin = await officerOf(world, 'telegram', { role: 'admin' });
    const hostile = HOSTILE_TEXTS.filter((text) =>
      /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/u.test(text),
    );
    for (const text of hostile.map((text) => text.slice(0, 20))) {
      person.command('me');
      await fillReport(person, { title: `${text} مانع پنهان`, description: `${text} شرح ماجرا در چند واژه` });
      await sendReport(person);
    }
    await members.find(id);
    admin.command('desk');
    await world.settled();
    const shown = [...person.chat, ...admin.chat].filter(({ from }) => from === 'bot');
    const unclean = shown.filter(({ text }) =>
      /[\u061C\u200B\u202A-\u202E\u2060-\u2065\uFEFF\u{E0000}-\u{E007F}]/u.test(text),
    );
    expect(unclean.map(({ text }) => text)).toEqual([]);
    for (const { text } of shown)
      expect([...text.matchAll(/[\u2066-\u2068]/g)]).toHaveLength([...text.matchAll(/\u2069/g)].length);
    expect(hostile.length).toBeGreaterThan(5);
    seen(context, `${hostile.length} hostile texts in ${shown.length} messages: 0 controls, every isolate closed`);
  }, 60_000);

  it.each(MESSENGERS)(
    'row 24: on %s is marked for staff where a name mixes letters of two scripts that look alike',
    async (messenger) => {
      const world = await startWorld();
      const forged = { name: 'Mаryam Ahmadi', business: 'Irancеll' };
      const { person, id } = await memberOf(world, messenger, forged);
      const officer = await officerOf(world, messenger, { role: 'head' });
      const code = await report(person);
      const { obstacles, businesses } = world.app.features;
      const made = (await obstacles.ofReporter(id)).find((one) => one.code === code);
      const [own] = await businesses.ofMember(id);
      await world.settled();
      const screen = officer.chat.at(-1)!;
      const marks = () =>
        officer.chat.flatMap(({ text }) => text.split('\n')).filter((line) => line.includes('از دو خط'));
      for (const [data, names] of [
        [cardButton.data(made?.id ?? ''), [forged.name, forged.business]],
        [reviewButton.data(own?.id ?? ''), [forged.business, forged.name]],
      ] as const) {
        officer.pressData(data, screen);
        await officer.waitUntil(() => names.every((name, index) => marks()[index]?.includes(name)));
      }
      expect(marks()).toHaveLength(2);
      expect(person.chat.filter(({ text }) => text.includes('از دو خط'))).toEqual([]);
    },
    30_000,
  );

  it('row 25: as a bomb costs no memory: what unpacks to a gigabyte is refused where the limit is', async (context) => {
    const parts: Uint8Array[] = [];
    const megabyte = '0'.repeat(MB);
    for await (const chunk of zip([
      { path: '_rels/.rels', content: Array.from({ length: inForm(256, 1024) }, () => megabyte) },
    ]))
      parts.push(chunk);
    const bomb = Buffer.concat(parts);
    const before = process.memoryUsage().rss;
    expect(() => readTable(bomb)).toThrow(/unpacks to more than/);
    const lying = Buffer.from(bomb);
    lying.writeUInt32LE(1, lying.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 24);
    expect(() => readTable(lying)).toThrow(/unpacks to more than/);
    const grown = (process.memoryUsage().rss - before) / 1e6;
    expect(grown).toBeLessThan(100);
    seen(
      context,
      `${(bomb.length / 1e6).toFixed(1)} MB that unpack to ${inForm(256, 1024)} MB: refused, memory +${grown.toFixed(0)} MB`,
    );
  }, 60_000);

  it.each(MESSENGERS)(
    'row 25: on %s is kept under a name of ours by what it is, and refused over 20 MB before it is fetched',
    async (messenger) => {
      const world = await startWorld();
      const { person } = await memberOf(world, messenger);
      await fillToEvidence(person);
      person.sendDocument(Buffer.alloc(20 * MB + 1), { name: 'big.bin' });
      await person.waitFor((message) => message.text.includes(fa('bot.dialogue.error.fileTooLarge', { max: 20 })));
      expect(world.server(messenger).calls.filter(({ method }) => method.toLowerCase() === 'getfile')).toEqual([]);
      person.sendDocument(Buffer.from('MZ\u0000 program'), { name: 'letter.jpg', mimeType: 'image/jpeg' });
      await person.waitFor('برنامهٔ اجرایی');
      person.sendDocument(Buffer.from('%PDF-1.4'), { name: '../../../etc/cron.d/x.jpg', mimeType: 'image/jpeg' });
      await person.waitFor((message) =>
        message.inlineKeyboard.flat().some(({ label }) => label === fa('bot.dialogue.button.done')),
      );
      // A picture of 50,000 × 50,000 by its header: it is kept, never drawn.
      const png = Buffer.from('89504e470d0a1a0a0000000d494844520000c3500000c3500802000000', 'hex');
      person.sendPhoto(png);
      await world.settled();
      const files = await world.app.database.connection.collection('files.files').find().toArray();
      expect(files).toHaveLength(2);
      for (const { filename } of files) expect(filename).toMatch(/^[0-9a-f]{24}\.(?:pdf|png)$/);
      expect(files.map(({ metadata }) => (metadata as { mimeType: string }).mimeType).sort()).toEqual([
        'application/pdf',
        'image/png',
      ]);
    },
    30_000,
  );

  it('row 25: as a picture is decoded nowhere, so that its size in pixels costs nothing', () => {
    const root = new URL('../../', import.meta.url);
    const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const decoders = /canvas|sharp|jimp|image|png|jpe?g|gif|webp|skia|magick/;
    expect(Object.keys(dependencies).filter((name) => decoders.test(name))).toEqual(['@napi-rs/canvas']);
    const fromCanvas = globSync('{src,scripts}/**/*.ts', { cwd: root.pathname }).flatMap((file) => {
      const source = readFileSync(new URL(file, root), 'utf8');
      expect({ file, loads: /loadImage|new Image\b|drawImage|createImageBitmap/.test(source) }).toEqual({
        file,
        loads: false,
      });
      return [...source.matchAll(/import \{([^}]*)\} from '@napi-rs\/canvas'/g)].flatMap(([, names = '']) =>
        names.split(','),
      );
    });
    const used = new Set(fromCanvas.map((name) => name.trim()));
    expect([...used].toSorted()).toEqual(['GlobalFonts', 'PDFDocument', 'createCanvas', 'type SKRSContext2D']);
  });

  it('row 26: in a flood waits its turn and is told once; nobody else waits, and no report of it is lost', async (context) => {
    const world = await startWorld({ flood: { burst: 30, perSecond: 10 } });
    const server = world.server('telegram');
    const hasty = somebody(world, 'telegram');
    const count = inForm(60, 400);
    const idle: number[] = [];
    for (let number = inForm(5, 100); number > 0; number -= 1) idle.push(await askForHelp(somebody(world, 'telegram')));
    for (let number = 0; number < count; number += 1) hasty.say(`گزارش ${'الف'.repeat(1 + number)} از یک نفر`);
    // New people come in while it lasts.
    const waits: number[] = [];
    const others = Array.from({ length: inForm(30, 300) }, () => somebody(world, 'telegram'));
    for (const other of others) {
      waits.push(await askForHelp(other));
      await delay(10);
    }
    await server.waitUntil(() => server.pendingUpdates.length === 0, { timeoutMs: 60_000 });
    await world.settled();
    // Not in the chat, which keeps the last few hundred messages only.
    const said = server.calls.map(({ payload }) => payload['text']);
    expect(said.filter((text) => text === fa('bot.error.tooFast'))).toHaveLength(1);
    const kept = await world.app.database.connection.collection('held').countDocuments({});
    expect(kept).toBe(count);
    expectWithin(waits, 2, idle);
    seen(
      context,
      `${count} messages of one: all ${kept} kept, told once; ${others.length} others answered, 99th ${p99(waits).toFixed(0)} ms (idle ${p99(idle).toFixed(0)})`,
    );
  }, 240_000);
});

describe('a stranger', () => {
  it('row 34: fills no disk with files, and nobody else waits meanwhile', async (context) => {
    const world = await startWorld();
    const server = world.server('telegram');
    const greedy = somebody(world, 'telegram');
    const count = inForm(12, 120);
    const idle: number[] = [];
    for (let number = inForm(5, 100); number > 0; number -= 1) idle.push(await askForHelp(somebody(world, 'telegram')));
    const noise = randomBytes(inForm(1, 15) * MB);
    for (let number = 0; number < count; number += 1)
      greedy.sendDocument(noise, { name: 'x.bin', caption: 'برای شما' });
    const waits: number[] = [];
    for (let number = inForm(10, 100); number > 0; number -= 1)
      waits.push(await askForHelp(somebody(world, 'telegram')));
    await server.waitUntil(() => server.pendingUpdates.length === 0, { timeoutMs: 60_000 });
    await world.settled();
    const { connection } = world.app.database;
    expect(await connection.collection('files.files').countDocuments()).toBe(0);
    expect(server.calls.filter(({ method }) => method.toLowerCase() === 'getfile')).toEqual([]);
    expect(await connection.collection('held').countDocuments()).toBe(count);
    expectWithin(waits, 2, idle);
    seen(
      context,
      `${count} files of ${noise.length / MB} MB by a stranger: 0 bytes kept, none fetched, all ${count} noted; others’ 99th ${p99(waits).toFixed(0)} ms (idle ${p99(idle).toFixed(0)})`,
    );
  }, 240_000);
});

describe('much at once', () => {
  it('row 30: a broadcast leaves room for answers, and is never told that it is too fast', async (context) => {
    const world = await startWorld({ sendsPerSecond: { telegram: 30, bale: 10 } });
    const server = world.server('telegram');
    // Not by their first messages, whose answers alone would take minutes at this rate.
    const { members } = world.app.features;
    const people = await Promise.all(
      Array.from({ length: inForm(150, 1_500) }, async (_, number) => {
        const phone = `+98999${String(5_000_000 + number)}`;
        const person = server.person({ firstName: 'مریم', phone, started: true });
        const { id } = await members.identify({ messenger: 'telegram', userId: person.id, chatId: person.id });
        const place = { provinceCode: '06', cityCode: '06-ahvaz' };
        await members.saveProfile(id, { name: 'مریم احمدی', phone, ...place });
        return { person };
      }),
    );
    // As Telegram counts what goes to many; answers pass besides.
    server.setLimits({ perSecond: 45, burst: 45 });
    const { news } = world.app.features;
    const item = await news.publish({
      origin: randomUUID(),
      headline: 'خبر برای همه',
      lead: '',
      body: 'متن خبر',
      source: '',
    });
    const idle: number[] = [];
    for (const { person } of people.slice(0, inForm(5, 100))) {
      idle.push(await askForHelp(person));
      // Answers ask nobody: more of them in a second than the messenger takes would be refused, and slow the broadcast.
      await delay(50);
    }
    const startedAt = performance.now();
    await news.send({ id: '000000000000000000000001', roles: ['admin'] }, item.id, { source: randomUUID() });
    const reached = () =>
      people.filter(({ person }) =>
        person.chat.some(({ from, text }) => from === 'bot' && text.includes('خبر برای همه')),
      ).length;
    const waits: number[] = [];
    while (reached() < people.length) {
      waits.push(await askForHelp(people[waits.length % people.length]!.person));
      await delay(200);
    }
    const perSecond = (people.length + waits.length) / ((performance.now() - startedAt) / 1000);
    expectWithin(waits, 1.5, idle);
    expect(server.calls.filter(({ error }) => error?.code === 429)).toEqual([]);
    if (FORM.isLong) expect(perSecond).toBeGreaterThan(0.95 * 30);
    const twice = people.filter(
      ({ person }) =>
        person.chat.filter(({ from, text }) => from === 'bot' && text.includes('خبر برای همه')).length > 1,
    );
    expect(twice).toEqual([]);
    seen(
      context,
      `${people.length} reached once, 0 times 429, ${perSecond.toFixed(1)} messages a second of 30; ${waits.length} answers meanwhile, 99th ${p99(waits).toFixed(0)} ms (idle ${p99(idle).toFixed(0)})`,
    );
  }, 240_000);
});

/** The operators that stand in the code, and what the driver adds to each command. */
const OURS: ReadonlySet<string> = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  ...globSync('src/**/*.ts').flatMap((file) => readFileSync(file, 'utf8').match(/\$[a-zA-Z]+/g) ?? []),
]);

/** Every name of a field, at any depth, of what goes to the database. */
function* keysIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null || '_bsontype' in value || ArrayBuffer.isView(value)) return;
  // A session lends its id and holds much of the driver besides.
  if (Object.getPrototypeOf(value) !== Object.prototype && !Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) yield key;
    yield* keysIn(inner);
  }
}

async function fillToEvidence(person: Parameters<typeof fillReport>[0]): Promise<void> {
  person.command('report');
  await chooseSubject(person);
  person.say('تمدید پروانه طول کشیده است');
  await person.waitFor(fa('obstacles.question.description'));
  person.say('از بهار سه بار به اتحادیه رفته‌ایم.');
  await person.waitFor(faBegins('obstacles.question.evidence'));
}
