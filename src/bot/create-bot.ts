import { Bot, Composer } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { Translator } from '../language/translator.ts';
import { contentOf } from '../messengers/content.ts';
import { refusesChange, type MessengerClient, type StandBy } from '../messengers/messenger.ts';
import type { BotContext, Command, GroupContext, People, Person } from './context.ts';
import type { Dialogues } from './dialogue/engine.ts';
import { readCommand, type MainMenu } from './main-menu.ts';
import { answerPresses } from './middleware/answer-presses.ts';
import { deadline } from './middleware/deadline.ts';
import { reportErrors } from './middleware/report-errors.ts';
import { throttleFlood } from './middleware/throttle-flood.ts';

/** By the name under which what a feature takes is measured. */
export type FeatureChats = Readonly<Record<string, readonly Composer<BotContext>[]>>;

export interface BotDeps {
  client: MessengerClient;
  people: People;
  translator: (language: Translator['language']) => Translator;
  menu: MainMenu;
  dialogues: Dialogues;
  /** The chats by feature, in the order in which they see an update. */
  features: FeatureChats;
  /** Gets a private message that nothing else took: it may be a report sent first. */
  unclaimed: (ctx: BotContext) => Promise<void>;
  /** Somebody is back who was out of reach; called after their word was answered, and again where that failed. */
  returned?: (ctx: BotContext) => Promise<void>;
  /** What is done in groups; without it the bot says nothing there. */
  group?: Composer<GroupContext>;
  /** Names the update in its lines. */
  logger: Logger;
  /** For one update; 25 seconds unless told. */
  deadlineMs?: number | undefined;
  flood?: Parameters<typeof throttleFlood>[0];
}

/** What the inbox says of the update that it hands over. */
export interface UpdateInfo {
  id: string;
  attempt: number;
  /** Whether the inbox sets the update aside if this attempt fails with this error. */
  givesUp: (error: unknown) => boolean;
  /** Hears what in the bot has the update, see {@link BotContext}. */
  took?: (by: string) => void;
  /** For waits that need nothing of this process, see {@link BotContext}. */
  standBy?: StandBy;
}

const WITHOUT_TEXT = ['photo', 'document', 'video', 'animation', 'audio', 'voice'] as const;

/** One bot for either messenger: call it with updates from the inbox, one at a time for each chat. */
export type HandleUpdate = (update: Update, info: UpdateInfo) => Promise<void>;

