import type { BotContext } from '../../bot/context.ts';
import type { Sure, SureAct, SureActs } from '../../bot/sure.ts';
import type { TextKey } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Follow } from './following.ts';
import { markOfItem } from './news-item.ts';
import { NEWS_LANGUAGES, type News, type NewsItem } from './news.service.ts';
import { draftsPage, savedHead } from './office.views.ts';

export interface OfficeSureDeps {
  news: News;
  follow: Follow;
  /** The authors' screen of an item. */
  office: (ctx: BotContext, item: NewsItem, before?: OutgoingMessage['text']) => Promise<OutgoingMessage>;
  /** Whether a second person must say yes before what was sent is brought up to date. */
  needsSecond: (newsId: string) => Promise<boolean>;
  /** Asks that person; says what has become of it. */
  askSecond: (ctx: BotContext, item: NewsItem) => Promise<OutgoingMessage>;
}

/** What authors do to news that can't be taken back, or reaches many. The subject is the item. */
export function officeSure(deps: OfficeSureDeps): SureActs {
  const { news, follow } = deps;

  const card = async (ctx: BotContext, subject: string): Promise<OutgoingMessage> => {
    const item = await news.find(itemIn(subject));
    if (!item || !news.mayWrite(ctx.person)) return { text: ctx.t.rich('news.item.gone') };
    return deps.office(ctx, item);
  };
  const stale = (ctx: BotContext): OutgoingMessage => ({ text: ctx.t.rich('bot.sure.stale') });

  /** An act on an item as it was shown, where `fits` says that there is something to do. */
  function onItem(
    what: (ctx: BotContext, item: NewsItem, subject: string) => Promise<Omit<Sure, 'mark'> | null>,
  ): SureAct {
    return {
      card,
      async look(ctx, subject) {
        if (!news.mayWrite(ctx.person)) return 'forbidden';
        const item = await news.find(itemIn(subject));
        const sure = item && item.recalledAt === null ? await what(ctx, item, subject) : null;
        return item && sure ? { ...sure, mark: markOfItem(item) } : null;
      },
    };
  }

  const reached = async (item: NewsItem): Promise<number> => (await news.progress(item))?.byState.sent ?? 0;
  const words = (ctx: BotContext, key: TextKey, values = {}) => ctx.t.text(key, values);

  return {
    np: onItem(async (ctx, item) =>
      item.number !== null
        ? null
        : {
            question: ctx.t.rich('news.publish.sure', { headline: item.headline }),
            yes: words(ctx, 'news.button.publishSure'),
            async run() {
              const published = await news.release(ctx.person, item.id, { source: ctx.inboxId });
              return published ? deps.office(ctx, published) : stale(ctx);
            },
          },
    ),
    nd: onItem(async (ctx, item) =>
      item.number !== null
        ? null
        : {
            question: ctx.t.rich('news.discard.sure', { headline: item.headline }),
            yes: words(ctx, 'news.button.discardSure'),
            async run() {
              if (!(await news.discard(ctx.person, item.id, ctx.inboxId))) return card(ctx, item.id);
              await ctx.toast(ctx.t.text('news.discard.done'));
              return draftsPage(ctx.t, await news.drafts(ctx.person));
            },
          },
    ),
    ne: onItem(async (ctx, item) => {
      if (item.campaignId === null) return null;
      const [people, second] = [await reached(item), await deps.needsSecond(item.id)];
      const { headline } = item;
      return {
        // Asking somebody else changes nothing yet: the number is theirs to type.
        ...(second ? {} : { people }),
        question: ctx.t.rich(second ? 'audience.sure.askEdit' : 'audience.sure.edit', { people, headline }),
        yes: second ? words(ctx, 'audience.sure.yesAsk') : words(ctx, 'audience.sure.yesEdit', { people }),
        async run() {
          if (second) return deps.askSecond(ctx, item);
          const options = { source: ctx.inboxId, seen: item.revision };
          const campaignId = await news.editEverywhere(ctx.person, item.id, options);
          if (campaignId === null) return card(ctx, item.id);
          await follow(ctx, { item, campaignId, doing: 'edit' });
          return null;
        },
      };
    }),
    nr: onItem(async (ctx, item) => {
      if (item.number === null) return null;
      const people = await reached(item);
      const { headline } = item;
      return {
        people,
        question: ctx.t.rich(people > 0 ? 'news.recall.sureFrom' : 'news.recall.sure', { people, headline }),
        yes: words(ctx, 'news.button.recallSure'),
        async run() {
          const recalled = await news.recall(ctx.person, item.id, ctx.inboxId);
          if (!recalled) return card(ctx, item.id);
          if (!recalled.change) return { text: ctx.t.rich('news.recall.done', { number: item.number ?? 0 }) };
          await follow(ctx, { item, campaignId: recalled.change, doing: 'recall' });
          return null;
        },
      };
    }),
    ns: onItem(async (ctx, item) => {
      const people = (await news.progress(item))?.byState.failed ?? 0;
      if (item.campaignId === null) return null;
      return {
        people,
        question: ctx.t.rich('news.resend.sure', { people, headline: item.headline }),
        yes: words(ctx, 'news.button.resendSure'),
        async run() {
          const again = await news.resendFailed(ctx.person, item.id, ctx.inboxId);
          if (again === null)
            return { text: ctx.t.rich(people > 0 ? 'news.resend.uncleared' : 'news.send.noneFailed') };
          await follow(ctx, { item, campaignId: again.campaignId, doing: 'send' });
          return null;
        },
      };
    }),
    nl: onItem(async (ctx, item, subject) => {
      const language = NEWS_LANGUAGES.find((one) => one === subject.split('.')[1]);
      if (!language || !item.translations[language]) return null;
      return {
        question: ctx.t.rich('news.languages.dropSure', { language: words(ctx, `news.language.${language}`) }),
        yes: words(ctx, 'news.button.discardSure'),
        async run() {
          const outcome = await news.edit(ctx.person, item.id, {
            revision: item.revision,
            source: ctx.inboxId,
            change: ({ translations: { [language]: _dropped, ...translations }, ...content }) => ({
              ...content,
              translations,
            }),
          });
          if (outcome.kind === 'saved') return deps.office(ctx, outcome.item, savedHead(ctx.t, outcome.item));
          return outcome.kind === 'locked' ? { text: ctx.t.rich('audience.submit.locked') } : stale(ctx);
        },
      };
    }),
  };
}

/** An item, or an item and one of its languages. */
const itemIn = (subject: string): string => subject.split('.')[0] ?? '';
