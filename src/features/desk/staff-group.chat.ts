import { Composer, type MiddlewareFn } from 'grammy';
import { buttonKind } from '../../bot/callback-data.ts';
import type { GroupContext } from '../../bot/context.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import {
  MessengerError,
  refusesChange,
  type MessengerClient,
  type MessengerName,
  type OutgoingMessage,
} from '../../messengers/messenger.ts';
import type { Member, Members } from '../members/members.service.ts';
import { DESK_ROLES, ENDED, type Obstacle, type Obstacles } from '../obstacles/obstacles.service.ts';
import { groupChanges, groupCommand, type GroupChoosingDeps } from './staff-group.choosing.ts';
import { groupReplies, type RepliesDeps } from './staff-group.replies.ts';
import type { GroupCard, GroupPlace, StaffGroups } from './staff-group.service.ts';

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
  /** Hears that nothing can be shown in a group any more. */
  lost: (place: GroupPlace) => Promise<void>;
  /** How long a card waits for its turn and its answer: less than a minute, since the job waits for it. */
  patienceMs?: number;
}

export type StaffGroupChatDeps = StaffGroupDeps & RepliesDeps & GroupChoosingDeps & { redraw: () => Promise<void> };

const takeButton = buttonKind('gt', 1, ['id']);
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
      await refused(card, message, { error, pausing });
    }
  }

  async function refused(
    card: GroupCard,
    message: OutgoingMessage,
    { error, pausing }: { error: MessengerError; pausing: Set<MessengerName> },
  ): Promise<void> {
    const { messenger, chatId } = card;
    if (error.movedTo !== undefined) {
      const to = error.movedTo;
      await groups.moved({ messenger, from: chatId, to });
      // Where it says so once more, the next round asks again.
      if (to !== chatId) await drawCard({ ...card, chatId: to, messageId: null }, message, pausing);
    }
    // Deleted, too old to be edited, or not to be edited so: it comes again as a new message with the next round.
    else if (card.messageId !== null && refusesChange(error)) await groups.drawn(card, null);
    // For good: the group has ended, the bot is out of it, or may not write there.
    else if (error.kind === 'unreachable') await deps.lost({ messenger, chatId });
    // This card alone is refused; the case as it is after its next change may be taken.
    else if (error.kind === 'rejected') await groups.forget(card);
  }

  async function draw(obstacle: Obstacle, pausing = new Set<MessengerName>()): Promise<void> {
    const cards = await groups.cardsOf(obstacle.id);
    if (cards.length === 0) return;
    const message = await cardOf(obstacle);
    const hasEnded = ENDED.includes(obstacle.status);
    for (const card of cards) {
      // What ended while it could not be shown, or stands in a group that was left behind, is not brought up again.
      if (hasEnded && card.messageId === null) await groups.forget(card);
      else await drawCard(card, message, pausing);
    }
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

/** What came in before the bot was out of the group can't be answered there: trying again would not help, the admins hear of it. */
function noticeLoss({ lost }: Pick<StaffGroupDeps, 'lost'>): MiddlewareFn<GroupContext> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const isOut = error instanceof MessengerError && error.kind === 'unreachable' && error.movedTo === undefined;
      if (!isOut || !ctx.chat) throw error;
      await lost({ messenger: ctx.client.name, chatId: ctx.chat.id });
    }
  };
}

/** What happens in a staff group: what the messenger says of it, the choice of it, an officer who takes a case, and replies to cards. */
export function staffGroupChat(deps: StaffGroupChatDeps): Composer<GroupContext> {
  const { groups, obstacles, t } = deps;
  const chat = new Composer<GroupContext>();
  chat.use(noticeLoss(deps), groupChanges(deps), groupCommand(deps));
  // Everywhere else nothing is said, whoever writes or presses.
  const ours = chat.filter((ctx) => groups.isStaff({ messenger: ctx.client.name, chatId: ctx.chat?.id ?? 0 }));
  ours.use(groupReplies(deps));

  ours.on('callback_query:data', async (ctx) => {
    const { data, id: pressId } = ctx.callbackQuery;
    const toast = (text: string) => ctx.client.answerPress({ id: pressId, chatId: ctx.chat?.id }, text);
    const officer = await deps.staffBehind(ctx);
    if (!officer) return toast(t.text('desk.act.forbidden'));
    const take = takeButton.read(data);
    if (!take) return toast(t.text('bot.error.staleButton'));
    const outcome = await obstacles.take(officer, take.id, ctx.inboxId);
    if (outcome.kind === 'forbidden') return toast(t.text('desk.act.forbidden'));
    return toast(t.text(outcome.kind === 'moved' ? 'desk.act.taken' : 'desk.act.movedOn'));
  });
  chat.on('callback_query', (ctx) => ctx.client.answerPress({ id: ctx.callbackQuery.id, chatId: undefined }));

  return chat;
}

/** Who works at the desk, by the account that speaks in the group. */
export const staffBehindIn =
  (members: Pick<Members, 'behind'>) =>
  async (ctx: GroupContext): Promise<Member | null> => {
    const member = ctx.from && (await members.behind({ messenger: ctx.client.name, userId: ctx.from.id }));
    return member?.roles.some((role) => DESK_ROLES.includes(role)) ? member : null;
  };