export function createBot(deps: BotDeps): HandleUpdate {
  const { client, menu } = deps;
  const bot = new Bot<BotContext>(client.token, { botInfo: client.me, client: client.clientOptions });
  const inHand = new WeakMap<Update, UpdateInfo>();
  const standByOf = (update: Update): StandBy => inHand.get(update)?.standBy ?? ((wait) => wait);
  const inTime = deadline({ client, milliseconds: deps.deadlineMs, standByOf });

  // Telegram tells of a block at once; it is no word from the person, who may still come back.
  bot.on('my_chat_member', inTime, async (ctx, next) => {
    const { status } = ctx.myChatMember.new_chat_member;
    if (ctx.chat.type !== 'private') return next();
    if (status === 'kicked') await deps.people.markUnreachable({ messenger: client.name, chatId: ctx.chat.id });
  });
  if (deps.group) {
    const inGroups = bot.filter((ctx) => ctx.chat?.type === 'group' || ctx.chat?.type === 'supergroup');
    inGroups.use(
      inTime,
      async (ctx, next) => {
        const info = inHand.get(ctx.update);
        // A group that becomes another says so in nobody's name, or in that of a bot.
        const isOwn = ctx.message?.migrate_to_chat_id ?? ctx.message?.migrate_from_chat_id ?? ctx.myChatMember;
        if (!info || (!isOwn && (!ctx.from || ctx.from.is_bot))) return;
        info.took?.('group');
        Object.assign(ctx, { client, inboxId: info.id });
        await next();
      },
      deps.group,
    );
  }
  // Everything else is for private chats. A press may come without the
  // message that it was on, and so without its chat: in a private chat that is the person's.
  const composer = bot.filter((ctx) => (ctx.chat ? ctx.chat.type === 'private' : ctx.callbackQuery !== undefined));
  composer.use(async (ctx, next) => {
    const info = inHand.get(ctx.update);
    if (!info || !ctx.from || ctx.from.is_bot) return;
    // What the messenger says by itself (a pin, a timer, a background) is nobody's word and no form's answer.
    if (ctx.message && contentOf(ctx.message) === 'service') return info.took?.('service');
    const chatId = ctx.chat?.id ?? ctx.from.id;
    const person = await deps.people.identify({ messenger: client.name, userId: ctx.from.id, chatId });
    equip(ctx, { ...info, standBy: standByOf(ctx.update), person, deps });
    await next();
  });
  composer.use(reportErrors());
  composer.use(inTime);
  composer.use(async (ctx, next) => {
    await next();
    if (ctx.person.returned) await deps.returned?.(ctx);
  });
  composer.use(answerPresses());
  composer.use(throttleFlood(deps.flood));
  composer.use(deps.dialogues.middleware);
  composer.use(async (ctx, next) => {
    const command = ctx.pending ?? commandOf(ctx.message?.text, menu);
    if (command && (await menu.open(ctx, command))) return;
    // Whoever left a form for a command that leads nowhere is at the beginning.
    if (ctx.pending && (await menu.open(ctx, { name: 'start', payload: '' }))) return;
    await next();
  });
  for (const [name, chats] of Object.entries(deps.features)) {
    const feature = new Composer(...chats).middleware();
    composer.use((ctx, next) => {
      ctx.took(name);
      return feature(ctx, next);
    });
  }
  composer.on('callback_query', async (ctx) => {
    ctx.took('nobody');
    await ctx.toast(ctx.t.text('bot.error.staleButton'));
    const pressed = ctx.callbackQuery.message;
    if (pressed) await client.removeKeyboard(pressed.chat.id, pressed.message_id);
  });
  composer.on('message', (ctx) => deps.unclaimed(ctx));
  composer.on('edited_message', (ctx) => deps.dialogues.takeEdit(ctx));
  bot.on('callback_query', (ctx) => client.answerPress({ id: ctx.callbackQuery.id, chatId: undefined }));

  return async (update, info) => {
    inHand.set(update, info);
    await bot.handleUpdate(update).catch((error: unknown) => {
      throw error instanceof Error && 'error' in error ? error.error : error;
    });
  };
}

function commandOf(text: string | undefined, menu: MainMenu): Command | null {
  if (text === undefined) return null;
  const item = menu.itemOf(text);
  return item === null ? readCommand(text) : { name: item, payload: '' };
}

/** Gives the context what features use. */
function equip(
  ctx: BotContext,
  {
    id,
    attempt,
    givesUp,
    took = () => {},
    standBy,
    person,
    deps,
  }: UpdateInfo & { standBy: StandBy; person: Person; deps: BotDeps },
): void {
  const { client } = deps;
  const t = deps.translator(person.language ?? 'fa');
  const own: Partial<BotContext> = {
    client,
    inboxId: id,
    attempt,
    givesUp,
    person,
    t,
    pending: null,
    log: deps.logger,
    took,
    standBy,
    show: (message) => client.send(person.chatId, { direction: ctx.t.direction, ...message }),
    async replace(message) {
      const pressed = ctx.callbackQuery?.message;
      if (!pressed) {
        await ctx.show(message);
        return;
      }
      const hasFile = WITHOUT_TEXT.some((kind) => kind in pressed);
      try {
        // A message with a file has no text to change.
        if (!hasFile || message.media) {
          await client.edit(pressed.chat.id, pressed.message_id, { direction: ctx.t.direction, ...message });
          return;
        }
      } catch (error) {
        // Too old, too long for one message, or gone: what was to be read is read in a new message.
        if (!refusesChange(error)) throw error;
      }
      await client.removeKeyboard(pressed.chat.id, pressed.message_id);
      await ctx.show(message);
    },
    async toast(text) {
      const press = ctx.callbackQuery;
      if (press) await client.answerPress({ id: press.id, chatId: person.chatId }, text);
    },
  };
  Object.assign(ctx, own);
}
