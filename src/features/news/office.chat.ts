import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { MessengerClient, MessengerName } from '../../messengers/messenger.ts';
import type { Follow } from './following.ts';
import type { ItemMessages } from './item-message.ts';
import { NEWS_LANGUAGES, type News, type NewsItem } from './news.service.ts';
import {
  ACTS,
  actButton,
  draftsButton,
  draftsPage,
  languageButton,
  languagesPage,
  messengerName,
  officeButton,
  officePage,
  previewHead,
  previewPart,
  savedHead,
  restoreQuestion,
  versionButton,
  versionsPage,
  writeButton,
  type Act,
} from './office.views.ts';
import { outcomeSheet, XLSX } from './outcome-sheet.ts';
import type { SendButtons } from './sending.views.ts';
import { answersOf, translationAnswers } from './write.dialogue.ts';

export interface OfficeDeps {
  news: News;
  messages: ItemMessages;
  /** Names for a report, of those who have one. */
  namesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  follow: Follow;
  /** How an item is sent; see {@link SendButtons}. */
  sendButtons: SendButtons;
  /** Sends the item to each of the author's own accounts; says on which messengers. */
  sendTest: (memberId: string, item: NewsItem, source: string) => Promise<MessengerName[]>;
}

const RESTORE_REFUSED = {
  changed: 'news.edit.changed',
  locked: 'audience.submit.locked',
  forbidden: 'bot.error.notAllowed',
  gone: 'news.versions.gone',
} as const;

/** The authors' screen of an item. */
export async function office(
  { news, sendButtons }: Pick<OfficeDeps, 'news' | 'sendButtons'>,
  t: Translator,
  item: NewsItem,
  before?: RichText,
) {
  return officePage(t, item, { sendRows: sendButtons(t, item), progress: await news.progress(item), before });
}

