import { Composer } from 'grammy';
import { buttonKind } from '../../bot/callback-data.ts';
import type { BotContext } from '../../bot/context.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { Translator } from '../../language/translator.ts';
import type { Keyboard, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from './members.service.ts';
import { noticeButton } from './members.views.ts';

/** Of one version: a button of an older notice does not agree to a newer one. */
const acceptButton = buttonKind('mc', 1, ['version']);

export interface ConsentChatDeps {
  members: Members;
  menuKeyboard: (ctx: BotContext) => Keyboard;
}

function consentQuestion(t: Translator, version: number): OutgoingMessage {
  return {
    text: t.rich('members.consent.ask'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('members.consent.button.accept'), data: acceptButton.data(String(version)) }],
        [{ label: t.text('members.start.button.notice'), data: noticeButton.data() }],
      ],
    },
  };
}

/**
 * Asks members again when the notice has changed: once by itself, after the first thing that they do outside a form, and
 * then wherever something new would be kept. Looking around goes on without it.
 */
export function createConsentChat({ members, menuKeyboard }: ConsentChatDeps) {
  async function ask(ctx: BotContext): Promise<void> {
    await ctx.show(consentQuestion(ctx.t, members.consentVersion));
    await members.markConsentAsked(ctx.person.id);
    ctx.person = { ...ctx.person, consent: 'asked' };
  }

  const chat = new Composer<BotContext>();
  chat.use(async (ctx, next) => {
    const pressed = ctx.callbackQuery?.data === undefined ? null : acceptButton.read(ctx.callbackQuery.data);
    if (pressed?.version === String(members.consentVersion)) {
      await members.giveConsent(ctx.person.id);
      await ctx.replace({ text: ctx.t.rich('members.consent.given') });
      await ctx.show({ text: ctx.t.rich('bot.prompt'), keyboard: menuKeyboard(ctx) });
      return;
    }
    await next();
    if (ctx.person.consent === 'due') await ask(ctx);
  });

  return {
    chat,
    /** A menu item that keeps nothing new: it opens, and then the question may follow. */
    beside: (item: MenuItem): MenuItem => ({
      ...item,
      async open(ctx, payload) {
        await item.open(ctx, payload);
        if (ctx.person.consent === 'due') await ask(ctx);
      },
    }),
    /** Into a form that keeps something new, from wherever: only who agrees to the notice in force; guests agree in the form. */
    async admit(ctx: BotContext): Promise<boolean> {
      const isAdmitted = ctx.person.consent === 'settled';
      if (!isAdmitted) await ask(ctx);
      return isAdmitted;
    },
    /** A menu item that opens only for who agrees to the notice in force; guests agree in its form. */
    before: (item: MenuItem): MenuItem => ({
      ...item,
      open: (ctx, payload) => (ctx.person.consent === 'settled' ? item.open(ctx, payload) : ask(ctx)),
    }),
  };
}
