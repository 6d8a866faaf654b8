import { setTimeout as delay } from 'node:timers/promises';
import type { MessengerName } from '../../../src/messengers/messenger.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { finding, type Finding } from '../harness/finding.ts';
import { percentile } from '../harness/statistics.ts';
import { MESSENGERS, answersSince, onStage, type Stage } from './stage.ts';
import { lastId } from './visit.ts';

/** Seconds of each outage; how long one was decides how long the bot has learned to wait. */
const OUTAGES_S = [3, 3, 3, 3, 7, 7, 20, 20, 60, 60];
/** Those who have written before the line breaks and wait for the answer, and those who write meanwhile. */
const [BEFORE, MEANWHILE] = [10, 10];
const BACK_MS = 1000;
const PATIENCE_MS = 120_000;
/** Calls are so long on their way there that the outage catches the answers to those who wrote before it. */
const CALL_MS = 600;
/** No two outages end at the same moment of what the bot does. */
const LONGEST_ODD_MS = 900;

/** What is wrong, and how it is ended. */
type Breakdown = (stage: Stage, name: MessengerName) => () => void;
const refused: Breakdown = ({ relays }, name) => {
  relays[name].cut();
  return () => relays[name].mend();
};
const failing: Breakdown = ({ simulator }, name) => simulator[name].faults.add({ method: '*', kind: 'bad-gateway' });

interface Seen {
  how: 'refused' | '502';
  /** From the end of the outage, of everybody who waited. */
  tookMs: number[];
  doubled: number;
}

/** A messenger is out of reach again and again: it refuses connections, or its gateway answers for it. */
export function playOutages(): Promise<Finding[]> {
  return onStage(async (stage) => {
    const seen: Seen[] = [];
    for (const [place, seconds] of OUTAGES_S.entries()) {
      // Each messenger has each kind in turn, both at once.
      const kinds = MESSENGERS.map((_, index) => (index + place) % MESSENGERS.length === 0);
      const lasting = seconds * 1000 + ((place * 370) % LONGEST_ODD_MS);
      seen.push(
        ...(await Promise.all(
          MESSENGERS.map((name, index) => breakDown(stage, { name, how: kinds[index] ? 'refused' : '502', lasting })),
        )),
      );
    }
    return (['refused', '502'] as const).map((how) => {
      const ofKind = seen.filter((one) => one.how === how);
      const took = ofKind.flatMap(({ tookMs }) => tookMs);
      const firsts = ofKind.map(({ tookMs }) => Math.min(...tookMs));
      const worst = Math.max(...took);
      const doubled = ofKind.reduce((sum, one) => sum + one.doubled, 0);
      return finding(
        `${ofKind.length} outages of ${Math.min(...OUTAGES_S)} to ${Math.max(...OUTAGES_S)} s (${how}), over: answered after`,
        `all ≤ ${BACK_MS} ms`,
        `first ${Math.max(...firsts).toFixed(0)} ms at worst; all ${took.length}: 50th ${percentile(took, 0.5).toFixed(0)}, worst ${worst.toFixed(0)} ms; ${doubled} doubled`,
        worst <= BACK_MS,
      );
    });
  });
}

async function breakDown(
  stage: Stage,
  { name, how, lasting }: { name: MessengerName; how: Seen['how']; lasting: number },
): Promise<Seen> {
  const server = stage.simulator[name];
  const relay = stage.relays[name];
  const people = Array.from({ length: BEFORE + MEANWHILE }, () => server.person({ firstName: 'مریم', started: true }));
  // So that none is new when it matters.
  for (const person of people) person.command('help');
  await Promise.all(people.map((person) => answered(person, 0)));
  await stage.settled();

  const marks = new Map(people.map((person) => [person, lastId(person)]));
  const [before, meanwhile] = [people.slice(0, BEFORE), people.slice(BEFORE)];
  await server.waitUntil(() => server.waitingPolls === 1);
  relay.delayMs = CALL_MS;
  for (const person of before) person.command('cases');
  await server.waitUntil(() => server.waitingPolls === 0);
  await delay(CALL_MS / 2);
  const end = (how === 'refused' ? refused : failing)(stage, name);
  await delay(lasting / 2);
  for (const person of meanwhile) person.command('cases');
  await delay(lasting / 2);
  relay.delayMs = 0;
  end();
  const endedAt = performance.now();
  // Whoever was answered before the line broke has not waited.
  const waiting = people.filter((person) => answersSince(person, marks.get(person)!).length === 0);
  const tookMs = await Promise.all(
    waiting.map(async (person) => {
      await answered(person, marks.get(person)!);
      return performance.now() - endedAt;
    }),
  );
  await stage.settled();
  const doubled = people.filter((person) => answersSince(person, marks.get(person)!).length > 1).length;
  return { how, tookMs, doubled };
}

const answered = (person: Person, since: number): Promise<void> =>
  person.waitUntil(() => answersSince(person, since).length > 0, { timeoutMs: PATIENCE_MS });
