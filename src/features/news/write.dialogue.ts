import type { BotContext } from '../../bot/context.ts';
import {
  filesOf,
  textOf,
  tooLate,
  type Answers,
  type AnswerValue,
  type Checked,
  type Completion,
  type Dialogue,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import type { RichText } from '../../language/rich-text.ts';
import { NEWS_TOPICS } from '../../language/taxonomies.ts';
import type { TextKey } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { MOST_WORDS } from './archive.service.ts';
import {
  countSources,
  countTags,
  LONGEST_TAG,
  longestTag,
  MOST_SOURCES,
  MOST_TAGS,
  readSources,
  readTags,
  termsOf,
  writeSources,
} from './news-item.ts';
import {
  LONGEST,
  NEWS_LANGUAGES,
  type News,
  type NewsContent,
  type NewsItem,
  type NewsLanguage,
} from './news.service.ts';
import { officeButton, savedHead } from './office.views.ts';

export interface WriteDeps {
  news: Pick<News, 'draft' | 'edit'>;
  /** The authors' screen of an item. */
  office: (ctx: BotContext, item: NewsItem, before?: RichText) => Promise<OutgoingMessage>;
}

const HEADLINE: Question = {
  key: 'headline',
  kind: 'text',
  text: 'news.write.question.headline',
  label: 'news.field.headline',
  min: 5,
  max: LONGEST.headline,
};
const LEAD: Question = {
  key: 'lead',
  kind: 'text',
  text: 'news.write.question.lead',
  label: 'news.field.lead',
  min: 5,
  max: LONGEST.lead,
  multiline: true,
  optional: true,
};
const BODY: Question = {
  key: 'body',
  kind: 'text',
  text: 'news.write.question.body',
  label: 'news.field.body',
  hint: 'news.write.hint.body',
  min: 20,
  max: LONGEST.body,
  multiline: true,
  pieces: true,
};

const QUESTIONS: readonly Question[] = [
  HEADLINE,
  LEAD,
  BODY,
  {
    key: 'topic',
    kind: 'choice',
    text: 'news.write.question.topic',
    label: 'news.field.topic',
    options: (_answers, t) => NEWS_TOPICS.map((code) => ({ code, label: t.text(`taxonomy.topics.${code}`) })),
  },
  {
    key: 'attachment',
    kind: 'files',
    text: 'news.write.question.attachment',
    label: 'news.field.attachment',
    max: 1,
    optional: true,
  },
  {
    key: 'source',
    kind: 'text',
    text: 'news.write.question.source',
    label: 'news.field.sources',
    hint: 'news.write.hint.source',
    min: 2,
    max: 1000,
    multiline: true,
    optional: true,
    check: (text) => atMost(countSources(text), MOST_SOURCES, 'news.write.error.manySources', text),
  },
  {
    key: 'tags',
    kind: 'text',
    text: 'news.write.question.tags',
    label: 'news.field.tags',
    hint: 'news.write.hint.tags',
    min: 2,
    max: 400,
    optional: true,
    check: (text) =>
      longestTag(text) > LONGEST_TAG
        ? { ok: false, error: 'news.write.error.longTag', values: { max: LONGEST_TAG } }
        : atMost(countTags(text), MOST_TAGS, 'news.write.error.manyTags', text),
  },
];

/** Takes the text where it names no more than there is room for. */
const atMost = (count: number, max: number, error: TextKey, text: string): Checked<string> =>
  count <= max ? { ok: true, value: text } : { ok: false, error, values: { max } };

/** A new item: a draft that only its authors see. Publishing and sending it are steps of their own. */
export function writeDialogue({ news, office }: WriteDeps): Dialogue {
  return {
    name: 'write-news',
    title: 'news.write.title',
    send: 'news.write.send',
    questions: QUESTIONS,
    async complete(ctx, { draftId, answers }) {
      const item = await news.draft(ctx.person, { origin: draftId, ...contentIn(answers) });
      if (!item) return tooLate({ text: ctx.t.rich('bot.error.notAllowed') });
      return office(ctx, item, ctx.t.rich('news.write.done'));
    },
  };
}

/** Everything about an item, open for change in the review. The subject is the item and the revision that was read. */
export function editDialogue(deps: WriteDeps): Dialogue {
  return {
    name: 'edit-news',
    title: 'news.edit.title',
    send: 'news.edit.send',
    questions: QUESTIONS,
    complete: (ctx, { draftId, subject, answers }) =>
      save(deps, ctx, {
        subject,
        source: draftId,
        change: (content) => ({ ...content, ...contentIn(answers) }),
      }),
  };
}

/** An item in another language beside Persian; the subject as of {@link editDialogue}. */
export function translationDialogues(deps: WriteDeps): Dialogue[] {
  return NEWS_LANGUAGES.map((language): Dialogue => {
    const question = (one: Question): Question =>
      one.kind === 'text' ? { ...one, anyLetters: language !== 'en' } : one;
    return {
      name: `news-${language}`,
      title: `news.languages.${language}`,
      send: 'news.edit.send',
      questions: [HEADLINE, LEAD, BODY].map(question),
      complete: (ctx, { draftId, subject, answers }) =>
        save(deps, ctx, {
          subject,
          source: draftId,
          change: (content) => ({
            ...content,
            translations: { ...content.translations, [language]: textsIn(answers) },
          }),
        }),
    };
  });
}

async function save(
  { news, office }: WriteDeps,
  ctx: BotContext,
  { subject, ...options }: { subject: string; source: string; change: (content: NewsContent) => NewsContent },
): Promise<Completion> {
  const [id = '', revision = ''] = subject.split(':');
  const outcome = await news.edit(ctx.person, id, { revision: Number(revision), ...options });
  switch (outcome.kind) {
    case 'saved':
      return office(ctx, outcome.item, savedHead(ctx.t, outcome.item));
    case 'changed':
    case 'locked':
      // What was written comes back: it can be copied into the item as it is now, or later.
      return tooLate({
        text: ctx.t.rich(outcome.kind === 'changed' ? 'news.edit.changed' : 'audience.submit.locked'),
        keyboard: {
          kind: 'inline',
          rows: [[{ label: ctx.t.text('news.button.office'), data: officeButton.data(id, '') }]],
        },
      });
    case 'forbidden':
      return tooLate({ text: ctx.t.rich('bot.error.notAllowed') });
    case 'gone':
      return tooLate({ text: ctx.t.rich('news.item.gone') });
  }
}

const textsIn = (answers: Answers) => ({
  headline: textOf(answers, 'headline'),
  lead: textOf(answers, 'lead'),
  body: textOf(answers, 'body'),
});

function contentIn(answers: Answers): Omit<NewsContent, 'translations' | 'issued'> {
  const [file] = filesOf(answers, 'attachment');
  return {
    ...textsIn(answers),
    topic: NEWS_TOPICS.find((one) => one === answers['topic']) ?? 'other',
    attachment: file ? { storedId: file.storedId, kind: file.kind } : null,
    sources: readSources(textOf(answers, 'source')),
    tags: readTags(textOf(answers, 'tags')),
  };
}

/** What the form of an item that is there begins with: everything is answered, and each answer can be changed. */
export function answersOf(item: NewsContent): Record<string, AnswerValue | null> {
  return {
    headline: item.headline,
    lead: item.lead || null,
    body: item.body,
    topic: item.topic,
    attachment: item.attachment ? [{ kind: item.attachment.kind, storedId: item.attachment.storedId }] : null,
    source: writeSources(item.sources) || null,
    tags: item.tags.join('، ') || null,
  };
}

export function translationAnswers(item: NewsContent, language: NewsLanguage): Record<string, AnswerValue | null> {
  const there = item.translations[language];
  return there ? { headline: there.headline, lead: there.lead || null, body: there.body } : {};
}

/** What members search the archive for: one question, answered by the page of what is found. */
export function searchDialogue(deps: {
  results: (ctx: BotContext, draft: string) => Promise<OutgoingMessage>;
}): Dialogue {
  return {
    name: SEARCH,
    title: 'news.search.title',
    send: 'news.search.send',
    atOnce: true,
    questions: [
      {
        key: 'words',
        kind: 'text',
        text: 'news.search.question',
        label: 'news.search.label',
        min: 2,
        max: 60,
        check: (text) => atMost(termsOf(text).length, MOST_WORDS, 'bot.dialogue.error.manyWords', text),
      },
    ],
    complete: (ctx, { draftId }) => deps.results(ctx, draftId),
  };
}

export const SEARCH = 'search-news';
