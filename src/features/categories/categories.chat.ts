import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Categories } from './categories.service.ts';
import { categoryActButton, cardFor, categoryButton, categoryList, categoryListButton } from './categories.views.ts';

export interface CategoriesChatDeps {
  categories: Categories;
  begin: Dialogues['begin'];
  /** Where the list leads back to. */
  home: string;
}

/** Acts that take words: each is a form about the category. */
const DIALOGUES: Readonly<Record<string, string>> = {
  add: 'category-add',
  rename: 'category-rename',
  ask: 'category-ask',
  notice: 'category-notice',
  checklist: 'category-checklist',
  times: 'category-times',
};

/** Where an admin edits what reports are sorted by and asked. */
export function categoriesChat({ categories, begin, home }: CategoriesChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const list = categoryListButton.read(data);
    const open = categoryButton.read(data);
    const act = categoryActButton.read(data);
    if (!list && !open && !act) return next();
    if (!ctx.person.roles.includes('admin')) return ctx.toast(ctx.t.text('categories.outcome.forbidden'));
    if (list) return showList(ctx, list.parent, Number(list.page));
    if (open) return showCard(ctx, open.code);
    if (act) return takeAct(ctx, act);
  });

  async function showList(ctx: BotContext, code: string, page: number): Promise<void> {
    const parent = code === '' ? null : await categories.find(code);
    if (!Number.isInteger(page) || page < 0 || (code !== '' && !parent))
      return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const all = await categories.all(parent?.code ?? null);
    await ctx.replace(categoryList(ctx.t, { parent, categories: all, page, home }));
  }

  async function showCard(ctx: BotContext, code: string): Promise<void> {
    if (!(await categories.find(code))) return ctx.toast(ctx.t.text('categories.outcome.gone'));
    await ctx.replace(await cardFor({ categories, home }, ctx.t, code));
  }

  async function takeAct(ctx: BotContext, { code, act }: { code: string; act: string }) {
    const dialogue = Object.hasOwn(DIALOGUES, act) ? DIALOGUES[act] : undefined;
    if (code !== '' && !(await categories.find(code))) return ctx.toast(ctx.t.text('categories.outcome.gone'));
    if (dialogue !== undefined) return begin(ctx, dialogue, { subject: code });
    if (act !== 'back') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const actor = { id: ctx.person.id, roles: ctx.person.roles };
    const outcome = await categories.setActive(actor, code, { active: true, source: ctx.inboxId });
    // The card first: what is pressed after the toast is pressed on the new card.
    await showCard(ctx, code);
    await ctx.toast(ctx.t.text(`categories.outcome.${outcome}`));
  }

  return chat;
}
