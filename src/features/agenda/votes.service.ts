import { Types, type Connection } from 'mongoose';
import { voteModel, type Tally, type Vote } from './agenda.model.ts';

export interface Word {
  memberId: string;
  vote: Vote;
  comment: string;
}

export const NO_VOTES: Tally = { support: 0, info: 0, object: 0 };

export function tallyOf(words: readonly { vote: Vote }[]): Tally {
  const tally = { ...NO_VOTES };
  for (const { vote } of words) tally[vote] += 1;
  return tally;
}

/** What council members say of an agenda's items. Who may, the agenda decides. */
export function createVotes({ connection, now }: { connection: Connection; now: () => Date }) {
  const Item = voteModel(connection);

  return {
    async cast(agendaId: string, obstacleId: string, { memberId, vote, comment }: Word): Promise<void> {
      await Item.updateOne(
        {
          agendaId: new Types.ObjectId(agendaId),
          obstacleId: new Types.ObjectId(obstacleId),
          memberId: new Types.ObjectId(memberId),
        },
        { $set: { vote, comment, at: now() } },
        { upsert: true },
      );
    },

    /** By item, the earliest first. Only the words of those who are of the council now count. */
    async of(agendaId: string, council: readonly string[]): Promise<Map<string, Word[]>> {
      const found = await Item.find({ agendaId: new Types.ObjectId(agendaId) })
        .sort({ at: 1 })
        .lean();
      const byItem = new Map<string, Word[]>();
      for (const { obstacleId, memberId, vote, comment } of found) {
        const word = { memberId: memberId.toHexString(), vote, comment };
        if (!council.includes(word.memberId)) continue;
        const id = obstacleId.toHexString();
        byItem.set(id, [...(byItem.get(id) ?? []), word]);
      }
      return byItem;
    },

    /** Two people became one: where both have voted, the word of the one who stays counts. */
    async moveMember(from: string, to: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      for (const { _id, agendaId, obstacleId, vote, comment, at } of await Item.find({ memberId: old }).lean()) {
        await Item.updateOne(
          { agendaId, obstacleId, memberId: own },
          { $setOnInsert: { vote, comment, at } },
          { upsert: true },
        );
        await Item.deleteOne({ _id });
      }
    },

    async forgetMember(id: string): Promise<void> {
      await Item.deleteMany({ memberId: new Types.ObjectId(id) });
    },
  };
}
