import type { KeepFile } from '../../bot/dialogue/read-answer.ts';
import type { FileFor } from '../../bot/show-stored-file.ts';
import { isPicture, isProgram } from './content-type.ts';
import type { Files, MediaKind } from './files.service.ts';

/** Both messengers hand a bot files of at most this size; one that is larger can't be fetched at all. */
const MAX_MEGABYTES = 20;
const MAX_BYTES = MAX_MEGABYTES * 1024 * 1024;

/** Messengers show them without a name; others have the one that their sender gave them, which may hide what they are. */
const NAMELESS: ReadonlySet<MediaKind> = new Set(['photo', 'voice']);

/** Fetches what a member sent and keeps it; an update that is worked again finds it kept. */
export function keepSentFile(files: Files): KeepFile {
  return async (ctx, media) => {
    const tooLarge = { ok: false, error: 'bot.dialogue.error.fileTooLarge', values: { max: MAX_MEGABYTES } } as const;
    if (media.size !== undefined && media.size > MAX_BYTES) return tooLarge;
    const { bytes } = await ctx.client.download(media.fileId);
    if (bytes.length > MAX_BYTES) return tooLarge;
    if (isProgram(bytes, media.fileName)) return { ok: false, error: 'bot.dialogue.error.fileKind' };
    // Called a picture by its sender, and none by its content: a messenger would refuse to show it.
    const kind = media.kind === 'photo' && !isPicture(bytes) ? 'document' : media.kind;
    const stored = await files.keep({
      bytes,
      kind,
      ownerId: ctx.person.id,
      source: ctx.inboxId,
      // An id can only be sent again as what it was sent as, and would bring its sender's name for it along.
      ...(media.sentAs === kind && NAMELESS.has(kind)
        ? { fileId: { messenger: ctx.client.name, id: media.fileId } }
        : {}),
    });
    return { ok: true, storedId: stored.id, kind: stored.kind };
  };
}

/** A stored file as a messenger can send it: by its id where that messenger has it, else its bytes; the new id is remembered. */
export function storedFileFor(files: Files): FileFor {
  return async (id, messenger) => {
    const file = await files.find(id);
    if (!file) return null;
    const known = file.fileIds[messenger];
    if (known !== undefined) return { source: { fileId: known }, sent: () => Promise.resolve() };
    return {
      source: { bytes: await files.read(id), fileName: file.fileName, mimeType: file.mimeType },
      sent: (fileId) => files.rememberFileId(id, messenger, fileId),
    };
  };
}
