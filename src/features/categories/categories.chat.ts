import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Categories, EditOutcome } from './categories.service.ts';
import {
  categoryActButton,
  categoryButton,
  categoryCard,
  categoryList,
  categoryListButton,
} from './categories.views.ts';

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
    const category = await categories.find(code);
    if (!category) return ctx.toast(ctx.t.text('categories.outcome.gone'));
    const parent = category.parent === null ? null : await categories.find(category.parent);
    const parts = parent ? 0 : (await categories.offered(code)).length;
    await ctx.replace(categoryCard(ctx.t, category, { parent, parts }));
  }

  async function takeAct(ctx: BotContext, { code, act, item }: { code: string; act: string; item: string }) {
    const dialogue = Object.hasOwn(DIALOGUES, act) ? DIALOGUES[act] : undefined;
    if (code !== '' && !(await categories.find(code))) return ctx.toast(ctx.t.text('categories.outcome.gone'));
    if (dialogue !== undefined) return begin(ctx, dialogue, { subject: code });
    const outcome = await change(ctx, { code, act, item });
    if (outcome === null) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    // The card first: what is pressed after the toast is pressed on the new card.
    await showCard(ctx, code);
    await ctx.toast(ctx.t.text(`categories.outcome.${outcome}`));
  }

  async function change(
    ctx: BotContext,
    { code, act, item }: { code: string; act: string; item: string },
  ): Promise<EditOutcome | null> {
    const actor = { id: ctx.person.id, roles: ctx.person.roles };
    const source = ctx.inboxId;
    switch (act) {
      case 'retire':
      case 'back':
        return categories.setActive(actor, code, { active: act === 'back', source });
      case 'unask':
        return categories.removeQuestion(actor, code, { key: item, source });
      case 'no-notice':
        return categories.setNotice(actor, code, { notice: null, source });
      case 'no-checklist':
        return categories.setChecklist(actor, code, { items: [], source });
      case 'no-times':
        return categories.setDeadlines(actor, code, { deadlines: null, source });
      default:
        return null;
    }
  }

  return chat;
}
