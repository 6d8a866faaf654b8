import { Composer } from 'grammy';
import { buttonKind } from '../../bot/callback-data.ts';
import type { GroupContext } from '../../bot/context.ts';
import { tidy } from '../../language/persian-text.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import {
  MessengerError,
  type MessengerClient,
  type MessengerName,
  type OutgoingMessage,
} from '../../messengers/messenger.ts';
import type { Member, Members } from '../members/members.service.ts';
import { DESK_ROLES, mayMove, type Obstacle, type Obstacles } from '../obstacles/obstacles.service.ts';
import type { GroupCard, StaffGroups } from './staff-group.service.ts';

export interface StaffGroupDeps {
  groups: StaffGroups;
  obstacles: Obstacles;
  members: Members;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  t: Translator;
  /** What the report said beside its words. */
  factsOf: (t: Translator, obstacle: Obstacle) => readonly (RichText | string)[];
  statusText: (t: Translator, status: Obstacle['status']) => string;
  nameOf: (memberId: string, t: Translator) => Promise<string>;
  /** How long a card waits for its turn and its answer: less than a minute, since the job waits for it. */
  patienceMs?: number;
}

const takeButton = buttonKind('gt', 1, ['id']);
const replyButton = buttonKind('gr', 1, ['id', 'act']);
const LONGEST_REPLY = 2000;
const PATIENCE_MS = 30_000;

/** Draws cases as cards in the staff groups, and draws them anew when they change. Never throws: a group is only a view. */
export function createGroupCards(deps: StaffGroupDeps) {
  const { groups, obstacles, clients, t, patienceMs = PATIENCE_MS } = deps;

  async function cardOf(obstacle: Obstacle): Promise<OutgoingMessage> {
    const { title, code, status, assigneeId } = obstacle;
    return {
      text: join(
        [
          t.rich('desk.group.card', {
            title,
            code,
            status: deps.statusText(t, status),
          }),
          ...deps.factsOf(t, obstacle),
          obstacle.additions.length > 0 ? t.rich('desk.notice.added') : '',
          assigneeId === null
            ? t.rich('desk.card.unassigned')
            : t.rich('desk.card.assignee', { name: await deps.nameOf(assigneeId, t) }),
          t.rich('desk.group.hint'),
        ],
        '\n',
      ),
      keyboard: {
        kind: 'inline',
        rows: assigneeId === null ? [[{ label: t.text('desk.button.take'), data: takeButton.data(obstacle.id) }]] : [],
      },
      direction: t.direction,
    };
  }

  /** Puts the card's messenger on `pausing` where it does not let the card through in time, and draws nothing there then. */
  async function drawCard(card: GroupCard, message: OutgoingMessage, pausing: Set<MessengerName>): Promise<void> {
    const client = clients.get(card.messenger);
    if (!client || pausing.has(card.messenger)) return;
    // After a 429 the bulk lane may stand still for hours.
    const signal = AbortSignal.timeout(patienceMs);
    try {
      if (card.messageId !== null) {
        await client.edit(card.chatId, card.messageId, message, { lane: 'bulk', signal });
        return await groups.drawn(card, card.messageId);
      }
      const [sent] = await client.send(card.chatId, message, { lane: 'bulk', signal });
      await groups.drawn(card, sent?.messageId ?? null);
    } catch (error) {
      if (signal.aborted) pausing.add(card.messenger);
      if (!(error instanceof MessengerError)) throw error;
      if (error.kind === 'unreachable') await groups.lost(card);
      // Deleted, or too old to be edited: it comes again as a new message with the next round.
      else if (error.kind === 'message-gone' || error.kind === 'too-late') await groups.drawn(card, null);
    }
  }

  async function draw(obstacle: Obstacle, pausing = new Set<MessengerName>()): Promise<void> {
    const cards = await groups.cardsOf(obstacle.id);
    if (cards.length === 0) return;
    const message = await cardOf(obstacle);
    for (const card of cards) await drawCard(card, message, pausing);
  }

  return {
    draw: (obstacle: Obstacle) => draw(obstacle),
    /** Draws what could not be drawn when it changed. */
    async redraw(): Promise<void> {
      // One card finds out for all of the round.
      const pausing = new Set<MessengerName>();
      for (const id of await groups.stale()) {
        const obstacle = await obstacles.find(id);
        if (obstacle) await draw(obstacle, pausing);
      }
    },
  };
}

