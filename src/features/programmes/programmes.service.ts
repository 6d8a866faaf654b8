import { trusted, Types, type Connection } from 'mongoose';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { createFollowers } from './followers.service.ts';
import { createNotes, type NotesDeps, type Outcome } from './programme-notes.ts';
import { STATES, programmeModel, type NoteDocument, type ProgrammeDocument, type State } from './programme.model.ts';
import {
  mayKeep,
  mayWrite,
  nextStates,
  toProgramme,
  type Actor,
  type Programme,
  type ProgrammeTexts,
} from './programme.ts';

export { STATES, type State } from './programme.model.ts';
export {
  KEEPERS,
  WRITERS,
  mayKeep,
  mayWrite,
  nextStates,
  type Actor,
  type Milestone,
  type Note,
  type Programme,
  type ProgrammeTexts,
} from './programme.ts';

export type { NotifyOfProgramme, Outcome } from './programme-notes.ts';

export interface ProgrammesDeps extends NotesDeps {
  connection: Connection;
  /** A case's reporter and those who hear of it. */
  casePeople: (obstacleId: string) => Promise<readonly string[]>;
}

/** A programme out of a seed or a list. */
export interface GivenProgramme extends Omit<ProgrammeTexts, 'milestones'> {
  origin: string;
  /** `doneOn`: the day on which it was reached, `YYYY-MM-DD`. */
  milestones: readonly (ProgrammeTexts['milestones'][number] & { doneOn?: string })[];
  progress: number;
  state: State;
  sample?: boolean;
  /** What is said of the progress that it comes with. */
  note?: string;
}

const MOST_CASES = 1000;
const DUPLICATE_KEY = 11_000;

export type Programmes = ReturnType<typeof createProgrammes>;

