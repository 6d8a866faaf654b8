import type { Obstacle, Obstacles, Status } from '../obstacles/obstacles.service.ts';
import type { Plans } from '../programmes/plans.service.ts';
import type { DecisionDocument, Outcome } from './agenda.model.ts';
import type { Actor } from './agenda.ts';

const STATUS_OF: Readonly<Record<Exclude<Outcome, 'later'>, Status>> = {
  plan: 'planned',
  refer: 'referred',
  act: 'in_progress',
};
/** Somebody may move the case at the same moment; the second look sees what they did. */
const TRIES = 3;
/** Merges upon merges are followed so far. */
const DEEPEST = 20;

/** The case that this one has become part of by now: what is decided about the part is decided about the whole. */
async function wholeOf(obstacles: Obstacles, part: Obstacle): Promise<Obstacle> {
  let there = part;
  for (let depth = 0; there.mergedInto !== null && depth < DEEPEST; depth += 1) {
    const whole = await obstacles.find(there.mergedInto);
    if (!whole) break;
    there = whole;
  }
  return there;
}

/**
 * Moves the cases of a decision by the rules of cases, each once: the source names decision and case. What can't move any
 * more, because it has ended meanwhile, stays as it is. Gives the tracking codes of those that moved.
 */
export async function applyDecision(
  { obstacles, plans }: { obstacles: Obstacles; plans: Plans },
  {
    actor,
    agendaId,
    mainCase,
    decision,
  }: { actor: Actor; agendaId: string; mainCase: string; decision: DecisionDocument },
): Promise<string[]> {
  const { outcome, text, body, dueOn, programme, programmeId, alsoCodes } = decision;
  if (outcome === 'later') return [];
  const others = await Promise.all(alsoCodes.map((code) => obstacles.byCode(actor, code)));
  const named = [await obstacles.find(mainCase), ...others].filter((one) => one !== null);
  const found = await Promise.all(named.map((one) => wholeOf(obstacles, one)));
  const linked = [...new Map(found.map((one) => [one.id, one])).values()];
  const moved: string[] = [];
  const facts = {
    ...(body === '' ? {} : { body }),
    ...(programme === '' ? {} : { programme }),
    ...(dueOn === '' ? {} : { dueOn }),
  };

  for (const obstacle of linked) {
    const source = `decision:${agendaId}:${mainCase}:${obstacle.id}`;
    let there: Obstacle = obstacle;
    for (let left = TRIES; left > 0; left -= 1) {
      const done = await obstacles.move(actor, obstacle.id, {
        from: there.status,
        to: STATUS_OF[outcome],
        reason: text,
        source,
        facts,
      });
      if (done.kind === 'forbidden') break;
      if (done.kind === 'moved') {
        moved.push(obstacle.code);
        if (programmeId !== null) await plans.link(actor, programmeId, { obstacle, source });
        break;
      }
      if (done.obstacle.status === there.status) break;
      there = done.obstacle;
    }
  }
  return moved;
}
