import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { memberModel, type MemberDocument } from './member.model.ts';
import type { MessengerName } from './members.service.ts';
import { isProvedNow } from './phone-proof.service.ts';

const DAY = 24 * 3_600_000;

/** A person who is being deleted, and the chats that they had. */
export interface Leaver {
  id: string;
  chats: readonly { messenger: MessengerName; chatId: number }[];
}

/** Takes a person out of what they left somewhere. It is called again after a crash, so repeating it changes nothing. */
export interface Forgetter {
  name: string;
  forget: (leaver: Leaver) => Promise<void>;
}

export interface DeletionsDeps {
  connection: Connection;
  audit: Pick<Audit, 'record' | 'forget'>;
  /** In the order in which they are called. */
  forgetters: readonly Forgetter[];
  /** Whether the leaver has said of a record without an account that it is about somebody else. */
  isSomebodyElse: (record: string, leaver: string) => Promise<boolean>;
  /** How long a deletion can be undone. */
  undoDays: number;
  now: () => Date;
  /** Hears of each finished step, by name; what it throws stands for a crash. */
  afterStep?: (step: string) => void;
}

/** The type is what the index holds only. */
const unownedUnder = (phone: string) => ({
  phone: trusted({ $eq: phone, $type: 'string' as const }),
  accounts: trusted({ $size: 0 }),
  mergedInto: null,
});

export type Deletions = ReturnType<typeof createDeletions>;

/**
 * Deleting everything kept about a person, some days after they asked for it: also what a list or a call to the
 * secretariat left in records of its own under the phone that they have proved. Cases stay, with nobody as their reporter.
 * The member's document goes last, so that a deletion that was cut off is found and done again.
 */
export function createDeletions(deps: DeletionsDeps) {
  const { connection, audit, forgetters, isSomebodyElse, undoDays, now, afterStep } = deps;
  const Member = memberModel(connection);
  const members = connection.collection<MemberDocument>(Member.collection.name);

  /**
   * Begins: from here on nothing can be undone, and who writes from the accounts is a new guest, so that nothing more is
   * stored for the one who leaves. One update does it, through the driver since its values come from the document itself.
   */
  async function begin(): Promise<MemberDocument | null> {
    return members.findOneAndUpdate(
      { 'deletion.dueAt': { $lte: now(), $type: 'date' }, 'deletion.begun': { $ne: true } },
      [
        {
          $set: {
            'deletion.begun': true,
            'deletion.chats': chatsOfAccounts,
            accounts: [],
          },
        },
      ],
      { returnDocument: 'after' },
    );
  }

  /**
   * Begins the deletion of the records without accounts under the leaver's phone, and gives them. What is about somebody
   * else loses the phone, which is the leaver's. Repeated, it goes on with what is left. A number that was proved long
   * before the request, or by another since, may be somebody else's by then: what stands under it stays.
   */
  async function recordsOf({ _id, phone, deletion, ...proof }: MemberDocument): Promise<MemberDocument[]> {
    if (!phone || !isProvedNow(proof, deletion?.requestedAt ?? now())) return [];
    const unowned = unownedUnder(phone);
    for (const record of await Member.find({ ...unowned, _id: trusted({ $ne: _id }), deletion: null }).lean()) {
      const still = { _id: record._id, ...unowned, deletion: null };
      const at = now();
      const change = (await isSomebodyElse(record._id.toHexString(), _id.toHexString()))
        ? { phone: null }
        : { deletion: { requestedAt: at, dueAt: at, begun: true, chats: [] } };
      await Member.updateOne(still, { $set: change });
    }
    return Member.find({ ...unowned, _id: trusted({ $ne: _id }), 'deletion.begun': true }).lean();
  }

  async function remove(leaver: MemberDocument): Promise<void> {
    if (!leaver.deletion?.again) for (const record of await recordsOf(leaver)) await forget(record);
    await forget(leaver);
  }

  const chatsOfAccounts = {
    $map: { input: '$accounts', in: { messenger: '$$this.messenger', chatId: '$$this.chatId' } },
  };

  async function forget({ _id, deletion }: MemberDocument): Promise<void> {
    const id = _id.toHexString();
    for (const forgetter of forgetters) {
      await forgetter.forget({ id, chats: deletion?.chats ?? [] });
      afterStep?.(forgetter.name);
    }
    const subject = { kind: 'member', id };
    await audit.forget(subject);
    await audit.record({ actorId: null, act: 'member.delete', subject, source: `delete:${id}` });
    afterStep?.('recorded');
    await Member.deleteMany({ mergedInto: _id });
    await Member.deleteOne({ _id });
  }

  return {
    undoDays,

    /** Whether a list or a call left something under this member's number, and it was proved too long ago to delete it. */
    async leavesRecords(id: string): Promise<boolean> {
      const member = await Member.findById(new Types.ObjectId(id)).lean();
      if (!member?.phone || isProvedNow(member, now())) return false;
      return (await Member.exists({ ...unownedUnder(member.phone), _id: trusted({ $ne: member._id }) })) !== null;
    },

    /** Asks for the deletion; asked again, the first date stands. Null for who is not there. */
    async request(id: string): Promise<Date | null> {
      const at = now();
      const _id = new Types.ObjectId(id);
      const deletion = { requestedAt: at, dueAt: new Date(at.getTime() + undoDays * DAY), begun: false, chats: [] };
      await Member.updateOne({ _id, deletion: null, mergedInto: null }, { $set: { deletion } });
      const found = await Member.findById(_id).select({ deletion: 1 }).lean();
      return found?.deletion?.dueAt ?? null;
    },

    /** Takes the request back; false where there is none, or it is too late. */
    async undo(id: string): Promise<boolean> {
      const { modifiedCount } = await Member.updateOne(
        { _id: new Types.ObjectId(id), 'deletion.begun': false, 'deletion.dueAt': trusted({ $gt: now() }) },
        { $set: { deletion: null } },
      );
      return modifiedCount === 1;
    },

    /** Deletes at once whoever was deleted before and is here again, from a backup. Returns how many. */
    async deleteAgain(isGone: (memberId: string) => boolean): Promise<number> {
      const back: Types.ObjectId[] = [];
      for await (const { _id } of members.find({}, { projection: { _id: 1 } }))
        if (isGone(_id.toHexString())) back.push(_id);
      const at = now();
      for (const _id of back) {
        const deletion = { requestedAt: at, dueAt: at, begun: true, again: true, chats: chatsOfAccounts };
        await members.updateOne({ _id, 'deletion.begun': { $ne: true } }, [{ $set: { deletion, accounts: [] } }]);
        const found = await Member.findById(_id).lean();
        if (found) await remove(found);
      }
      return back.length;
    },

    /** Deletes whoever is due, and finishes what a crash cut off. Returns how many are gone. For a job. */
    async runDue(): Promise<number> {
      let gone = 0;
      for (const cutOff of await Member.find({
        'deletion.begun': true,
        'deletion.dueAt': trusted({ $type: 'date' as const }),
      }).lean()) {
        await remove(cutOff);
        gone += 1;
      }
      for (let next = await begin(); next; next = await begin()) {
        await remove(next);
        gone += 1;
      }
      return gone;
    },
  };
}
