import { LISTS } from '../../bounds.ts';
import { trusted, Types } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Followers } from './followers.service.ts';
import type { NoteDocument, ProgrammeDocument, ProgrammeModel } from './programme.model.ts';
import { toProgramme, type Actor, type Programme } from './programme.ts';

/** Queues the notes of a batch for one member, once under its key. */
export type NotifyOfProgramme = (notice: {
  key: string;
  memberId: string;
  payload: { programmeId: string; batch: number };
  dueAt: Date;
}) => Promise<void>;

export type Outcome =
  | { kind: 'done'; programme: Programme }
  | { kind: 'forbidden' }
  | { kind: 'gone' }
  /** It is in another state by now. */
  | { kind: 'moved-on'; programme: Programme };

export interface NotesDeps {
  audit: Pick<Audit, 'record'>;
  notify: NotifyOfProgramme;
  now: () => Date;
  /** Notes within this time are told in one message. Default ten minutes. */
  togetherMs?: number;
}

const TEN_MINUTES_MS = 600_000;
/** More than an update has the time for; the job tells them within a minute. */
const TOLD_AT_ONCE = 500;

const actOf = ({ state, milestone }: Pick<NoteDocument, 'state' | 'milestone'>): string =>
  state !== null ? `programme.${state}` : milestone !== null ? 'programme.milestone' : 'programme.progress';

/** What every note on a programme shares: how it is written (once, guarded, audited), and who hears of it. */
export function createNotes(
  Item: ProgrammeModel,
  deps: NotesDeps & { followers: Followers; load: (id: string) => Promise<ProgrammeDocument | null> },
) {
  const { audit, notify, followers, load, now, togetherMs = TEN_MINUTES_MS } = deps;

  const record = (
    actor: Actor,
    act: string,
    { id, ...rest }: { id: string; before?: unknown; after?: unknown; source: string },
  ) => audit.record({ actorId: actor.id, act, subject: { kind: 'programme', id }, ...rest });

  /** Queues what has not been told, then takes the mark off; a process that dies in between leaves the mark for the job. */
  async function tell(id: string, { most = Number.POSITIVE_INFINITY }: { most?: number } = {}): Promise<void> {
    const document = await load(id);
    if (!document || document.untold === undefined) return;
    const programme = toProgramme(document);
    const hearers = await followers.hearersOf(programme);
    if (hearers.length > most) return;
    const batches = new Map(programme.notes.slice(document.untold).map(({ batch, tellAt }) => [batch, tellAt]));
    for (const [batch, dueAt] of batches)
      for (const memberId of hearers)
        await notify({
          key: `programme:${id}:${batch}:${memberId}`,
          memberId,
          payload: { programmeId: id, batch },
          dueAt,
        });
    await Item.updateOne(
      { _id: document._id, notes: trusted({ $size: document.notes.length }) },
      { $unset: { untold: '' } },
    );
  }

  /**
   * Appends a note with what it changes, once for each source, in one update that is guarded by what was seen. `change`
   * gives null where what is there by now does not allow it.
   */
  async function append(
    actor: Actor,
    id: string,
    source: string,
    change: (there: ProgrammeDocument) => { note: Partial<NoteDocument>; set: Partial<ProgrammeDocument> } | null,
  ): Promise<Outcome> {
    for (;;) {
      const there = await load(id);
      if (!there) return { kind: 'gone' };
      const written = there.notes.find((note) => note.source === source);
      if (written) return finish(actor, there, { note: written, before: null });
      const made = there.notes.length < LISTS.notesOfProgramme && change(there);
      if (!made) return { kind: 'moved-on', programme: toProgramme(there) };
      const at = now();
      const last = there.notes.at(-1);
      const isOpen = last !== undefined && last.tellAt > at;
      const note: NoteDocument = {
        at,
        by: new Types.ObjectId(actor.id),
        progress: there.progress,
        text: '',
        state: null,
        milestone: null,
        ...made.note,
        source,
        batch: isOpen ? last.batch : there.notes.length,
        tellAt: isOpen ? last.tellAt : new Date(at.getTime() + togetherMs),
      };
      const isTold = (made.set.state ?? there.state) !== 'draft';
      const after = await Item.findOneAndUpdate(
        { _id: there._id, notes: trusted({ $size: there.notes.length }), state: there.state },
        {
          $set: made.set,
          $push: { notes: note },
          ...(isTold ? { $min: { untold: there.notes.length } } : {}),
        },
        { returnDocument: 'after', lean: true },
      );
      // Somebody wrote at the same moment: both words are kept, one after the other.
      if (!after) continue;
      return finish(actor, after, { note, before: { state: there.state, progress: there.progress } });
    }
  }

  /** What follows a note, also after a crash: the audit and the outbox know what they have. */
  async function finish(
    actor: Actor,
    after: ProgrammeDocument,
    { note, before }: { note: NoteDocument; before: { state: string; progress: number } | null },
  ): Promise<Outcome> {
    const id = after._id.toHexString();
    const { progress, milestone, source } = note;
    await record(actor, actOf(note), { id, before, after: { state: after.state, progress, milestone }, source });
    await tell(id, { most: TOLD_AT_ONCE });
    return { kind: 'done', programme: toProgramme(after) };
  }

  return { append, record, tell };
}
