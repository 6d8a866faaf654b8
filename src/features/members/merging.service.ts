import { trusted, type Connection, type Types } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { joinModel, type Carried, type JoinDocument } from './join.model.ts';
import { memberModel, type MemberDocument } from './member.model.ts';

/** Moves what refers to one member over to another. It is called again after a crash, so repeating it changes nothing. */
export interface Mover {
  name: string;
  move: (from: string, to: string) => Promise<void>;
}

export interface MergingDeps {
  connection: Connection;
  movers: readonly Mover[];
  audit: Pick<Audit, 'record'>;
  now?: () => Date;
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
  roles: [],
  deletion: null,
  ...(Object.fromEntries(FILLED.map((field) => [field, null])) as Record<(typeof FILLED)[number], null>),
};

export const FORGOTTEN_AFTER_MS = 90 * 24 * 3_600_000;

/**
 * Makes one member of two. There are no transactions on every server, so the order of steps and a journal keep it whole:
 * what the newer document holds is journalled, then that document is emptied and marked, then the older one is filled,
 * then everything that refers to the newer one is moved, and the roles come last. Each step may be repeated; `finish` takes
 * up where a crash cut off.
 */
export function createMerging({ connection, movers, audit, now = () => new Date(), afterStep }: MergingDeps) {
  const Member = memberModel(connection);
  const Join = joinModel(connection);
  const done = (step: string) => afterStep?.(step);

  async function readBoth(from: Types.ObjectId, to: Types.ObjectId): Promise<MemberDocument | null> {
    const whole = { mergedInto: null, 'deletion.begun': trusted({ $ne: true }) };
    const [newer, older] = await Promise.all([
      Member.findOne({ _id: from, ...whole }).lean(),
      Member.exists({ _id: to, ...whole }),
    ]);
    return older && newer;
  }

  async function moveAll(from: string, to: string): Promise<void> {
    for (const { name, move } of movers) {
      await move(from, to);
      done(name);
    }
  }

  return {
    moveAll,

    /** Journals the merging that both sides have confirmed; null where a side is gone or merged meanwhile. */
    async begin({ _id, from, to, asking, asked }: JoinDocument): Promise<JoinDocument | null> {
      const newer = await readBoth(from, to);
      const holds = (member: MemberDocument, side: JoinDocument['asking']) =>
        member.accounts.some(({ messenger, userId }) => messenger === side?.messenger && userId === side.userId);
      if (newer && (holds(newer, asking) || holds(newer, asked))) {
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
      return Join.findOne({ _id, state: trusted({ $in: ['moving', 'done'] }) }).lean();
    },

    /** Journals a merging that nobody has to confirm: the caller has the authority. Null where one of the two is gone. */
    async beginUnasked(from: Types.ObjectId, to: Types.ObjectId): Promise<JoinDocument | null> {
      const under = await Join.findOne({ from, to, state: 'moving' }).lean();
      if (under) return under;
      const newer = await readBoth(from, to);
      if (!newer || from.equals(to)) return null;
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

    /** Does what remains to be done of a journalled merging. */
    async finish(join: JoinDocument): Promise<void> {
      const { _id, from, to, carried } = join;
      if (join.state !== 'moving' || !carried) return;
      await Member.updateOne({ _id: from }, { $set: { ...EMPTIED, mergedInto: to } });
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
          { $set: { phone: carried.phone, phoneVerifiedAt: carried.phoneVerifiedAt } },
        );
      done('filled');

      await moveAll(from.toHexString(), to.toHexString());
      // Only now, behind the movers: what limits a role is there before the role is.
      await Member.updateOne({ _id: to }, { $addToSet: { roles: { $each: carried.roles } } });
      done('roles');

      await audit.record({
        actorId: to.toHexString(),
        act: 'member.join',
        subject: { kind: 'member', id: to.toHexString() },
        after: { accounts: carried.accounts.map(({ messenger }) => messenger), roles: carried.roles },
        source: `join:${_id.toHexString()}`,
      });
      await Join.updateMany(
        { _id: trusted({ $ne: _id }), state: 'offered', $or: [{ from }, { to: from }] },
        { $set: { state: 'refused', endedAt: now() } },
      );
      await Join.updateOne({ _id }, { $set: { state: 'done', carried: null, endedAt: now() } });
      done('closed');
    },
  };
}

function carriedOf({ accounts, roles, phone, phoneVerifiedAt, ...member }: MemberDocument): Carried {
  return {
    accounts,
    roles,
    phone: phone ?? null,
    phoneVerifiedAt: phoneVerifiedAt ?? null,
    ...(Object.fromEntries(FILLED.map((field) => [field, member[field] ?? null])) as Pick<
      Carried,
      (typeof FILLED)[number]
    >),
  };
}
