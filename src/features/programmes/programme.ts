import type { Role } from '../members/members.service.ts';
import type { MilestoneDocument, NoteDocument, ProgrammeDocument, State } from './programme.model.ts';

export type Milestone = MilestoneDocument;
export type Note = Omit<NoteDocument, 'by' | 'source'> & { by: string | null };

/** An action programme as it may be handed about. */
export interface Programme extends Omit<ProgrammeDocument, '_id' | 'notes' | 'cases' | 'untold' | 'origin'> {
  id: string;
  notes: readonly Note[];
  cases: readonly { id: string; code: string }[];
}

/** What a programme is when it is written; the rest becomes of it. */
export interface ProgrammeTexts {
  title: string;
  aim: string;
  section: string;
  body: string;
  partners: readonly string[];
  /** `YYYY-MM-DD`; the end is not before the start. */
  startOn: string;
  endOn: string;
  milestones: readonly { title: string; dueOn: string | null }[];
  budgetRials: number | null;
}

export interface Actor {
  id: string;
  roles: readonly Role[];
}

/** Who writes programmes, changes them and says when they begin and end. */
export const WRITERS: readonly Role[] = ['head', 'council', 'admin'];
/** Who notes progress, ticks milestones and links cases: the secretariat, and whoever may write. */
export const KEEPERS: readonly Role[] = ['officer', ...WRITERS];

const NEXT: Readonly<Record<State, readonly State[]>> = {
  draft: ['running'],
  running: ['finished', 'stopped'],
  finished: ['running'],
  stopped: ['running'],
};

export const nextStates = (state: State): readonly State[] => NEXT[state];

const has = (actor: { roles: readonly Role[] }, roles: readonly Role[]): boolean =>
  actor.roles.some((role) => roles.includes(role));
export const mayWrite = (actor: { roles: readonly Role[] }): boolean => has(actor, WRITERS);
export const mayKeep = (actor: { roles: readonly Role[] }): boolean => has(actor, KEEPERS);

export function toProgramme(document: ProgrammeDocument): Programme {
  const { _id, notes, cases, untold: _untold, origin: _origin, ...rest } = document;
  return {
    ...rest,
    id: _id.toHexString(),
    milestones: rest.milestones.map(({ title, dueOn, doneAt }) => ({ title, dueOn, doneAt })),
    notes: notes.map(({ by, source: _source, ...note }) => ({ ...note, by: by?.toHexString() ?? null })),
    cases: cases.map(({ id, code }) => ({ id: id.toHexString(), code })),
  };
}
