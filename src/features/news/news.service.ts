import type { Connection } from 'mongoose';
import type { Campaigns } from '../../delivery/campaigns.ts';
import type { Audit } from '../audit/audit.service.ts';
import { createArchive, type Archive } from './archive.service.ts';
import { createSending, type Sending } from './sending.service.ts';
import { createVersions, type Versions } from './versions.service.ts';
import { createWriting, type Writing } from './writing.service.ts';

export { LAST_PAGE, type ArchivePage, type ArchiveQuery } from './archive.service.ts';
export { LONGEST } from './news.model.ts';
export { isPublished, textIn, NEWS_LANGUAGES } from './news-item.ts';
export type { NewsContent, NewsItem, NewsLanguage, NewsSource, NewsText, PublishedItem } from './news-item.ts';
export type { NewsVersion } from './versions.service.ts';
export type { NewsOutcome, SendOptions, SendOutcome } from './sending.service.ts';
export { mayWrite, NEWS_ROLES, type Author, type EditOutcome, type NewContent } from './writing.service.ts';

/** Council news: reading it (`archive.service.ts`), writing it, what it was before, and sending what is written. */
export type News = Archive & Writing & Versions & Sending;

export function createNews(deps: {
  connection: Connection;
  campaigns: () => Campaigns;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
}): News {
  const { connection, campaigns, audit, now } = deps;
  const writing = createWriting({ connection, audit, now });
  return {
    ...createArchive({ connection, now }),
    ...writing,
    ...createVersions({ connection, audit, writing }),
    ...createSending({ connection, campaigns, audit, writing, now }),
  };
}
