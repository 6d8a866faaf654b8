import type { Change, Obstacle } from './obstacle.ts';
import type { ChangeFacts } from './obstacle.model.ts';
import type { ToldMark } from '../../language/told-state.ts';
import type { Status } from './obstacle-status.ts';

/** How a change goes to one person: the reporter reads reasons, the others what became of the case. */
export type Hearer = 'reporter' | 'other';

/**
 * Tells a member something once, however often it is asked to (delivery/). Gives where it is now, or nothing where the
 * member has it by then.
 */
export type Notify = (notice: {
  key: string;
  memberId: string;
  kind: 'case-changed';
  payload: { obstacleId: string; batch: number; hearer: Hearer };
  /** A question to this person, who is asked at once, by day and night. */
  urgent: boolean;
  dueAt: Date;
}) => Promise<ToldMark | void>;

/** A question can't wait for further changes, and carries those with it that did. */
const isQuestion = (change: { to: Status }): boolean => change.to === 'needs_information';

/** Not a step of the secretariat's own. */
export const isForReporter = ({ facts }: { facts?: ChangeFacts }): boolean => !facts?.desk;

/**
 * The batch that a change at `at` is told in: the open one of the change before it, else its own, which is held open for
 * `togetherMs`. So several changes within that time become one message, and every process counts alike.
 */
export function batchOf(
  history: readonly { batch: number; tellAt: Date; to: Status; facts?: ChangeFacts }[],
  { at, to, togetherMs }: { at: Date; to: Status; togetherMs: number },
): { batch: number; tellAt: Date } {
  const last = history.findLast(isForReporter);
  const isOpen = last !== undefined && history.length > 1 && last.tellAt > at && !isQuestion(last);
  if (isOpen && !isQuestion({ to })) return { batch: last.batch, tellAt: last.tellAt };
  return { batch: history.length, tellAt: isQuestion({ to }) ? at : new Date(at.getTime() + togetherMs) };
}

/** The changes that one message tells, in order; none where an earlier message has taken them along. */
export function changesToTell(obstacle: Obstacle, batch: number, hearer: Hearer): Change[] {
  const history = obstacle.history.filter(isForReporter);
  const own = history.filter((change) => change.batch === batch);
  const first = own[0];
  if (!first) return [];
  // What passes between the reporter and the secretariat is no news to others.
  if (hearer === 'other')
    return own.filter(
      (change) => !isQuestion(change) && !(change.from === 'needs_information' && change.party === 'reporter'),
    );
  const unheard = (change: Change) => change.party !== 'reporter';
  const place = history.indexOf(first);
  if (!isQuestion(first)) {
    const wasTaken = history.some((later, index) => index > place && isQuestion(later) && later.at < first.tellAt);
    return wasTaken ? [] : own.filter(unheard);
  }
  const before = history[place - 1];
  const waiting =
    before && before.tellAt > first.at && !isQuestion(before)
      ? history.filter((change) => change.batch === before.batch)
      : [];
  return [...waiting, ...own].filter(unheard);
}

/**
 * Queues the batches of the changes from place `first` on for everybody concerned. Repeated, it queues nothing twice.
 * Gives where the reporter's notice of each batch is.
 */
export async function tellOfChanges(
  obstacle: Obstacle,
  first: number,
  { notify, concerned }: { notify: Notify; concerned: (obstacleId: string) => Promise<readonly string[]> },
): Promise<Map<number, ToldMark>> {
  const told = new Map<number, ToldMark>();
  const others = (await concerned(obstacle.id)).filter((memberId) => memberId !== obstacle.reporterId);
  for (const change of obstacle.history.slice(Math.max(1, first)).filter(isForReporter)) {
    const { batch, tellAt } = change;
    const tell = (memberId: string, hearer: Hearer) =>
      notify({
        // The reporter by role, so that the key neither changes when two members become one nor outlives a deleted one.
        key: `case:${obstacle.id}:${batch}:${hearer === 'reporter' ? hearer : memberId}`,
        memberId,
        kind: 'case-changed',
        payload: { obstacleId: obstacle.id, batch, hearer },
        urgent: hearer === 'reporter' && isQuestion(change),
        dueAt: tellAt,
      });
    if (change.party !== 'reporter') {
      const mark = await tell(obstacle.reporterId, 'reporter');
      told.set(batch, mark ?? { state: 'arrived', at: change.at });
    }
    if (changesToTell(obstacle, batch, 'other').length === 0) continue;
    for (const memberId of others) await tell(memberId, 'other');
  }
  return told;
}
