import { parseArgs } from 'node:util';
import { Types } from 'mongoose';
import { ASK_FROM } from '../../src/features/obstacles/obstacles.service.ts';
import { similarityText } from '../../src/features/obstacles/public-face.ts';
import { grams, similarity } from '../../src/language/similarity.ts';
import pairs from './data/similar-pairs.json' with { type: 'json' };
import { measure, mulberry } from './data/measure.ts';
import { withCases, type CasesRoom } from './data/world.ts';

const LIMIT_MS = 60;
const SHOWN = 3;

interface Told {
  title: string;
  description: string;
}

const toldOf = ([title = '', description = '']: readonly string[] = []): Told => ({ title, description });

const pairsOf = (list: readonly (readonly (readonly string[])[])[]) =>
  list.map(([told, again]) => ({ told: toldOf(told), again: toldOf(again) }));
const same = pairsOf(pairs.same);
const different = pairsOf(pairs.different);

/**
 * How often a problem that is told again is found, and how often a new one is asked about in vain, on pairs written for
 * this; then the time that it takes among 200,000 cases, and how many of the retold ones are found there.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { cases: { type: 'string', default: '200000' }, queries: { type: 'string', default: '200' } },
  });
  onPairs();
  const total = Number(values.cases);
  if (total === 0) return;

  await withCases(total, (room) => amongCases(room, { total, count: Number(values.queries) }));
}

/** The search alone, over cases that are there. */
export async function amongCases(
  { obstacles }: CasesRoom,
  { total, count }: { total: number; count: number },
): Promise<void> {
  const reporterId = new Types.ObjectId().toHexString();
  const planted: string[] = [];
  for (const [index, { told }] of same.entries()) {
    const { id } = await obstacles.report({
      draftId: `planted-${index}`,
      reporterId,
      businessId: null,
      category: 'other',
      visibility: 'public',
      evidence: [],
      ...told,
    });
    planted.push(id);
  }
  const from = performance.now();
  await obstacles.similar.countGrams();
  console.log(`Counting grams, once an hour: ${Math.round(performance.now() - from)} ms`);
  const random = mulberry(3);
  const ok = await measure('similar cases, one search', { count, limitMs: LIMIT_MS }, () => {
    const { again } = same[Math.floor(random() * same.length)] ?? { again: toldOf() };
    return obstacles.similar.find(new Types.ObjectId().toHexString(), again);
  });
  let found = 0;
  for (const [index, { again }] of same.entries()) {
    const shown = await obstacles.similar.find(new Types.ObjectId().toHexString(), again);
    if (shown.some((one) => one.found.id === planted[index])) found += 1;
  }
  let asked = 0;
  for (const { again } of different) {
    if ((await obstacles.similar.find(new Types.ObjectId().toHexString(), again)).length > 0) asked += 1;
  }
  console.log(
    `Among ${total} others: ${found} of ${same.length} retold found, ${asked} of ${different.length} new asked about`,
  );
  console.log(ok ? `Below ${LIMIT_MS} ms` : `NOT below ${LIMIT_MS} ms`);
  if (!ok) process.exitCode = 1;
}

function onPairs(): void {
  const stored = [...same, ...different].map(({ told }) => grams(similarityText(told)));
  const textsWith = new Map<string, number>();
  for (const gram of stored.flat()) textsWith.set(gram, (textsWith.get(gram) ?? 0) + 1);
  const statistics = { texts: stored.length, textsWith };
  const ranked = ({ again }: { again: Told }) => {
    const typed = grams(similarityText(again));
    return stored
      .map((one, index) => ({ index, score: similarity(typed, one, statistics) }))
      .toSorted((one, other) => other.score - one.score);
  };
  console.log(
    `${same.length} problems told again, ${different.length} new ones near a known one; asked from ${ASK_FROM}`,
  );
  for (const threshold of [0.3, 0.35, 0.4, 0.45, 0.5]) {
    const found = same.filter((pair, index) =>
      ranked(pair)
        .slice(0, SHOWN)
        .some((one) => one.index === index && one.score >= threshold),
    ).length;
    const asked = different.filter((pair) => (ranked(pair)[0]?.score ?? 0) >= threshold).length;
    const share = (part: number, of: number) => `${part} of ${of} (${Math.round((100 * part) / of)} %)`;
    const mark = threshold === ASK_FROM ? ' ←' : '';
    console.log(
      `at ${threshold.toFixed(2)}: found ${share(found, same.length)}, asked needlessly ${share(asked, different.length)}${mark}`,
    );
  }
}
