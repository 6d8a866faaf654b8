import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import { showStoredFile, type FileFor } from '../../bot/show-stored-file.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton } from '../../messengers/messenger.ts';
import { letterMessage } from './letter.views.ts';
import { mayKeepFile, type Procurement, type Procurements } from './procurement.service.ts';
import {
  BUYERS_SHOWN,
  ITEMS_SHOWN,
  actButton,
  buyersButton,
  buyersPage,
  fileButton,
  filePage,
  procurementHome,
  takeBackQuestion,
} from './procurement.views.ts';

export interface ProcurementChatDeps {
  procurements: Procurements;
  begin: Dialogues['begin'];
  /** The button data of the desk. */
  home: string;
  /** Says that a report needs a registration first. */
  askToRegister: (ctx: BotContext) => Promise<void>;
  fileFor: FileFor;
  /** What a letter is written in, whoever asks for it. */
  persian: Translator;
  now: () => Date;
}

const LAST_PAGE = 100;
/** The newest of one's own reports; each has its button. */
const OWN_SHOWN = 10;
const actorOf = (ctx: BotContext) => ({ id: ctx.person.id, roles: ctx.person.roles });

export function procurementMenu(deps: ProcurementChatDeps): MenuItem {
  return {
    name: 'procurement',
    label: 'procurement.menu.procurement',
    open: (ctx) => home(deps, ctx),
  };
}

/** The way from the desk to the file; nothing for who may not see it. */
export const procurementButtons = (ctx: BotContext): InlineButton[] =>
  mayKeepFile(ctx.person) ? [{ label: ctx.t.text('procurement.button.desk'), data: buyersButton.data('0') }] : [];

async function home({ procurements, askToRegister }: ProcurementChatDeps, ctx: BotContext): Promise<void> {
  if (!ctx.person.registered) return askToRegister(ctx);
  const own = await procurements.ofReporter(ctx.person.id, { limit: OWN_SHOWN });
  await ctx.show(procurementHome(ctx.t, { own, keeps: mayKeepFile(ctx.person) }));
}

const pageOf = (text: string): number | null => {
  const page = Number(text);
  return Number.isInteger(page) && page >= 0 && page <= LAST_PAGE ? page : null;
};

export function procurementChat(deps: ProcurementChatDeps): Composer<BotContext> {
  const { procurements, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const buyers = buyersButton.read(data);
    if (buyers) return showBuyers(ctx, pageOf(buyers.page));
    const file = fileButton.read(data);
    if (file) return showFile(ctx, file.id, pageOf(file.page));
    const pressed = actButton.read(data);
    return pressed ? act(ctx, pressed.id, pressed.act) : next();
  });

  const forbidden = (ctx: BotContext) => ctx.toast(ctx.t.text('procurement.act.forbidden'));

  async function showBuyers(ctx: BotContext, page: number | null): Promise<void> {
    if (page === null) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const found = await procurements.buyers(actorOf(ctx), { skip: page * BUYERS_SHOWN, limit: BUYERS_SHOWN });
    if (!found) return forbidden(ctx);
    await ctx.replace(buyersPage(ctx.t, { ...found, page, home: deps.home }));
  }

  async function showFile(ctx: BotContext, id: string, page: number | null): Promise<void> {
    if (page === null) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    if (!mayKeepFile(ctx.person)) return forbidden(ctx);
    const from = page * ITEMS_SHOWN;
    const file = await procurements.file(actorOf(ctx), id, { from, to: from + ITEMS_SHOWN });
    if (!file) return ctx.toast(ctx.t.text('procurement.act.gone'));
    await ctx.replace(filePage(ctx.t, file, page));
  }

  async function act(ctx: BotContext, id: string, what: string): Promise<void> {
    switch (what) {
      case 'report':
        return ctx.person.registered ? begin(ctx, 'procurement') : deps.askToRegister(ctx);
      case 'back':
      case 'back-sure':
        return takeBack(ctx, id, what === 'back-sure');
    }
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!mayKeepFile(ctx.person)) return forbidden(ctx);
    switch (what) {
      case 'letter':
        return showLetter(ctx, id);
      case 'rename':
        return (await procurements.find(actorOf(ctx), id))
          ? begin(ctx, 'procurement-buyer', { subject: id })
          : ctx.toast(ctx.t.text('procurement.act.gone'));
      case 'evidence':
        return showEvidence(ctx, await procurements.find(actorOf(ctx), id));
      case 'drop':
      case 'restore': {
        const dropped = what === 'drop';
        const outcome = await procurements.drop(actorOf(ctx), id, { dropped, source: ctx.inboxId });
        if (outcome.kind !== 'done') return ctx.toast(ctx.t.text(`procurement.act.${outcome.kind}`));
        await ctx.toast(ctx.t.text(dropped ? 'procurement.act.dropped' : 'procurement.act.restored'));
        return showFile(ctx, id, 0);
      }
      default:
        return ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
  }

  async function takeBack(ctx: BotContext, id: string, isSure: boolean): Promise<void> {
    const own = (await procurements.ofReporter(ctx.person.id, { limit: OWN_SHOWN })).find((one) => one.id === id);
    if (!own) return ctx.toast(ctx.t.text('procurement.act.gone'));
    if (!isSure) return ctx.replace(takeBackQuestion(ctx.t, own));
    await procurements.takeBack(ctx.person.id, id, ctx.inboxId);
    await ctx.replace({ text: ctx.t.rich('procurement.takeBack.done') });
  }

  async function showLetter(ctx: BotContext, id: string): Promise<void> {
    const file = await procurements.fileForLetter(actorOf(ctx), id, ctx.inboxId);
    if (!file) return ctx.toast(ctx.t.text('procurement.act.gone'));
    await ctx.show(letterMessage(ctx.t, file, { at: deps.now(), persian: deps.persian }));
  }

  async function showEvidence(ctx: BotContext, procurement: Procurement | null): Promise<void> {
    if (!procurement) return ctx.toast(ctx.t.text('procurement.act.gone'));
    for (const one of procurement.evidence) await showStoredFile(ctx, deps.fileFor, one);
  }

  return chat;
}
