import { finding, type Finding } from '../harness/finding.ts';
import { MESSENGERS, answersSince, onStage, type Stage } from './stage.ts';
import { lastId } from './visit.ts';

const NOTICED_MS = 45_000;
const PATIENCE_MS = 120_000;
/** Everything to the messenger takes so long while a reply is caught on its way. */
const CAUGHT_MS = 1000;

/**
 * A router forgets the connections: those that are open stay so and pass nothing more. Once while the bot waits for news,
 * right after it began to (the longest it can take), once with a reply on its way.
 */
export function playHalfOpen(): Promise<Finding[]> {
  return onStage(async (stage) => {
    const polls = await Promise.all(MESSENGERS.map((name) => writeAround(stage, name, 'poll')));
    const replies = await Promise.all(MESSENGERS.map((name) => writeAround(stage, name, 'reply')));
    const found = (what: string, seen: readonly Seen[]): Finding => {
      const worst = Math.max(...seen.map(({ tookMs }) => tookMs));
      const answers = seen.map((one) => one.answers);
      return finding(
        `a half-open connection, ${what}: answered after`,
        `≤ ${NOTICED_MS / 1000} s, once`,
        `${seen.map(({ tookMs }) => (tookMs / 1000).toFixed(1)).join(' and ')} s, ${answers.join(' and ')} answer each`,
        worst <= NOTICED_MS && answers.every((count) => count === 1),
      );
    };
    return [found('while waiting for news', polls), found('with a reply on its way', replies)];
  });
}

interface Seen {
  tookMs: number;
  answers: number;
}

async function writeAround(stage: Stage, name: (typeof MESSENGERS)[number], caught: 'poll' | 'reply'): Promise<Seen> {
  const server = stage.simulator[name];
  const relay = stage.relays[name];
  const person = server.person({ firstName: 'مریم', started: true });
  const answered = (since: number) =>
    person.waitUntil(() => answersSince(person, since).length > 0, { timeoutMs: PATIENCE_MS });
  // A poll that has just ended is followed by a new one.
  person.command('help');
  await answered(0);
  await stage.settled();
  await server.waitUntil(() => server.waitingPolls === 1);

  const last = lastId(person);
  const startedAt = performance.now();
  if (caught === 'poll') {
    relay.freeze();
    person.command('cases');
  } else {
    relay.delayMs = CAUGHT_MS;
    person.command('cases');
    await server.waitUntil(() => server.waitingPolls === 0);
    await new Promise((resolve) => setTimeout(resolve, CAUGHT_MS / 2));
    relay.freeze();
    relay.delayMs = 0;
  }
  await answered(last);
  const tookMs = performance.now() - startedAt;
  await stage.settled();
  return { tookMs, answers: answersSince(person, last).length };
}
