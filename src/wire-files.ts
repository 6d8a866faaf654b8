import type { Connection } from 'mongoose';
import type { Drafts } from './bot/dialogue/drafts.ts';
import { createRunOnce } from './database/once.ts';
import { createUnusedFiles, type FileHolder } from './features/files/unused-files.service.ts';
import type { Job } from './jobs/schedule.ts';
import { inTehran, toIsoDay } from './language/jalali.ts';

type FilesAmong = Pick<FileHolder, 'filesAmong'>;

export interface FilesDeps {
  connection: Connection;
  held: { filesOf: (memberIds: readonly string[]) => Promise<string[]> };
  drafts: Pick<Drafts, 'filesOf'>;
  obstacles: FilesAmong;
  procurements: FilesAmong;
  news: FilesAmong;
  now: () => Date;
}

const WITHIN_MS = 3_600_000;

/** Puts together what looks for files that nothing refers to. A new place that keeps a file's id is added here. */
export function wireFiles({ connection, held, drafts, now, ...deps }: FilesDeps): { jobs: Job[] } {
  const unused = createUnusedFiles({
    connection,
    now,
    holders: [
      { name: 'held', filesAmong: (_ids, owners) => held.filesOf(owners) },
      { name: 'drafts', filesAmong: (_ids, owners) => drafts.filesOf(owners) },
      { name: 'obstacles', filesAmong: (ids) => deps.obstacles.filesAmong(ids, []) },
      { name: 'procurements', filesAmong: (ids) => deps.procurements.filesAmong(ids, []) },
      { name: 'news', filesAmong: (ids) => deps.news.filesAmong(ids, []) },
    ],
  });
  const runOnce = createRunOnce(connection, now);
  return {
    jobs: [
      {
        name: 'unused files',
        when: '30 4 * * *',
        async run() {
          const day = toIsoDay(inTehran(now()));
          await runOnce(`unused-files:${day}`, { withinMs: WITHIN_MS }, async () => void (await unused.run()));
        },
      },
    ],
  };
}