/** What authors do with an item besides sending it. A button is no authority: every press asks for the rights anew. */
export function officeChat(deps: OfficeDeps): Composer<BotContext> {
  const { news, begin, follow } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const open = officeButton.read(data);
    const act = actButton.read(data);
    const language = languageButton.read(data);
    const version = versionButton.read(data);
    const isDrafts = draftsButton.read(data) !== null;
    const isWrite = writeButton.read(data) !== null;
    if (!open && !act && !language && !version && !isDrafts && !isWrite) return next();
    if (!news.mayWrite(ctx.person)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (isWrite) return begin(ctx, 'write-news');
    if (isDrafts) return ctx.replace(draftsPage(ctx.t, await news.drafts(ctx.person)));
    const item = await news.find((open ?? act ?? language ?? version)?.id ?? '');
    if (!item) return ctx.toast(ctx.t.text('news.item.gone'));
    if (language) return handleLanguage(ctx, item, language);
    if (version) return handleVersion(ctx, item, version);
    const name = ACTS.find((one) => one === act?.act);
    if (name) return acts[name](ctx, item);
    if (open?.how !== 'new') return openOffice(ctx, item);
    await ctx.show(await office(deps, ctx.t, item));
  });

  async function openOffice(ctx: BotContext, item: NewsItem, before?: RichText): Promise<void> {
    await ctx.replace(await office(deps, ctx.t, item, before));
  }

  async function changed(ctx: BotContext, item: NewsItem | null): Promise<void> {
    if (item) await openOffice(ctx, item);
    else await ctx.toast(ctx.t.text('bot.error.staleButton'));
  }

  const acts: Record<Act, (ctx: BotContext, item: NewsItem) => Promise<void>> = {
    preview,
    sheet,
    async test(ctx, item) {
      const sent = await deps.sendTest(ctx.person.id, item, ctx.inboxId);
      const messengers = sent.map((one) => messengerName(ctx.t, one)).join(ctx.t.text('bot.listComma'));
      await ctx.toast(ctx.t.text('news.test.sent', { messengers }));
    },
    edit: (ctx, item) => begin(ctx, 'edit-news', { subject: `${item.id}:${item.revision}`, answers: answersOf(item) }),
    languages: (ctx, item) => ctx.replace(languagesPage(ctx.t, item)),
    urgent: async (ctx, item) => changed(ctx, await news.setUrgent(ctx.person, item.id, true, ctx.inboxId)),
    calm: async (ctx, item) => changed(ctx, await news.setUrgent(ctx.person, item.id, false, ctx.inboxId)),
    async progress(ctx, item) {
      if (item.campaignId) await follow(ctx, { item, campaignId: item.campaignId, doing: 'send' });
    },
    async versions(ctx, item) {
      const versions = await news.versions(ctx.person, item.id);
      const names = await deps.namesOf(versions.flatMap(({ by }) => by ?? []));
      const named = versions.map((version) => ({ ...version, name: names.get(version.by ?? '') ?? null }));
      await ctx.replace(versionsPage(ctx.t, item, named));
    },
  };

  /** The item itself for the messenger in hand; for the others, the messages that it becomes there. */
  async function preview(ctx: BotContext, item: NewsItem): Promise<void> {
    const built = await Promise.all(
      [...deps.clients].map(async ([messenger, client]) => ({
        messenger,
        parts: client
          .parts(await deps.messages.forReader(ctx.t, item, messenger))
          .map(({ text }) => client.shown(text)),
      })),
    );
    const counts = built.map(({ messenger, parts }) => ({ messenger, parts: parts.length }));
    await ctx.show(previewHead(ctx.t, counts));
    await ctx.show(await deps.messages.forReader(ctx.t, item, ctx.client.name));
    for (const { messenger, parts } of built) {
      if (messenger === ctx.client.name) continue;
      for (const [index, text] of parts.entries())
        await ctx.show(previewPart(ctx.t, { messenger, index, total: parts.length, text }));
    }
    for (const language of NEWS_LANGUAGES) {
      if (!item.translations[language] || language === ctx.t.language) continue;
      await ctx.show(await deps.messages.forReader(deps.translatorFor(language), item, ctx.client.name));
    }
    await ctx.show(await office(deps, ctx.t, item));
  }

  async function sheet(ctx: BotContext, item: NewsItem): Promise<void> {
    const outcomes = await news.outcomes(ctx.person, item.id, ctx.inboxId);
    if (!outcomes) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    await ctx.toast(ctx.t.text('news.sheet.making'));
    const bytes = await outcomeSheet({ outcomes, namesOf: deps.namesOf }, ctx.t);
    await ctx.show({
      text: ctx.t.rich('news.sheet.done', { number: item.number ?? 0 }),
      media: {
        kind: 'document',
        file: { bytes, fileName: `khoosheh-news-${item.number ?? item.id}.xlsx`, mimeType: XLSX },
      },
    });
  }

  /** Shows an earlier version with the question below it, or, where that was answered, brings it back. */
  async function handleVersion(
    ctx: BotContext,
    item: NewsItem,
    pressed: { version: string; over: string },
  ): Promise<void> {
    const version = Number(pressed.version);
    if (pressed.over === '') {
      const content = await news.version(ctx.person, item.id, version);
      if (!content) return ctx.toast(ctx.t.text('news.versions.gone'));
      await ctx.show(await deps.messages.forReader(ctx.t, { ...item, ...content }, ctx.client.name));
      await ctx.show(restoreQuestion(ctx.t, item, version));
      return;
    }
    const options = { version, revision: Number(pressed.over), source: ctx.inboxId };
    const outcome = await news.restore(ctx.person, item.id, options);
    if (outcome.kind === 'saved') return openOffice(ctx, outcome.item, savedHead(ctx.t, outcome.item));
    await ctx.toast(ctx.t.text(RESTORE_REFUSED[outcome.kind]));
  }

  async function handleLanguage(ctx: BotContext, item: NewsItem, pressed: { language: string }): Promise<void> {
    const language = NEWS_LANGUAGES.find((one) => one === pressed.language);
    if (!language) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const answers = translationAnswers(item, language);
    return begin(ctx, `news-${language}`, { subject: `${item.id}:${item.revision}`, answers });
  }

  return chat;
}
