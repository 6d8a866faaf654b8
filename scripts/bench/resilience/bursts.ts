import { finding, type Finding } from '../harness/finding.ts';
import { answersSince, onStage, type Stage } from './stage.ts';
import { anonymous, filledInBy, gather, lastId, type Visitor } from './visit.ts';

const PEOPLE = 1250;
const SIDE_BY_SIDE = 60;
const PATIENCE_MS = 60_000;
const EXAMPLES = 5;

interface Seen {
  bursts: number;
  wrong: number;
  examples: string[];
}

/**
 * People send three messages at once, many people side by side. Right is what the same messages bring one at a time, in
 * that order and no more of it, and what is stored then.
 */
export function playBursts(): Promise<Finding[]> {
  return onStage(async (stage) => {
    const crowd = await gather(stage, PEOPLE);
    const seen = { inside: nothing(), outside: nothing() };
    const begun = performance.now();
    const waiting = crowd.values();
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (const visitor of waiting) await walk(visitor, seen);
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    await stage.settled();
    let beside = 0;
    for (const visitor of crowd) if (!(await isAsExpected(stage, visitor))) beside += 1;
    const { inside, outside } = seen;
    const bursts = inside.bursts + outside.bursts;
    for (const example of [...inside.examples, ...outside.examples].slice(0, EXAMPLES)) console.log(example);
    return [
      finding(
        `three messages at once, ${bursts} times (${(bursts / seconds).toFixed(0)} a second, ${SIDE_BY_SIDE} people side by side): wrong`,
        '0',
        `${inside.wrong} of ${inside.bursts} in forms, ${outside.wrong} of ${outside.bursts} outside`,
        inside.wrong + outside.wrong === 0,
      ),
      finding(
        '… people with another answer besides, or with another value in their form',
        '0',
        `${beside} of ${PEOPLE}`,
        beside === 0,
      ),
    ];
  });
}

const nothing = (): Seen => ({ bursts: 0, wrong: 0, examples: [] });

async function walk({ person, visit }: Visitor, seen: Record<'inside' | 'outside', Seen>): Promise<void> {
  for (const [place, { isInForm, sends }] of visit.acts.entries()) {
    const expected = visit.answers[place]!.flat();
    const last = lastId(person);
    for (const send of sends) send(person);
    await person
      .waitUntil(() => answersSince(person, last).length >= expected.length, { timeoutMs: PATIENCE_MS })
      .catch(() => {});
    if (sends.length === 1) continue;
    const counted = seen[isInForm ? 'inside' : 'outside'];
    counted.bursts += 1;
    const got = answersSince(person, last).map((text) => anonymous(person, text));
    if (got.join('\n\n') === expected.join('\n\n')) continue;
    counted.wrong += 1;
    counted.examples.push(`expected ${JSON.stringify(expected)}\n     got ${JSON.stringify(got)}`);
  }
}

async function isAsExpected(stage: Stage, { person, visit }: Visitor): Promise<boolean> {
  const all = answersSince(person, 0).length;
  return all === visit.answers.flat(2).length && (await filledInBy(stage, person)) === visit.filledIn;
}
