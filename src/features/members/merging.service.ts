import { trusted, type Connection, type Types } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { joinModel, type Carried, type JoinDocument } from './join.model.ts';
import { memberModel, type MemberDocument } from './member.model.ts';

/** Moves what refers to one member over to another. It is called again after a crash, so repeating it changes nothing. */
export interface Mover {
  name: string;
  move: (from: string, to: string) => Promise<void>;
}

/** Why two members can't become one now: a side is gone or on its way, or waits for the deletion that it was promised. */
export type Apart = 'gone' | 'leaving';

export interface MergingDeps {
  connection: Connection;
  movers: readonly Mover[];
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  /** Hears of each finished step, by name; what it throws stands for a crash. */
  afterStep?: (step: string) => void;
}

/** Taken from the newer document where the older one says nothing. */
const FILLED = [
  'name',
  'nameKey',
  'provinceCode',
  'cityCode',
  'language',
  'preferredMessenger',
  'nationalCode',
  'membershipNumber',
  'consent',
  'registeredAt',
] as const satisfies readonly (keyof Carried)[];

const EMPTIED = {
  accounts: [],
  phone: null,
  phoneVerifiedAt: null,
  phoneLostAt: null,
  roles: [],
  deletion: null,
  ...(Object.fromEntries(FILLED.map((field) => [field, null])) as Record<(typeof FILLED)[number], null>),
};

/** Who is one member, and means to stay one. */
const WHOLE = { mergedInto: null, deletion: null };

export const FORGOTTEN_AFTER_MS = 90 * 24 * 3_600_000;

/**
 * Makes one member of two. There are no transactions on every server, so the order of steps and a journal keep it whole:
 * what the newer document holds is journalled, then that document is emptied and marked, then the older one is filled,
 * then everything that refers to the newer one is moved, and the roles come last. Each step may be repeated; `finish` takes
 * up where a crash cut off.
 */
