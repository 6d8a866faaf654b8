import { Composer, type Filter } from 'grammy';
import { buttonKind } from '../../bot/callback-data.ts';
import type { GroupContext } from '../../bot/context.ts';
import type { KeepFile } from '../../bot/dialogue/read-answer.ts';
import { tidy } from '../../language/persian-text.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import { mediaOf } from '../../messengers/media.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Member } from '../members/members.service.ts';
import { mayMove, type Obstacle, type Obstacles } from '../obstacles/obstacles.service.ts';
import type { GroupReply, ReplyFile, StaffGroups } from './staff-group.service.ts';

export const replyButton = buttonKind('gr', 1, ['id', 'act']);
const LONGEST_REPLY = 2000;

export interface RepliesDeps {
  groups: StaffGroups;
  obstacles: Obstacles;
  /** What is spoken in the group. */
  t: Translator;
  statusText: (t: Translator, status: Obstacle['status']) => string;
  staffBehind: (ctx: GroupContext) => Promise<Member | null>;
  keepFile: KeepFile;
  /** Brings a file to the reporter of a case, once for each reply. */
  sendFile: (obstacle: Obstacle, file: ReplyFile, replyId: string) => Promise<void>;
}

type Written = { text: string; file: ReplyFile | null } | { refused: RichText };

/** An officer's reply to a card is an answer to the member, seen before it leaves. Whatever was sent, the officer hears what becomes of it. */
export function groupReplies(deps: RepliesDeps): Composer<GroupContext> {
  const { groups, obstacles, t } = deps;
  const chat = new Composer<GroupContext>();
  const say = (ctx: GroupContext, chatId: number, message: OutgoingMessage) =>
    ctx.client.send(chatId, { direction: t.direction, ...message });

  // An edited reply is shown anew, with the words that are sent now.
  chat.on(['message', 'edited_message'], async (ctx, next) => {
    const card = ctx.msg.reply_to_message;
    const place = { messenger: ctx.client.name, chatId: ctx.chat.id };
    const obstacleId = card ? await groups.caseOn({ ...place, messageId: card.message_id }) : null;
    const officer = obstacleId === null ? null : await deps.staffBehind(ctx);
    if (!officer || obstacleId === null) return next();
    const obstacle = await obstacles.visibleTo(officer, obstacleId);
    const answer = (text: RichText, more: Partial<OutgoingMessage> = {}) =>
      say(ctx, ctx.chat.id, { text, replyTo: ctx.msg.message_id, ...more });
    if (!obstacle) return void (await answer(t.rich('obstacles.act.gone')));
    if (!mayMove(obstacle.status, 'in_progress', 'staff')) {
      const status = deps.statusText(t, obstacle.status);
      return void (await answer(t.rich('desk.group.closed', { code: obstacle.code, status })));
    }
    const written = await read(ctx, officer);
    if ('refused' in written) return void (await answer(written.refused));
    const reply: GroupReply = { obstacleId: obstacle.id, officerId: officer.id, ...written };
    const id = await groups.keepReply({ source: ctx.inboxId, ...reply });
    await answer(previewOf(obstacle, written), {
      keyboard: {
        kind: 'inline',
        rows: [
          [
            { label: t.text('desk.group.send'), data: replyButton.data(id, 'send') },
            { label: t.text('desk.group.cancel'), data: replyButton.data(id, 'cancel') },
          ],
        ],
      },
    });
  });

  const previewOf = ({ code }: Obstacle, { text, file }: Exclude<Written, { refused: RichText }>): RichText =>
    file
      ? t.rich('desk.group.previewFile', { code, kind: t.text(`desk.group.kind.${file.kind}`), text })
      : t.rich('desk.group.preview', { code, text });

  /** Nothing is cut: what is too long, or can't be sent to a member, is said. */
  async function read(ctx: Filter<GroupContext, 'message' | 'edited_message'>, officer: Member): Promise<Written> {
    const media = mediaOf(ctx.msg);
    const typed = ctx.msg.text ?? ctx.msg.caption ?? '';
    if (typed.length > LONGEST_REPLY)
      return { refused: t.rich('desk.group.tooLong', { length: typed.length, max: LONGEST_REPLY }) };
    const text = tidy(typed);
    if (!media) return text === '' ? { refused: t.rich('desk.group.unfit') } : { text, file: null };
    const kept = await deps.keepFile(
      { client: ctx.client, inboxId: ctx.inboxId, person: { id: officer.id, registered: true, roles: officer.roles } },
      media,
    );
    if (!kept.ok) return { refused: t.rich(kept.error, kept.values) };
    return {
      text: text === '' ? t.text('desk.group.fileAlone') : text,
      file: { storedId: kept.storedId, kind: kept.kind },
    };
  }

  chat.on('callback_query:data', async (ctx, next) => {
    const { data, id: pressId, message } = ctx.callbackQuery;
    const pressed = replyButton.read(data);
    if (!pressed) return next();
    const toast = (text: string) => ctx.client.answerPress({ id: pressId, chatId: ctx.chat?.id }, text);
    const officer = await deps.staffBehind(ctx);
    if (!officer) return toast(t.text('desk.act.forbidden'));
    const reply = await groups.reply(pressed.id);
    if (!reply || !message) return toast(t.text('bot.error.staleButton'));
    // Whoever wrote it sends it: the member hears one officer, not two.
    if (reply.officerId !== officer.id) return toast(t.text('desk.act.forbidden'));
    const result = pressed.act === 'send' ? await sendReply(officer, reply, pressed.id) : 'cancelled';
    await ctx.client.edit(message.chat.id, message.message_id, {
      text: join([t.rich(`desk.group.${result}`), t.rich('bot.dialogue.value.text', { value: reply.text })], '\n\n'),
      direction: t.direction,
    });
    return toast('');
  });

  async function sendReply(
    officer: Member,
    { obstacleId, text, file }: GroupReply,
    replyId: string,
  ): Promise<'sent' | 'cancelled'> {
    const there = await obstacles.visibleTo(officer, obstacleId);
    if (!there) return 'cancelled';
    const source = `group:${replyId}`;
    const from = there.status;
    if (!mayMove(from, 'in_progress', 'staff')) return 'cancelled';
    const outcome = await obstacles.move(officer, obstacleId, { from, to: 'in_progress', reason: text, source });
    if (outcome.kind !== 'moved') return 'cancelled';
    if (file) await deps.sendFile(outcome.obstacle, file, replyId);
    return 'sent';
  }

  return chat;
}
