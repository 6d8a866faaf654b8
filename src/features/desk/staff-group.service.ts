import { trusted, Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import type { MessengerName } from '../../messengers/messenger.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Actor } from '../obstacles/obstacles.service.ts';
import { groupCardModel, groupReplyModel, staffGroupModel, type ReplyFile } from './staff-group.model.ts';

export type { ReplyFile } from './staff-group.model.ts';

export interface GroupCard {
  id: string;
  messenger: MessengerName;
  obstacleId: string;
  chatId: number;
  messageId: number | null;
}

/** A chat of a messenger. */
export interface GroupPlace {
  messenger: MessengerName;
  chatId: number;
}

/** What an officer wants to answer a member with. */
export interface GroupReply {
  obstacleId: string;
  officerId: string;
  text: string;
  file: ReplyFile | null;
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
      const before = await Group.findByIdAndUpdate(
        messenger,
        { $set: { chatId, lostAt: null } },
        { upsert: true, lean: true },
      );
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

    /** Whether this chat is the messenger's staff group, also while it is lost. */
    async isStaff({ messenger, chatId }: GroupPlace): Promise<boolean> {
      return (await Group.exists({ _id: messenger, chatId })) !== null;
    },

    /** The cards of a case, marked to be drawn: those of the groups where something can be shown now. */
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
        if (!group.lostAt) cards.push({ id: _id.toHexString(), messenger, obstacleId, chatId, messageId });
      }
      return cards;
    },

    /** The card is in the group as the case is now; or, without a message, it is gone from there. */
    async drawn(card: GroupCard, messageId: number | null): Promise<void> {
      await Card.updateOne({ _id: new Types.ObjectId(card.id) }, { $set: { messageId, stale: messageId === null } });
    },

    /** Nothing of the case is to stand in the group any more. */
    async forget(card: GroupCard): Promise<void> {
      await Card.deleteOne({ _id: new Types.ObjectId(card.id) });
    },

    /**
     * The messenger has moved the group to another id, with no message of before: its cards are drawn again there.
     * Told again, by the other of the two signals, it changes nothing. False where it is no staff group.
     */
    async moved({ messenger, from, to }: { messenger: MessengerName; from: number; to: number }): Promise<boolean> {
      const { matchedCount } = await Group.updateOne(
        { _id: messenger, chatId: from },
        { $set: { chatId: to, lostAt: null } },
      );
      await Card.updateMany({ messenger, chatId: from }, { $set: { chatId: to, messageId: null, stale: true } });
      return matchedCount === 1;
    },

    /** Nothing can be shown in this group any more. Its cards wait; since when, to the first who says so, else null. */
    async lost({ messenger, chatId }: GroupPlace): Promise<Date | null> {
      const lostAt = now();
      const before = await Group.findOneAndUpdate(
        { _id: messenger, chatId, lostAt: null },
        { $set: { lostAt } },
      ).lean();
      return before && lostAt;
    },

    /** The bot is in the group again: what changed meanwhile is drawn by the next round. Since when it was lost; null: it was not. */
    async back({ messenger, chatId }: GroupPlace): Promise<Date | null> {
      const lost = trusted({ $ne: null });
      const before = await Group.findOneAndUpdate(
        { _id: messenger, chatId, lostAt: lost },
        { $set: { lostAt: null } },
      ).lean();
      return before?.lostAt ?? null;
    },

    /** Cases whose cards could not be drawn, of groups where they can be now. */
    async stale(): Promise<string[]> {
      const groups = await Group.find({ lostAt: null }).lean();
      const messenger = trusted({ $in: groups.map(({ _id }) => _id) });
      const found = await Card.find({ stale: true, messenger }).limit(REDRAWN_AT_ONCE).lean();
      return [...new Set(found.map(({ obstacleId }) => obstacleId.toHexString()))];
    },

    /** The case whose card this message is. */
    async caseOn(message: { messenger: MessengerName; chatId: number; messageId: number }): Promise<string | null> {
      const found = await Card.findOne(message).lean();
      return found?.obstacleId.toHexString() ?? null;
    },

    /** Keeps what was written under a card; the same update keeps it once. */
    async keepReply({ source, ...reply }: GroupReply & { source: string }): Promise<string> {
      const kept = await Reply.findOneAndUpdate(
        { source },
        {
          $setOnInsert: {
            obstacleId: new Types.ObjectId(reply.obstacleId),
            officerId: new Types.ObjectId(reply.officerId),
            text: reply.text,
            file: reply.file,
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

    async reply(id: string): Promise<GroupReply | null> {
      const found = Types.ObjectId.isValid(id) ? await Reply.findById(new Types.ObjectId(id)).lean() : null;
      return (
        found && {
          obstacleId: found.obstacleId.toHexString(),
          officerId: found.officerId.toHexString(),
          text: found.text,
          file: found.file ?? null,
        }
      );
    },

    /** Which of these files wait in a reply, or went out with one a moment ago. */
    async filesAmong(fileIds: readonly string[]): Promise<string[]> {
      const found = await Reply.find({ 'file.storedId': trusted({ $in: [...fileIds] }) })
        .select({ file: 1 })
        .lean();
      return found.flatMap(({ file }) => (file ? [file.storedId] : []));
    },
  };
}