export function createMerging({ connection, movers, audit, now, afterStep }: MergingDeps) {
  const Member = memberModel(connection);
  const Join = joinModel(connection);
  const done = (step: string) => afterStep?.(step);

  /** The newer one of two that can become one. */
  async function newerOf(from: Types.ObjectId, to: Types.ObjectId): Promise<MemberDocument | Apart> {
    const sides = trusted({ $in: [from, to] });
    const [newer, older, under] = await Promise.all([
      Member.findOne({ _id: from, mergedInto: null }).lean(),
      Member.findOne({ _id: to, mergedInto: null }).select({ deletion: 1 }).lean(),
      Join.exists({ state: 'moving', $or: [{ from: sides }, { to: sides }] }),
    ]);
    if (!newer || !older || under || from.equals(to)) return 'gone';
    return newer.deletion || older.deletion ? 'leaving' : newer;
  }

  /**
   * Empties the newer document. False where it was not emptied before and somebody asked for deletion after the journal
   * was written: they stay two then, and the deletion comes about.
   */
  async function empty(from: Types.ObjectId, to: Types.ObjectId): Promise<boolean> {
    if (await Member.exists({ _id: to, ...WHOLE }))
      await Member.updateOne({ _id: from, ...WHOLE }, { $set: { ...EMPTIED, mergedInto: to } });
    return (await Member.exists({ _id: from, mergedInto: trusted({ $ne: null }) })) !== null;
  }

  async function moveAll(from: string, to: string): Promise<void> {
    for (const { name, move } of movers) {
      await move(from, to);
      done(name);
    }
  }

  return {
    moveAll,

    /** What keeps the two apart; null where nothing does. */
    async apart(from: Types.ObjectId, to: Types.ObjectId): Promise<Apart | null> {
      const newer = await newerOf(from, to);
      return typeof newer === 'string' ? newer : null;
    },

    /** Journals the merging that both sides have confirmed. */
    async begin({ _id, from, to, asking, asked }: JoinDocument): Promise<JoinDocument | Apart> {
      const newer = await newerOf(from, to);
      const holds = (member: MemberDocument, side: JoinDocument['asking']) =>
        member.accounts.some(({ messenger, userId }) => messenger === side?.messenger && userId === side.userId);
      if (typeof newer !== 'string' && (holds(newer, asking) || holds(newer, asked))) {
        await Join.updateOne(
          {
            _id,
            state: 'offered',
            'asking.confirmedAt': trusted({ $ne: null }),
            'asked.confirmedAt': trusted({ $ne: null }),
          },
          { $set: { state: 'moving', carried: carriedOf(newer) } },
        );
        done('journalled');
      }
      const begun = await Join.findOne({ _id, state: trusted({ $in: ['moving', 'done'] }) }).lean();
      return begun ?? (newer === 'leaving' ? newer : 'gone');
    },

    /** Journals a merging that nobody has to confirm: the caller has the authority. */
    async beginUnasked(from: Types.ObjectId, to: Types.ObjectId): Promise<JoinDocument | Apart> {
      const under = await Join.findOne({ from, to, state: 'moving' }).lean();
      if (under) return under;
      const newer = await newerOf(from, to);
      if (typeof newer === 'string') return newer;
      const at = now();
      const made = await Join.create({
        from,
        to,
        state: 'moving',
        carried: carriedOf(newer),
        createdAt: at,
        expiresAt: at,
        forgottenAt: new Date(at.getTime() + FORGOTTEN_AFTER_MS),
      });
      return made.toObject();
    },

    /** Does what remains to be done of a journalled merging. False where it is called off, see `empty`. */
    async finish(join: JoinDocument): Promise<boolean> {
      const { _id, from, to, carried } = join;
      if (join.state !== 'moving' || !carried) return true;
      if (!(await empty(from, to))) {
        const before = join.asking ? { state: 'offered' as const } : { state: 'refused' as const, endedAt: now() };
        await Join.updateOne({ _id, state: 'moving' }, { $set: { ...before, carried: null } });
        return false;
      }
      await Member.updateMany(
        { mergedInto: trusted({ $eq: from, $type: 'objectId' as const }) },
        { $set: { mergedInto: to } },
      );
      done('emptied');

      for (const account of carried.accounts) {
        const { messenger, userId } = account;
        // Guarded within the update: the unique index does not keep one document from having an account twice.
        await Member.updateOne(
          { _id: to, accounts: trusted({ $not: { $elemMatch: { messenger, userId } } }) },
          { $push: { accounts: account } },
        );
        done(`account of ${messenger}`);
      }
      for (const field of FILLED)
        if (carried[field] !== null)
          await Member.updateOne({ _id: to, [field]: null }, { $set: { [field]: carried[field] } });
      if (carried.phone !== null && carried.phoneVerifiedAt !== null)
        await Member.updateOne(
          { _id: to, phone: null },
          {
            $set: {
              phone: carried.phone,
              phoneVerifiedAt: carried.phoneVerifiedAt,
              phoneLostAt: carried.phoneLostAt ?? null,
            },
          },
        );
      // A list had the number, or the other account proved it later: now it is the same person who did.
      if (carried.phone !== null && carried.phoneVerifiedAt !== null)
        await Member.updateOne(
          { _id: to, phone: carried.phone },
          {
            $max: { phoneVerifiedAt: carried.phoneVerifiedAt },
            ...(carried.phoneLostAt ? {} : { $set: { phoneLostAt: null } }),
          },
        );
      done('filled');

      await moveAll(from.toHexString(), to.toHexString());
      // What was refused was refused by a person: a merge on the way to another record does not get around it.
      for (const side of ['from', 'to'] as const)
        await Join.updateMany({ [side]: from, refusedBy: trusted({ $ne: null }) }, { $set: { [side]: to } });
      // Only now, behind the movers: what limits a role is there before the role is. Read anew: one may have been taken.
      const left = await Join.findOne({ _id, state: 'moving' }).select({ carried: 1 }).lean();
      const roles = left?.carried?.roles ?? [];
      // With the next word: what could go nowhere of the one may reach the other.
      await Member.updateOne(
        { _id: to },
        { $addToSet: { roles: { $each: roles } }, $set: { 'accounts.$[].returned': true } },
      );
      done('roles');

      await audit.record({
        actorId: to.toHexString(),
        act: 'member.join',
        subject: { kind: 'member', id: to.toHexString() },
        after: { accounts: carried.accounts.map(({ messenger }) => messenger), roles },
        source: `join:${_id.toHexString()}`,
      });
      await Join.updateMany(
        { _id: trusted({ $ne: _id }), state: 'offered', $or: [{ from }, { to: from }] },
        { $set: { state: 'refused', endedAt: now() } },
      );
      await Join.updateOne({ _id }, { $set: { state: 'done', carried: null, endedAt: now() } });
      done('closed');
      return true;
    },
  };
}

function carriedOf({ accounts, roles, phone, phoneVerifiedAt, phoneLostAt, ...member }: MemberDocument): Carried {
  return {
    accounts,
    roles,
    phone: phone ?? null,
    phoneVerifiedAt: phoneVerifiedAt ?? null,
    phoneLostAt: phoneLostAt ?? null,
    ...(Object.fromEntries(FILLED.map((field) => [field, member[field] ?? null])) as Pick<
      Carried,
      (typeof FILLED)[number]
    >),
  };
}
