import { Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import type { MessengerName } from '../../messengers/messenger.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Actor } from '../obstacles/obstacles.service.ts';
import { groupCardModel, groupReplyModel, staffGroupModel } from './staff-group.model.ts';

export interface GroupCard {
  id: string;
  messenger: MessengerName;
  obstacleId: string;
  chatId: number;
  messageId: number | null;
}

const REDRAWN_AT_ONCE = 50;

export type StaffGroups = ReturnType<typeof createStaffGroups>;

/** Which group shows the cases on each messenger, and where in it. All of it can be lost and drawn again. */
export function createStaffGroups({
  connection,
  audit,
  now,
}: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
}) {
  const Group = staffGroupModel(connection);
  const Card = groupCardModel(connection);
  const Reply = groupReplyModel(connection);

  return {
    /** False for who is no admin. Cards of a group before it are forgotten: they are drawn anew in this one. */
    async choose(
      actor: Actor,
      { messenger, chatId, source }: { messenger: MessengerName; chatId: number; source: string },
    ): Promise<boolean> {
      if (!actor.roles.includes('admin')) return false;
      const before = await Group.findByIdAndUpdate(messenger, { $set: { chatId } }, { upsert: true, lean: true });
      if (before && before.chatId !== chatId) await Card.deleteMany({ messenger, chatId: before.chatId });
      await audit.record({
        actorId: actor.id,
        act: 'desk.group',
        subject: { kind: 'group', id: messenger },
        before: before && { chatId: before.chatId },
        after: { chatId },
        source,
      });
      return true;
    },

    /** The cards of a case, one for each messenger with a group, marked to be drawn. */
    async cardsOf(obstacleId: string): Promise<GroupCard[]> {
      const cards: GroupCard[] = [];
      for (const group of await Group.find({}).lean()) {
        const messenger = group._id as MessengerName;
        const found = await Card.findOneAndUpdate(
          { obstacleId: new Types.ObjectId(obstacleId), messenger },
          { $set: { stale: true }, $setOnInsert: { chatId: group.chatId, messageId: null } },
          { upsert: true, returnDocument: 'after', lean: true },
        );
        const { _id, chatId, messageId } = upserted(found);
        cards.push({ id: _id.toHexString(), messenger, obstacleId, chatId, messageId });
      }
      return cards;
    },

    /** The card is in the group as the case is now; or, without a message, it is gone from there. */
    async drawn(card: GroupCard, messageId: number | null): Promise<void> {
      await Card.updateOne({ _id: new Types.ObjectId(card.id) }, { $set: { messageId, stale: messageId === null } });
    },

    /** Nothing can be shown in this group any more: it is lost, and nothing with it. */
    async lost({ messenger, chatId }: GroupCard): Promise<void> {
      await Group.deleteOne({ _id: messenger, chatId });
      await Card.deleteMany({ messenger, chatId });
    },

    /** Cases whose cards could not be drawn. */
    async stale(): Promise<string[]> {
      const found = await Card.find({ stale: true }).limit(REDRAWN_AT_ONCE).lean();
      return [...new Set(found.map(({ obstacleId }) => obstacleId.toHexString()))];
    },

    /** The case whose card this message is. */
    async caseOn(message: { messenger: MessengerName; chatId: number; messageId: number }): Promise<string | null> {
      const found = await Card.findOne(message).lean();
      return found?.obstacleId.toHexString() ?? null;
    },

    /** Keeps what was written under a card; the same update keeps it once. */
    async keepReply(reply: { source: string; obstacleId: string; officerId: string; text: string }): Promise<string> {
      const kept = await Reply.findOneAndUpdate(
        { source: reply.source },
        {
          $setOnInsert: {
            obstacleId: new Types.ObjectId(reply.obstacleId),
            officerId: new Types.ObjectId(reply.officerId),
            text: reply.text,
            at: now(),
          },
        },
        { upsert: true, returnDocument: 'after', lean: true },
      );
      return upserted(kept)._id.toHexString();
    },

    async moveMember(from: string, to: string): Promise<void> {
      await Reply.updateMany({ officerId: new Types.ObjectId(from) }, { $set: { officerId: new Types.ObjectId(to) } });
    },

    /** What somebody wrote and has not sent goes with them. */
    async forgetMember(id: string): Promise<void> {
      await Reply.deleteMany({ officerId: new Types.ObjectId(id) });
    },

    async reply(id: string): Promise<{ obstacleId: string; officerId: string; text: string } | null> {
      const found = Types.ObjectId.isValid(id) ? await Reply.findById(new Types.ObjectId(id)).lean() : null;
      return (
        found && {
          obstacleId: found.obstacleId.toHexString(),
          officerId: found.officerId.toHexString(),
          text: found.text,
        }
      );
    },
  };
}
