import type { Connection } from 'mongoose';
import type { Campaigns } from '../../delivery/campaigns.ts';
import type { Audit } from '../audit/audit.service.ts';
import { createArchive, type Archive } from './archive.service.ts';
import { createSending, type Sending } from './sending.service.ts';
import { createWriting, type Writing } from './writing.service.ts';

export { LAST_PAGE, type ArchivePage, type ArchiveQuery } from './archive.service.ts';
export { LONGEST } from './news.model.ts';
export { isPublished, textIn, NEWS_LANGUAGES } from './news-item.ts';
export type { NewsContent, NewsItem, NewsLanguage, NewsSource, NewsText, PublishedItem } from './news-item.ts';
export type { NewsOutcome, SendOptions, SendOutcome } from './sending.service.ts';
export { mayWrite, NEWS_ROLES, type Author, type EditOutcome, type NewContent } from './writing.service.ts';

/** Council news: reading it (`archive.service.ts`), writing it, and sending what is written. */
export type News = Archive & Writing & Sending;

export function createNews(deps: {
  connection: Connection;
  campaigns: () => Campaigns;
  audit: Pick<Audit, 'record'>;
  now?: () => Date;
}): News {
  const { connection, campaigns, audit, now = () => new Date() } = deps;
  const writing = createWriting({ connection, audit, now });
  return {
    ...createArchive({ connection, now }),
    ...writing,
    ...createSending({ connection, campaigns, audit, writing, now }),
  };
}
