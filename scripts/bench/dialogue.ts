import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Question } from '../../src/bot/dialogue/dialogue.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { completed, startDialogueWorld, textKey, type DialogueWorld } from '../../test/support/dialogue-world.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { median } from './harness/statistics.ts';

const QUESTIONS = 45;
const EARLY = 5;
const LATE = 40;
const ROUNDS = 9;
/** Answers a round, each with the way back: two updates. */
const ANSWERS = 25;
const MOST_RATIO = 1.2;
const MOST_BYTES = 4096;

const ANSWER = 'کارگاه نرم‌افزار مریم در تبریز، خیابان آزادی';

const questions = Array.from({ length: QUESTIONS }, (_, index): Question => ({
  key: `q${index + 1}`,
  kind: 'text',
  text: textKey('ask'),
  label: textKey('label'),
  min: 2,
  max: 100,
}));

interface Place {
  question: number;
  person: Person;
  /** Milliseconds an update, of each round. */
  rounds: number[];
}

/**
 * What an update costs at question 40 of 45 against question 5, over HTTP, the inbox and the database: from the person's
 * act until it is answered and marked done. Both in turn within each round, so that whatever slows the machine slows both.
 */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'silent' }) });
  const world = await startDialogueWorld({
    connection: database.connection,
    dialogues: [{ name: 'form', title: textKey('form'), send: textKey('send'), questions, complete: completed }],
    texts: { form: 'فرم', send: 'ارسال', ask: 'پرسش؟', label: 'پاسخ' },
  });
  try {
    const places = [await walkTo(world, EARLY), await walkTo(world, LATE)];
    await measure(world, places);
    for (const place of places) place.rounds.length = 0;
    for (let round = 0; round < ROUNDS; round++) await measure(world, round % 2 === 0 ? places : places.toReversed());
    if (!(await report(world, places))) process.exitCode = 1;
  } finally {
    await world.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function walkTo(world: DialogueWorld, question: number): Promise<Place> {
  const person = world.server('telegram').person({ firstName: 'سارا' });
  person.command('form');
  await world.work();
  for (let asked = 1; asked < question; asked++) {
    person.say(ANSWER);
    await world.work();
  }
  return { question, person, rounds: [] };
}

async function measure(world: DialogueWorld, places: Place[]): Promise<void> {
  const spent = new Map(places.map((place) => [place, 0]));
  for (let answer = 0; answer < ANSWERS; answer++) {
    for (const place of places) {
      const from = performance.now();
      place.person.say(ANSWER);
      await world.work();
      place.person.press(world.say('bot.dialogue.button.back'));
      await world.work();
      spent.set(place, (spent.get(place) ?? 0) + performance.now() - from);
    }
  }
  for (const [place, milliseconds] of spent) place.rounds.push(milliseconds / (2 * ANSWERS));
}

async function report(world: DialogueWorld, places: Place[]): Promise<boolean> {
  const figures: { median: number; bytes: number }[] = [];
  for (const { question, person, rounds } of places) {
    const { conversation } = await world.memberOf(person, 'telegram');
    const bytes = Buffer.byteLength(conversation ?? '');
    const all = rounds.map((round) => round.toFixed(2)).join(' ');
    console.log(
      `question ${question}: ${median(rounds).toFixed(2)} ms an update (rounds: ${all}), state ${bytes} bytes`,
    );
    figures.push({ median: median(rounds), bytes });
  }
  const [early, late] = figures;
  if (!early || !late) return false;
  const ratio = late.median / early.median;
  console.log(
    `question ${LATE} against ${EARLY}, of ${QUESTIONS}: ratio ${ratio.toFixed(2)} (at most ${MOST_RATIO}), ` +
      `conversation state ${late.bytes} bytes (at most ${MOST_BYTES})`,
  );
  return ratio <= MOST_RATIO && figures.every(({ bytes }) => bytes > 0 && bytes <= MOST_BYTES);
}
