import { Types, type Connection } from 'mongoose';
import { searchKey } from '../../language/persian-text.ts';
import type { Audit } from '../audit/audit.service.ts';
import { normalised, type Audience } from './audience.ts';
import { replacePicked } from './picked-people.ts';
import { mayAuthor, type Actor } from './sending-rights.ts';
import { segmentModel, type SegmentDocument } from './sending.model.ts';

export interface Segment {
  id: string;
  name: string;
  audience: Audience;
}

export type SaveOutcome =
  | { kind: 'saved'; segment: Segment }
  | { kind: 'taken' }
  | { kind: 'forbidden' }
  | { kind: 'gone' };

const DUPLICATE_KEY = 11_000;
const MOST = 60;

export type Segments = ReturnType<typeof createSegments>;

/** Audiences with a name, shared by all who write news. A sending takes a copy: a change here changes none that waits. */
export function createSegments({
  connection,
  audit,
  now,
}: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
}) {
  const Stored = segmentModel(connection);

  async function find(id: string): Promise<Segment | null> {
    const found = Types.ObjectId.isValid(id) ? await Stored.findById(new Types.ObjectId(id)).lean() : null;
    return found && toSegment(found);
  }

  async function guarded(write: () => Promise<SaveOutcome>): Promise<SaveOutcome> {
    try {
      return await write();
    } catch (error) {
      if ((error as { code?: unknown }).code === DUPLICATE_KEY) return { kind: 'taken' };
      throw error;
    }
  }

  return {
    /** For who may write news; null for anybody else. */
    find: async (actor: Actor, id: string): Promise<Segment | null> => (mayAuthor(actor) ? find(id) : null),

    /** By name; none for who may not write news. */
    async list(actor: Actor): Promise<Segment[]> {
      if (!mayAuthor(actor)) return [];
      return (await Stored.find({}).sort({ nameKey: 1 }).limit(MOST).lean()).map(toSegment);
    },

    /** Under a name that nobody has used. The same draft again saves nothing more. */
    async add(actor: Actor, { name, audience }: Omit<Segment, 'id'>, source: string): Promise<SaveOutcome> {
      if (!mayAuthor(actor)) return { kind: 'forbidden' };
      return guarded(async () => {
        const value = JSON.stringify(normalised(audience));
        const there = await Stored.findOne({ nameKey: searchKey(name) }).lean();
        if (there && there.audience === value && there.by.toHexString() === actor.id)
          return { kind: 'saved', segment: toSegment(there) };
        const made = await Stored.create({
          name,
          nameKey: searchKey(name),
          audience: value,
          by: new Types.ObjectId(actor.id),
          updatedAt: now(),
        });
        const segment = toSegment(made.toObject());
        await record(actor, 'segment.add', segment.id, { after: { name, audience: segment.audience }, source });
        return { kind: 'saved', segment };
      });
    },

    async change(
      actor: Actor,
      id: string,
      { changes, source }: { changes: Partial<Omit<Segment, 'id'>>; source: string },
    ): Promise<SaveOutcome> {
      if (!mayAuthor(actor)) return { kind: 'forbidden' };
      const before = await find(id);
      if (!before) return { kind: 'gone' };
      const after = { ...before, ...changes, audience: normalised(changes.audience ?? before.audience) };
      return guarded(async () => {
        await Stored.updateOne(
          { _id: new Types.ObjectId(id) },
          {
            $set: {
              name: after.name,
              nameKey: searchKey(after.name),
              audience: JSON.stringify(after.audience),
              updatedAt: now(),
            },
          },
        );
        await record(actor, 'segment.change', id, { before, after, source });
        return { kind: 'saved', segment: after };
      });
    },

    async remove(actor: Actor, id: string, source: string): Promise<boolean> {
      if (!mayAuthor(actor)) return false;
      const before = await find(id);
      if (!before) return true;
      await Stored.deleteOne({ _id: new Types.ObjectId(id) });
      await record(actor, 'segment.remove', id, { before, source });
      return true;
    },

    async moveMember(from: string, to: string): Promise<void> {
      await Stored.updateMany({ by: new Types.ObjectId(from) }, { $set: { by: new Types.ObjectId(to) } });
      await replacePicked(Stored, from, to);
    },

    async forgetMember(id: string, nobody: string): Promise<void> {
      await Stored.updateMany({ by: new Types.ObjectId(id) }, { $set: { by: new Types.ObjectId(nobody) } });
      await replacePicked(Stored, id, null);
    },
  };

  async function record(
    actor: Actor,
    act: string,
    id: string,
    what: { before?: unknown; after?: unknown; source: string },
  ): Promise<void> {
    await audit.record({ actorId: actor.id, act, subject: { kind: 'segment', id }, ...what });
  }
}

function toSegment({ _id, name, audience }: SegmentDocument): Segment {
  return { id: _id.toHexString(), name, audience: JSON.parse(audience) as Audience };
}
