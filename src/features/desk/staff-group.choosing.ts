import { Composer } from 'grammy';
import type { BotContext, GroupContext } from '../../bot/context.ts';
import { sureButton, type SureActs } from '../../bot/sure.ts';
import { markOf } from '../../language/mark.ts';
import type { RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import { MessengerError, type ChatInfo, type MessengerClient, type MessengerName } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import type { GroupPlace, StaffGroups } from './staff-group.service.ts';

/** What admins hear of the staff group, once for each time. */
export interface GroupNews {
  what: 'chosen' | 'lost' | 'back';
  messenger: MessengerName;
  title: string;
}

export interface GroupChoosingDeps {
  groups: StaffGroups;
  members: Pick<Members, 'behind'>;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  /** What is said in the group. */
  persian: Translator;
  translatorFor: (language: string) => Translator;
  /** Tells the admins, but for the one who did it; a key that was told is told no more. */
  tellAdmins: (news: GroupNews, options: { key: string; but?: string }) => Promise<void>;
}

/** Who is asked which group it shall be: «گروه», title, how many. */
function described(t: Translator, { title, members }: ChatInfo): RichText {
  return members === null ? t.rich('desk.group.askUncounted', { title }) : t.rich('desk.group.ask', { title, members });
}

const markOfGroup = ({ title, kind, isPublic }: ChatInfo): string => markOf(title, kind, isPublic);
const isGroup = ({ kind }: ChatInfo): boolean => kind === 'group' || kind === 'supergroup';

/** The chat as its messenger describes it; null where the bot can't see it. */
async function infoOf(client: MessengerClient, chatId: number): Promise<ChatInfo | null> {
  try {
    return await client.chatInfo(chatId);
  } catch (error) {
    if (error instanceof MessengerError && (error.kind === 'unreachable' || error.kind === 'rejected')) return null;
    throw error;
  }
}

/**
 * `/group` in a group: nothing is said there before it is the secretariat's. Its admin is asked in the private chat, with
 * what the messenger says of the group; everybody else, and every other bot's command, meets silence.
 */
export function groupCommand({ members, translatorFor }: GroupChoosingDeps): Composer<GroupContext> {
  const chat = new Composer<GroupContext>();
  chat.on('message:text', async (ctx, next) => {
    const [command, , named] = /^\/group(@(\w+))?\s*$/i.exec(ctx.message.text) ?? [];
    if (command === undefined) return next();
    if (named !== undefined && named.toLowerCase() !== ctx.client.me.username.toLowerCase()) return;
    const admin = await members.behind({ messenger: ctx.client.name, userId: ctx.from.id });
    const account = admin?.accounts.find(
      ({ messenger, userId }) => messenger === ctx.client.name && userId === ctx.from.id,
    );
    if (!admin?.roles.includes('admin') || !account) return;
    const t = translatorFor(admin.language ?? 'fa');
    const info = await infoOf(ctx.client, ctx.chat.id);
    const isFit = info !== null && isGroup(info) && !info.isPublic;
    await ctx.client.send(account.chatId, {
      text:
        info === null
          ? t.rich('desk.group.unseen')
          : isFit
            ? described(t, info)
            : t.rich('desk.group.public', { title: info.title }),
      direction: t.direction,
      ...(isFit
        ? {
            keyboard: {
              kind: 'inline',
              rows: [
                [
                  {
                    label: t.text('desk.group.choose'),
                    data: sureButton.data('gg', String(ctx.chat.id), markOfGroup(info)),
                  },
                ],
              ],
            },
          }
        : {}),
    });
  });
  return chat;
}

/** The admin's yes, in the private chat: only to the group as it was shown, and never to one that everybody may enter. */
export function groupSure({ groups, persian, tellAdmins }: GroupChoosingDeps): SureActs {
  return {
    gg: {
      card: (ctx) => Promise.resolve({ text: ctx.t.rich('desk.group.again') }),
      async look(ctx: BotContext, subject) {
        if (!ctx.person.roles.includes('admin')) return 'forbidden';
        const chatId = Number(subject);
        const info = Number.isSafeInteger(chatId) ? await infoOf(ctx.client, chatId) : null;
        if (!info || !isGroup(info) || info.isPublic) return null;
        return {
          mark: markOfGroup(info),
          question: described(ctx.t, info),
          yes: ctx.t.text('desk.group.chooseSure'),
          async run() {
            const messenger = ctx.client.name;
            await groups.choose(ctx.person, { messenger, chatId, source: ctx.inboxId });
            await ctx.client.send(chatId, { text: persian.rich('desk.group.set'), direction: persian.direction });
            const news = { what: 'chosen', messenger, title: info.title } as const;
            await tellAdmins(news, { key: `group-chosen:${messenger}:${ctx.inboxId}`, but: ctx.person.id });
            return { text: ctx.t.rich('desk.group.chosen', { title: info.title }) };
          },
        };
      },
    },
  };
}

/** Tells once that nothing can be shown in the group any more. */
export const groupLoss =
  ({ groups, tellAdmins, clients }: Pick<GroupChoosingDeps, 'groups' | 'tellAdmins' | 'clients'>) =>
  async (place: GroupPlace, title?: string): Promise<void> => {
    const { messenger, chatId } = place;
    const since = await groups.lost(place);
    if (since === null) return;
    const client = clients.get(messenger);
    const known = title ?? (client && (await infoOf(client, chatId).catch(() => null)))?.title ?? '';
    const key = `group-lost:${messenger}:${chatId}:${since.toISOString()}`;
    await tellAdmins({ what: 'lost', messenger, title: known }, { key });
  };

/** What a messenger says of the group itself: that it has another id, that the bot has left, or is there again. */
export function groupChanges(deps: GroupChoosingDeps & { redraw: () => Promise<void> }): Composer<GroupContext> {
  const { groups, tellAdmins, redraw } = deps;
  const chat = new Composer<GroupContext>();
  const lost = groupLoss(deps);
  const placeOf = (ctx: GroupContext): GroupPlace => ({ messenger: ctx.client.name, chatId: ctx.chat?.id ?? 0 });
  const titleOf = (ctx: GroupContext): string => (ctx.chat && 'title' in ctx.chat ? (ctx.chat.title ?? '') : '');

  async function back(ctx: GroupContext): Promise<void> {
    const place = placeOf(ctx);
    const since = await groups.back(place);
    if (since === null) return;
    const key = `group-back:${place.messenger}:${place.chatId}:${since.toISOString()}`;
    await tellAdmins({ what: 'back', messenger: place.messenger, title: titleOf(ctx) }, { key });
    await redraw();
  }

  async function follow(ctx: GroupContext, from: number, to: number): Promise<void> {
    if (await groups.moved({ messenger: ctx.client.name, from, to })) await redraw();
  }

  chat.on('message:migrate_to_chat_id', (ctx) => follow(ctx, ctx.chat.id, ctx.message.migrate_to_chat_id));
  chat.on('message:migrate_from_chat_id', (ctx) => follow(ctx, ctx.message.migrate_from_chat_id, ctx.chat.id));
  chat.on('my_chat_member', async (ctx) => {
    const { status } = ctx.myChatMember.new_chat_member;
    const isThere = status === 'member' || status === 'administrator' || status === 'creator';
    await (isThere ? back(ctx) : lost(placeOf(ctx), titleOf(ctx)));
  });
  chat.on('message:left_chat_member', async (ctx, next) => {
    if (ctx.message.left_chat_member.id !== ctx.client.me.id) return next();
    await lost(placeOf(ctx), titleOf(ctx));
  });
  // Bale tells of no membership but by these; and whatever comes from a group says that the bot is in it.
  chat.on('message', async (ctx, next) => {
    await back(ctx);
    return next();
  });
  return chat;
}