/** What happens in a staff group: an admin chooses it, an officer takes a case, and a reply to a card answers the member. */
export function staffGroupChat(deps: StaffGroupDeps): Composer<GroupContext> {
  const { groups, obstacles, members, t } = deps;
  const chat = new Composer<GroupContext>();

  const staffBehind = async (ctx: GroupContext): Promise<Member | null> => {
    const member = ctx.from && (await members.behind({ messenger: ctx.client.name, userId: ctx.from.id }));
    return member?.roles.some((role) => DESK_ROLES.includes(role)) ? member : null;
  };
  const say = (ctx: GroupContext, chatId: number, message: OutgoingMessage) =>
    ctx.client.send(chatId, { direction: t.direction, ...message });

  chat.on('message:text', async (ctx, next) => {
    const { text, reply_to_message: card } = ctx.message;
    const chatId = ctx.chat.id;
    if (/^\/group(?:@\w+)?\s*$/i.test(text)) {
      const admin = await staffBehind(ctx);
      const group = { messenger: ctx.client.name, chatId, source: ctx.inboxId };
      // Nobody else gets a word: a group that isn't ours must not use up what we may send.
      if (admin !== null && (await groups.choose(admin, group)))
        await say(ctx, chatId, { text: t.rich('desk.group.set') });
      return;
    }
    if (!card) return next();
    const obstacleId = await groups.caseOn({ messenger: ctx.client.name, chatId, messageId: card.message_id });
    const officer = obstacleId === null ? null : await staffBehind(ctx);
    const obstacle = officer && obstacleId !== null ? await obstacles.visibleTo(officer, obstacleId) : null;
    const written = tidy(text).slice(0, LONGEST_REPLY);
    if (!officer || !obstacle || written === '') return;
    const id = await groups.keepReply({
      source: ctx.inboxId,
      obstacleId: obstacle.id,
      officerId: officer.id,
      text: written,
    });
    await say(ctx, chatId, {
      text: t.rich('desk.group.preview', { code: obstacle.code, text: written }),
      replyTo: ctx.message.message_id,
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

  chat.on('callback_query:data', async (ctx) => {
    const { data, id: pressId, message } = ctx.callbackQuery;
    const toast = (text: string) => ctx.client.answerPress({ id: pressId, chatId: ctx.chat?.id }, text);
    const officer = await staffBehind(ctx);
    if (!officer) return toast(t.text('desk.act.forbidden'));
    const take = takeButton.read(data);
    if (take) {
      const outcome = await obstacles.take(officer, take.id, ctx.inboxId);
      if (outcome.kind === 'forbidden') return toast(t.text('desk.act.forbidden'));
      return toast(t.text(outcome.kind === 'moved' ? 'desk.act.taken' : 'desk.act.movedOn'));
    }
    const pressed = replyButton.read(data);
    const reply = pressed && (await groups.reply(pressed.id));
    if (!pressed || !reply || !message) return toast(t.text('bot.error.staleButton'));
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
    { obstacleId, text }: { obstacleId: string; text: string },
    replyId: string,
  ): Promise<'sent' | 'cancelled'> {
    const there = await obstacles.visibleTo(officer, obstacleId);
    if (!there) return 'cancelled';
    const source = `group:${replyId}`;
    const from = there.status;
    if (!mayMove(from, 'in_progress', 'staff')) return 'cancelled';
    const outcome = await obstacles.move(officer, obstacleId, { from, to: 'in_progress', reason: text, source });
    return outcome.kind === 'moved' ? 'sent' : 'cancelled';
  }

  return chat;
}
