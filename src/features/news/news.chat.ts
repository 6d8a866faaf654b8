import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import { NEWS_TOPICS } from '../../language/taxonomies.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { ItemMessages } from './item-message.ts';
import type { News, NewsItem } from './news.service.ts';
import {
  PAGE_SIZE,
  archiveButton,
  archivePage,
  formerArchiveButton,
  forwardableMessage,
  itemButton,
  recalledMessage,
  searchButton,
  shareButton,
  topicsButton,
  topicsPage,
} from './news.views.ts';
import { authorRows, officeButton } from './office.views.ts';

export interface NewsChatDeps {
  news: News;
  messages: ItemMessages;
  begin: Dialogues['begin'];
  /** What a member typed into the search of this draft; null where it is forgotten. */
  wordsOf: (draft: string, memberId: string) => Promise<string | null>;
}

interface Place {
  page: number;
  topic?: string;
  /** The draft of a search. */
  search?: string;
}

export function newsMenu(deps: NewsChatDeps): MenuItem {
  return {
    name: 'news',
    label: 'news.menu.news',
    open: async (ctx) => {
      const page = await archive(deps, ctx, { page: 0 });
      if (page) await ctx.show(page);
    },
  };
}

/** A page of the archive; null where its search is forgotten. */
export async function archive(
  { news, wordsOf }: NewsChatDeps,
  ctx: BotContext,
  place: Place,
): Promise<OutgoingMessage | null> {
  const { page, search = '' } = place;
  const topic = NEWS_TOPICS.find((one) => one === place.topic) ?? null;
  const words = search === '' ? '' : await wordsOf(search, ctx.person.id);
  if (words === null) return null;
  const found = await news.search({ topic, words }, { page, size: PAGE_SIZE });
  return archivePage(ctx.t, {
    ...found,
    page,
    topic,
    search: search === '' ? null : { words, draft: search },
    rows: news.mayWrite(ctx.person) ? authorRows(ctx.t, await news.countDrafts()) : [],
  });
}

export async function openNews(deps: NewsChatDeps, ctx: BotContext, number: number): Promise<void> {
  await showItem(deps, ctx, await deps.news.byNumber(number));
}

/** What a member may read; its authors also see drafts, what is to appear later and what was recalled. */
async function showItem({ news, messages }: NewsChatDeps, ctx: BotContext, item: NewsItem | null): Promise<void> {
  const { t, person } = ctx;
  const isAuthor = news.mayWrite(person);
  if (!item || (!news.shown(item) && !isAuthor && item.recalledAt === null)) {
    await ctx.show({ text: t.rich('news.item.gone') });
    return;
  }
  const rows = isAuthor ? [[{ label: t.text('news.button.office'), data: officeButton.data(item.id, 'new') }]] : [];
  if (item.recalledAt !== null && !isAuthor) await ctx.show(recalledMessage(t, item));
  else await ctx.show(await messages.forReader(t, item, ctx.client.name, rows));
}

export function newsChat(deps: NewsChatDeps): Composer<BotContext> {
  const { news, messages, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const former = formerArchiveButton.read(data);
    const turned = archiveButton.read(data) ?? (former && { ...former, topic: '', search: '' });
    if (turned) {
      const page = /^\d{1,3}$/.test(turned.page) ? Number(turned.page) : 0;
      const shown = await archive(deps, ctx, { page, topic: turned.topic, search: turned.search });
      return shown ? ctx.replace(shown) : ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
    if (topicsButton.read(data)) return ctx.replace(topicsPage(ctx.t));
    if (searchButton.read(data)) return begin(ctx, 'search-news');
    const open = itemButton.read(data);
    if (open) return showItem(deps, ctx, await news.find(open.id));
    const share = shareButton.read(data);
    if (!share) return next();
    const item = await news.find(share.id);
    if (!item || !news.shown(item) || item.number === null) return ctx.toast(ctx.t.text('news.item.gone'));
    await ctx.toast(ctx.t.text('news.share.forward'));
    await ctx.show(forwardableMessage(ctx.t, item, messages.linksTo(item.number)));
  });

  return chat;
}
