import type { Role } from '../members/members.service.ts';
import type { AgendaDocument, DecisionDocument, ItemDocument, Tally } from './agenda.model.ts';
import { NO_VOTES, tallyOf, type Word } from './votes.service.ts';

export interface Actor {
  id: string;
  roles: readonly Role[];
}

export type Decision = Omit<DecisionDocument, 'by' | 'source'>;

export interface AgendaItem extends Omit<ItemDocument, 'obstacleId' | 'decision'> {
  obstacleId: string;
  decision: Decision | null;
  /** As the council stands now, or stood at the decision. */
  tally: Tally;
  words: readonly Word[];
}

export interface Agenda extends Pick<
  AgendaDocument,
  'number' | 'month' | 'state' | 'proposedAt' | 'confirmedAt' | 'closedAt'
> {
  id: string;
  items: readonly AgendaItem[];
  quorum: number;
  councilSize: number;
}

/** Who puts an agenda together, records decisions and closes it. */
export const LEADERS: readonly Role[] = ['head', 'admin'];
/** Who reads it. */
export const READERS: readonly Role[] = ['council', ...LEADERS];

const has = (actor: { roles: readonly Role[] }, roles: readonly Role[]): boolean =>
  actor.roles.some((role) => roles.includes(role));
export const mayLead = (actor: { roles: readonly Role[] }): boolean => has(actor, LEADERS);
export const mayRead = (actor: { roles: readonly Role[] }): boolean => has(actor, READERS);
export const mayVote = (actor: { roles: readonly Role[] }): boolean => actor.roles.includes('council');

export function toAgenda(
  document: AgendaDocument,
  { words, quorum, councilSize }: { words: ReadonlyMap<string, readonly Word[]>; quorum: number; councilSize: number },
): Agenda {
  const { _id, number, month, state, items, proposedAt, confirmedAt, closedAt } = document;
  return {
    id: _id.toHexString(),
    number,
    month,
    state,
    proposedAt,
    confirmedAt,
    closedAt,
    quorum: document.quorum ?? quorum,
    councilSize: document.councilSize ?? councilSize,
    items: items.map(({ obstacleId, code, why, decision }) => {
      const own = words.get(obstacleId.toHexString()) ?? [];
      return {
        obstacleId: obstacleId.toHexString(),
        code,
        why: [...why],
        words: own,
        tally: decision?.tally ?? (own.length > 0 ? tallyOf(own) : NO_VOTES),
        decision: decision && toDecision(decision),
      };
    }),
  };
}

function toDecision({ by: _by, source: _source, ...decision }: DecisionDocument): Decision {
  return {
    ...decision,
    alsoCodes: [...decision.alsoCodes],
    comments: [...decision.comments],
    moved: [...decision.moved],
  };
}

export const votersOf = (tally: Tally): number => tally.support + tally.info + tally.object;
