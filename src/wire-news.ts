import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Drafts } from './bot/dialogue/drafts.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { DisplayRenderer } from './delivery/displays.ts';
import type { Audit } from './features/audit/audit.service.ts';
import type { Member, Members } from './features/members/members.service.ts';
import { createNames } from './features/members/names.service.ts';
import { createFollowing, NEWS_DISPLAY, renderFollowed, type Follow } from './features/news/following.ts';
import {
  createItemMessages,
  renderNews,
  type ItemMessageDeps,
  type ItemMessages,
} from './features/news/item-message.ts';
import { archive, newsChat, newsMenu, openNews } from './features/news/news.chat.ts';
import { createNews, type News } from './features/news/news.service.ts';
import { office, officeChat, type OfficeDeps } from './features/news/office.chat.ts';
import { sendingChat } from './features/news/sending.chat.ts';
import type { SendButtons } from './features/news/sending.views.ts';
import {
  editDialogue,
  SEARCH,
  searchDialogue,
  translationDialogues,
  writeDialogue,
} from './features/news/write.dialogue.ts';
import type { Translator } from './language/translator.ts';
import type { MessengerClient, MessengerName } from './messengers/messenger.ts';

export interface NewsDeps extends Pick<ItemMessageDeps, 'fileFor' | 'readerRows'> {
  connection: Connection;
  audit: Audit;
  members: Members;
  drafts: Pick<Drafts, 'load'>;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  /** How an item is sent from its authors' screen. */
  sendButtons: SendButtons;
  now: () => Date;
}

export interface NewsFeatures {
  news: News;
  menu: MenuItem;
  /** What `/start n_12` opens. */
  open: (ctx: BotContext, number: string) => Promise<void>;
  dialogues: Dialogue[];
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  /** How messages look that follow a sending. */
  displays: Record<string, DisplayRenderer>;
  messages: ItemMessages;
  follow: Follow;
}

export function wireNews(deps: NewsDeps): NewsFeatures {
  const { connection, audit, members, delivery, clients, translatorFor, begin, drafts } = deps;
  const news = createNews({
    connection,
    audit,
    campaigns: () => delivery().campaigns,
    now: deps.now,
  });
  const messages = createItemMessages(deps);
  const names = createNames({ connection });
  const follow = createFollowing({ show: (...what) => delivery().show(...what) });
  const chatDeps = {
    news,
    messages,
    begin,
    async wordsOf(draft: string, memberId: string) {
      const found = await drafts.load(draft, memberId);
      const words = found?.dialogue === SEARCH ? found.answers['words'] : null;
      return typeof words === 'string' ? words : null;
    },
  };
  const officeDeps: OfficeDeps = {
    news,
    messages,
    namesOf: (ids) => names.of(ids),
    clients,
    translatorFor,
    begin,
    follow,
    sendButtons: deps.sendButtons,
    async sendTest(memberId, item, source) {
      const member = await members.find(memberId);
      if (!member) return [];
      const recipient = deps.recipientOf(member);
      const sent: MessengerName[] = [];
      for (const account of recipient.accounts) {
        const queued = await delivery().notify({
          key: `news-test:${item.id}:${source}:${account.messenger}`,
          recipient: { ...recipient, accounts: [account] },
          kind: 'news',
          payload: { newsId: item.id },
          priority: 'direct',
        });
        if (queued !== 'no-account') sent.push(account.messenger);
      }
      return sent;
    },
  };
  const writing = {
    news,
    office: (ctx: BotContext, ...what: [Parameters<typeof office>[2], Parameters<typeof office>[3]?]) =>
      office(officeDeps, ctx.t, ...what),
  };

  return {
    news,
    messages,
    follow,
    menu: newsMenu(chatDeps),
    open: (ctx, number) => openNews(chatDeps, ctx, Number(number)),
    dialogues: [
      writeDialogue(writing),
      editDialogue(writing),
      ...translationDialogues(writing),
      searchDialogue({
        results: async (ctx, draft) =>
          (await archive(chatDeps, ctx, { page: 0, search: draft })) ?? { text: ctx.t.rich('bot.error.staleButton') },
      }),
    ],
    chats: [newsChat(chatDeps), officeChat(officeDeps), sendingChat({ news })],
    displays: { [NEWS_DISPLAY]: renderFollowed(news, translatorFor) },
    renderers: {
      news: (payload, { language, messenger }) =>
        renderNews({ news, messages }, payload as { newsId: string }, { t: translatorFor(language), messenger }),
    },
  };
}
