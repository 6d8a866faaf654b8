import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import type { FaultKind } from '../../src/simulator/simulator.ts';
import { createRandom, type Random } from '../support/random.ts';
import { choose, perform, type Action } from './actions.ts';
import { createWatch, type Finding } from './findings.ts';
import { createReach, type Reached } from './reach.ts';
import type { Player } from './player.ts';
import { openMonkeyWorld, type MonkeyWorld } from './world.ts';

export interface Step {
  player: string;
  action: Action;
}

export interface MonkeyResult {
  seed: number;
  actions: number;
  findings: { finding: Finding; steps: Step[] }[];
  /** How many documents of each kind there were in the end. */
  made: Record<string, number>;
  reached: Reached;
  /**
   * Megabytes in use after collecting garbage: when warm, and at the end; and how many more an hour at the pace of the
   * second half, where it took more than two minutes. The simulator and the record of all steps are in it.
   */
  memory: { warm: number; end: number; perHour?: number };
}

export interface MonkeyOptions {
  seed: number;
  mongoUri: string;
  /** Ends after so many actions, or when this says so. */
  isOver: (actions: number) => boolean;
  /** Findings after which it stops; default 1. */
  most?: number;
  /** Messengers fail now and then as well. */
  withFaults?: boolean;
}

const AT_ONCE = 8;
const MOST_IN_BURST = 4;
const WITHIN_MS = 30_000;
const WARM_AFTER = 400;
/** The simulator keeps what it was told for the checks; a leak shows as much more. */
const GROWTH_MB = 60;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Lets many people do anything at all until it is over or something is wrong. */
export async function runMonkey({
  seed,
  mongoUri,
  isOver,
  most = 1,
  withFaults = false,
}: MonkeyOptions): Promise<MonkeyResult> {
  const world = await openMonkeyWorld({ mongoUri });
  const random = createRandom(seed);
  const steps: Step[] = [];
  const result: MonkeyResult = {
    seed,
    actions: 0,
    findings: [],
    made: {},
    reached: { neverShown: [], neverPressed: [], pressed: {}, forms: {} },
    memory: { warm: 0, end: 0 },
  };
  const crashes: Finding[] = [];
  const crashed = (error: unknown) =>
    void crashes.push({
      kind: 'a crash',
      what: error instanceof Error ? (error.stack ?? '') : String(error),
      players: [],
    });
  process.on('unhandledRejection', crashed);
  process.on('uncaughtException', crashed);
  try {
    const reach = createReach(world);
    const startedAt = performance.now();
    const samples: Sample[] = [];
    const watch = createWatch(world, (call) => reach.note(call));
    while (!isOver(steps.length) && result.findings.length < most) {
      if (performance.now() - (samples.at(-1)?.at ?? startedAt) > SAMPLE_MS)
        samples.push({ at: performance.now(), mb: memoryNow() });
      if (result.memory.warm === 0 && steps.length >= WARM_AFTER) result.memory.warm = memoryNow();
      if (withFaults) breakSomething(random, world);
      const { taken, findings } = await playRound(world, chooseRound(random, world));
      steps.push(...taken);
      findings.push(...crashes.splice(0), ...(await watch.look()));
      for (const finding of findings) {
        // A messenger that fails is worth a line in the log.
        if (withFaults && finding.what.startsWith('logged: ')) continue;
        if (result.findings.some((known) => known.finding.kind === finding.kind)) continue;
        result.findings.push({ finding, steps: stepsOf(steps, finding, taken.length) });
      }
    }
    result.actions = steps.length;
    result.made = await countMade(world);
    result.reached = await reach.summary();
    result.memory.end = memoryNow();
    const perHour = slopeOf(samples.slice(Math.floor(samples.length / 2)));
    if (perHour !== undefined) result.memory.perHour = perHour;
    const growth = result.memory.end - result.memory.warm;
    if (result.memory.warm > 0 && growth > GROWTH_MB) {
      const what = `memory grew by ${growth.toFixed(1)} MB after ${WARM_AFTER} actions`;
      result.findings.push({ finding: { kind: 'memory', what, players: [] }, steps: [] });
    }
    return result;
  } finally {
    process.off('unhandledRejection', crashed);
    process.off('uncaughtException', crashed);
    await world.close();
  }
}

const KINDS = [
  'members',
  'businesses',
  'obstacles',
  'drafts',
  'news',
  'contactMessages',
  'audit',
  'deliveries',
  'joins',
  'handovers',
  'agendas',
  'programmes',
  'procurements',
  'recognitions',
];

