import { Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Role } from '../members/members.service.ts';
import type { NewsContent } from './news-item.ts';
import { newsModel, newsVersionModel } from './news.model.ts';
import { mayWrite, type Author, type EditOutcome, type Writing } from './writing.service.ts';

export interface NewsVersion {
  revision: number;
  at: Date;
  /** Null where the person was forgotten, or a command did it. */
  by: string | null;
  fields: readonly string[];
}

export type Versions = ReturnType<typeof createVersions>;

/** What an item was before: read, and brought back. */
export function createVersions(deps: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  writing: Pick<Writing, 'edit'>;
}) {
  const { connection, audit, writing } = deps;
  const Item = newsModel(connection);
  const Version = newsVersionModel(connection);

  async function read(id: string, revision: number): Promise<NewsContent | null> {
    const found = await Version.findById(`${id}:${revision}`).lean();
    if (!found) return null;
    const { issued, ...content } = JSON.parse(found.content) as NewsContent;
    return { ...content, issued: issued && { ...issued, at: new Date(issued.at) } };
  }

  return {
    /** Who changed what, the newest first. */
    async versions(actor: { roles: readonly Role[] }, id: string): Promise<NewsVersion[]> {
      const _id = mayWrite(actor) && Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : null;
      const found = _id && (await Item.findById(_id).select({ changes: 1 }).lean());
      return (found?.changes ?? [])
        .map(({ revision, at, by, fields }) => ({ revision, at, by: by?.toHexString() ?? null, fields }))
        .toReversed();
    },

    /** The content that an item had at a revision before its present one. */
    async version(actor: { roles: readonly Role[] }, id: string, revision: number): Promise<NewsContent | null> {
      return mayWrite(actor) ? read(id, revision) : null;
    },

    /**
     * Makes the content of an earlier version the present one, if that is still `revision`; what is replaced is kept as by
     * any edit. What was sent is not touched: that is `editEverywhere`.
     * @param options.source the same one restores once
     */
    async restore(
      actor: Author,
      id: string,
      options: { version: number; revision: number; source: string },
    ): Promise<EditOutcome> {
      const { version, revision, source } = options;
      if (!mayWrite(actor)) return { kind: 'forbidden' };
      const content = await read(id, version);
      if (!content) return { kind: 'gone' };
      const outcome = await writing.edit(actor, id, { revision, source, change: () => content });
      if (outcome.kind === 'saved')
        await audit.record({
          actorId: actor.id,
          act: 'news.restore',
          subject: { kind: 'news', id },
          before: { revision },
          after: { revision: outcome.item.revision, restored: version },
          source,
        });
      return outcome;
    },
  };
}
