import { setTimeout as delay } from 'node:timers/promises';
import type { FaultKind, Simulator } from '../../../src/simulator/simulator.ts';
import { mulberry } from '../data/measure.ts';
import { finding, type Finding } from '../harness/finding.ts';
import { percentile } from '../harness/statistics.ts';
import { MESSENGERS, answersSince, onStage } from './stage.ts';
import { anonymous, gather, lastId, type Visitor } from './visit.ts';

const PEOPLE = 300;
/** Of the calls that people wait for; together one call in seven fails. */
const SHARES: readonly [FaultKind, number][] = [
  ['server-error', 0.05],
  ['drop-before', 0.05],
  ['bad-gateway', 0.02],
  ['rate-limited', 0.03],
];
const RETRY_AFTER_S = 1;
const METHODS = ['sendMessage', 'editMessageText', 'editMessageReplyMarkup', 'answerCallbackQuery'];
/** A person answers after so long, by chance between these. */
const [SHORTEST_THOUGHT_MS, LONGEST_THOUGHT_MS] = [500, 2500];
const PATIENCE_MS = 60_000;
const LATE_MS = 1500;

/** One message and its answer; times in milliseconds since 1970. */
interface Asked {
  visitor: Visitor;
  isInForm: boolean;
  askedAt: number;
  /** Infinity where nothing came. */
  answeredAt: number;
  /** As without faults, but that what was in doubt may be there twice. */
  isRight: boolean;
  isRepeated: boolean;
}

/** People fill in forms and ask, one thing at a time, while a share of the bot's calls fails. */
export function playFaults(): Promise<Finding[]> {
  return onStage(async (stage) => {
    const crowd = await gather(stage, PEOPLE);
    for (const name of MESSENGERS) {
      for (const method of METHODS) {
        for (const [kind, probability] of SHARES) {
          stage.simulator[name].faults.add({ method, kind, probability, retryAfter: RETRY_AFTER_S });
        }
      }
    }
    const random = mulberry(1405);
    const asked: Asked[] = [];
    await Promise.all(crowd.map((visitor) => converse(visitor, { random, asked })));
    const answered = asked.filter(({ answeredAt }) => answeredAt < Infinity);
    const calm = fates(stage.simulator, answered);
    const once = calm.filter(({ faults }) => faults === 1).map(({ lateMs }) => lateMs);
    const more = calm.filter(({ faults }) => faults > 1).map(({ lateMs }) => lateMs);
    const inForms = asked.filter(({ isInForm }) => isInForm);
    const worst = Math.max(...once);
    const wrong = answered.filter(({ isRight }) => !isRight).length;
    const repeated = answered.filter(({ isRepeated }) => isRepeated).length;
    return [
      finding(
        `one call in seven fails, ${PEOPLE} people: answered`,
        '100 %, in forms too',
        `${answered.length} of ${asked.length}, in forms ${inForms.filter(({ answeredAt }) => answeredAt < Infinity).length} of ${inForms.length}; ${wrong} otherwise than without faults, ${repeated} partly twice`,
        answered.length === asked.length && wrong === 0,
      ),
      finding(
        `… after one fault (500, 502, 429, reset; ${once.length} answers), beyond retry_after: worst`,
        `≤ ${LATE_MS} ms`,
        described(once),
        worst <= LATE_MS,
      ),
      finding(
        `… after two to ${Math.max(...calm.map(({ faults }) => faults))} faults (${more.length} answers)`,
        'answered',
        described(more),
        true,
      ),
    ];
  });
}

const described = (values: readonly number[]): string =>
  [0.5, 0.99, 1].map((share) => percentile(values, share).toFixed(0)).join(' / ') + ' ms (50th, 99th, worst)';

async function converse(visitor: Visitor, { random, asked }: { random: () => number; asked: Asked[] }): Promise<void> {
  const { person, visit } = visitor;
  let before: readonly string[] = [];
  for (const [place, { isInForm, sends }] of visit.acts.entries()) {
    for (const [index, send] of sends.entries()) {
      await delay(SHORTEST_THOUGHT_MS + random() * (LONGEST_THOUGHT_MS - SHORTEST_THOUGHT_MS));
      const expected = visit.answers[place]![index]!;
      const last = lastId(person);
      const got = () => answersSince(person, last).map((text) => anonymous(person, text));
      const askedAt = Date.now();
      send(person);
      const isAnswered = await person
        .waitUntil(() => got().at(-1) === expected.at(-1), { timeoutMs: PATIENCE_MS })
        .then(
          () => true,
          () => false,
        );
      const all = got();
      // What was in doubt of the last answer may come again after the person has gone on.
      const answers = all.filter((text) => expected.includes(text) || !before.includes(text));
      const isRight = [...new Set(answers)].join('\n\n') === expected.join('\n\n');
      if (isAnswered && !isRight) console.log('answered otherwise:', { place, index, expected, answers });
      asked.push({
        visitor,
        isInForm,
        askedAt,
        answeredAt: isAnswered ? Date.now() : Infinity,
        isRight,
        isRepeated: all.length > expected.length,
      });
      before = expected;
    }
  }
}

/**
 * How many faults each answer met, and how late it came beyond the pauses that its messenger asked for meanwhile. What
 * failed of the person's last update after its answer counts too: a chat's updates are worked one after the other.
 */
function fates(simulator: Simulator, answered: readonly Asked[]): { faults: number; lateMs: number }[] {
  const failed = new Map(
    MESSENGERS.map((name) => [name, simulator[name].calls.filter(({ fault }) => fault !== undefined)]),
  );
  const lastAnswerTo = new Map<Visitor, number>();
  return answered.map(({ visitor, askedAt, answeredAt }) => {
    const { person } = visitor;
    const sinceLast = lastAnswerTo.get(visitor) ?? askedAt;
    lastAnswerTo.set(visitor, answeredAt);
    const presses = new Set<unknown>(person.toasts.map(({ id }) => id));
    const ended = failed.get(person.view.host.profile.name)!.filter(({ at }) => at <= answeredAt);
    const meanwhile = ended.filter(({ at }) => at >= askedAt - RETRY_AFTER_S * 1000);
    const faults = ended.filter(
      ({ at, payload }) =>
        at >= sinceLast && (Number(payload['chat_id']) === person.id || presses.has(payload['callback_query_id'])),
    );
    let pausedMs = 0;
    let pausedUntil = askedAt;
    for (const { at } of meanwhile.filter(({ fault }) => fault === 'rate-limited')) {
      const until = Math.min(answeredAt, at + RETRY_AFTER_S * 1000);
      pausedMs += Math.max(0, until - Math.max(at, pausedUntil));
      pausedUntil = Math.max(pausedUntil, until);
    }
    return { faults: faults.length, lateMs: answeredAt - askedAt - pausedMs };
  });
}