async function countMade({ app }: MonkeyWorld): Promise<Record<string, number>> {
  const { connection } = app.database;
  const counts = KINDS.map(async (name) => [name, await connection.collection(name).countDocuments()] as const);
  return Object.fromEntries(await Promise.all(counts));
}

interface Sample {
  at: number;
  mb: number;
}
const SAMPLE_MS = 20_000;
const FEWEST_SAMPLES = 4;

/** By least squares, an hour. */
function slopeOf(samples: readonly Sample[]): number | undefined {
  if (samples.length < FEWEST_SAMPLES) return undefined;
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, mb] = [mean((one) => one.at), mean((one) => one.mb)];
  const slope = mean((one) => (one.at - at) * (one.mb - mb)) / mean((one) => (one.at - at) ** 2);
  return slope * 3_600_000;
}

const memoryNow = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
};

/** Whose steps may have led to it: those of its people, else of everybody in the last round. */
function stepsOf(steps: readonly Step[], { players }: Finding, inLastRound: number): Step[] {
  const last = steps.slice(-inLastRound);
  const names = new Set(players.length > 0 ? players.map(({ name }) => name) : last.map(({ player }) => player));
  return steps.filter(({ player }) => names.has(player));
}

const PASSING: readonly FaultKind[] = [
  'rate-limited',
  'rate-limited-text',
  'server-error',
  'bad-gateway',
  'drop-before',
];

/** A few calls of one messenger fail in a way that leaves no doubt about what was done, so that every answer must come. */
function breakSomething(random: Random, { simulator }: MonkeyWorld): void {
  if (!random.chance(0.3)) return;
  const server = random.pick([simulator.telegram, simulator.bale]);
  server.faults.add({ method: '*', kind: random.pick(PASSING), times: 1 + random.int(3), retryAfter: 1 });
}

/** Several people side by side, half of them with a role, each with one action or a burst. */
function chooseRound(random: Random, world: MonkeyWorld): Step[] {
  const [staff, others] = [true, false].map((isStaff) => world.people.filter((one) => one.isStaff === isStaff));
  return [staff ?? [], others ?? []]
    .flatMap((group) => random.shuffled(group).slice(0, AT_ONCE / 2))
    .flatMap((player) => {
      const burst = random.chance(0.8) ? 1 : 2 + random.int(MOST_IN_BURST - 1);
      return Array.from({ length: burst }, () => ({ player: player.name, action: choose(random, player, world) }));
    });
}

/** Does the steps, waits for everything to be answered, and says who was not. */
export async function playRound(
  world: MonkeyWorld,
  steps: readonly Step[],
): Promise<{ taken: Step[]; findings: Finding[] }> {
  const taken: Step[] = [];
  const waiting = new Map<Player, { before: number; expectsMessage: boolean; actions: Action[] }>();
  for (const step of steps) {
    const player = world.people.find(({ name }) => name === step.player);
    if (!player) continue;
    const { person } = player;
    const before = person.view.host.world.revision;
    const expected = perform(step.action, player, world);
    if (expected === undefined) continue;
    taken.push(step);
    const state = waiting.get(player) ?? { before, expectsMessage: false, actions: [] };
    state.expectsMessage ||= expected === 'a message';
    state.actions.push(step.action);
    waiting.set(player, state);
  }
  try {
    await world.settled(WITHIN_MS);
  } catch (error) {
    return { taken, findings: [{ kind: 'not settled', what: String(error), players: [...waiting.keys()] }] };
  }
  const findings: Finding[] = [];
  for (const [player, { before, expectsMessage, actions }] of waiting) {
    const { person } = player;
    const said = person.chat.some(({ from, revision }) => from === 'bot' && revision > before);
    if (expectsMessage && !said) {
      const what = `${player.name} got no answer to ${JSON.stringify(actions)}\n${person.transcript().slice(-600)}`;
      findings.push({ kind: `no answer to ${actions.at(-1)?.do}`, what, players: [player] });
    }
    for (const { answered, label, data } of person.toasts) {
      if (answered) continue;
      const what = `${player.name}'s press of «${label}» (${JSON.stringify(data)}) was not answered`;
      findings.push({ kind: `unanswered press ${data.split(':')[0]}`, what, players: [player] });
    }
  }
  return { taken, findings };
}