export function createProgrammes(deps: ProgrammesDeps) {
  const { connection, audit, casePeople, now } = deps;
  const Item = programmeModel(connection);
  const followers = createFollowers({ connection, casePeople });

  const load = async (id: string): Promise<ProgrammeDocument | null> =>
    Types.ObjectId.isValid(id) ? Item.findById(new Types.ObjectId(id)).lean() : null;

  /** Takes the next number; the same origin makes one programme. */
  async function make(
    origin: string,
    values: Omit<ProgrammeDocument, '_id' | 'number' | 'origin' | 'createdAt' | 'cases'>,
  ): Promise<{ programme: Programme; isNew: boolean }> {
    for (;;) {
      const there = await Item.findOne({ origin }).lean();
      if (there) return { programme: toProgramme(there), isNew: false };
      const last = await Item.findOne().sort({ number: -1 }).select({ number: 1 }).lean();
      try {
        const made = await Item.create({ ...values, origin, createdAt: now(), number: (last?.number ?? 0) + 1 });
        return { programme: toProgramme(made.toObject()), isNew: true };
      } catch (error) {
        // Another programme took the number, or this one was made at the same moment: look again.
        if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY)) throw error;
      }
    }
  }

  const textsOf = (texts: ProgrammeTexts) => {
    if (texts.endOn < texts.startOn)
      throw new RangeError(`A programme ends (${texts.endOn}) on the day it begins (${texts.startOn}) at the earliest`);
    const { title, aim, section, body, startOn, endOn, budgetRials } = texts;
    return { title, aim, section, body, startOn, endOn, budgetRials, partners: [...texts.partners] };
  };

  const { append, record, tell } = createNotes(Item, { ...deps, followers, load });

  async function shown(found: ProgrammeDocument | null, actor: { roles: Actor['roles'] }): Promise<Programme | null> {
    return found && (found.state !== 'draft' || mayKeep(actor)) ? toProgramme(found) : null;
  }

  return {
    followers,

    /** Writes a draft under the next number. */
    async write(actor: Actor, texts: ProgrammeTexts, source: string): Promise<Outcome> {
      if (!mayWrite(actor)) return { kind: 'forbidden' };
      const { programme } = await make(`draft:${source}`, {
        ...textsOf(texts),
        milestones: texts.milestones.map((one) => ({ ...one, doneAt: null })),
        progress: 0,
        notes: [],
        state: 'draft',
        sample: false,
      });
      await record(actor, 'programme.write', { id: programme.id, after: { title: programme.title }, source });
      return { kind: 'done', programme };
    },

    /** Changes what a programme says; a milestone that keeps its title keeps that it is done. */
    async revise(actor: Actor, id: string, texts: ProgrammeTexts, source: string): Promise<Outcome> {
      if (!mayWrite(actor)) return { kind: 'forbidden' };
      const there = await load(id);
      if (!there) return { kind: 'gone' };
      const doneAt = new Map(there.milestones.map((one) => [one.title, one.doneAt]));
      const after = await Item.findOneAndUpdate(
        { _id: there._id },
        {
          $set: {
            ...textsOf(texts),
            milestones: texts.milestones.map((one) => ({ ...one, doneAt: doneAt.get(one.title) ?? null })),
          },
        },
        { returnDocument: 'after', lean: true, runValidators: true },
      );
      if (!after) return { kind: 'gone' };
      const factsOf = ({ title, body, startOn, endOn, budgetRials }: ProgrammeDocument) => ({
        title,
        body,
        startOn,
        endOn,
        budgetRials,
      });
      await record(actor, 'programme.revise', { id, before: factsOf(there), after: factsOf(after), source });
      return { kind: 'done', programme: toProgramme(after) };
    },

    /** Begins, finishes, stops or takes up a programme again. A finished one stands at 100. */
    async move(actor: Actor, id: string, { to, source }: { to: State; source: string }): Promise<Outcome> {
      if (!mayWrite(actor)) return { kind: 'forbidden' };
      return append(actor, id, source, (there) => {
        if (!nextStates(there.state).includes(to)) return null;
        const progress = to === 'finished' ? 100 : there.progress;
        return { note: { state: to, progress }, set: { state: to, progress } };
      });
    },

    /** Notes how far a programme has come; its followers are told. */
    async report(
      actor: Actor,
      id: string,
      { progress, text, source }: { progress: number; text: string; source: string },
    ): Promise<Outcome> {
      if (!mayKeep(actor)) return { kind: 'forbidden' };
      if (!Number.isInteger(progress) || progress < 0 || progress > 100)
        throw new RangeError(`Progress is a whole number from 0 to 100, not ${progress}`);
      return append(actor, id, source, (there) =>
        there.state === 'running' || there.state === 'draft' ? { note: { progress, text }, set: { progress } } : null,
      );
    },

    /** A milestone is reached, once. */
    async reach(actor: Actor, id: string, { index, source }: { index: number; source: string }): Promise<Outcome> {
      if (!mayKeep(actor)) return { kind: 'forbidden' };
      return append(actor, id, source, (there) => {
        const milestone = there.milestones[index];
        if (!milestone || milestone.doneAt) return null;
        const milestones = there.milestones.map((one, at) => (at === index ? { ...one, doneAt: now() } : one));
        return { note: { milestone: milestone.title }, set: { milestones } };
      });
    },

    /** Links an obstacle or idea: its people hear of the programme from now on. The caller says that the actor may see it. */
    async link(
      actor: Actor,
      id: string,
      { obstacle, source }: { obstacle: { id: string; code: string }; source: string },
    ): Promise<Outcome> {
      if (!mayKeep(actor)) return { kind: 'forbidden' };
      const obstacleId = new Types.ObjectId(obstacle.id);
      const there = await load(id);
      if (!there) return { kind: 'gone' };
      if (there.cases.length >= MOST_CASES) return { kind: 'moved-on', programme: toProgramme(there) };
      await Item.updateOne(
        { _id: there._id, 'cases.id': trusted({ $ne: obstacleId }) },
        { $push: { cases: { id: obstacleId, code: obstacle.code } } },
      );
      await record(actor, 'programme.link', { id, after: { code: obstacle.code }, source });
      const after = await load(id);
      return after ? { kind: 'done', programme: toProgramme(after) } : { kind: 'gone' };
    },

    /** Takes in what a seed or a list holds; what was there already, by its origin, stays as it is. */
    async takeIn({ origin, note = '', progress, state, sample = false, ...texts }: GivenProgramme): Promise<boolean> {
      const at = now();
      const first: NoteDocument = {
        at,
        by: null,
        progress,
        text: note,
        state: null,
        milestone: null,
        source: origin,
        batch: 0,
        tellAt: at,
      };
      const { isNew, programme } = await make(origin, {
        ...textsOf(texts),
        milestones: texts.milestones.map(({ title, dueOn, doneOn }) => ({
          title,
          dueOn,
          doneAt: doneOn === undefined ? null : startOfDayTehran(fromIsoDay(doneOn)),
        })),
        progress,
        notes: note === '' ? [] : [first],
        state,
        sample,
      });
      if (isNew)
        await audit.record({
          actorId: null,
          act: 'programme.take-in',
          subject: { kind: 'programme', id: programme.id },
          after: { title: programme.title },
          source: origin,
        });
      return isNew;
    },

    /** In the order of their numbers; drafts only for those who keep them. */
    async page(
      actor: { roles: Actor['roles'] },
      { skip, limit }: { skip: number; limit: number },
    ): Promise<{ programmes: Programme[]; total: number }> {
      const where = { state: trusted({ $in: STATES.filter((state) => state !== 'draft' || mayKeep(actor)) }) };
      const [found, total] = await Promise.all([
        Item.find(where).sort({ number: 1 }).skip(skip).limit(limit).lean(),
        Item.countDocuments(where),
      ]);
      return { programmes: found.map(toProgramme), total };
    },

    find: async (actor: { roles: Actor['roles'] }, id: string) => shown(await load(id), actor),
    byNumber: async (actor: { roles: Actor['roles'] }, number: number) =>
      Number.isSafeInteger(number) ? shown(await Item.findOne({ number }).lean(), actor) : null,

    /** Those that cases can be planned in. */
    async running(): Promise<Programme[]> {
      return (await Item.find({ state: 'running' }).sort({ number: 1 }).limit(100).lean()).map(toProgramme);
    },

    /** Queues what a process that died has left untold. Safe to repeat. */
    async tellUntold(): Promise<void> {
      const where: Record<string, unknown> = { untold: trusted({ $gte: 0, $type: 'number' }) };
      const untold = await Item.find(where).select({ _id: 1 }).limit(100).lean();
      for (const { _id } of untold) await tell(_id.toHexString());
    },

    async moveMember(from: string, to: string): Promise<void> {
      await followers.moveMember(from, to);
      await reattribute(from, to);
    },

    /** A person leaves: their notes stay, by nobody. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      await followers.forgetMember(id);
      await reattribute(id, nobody);
    },
  };

  async function reattribute(from: string, to: string): Promise<void> {
    const old = new Types.ObjectId(from);
    await Item.updateMany(
      { 'notes.by': old },
      { $set: { 'notes.$[note].by': new Types.ObjectId(to) } },
      { arrayFilters: [{ 'note.by': old }] },
    );
  }
}
