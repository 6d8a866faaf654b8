import { textOf, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { News } from './news.service.ts';
import { newsMessage } from './news.views.ts';

/** An item is written, reviewed and published in the archive; sending it is a step of its own. */
export function writeDialogue({ news }: { news: News }): Dialogue {
  const text = (key: 'headline' | 'lead' | 'body' | 'source', min: number, max: number) =>
    ({
      key,
      kind: 'text',
      text: `news.write.question.${key}`,
      label: `news.write.label.${key}`,
      min,
      max,
      multiline: key === 'body',
    }) as const;
  return {
    name: 'write-news',
    title: 'news.write.title',
    send: 'news.write.send',
    questions: [
      text('headline', 5, 200),
      { ...text('lead', 5, 600), optional: true },
      text('body', 20, 10_000),
      { ...text('source', 2, 100), optional: true },
    ],
    async complete(ctx, { draftId, answers }) {
      if (!news.mayWrite(ctx.person)) return { text: ctx.t.rich('bot.error.notAllowed') };
      const item = await news.publish({
        origin: draftId,
        headline: textOf(answers, 'headline'),
        lead: textOf(answers, 'lead'),
        body: textOf(answers, 'body'),
        source: textOf(answers, 'source'),
      });
      await ctx.show({ text: ctx.t.rich('news.write.done', { number: item.number }) });
      return newsMessage(ctx.t, item, { maySend: true });
    },
  };
}
