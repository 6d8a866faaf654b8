import { FILES_A_DAY, standingOf } from '../../bounds.ts';
import type { BotContext } from '../../bot/context.ts';
import type { KeepFile } from '../../bot/dialogue/read-answer.ts';
import type { FileFor } from '../../bot/show-stored-file.ts';
import { MessengerError } from '../../messengers/messenger.ts';
import { isPicture, isProgram } from './content-type.ts';
import type { Files, MediaKind } from './files.service.ts';

const MB = 1024 * 1024;
/** Both messengers hand a bot files of at most this size; one that is larger can't be fetched at all. */
const MAX_MEGABYTES = 20;

/** Messengers show them without a name; others have the one that their sender gave them, which may hide what they are. */
const NAMELESS: ReadonlySet<MediaKind> = new Set(['photo', 'voice']);

const full = ({ files, bytes }: { files: number; bytes: number }) =>
  ({
    ok: false,
    error: 'bot.dialogue.error.filesOfDay',
    values: { files, megabytes: bytes / MB },
  }) as const;
const gone = { ok: false, error: 'bot.dialogue.error.fileGone', values: { max: MAX_MEGABYTES } } as const;
const tooLarge = { ok: false, error: 'bot.dialogue.error.fileTooLarge', values: { max: MAX_MEGABYTES } } as const;

/** Null where the messenger does not give it: it is gone there, or larger than was said. */
async function download(client: BotContext['client'], fileId: string): Promise<Uint8Array | null> {
  try {
    return (await client.download(fileId)).bytes;
  } catch (error) {
    if (error instanceof MessengerError && (error.kind === 'rejected' || error.kind === 'unreachable')) return null;
    throw error;
  }
}

/**
 * Fetches what a member sent and keeps it, as far as the sender's day has room (`FILES_A_DAY`); an update that is worked
 * again finds it kept.
 */
export function keepSentFile(files: Files): KeepFile {
  return async (ctx: BotContext, media, { client, source } = { client: ctx.client, source: ctx.inboxId }) => {
    if (media.size !== undefined && media.size > MAX_MEGABYTES * MB) return tooLarge;
    const most = FILES_A_DAY[standingOf(ctx.person)];
    const used = await files.ofLastDay(ctx.person.id, { but: source });
    const isFull = (bytes: number): boolean => used.files >= most.files || used.bytes + bytes > most.bytes;
    if (isFull(media.size ?? 0)) return full(most);
    const bytes = await download(client, media.fileId);
    if (bytes === null) return gone;
    if (bytes.length > MAX_MEGABYTES * MB) return tooLarge;
    if (isFull(bytes.length)) return full(most);
    if (isProgram(bytes, media.fileName)) return { ok: false, error: 'bot.dialogue.error.fileKind' };
    // Called a picture by its sender, and none by its content: a messenger would refuse to show it.
    const kind = media.kind === 'photo' && !isPicture(bytes) ? 'document' : media.kind;
    const stored = await files.keep({
      bytes,
      kind,
      ownerId: ctx.person.id,
      source,
      // An id can only be sent again as what it was sent as, and would bring its sender's name for it along.
      ...(media.sentAs === kind && NAMELESS.has(kind) ? { fileId: { messenger: client.name, id: media.fileId } } : {}),
    });
    return { ok: true, storedId: stored.id, kind: stored.kind };
  };
}

/** A stored file as a messenger can send it: by its id where that messenger has it, else its bytes; a new id is remembered. */
export function storedFileFor(files: Files): FileFor {
  return async (id, messenger) => {
    const file = await files.find(id);
    if (!file) return null;
    const upload = async () => ({ bytes: await files.read(id), fileName: file.fileName, mimeType: file.mimeType });
    const known = file.fileIds[messenger];
    return {
      source: known === undefined ? await upload() : { fileId: known, reload: upload },
      async sent(fileId) {
        if (fileId !== known) await files.rememberFileId(id, messenger, fileId);
      },
    };
  };
}
