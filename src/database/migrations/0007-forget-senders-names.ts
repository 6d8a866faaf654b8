import type { Migration } from './migration.ts';

/** Sent again by these ids, a file has the name that its sender gave it; without them it is uploaded once under ours. */
const NAMED = { 'metadata.kind': { $in: ['document', 'audio', 'video'] }, 'metadata.fileIds': { $ne: {} } };

export const forgetSendersNames: Migration = {
  version: 7,
  what: 'ids by which a messenger gives a file again under its sender’s name are forgotten',
  pending: (db) => db.collection('files.files').countDocuments(NAMED),
  async run(db) {
    await db.collection('files.files').updateMany(NAMED, { $set: { 'metadata.fileIds': {} } });
  },
};
