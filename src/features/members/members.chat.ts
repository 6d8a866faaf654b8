import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import { LANGUAGES, type Language, type Translator } from '../../language/translator.ts';
import type { Keyboard } from '../../messengers/messenger.ts';
import type { Members } from './members.service.ts';
import { firstSteps, greeting, languageButton, languageChoice, notice, noticeButton } from './members.views.ts';
import { deletionPending } from './my-data.views.ts';

export interface MembersChatDeps {
  members: Members;
  translator: (language: Language) => Translator;
  menuKeyboard: (ctx: BotContext) => Keyboard;
  /** What a deep link opens, by the letters before its underscore: `o_…` an obstacle, `n_…` a news item. */
  deepLinks: Record<string, (ctx: BotContext, rest: string) => Promise<void>>;
  /** Forms that were left, with a way back to them. */
  showWaiting: (ctx: BotContext) => Promise<void>;
}

export function membersMenu(deps: MembersChatDeps): { start: MenuItem; help: MenuItem } {
  const showStart = async (ctx: BotContext) => {
    await ctx.show(greeting(ctx.t, ctx.person.registered ? ctx.person.name : null, deps.menuKeyboard(ctx)));
    if (!ctx.person.registered) await ctx.show(firstSteps(ctx.t));
    if (ctx.person.deletionDueAt) await ctx.show(deletionPending(ctx.t, ctx.person.deletionDueAt));
    await deps.showWaiting(ctx);
  };
  return {
    start: {
      name: 'start',
      label: 'bot.command.start',
      hidden: true,
      async open(ctx, payload) {
        const [, kind = '', rest = ''] = /^([a-z]+)_(\w{1,32})$/.exec(payload) ?? [];
        const link = Object.hasOwn(deps.deepLinks, kind) ? deps.deepLinks[kind] : undefined;
        if (!link) return showStart(ctx);
        if (!ctx.person.registered) await ctx.show(greeting(ctx.t, null, deps.menuKeyboard(ctx)));
        return link(ctx, rest);
      },
    },
    help: {
      name: 'help',
      label: 'bot.menu.help',
      async open(ctx) {
        await ctx.show({ text: ctx.t.rich('bot.help'), keyboard: deps.menuKeyboard(ctx) });
      },
    },
  };
}

export function membersChat(deps: MembersChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    if (noticeButton.read(ctx.callbackQuery.data)) {
      await ctx.show(notice(ctx.t));
      return;
    }
    const pressed = languageButton.read(ctx.callbackQuery.data);
    if (!pressed) return next();
    const language = LANGUAGES.find((one) => one === pressed.language);
    if (!language) {
      await ctx.replace(languageChoice(ctx.t));
      return;
    }
    await deps.members.setLanguage(ctx.person.id, language);
    ctx.person = { ...ctx.person, language };
    ctx.t = deps.translator(language);
    await ctx.replace({ text: ctx.t.rich('members.language.set') });
    await ctx.show({ text: ctx.t.rich('bot.prompt'), keyboard: deps.menuKeyboard(ctx) });
  });

  return chat;
}
