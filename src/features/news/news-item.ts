import { markOf } from '../../language/mark.ts';
import { searchKey } from '../../language/persian-text.ts';
import { searchTerms } from '../../language/search-terms.ts';
import type { NewsContent, NewsDocument, NewsLanguage, NewsSource, NewsText } from './news.model.ts';

export { NEWS_LANGUAGES } from './news.model.ts';
export type { NewsContent, NewsLanguage, NewsSource, NewsText } from './news.model.ts';

export interface NewsItem extends NewsContent {
  id: string;
  /** Null until it is published. */
  number: number | null;
  revision: number;
  publishedAt: Date | null;
  recalledAt: Date | null;
  urgent: boolean;
  campaignId: string | null;
  createdBy: string | null;
  createdAt: Date;
}

/** An item that has its number: everything in the archive, and what was there once. */
export type PublishedItem = NewsItem & { number: number; publishedAt: Date };

export const isPublished = (item: NewsItem): item is PublishedItem => item.number !== null && item.publishedAt !== null;

/** The item in a reader's language where it has one, else in Persian. */
export function textIn(item: NewsContent, language: string): NewsText {
  return item.translations[language as NewsLanguage] ?? item;
}

/** A body of 20,000 letters has about so many different words. */
const MOST_TERMS = 2500;

export const termsOf = (text: string): string[] => searchTerms(text, MOST_TERMS);

export function newsTerms(content: NewsContent): string[] {
  const texts = [content, ...Object.values(content.translations)];
  // Headlines first: they stay where a very long item is cut.
  return termsOf(
    [
      ...texts.map(({ headline }) => headline),
      content.tags.join(' '),
      ...texts.map(({ lead }) => lead),
      ...texts.map(({ body }) => body),
    ].join(' '),
  );
}

const ADDRESS = /https?:\/\/\S+/i;
export const MOST_SOURCES = 5;

/** One source in a line, a name, an address or both; {@link MOST_SOURCES} of them. */
export const readSources = (typed: string): NewsSource[] => sourcesIn(typed).slice(0, MOST_SOURCES);

export const countSources = (typed: string): number => sourcesIn(typed).length;

function sourcesIn(typed: string): NewsSource[] {
  return typed
    .split('\n')
    .map((line) => {
      const url = ADDRESS.exec(line)?.[0] ?? '';
      const title = line
        .replace(url, '')
        .replace(/(?<![\s:،,–-])[\s:،,–-]+$/u, '')
        .trim();
      return { title: title || hostOf(url), url };
    })
    .filter(({ title }) => title !== '');
}

/** What {@link readSources} reads the same sources from. */
export const writeSources = (sources: readonly NewsSource[]): string =>
  sources.map(({ title, url }) => [title, url].filter((part) => part !== '').join(' ')).join('\n');

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '');

export const MOST_TAGS = 10;
export const LONGEST_TAG = 60;

/** Tags between commas, semicolons, number signs or line ends; each once, {@link MOST_TAGS} that have room. */
export const readTags = (typed: string): string[] =>
  tagsIn(typed)
    .filter(({ length }) => length <= LONGEST_TAG)
    .slice(0, MOST_TAGS);

export const countTags = (typed: string): number => tagsIn(typed).length;
export const longestTag = (typed: string): number => Math.max(0, ...tagsIn(typed).map(({ length }) => length));

function tagsIn(typed: string): string[] {
  const tags = typed
    .split(/[،,؛;#|\n\t]|\s{2,}/u)
    .map((tag) => tag.replaceAll('_', ' ').trim())
    .filter((tag) => /[\p{L}\p{N}]/u.test(tag));
  return [...new Map(tags.map((tag) => [searchKey(tag), tag])).values()];
}

export const contentOf = (item: NewsContent): NewsContent => ({
  headline: item.headline,
  lead: item.lead,
  body: item.body,
  topic: item.topic,
  tags: [...item.tags],
  sources: item.sources.map(({ title, url }) => ({ title, url })),
  attachment: item.attachment && { storedId: item.attachment.storedId, kind: item.attachment.kind },
  translations: Object.fromEntries(
    Object.entries(item.translations).map(([language, { headline, lead, body }]) => [
      language,
      { headline, lead, body },
    ]),
  ),
  issued: item.issued && { at: item.issued.at, number: item.issued.number },
});

/** Of an item as its authors see it, for the buttons that can't be taken back. */
export const markOfItem = ({ revision, urgent, number, campaignId, recalledAt }: NewsItem): string =>
  markOf(revision, urgent, number, campaignId, recalledAt);

/** The names of the fields in which two contents differ. */
export function changedFields(before: NewsContent, after: NewsContent): (keyof NewsContent)[] {
  const [one, other] = [contentOf(before), contentOf(after)];
  return (Object.keys(one) as (keyof NewsContent)[]).filter(
    (field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]),
  );
}

export function toItem(document: NewsDocument): NewsItem {
  return {
    ...contentOf(document),
    id: document._id.toHexString(),
    number: document.number,
    revision: document.revision,
    publishedAt: document.publishedAt,
    recalledAt: document.recalledAt ?? null,
    urgent: document.urgent,
    campaignId: document.campaignId,
    createdBy: document.createdBy?.toHexString() ?? null,
    createdAt: document.createdAt,
  };
}
