import { type FileSource, type MediaKind, MessengerError, type SentMessage } from './messenger.ts';

/** Sends one file in one form; throws {@link MessengerError}. */
export type SendOnce = (kind: MediaKind, file: FileSource) => Promise<SentMessage>;

const isRefusal = (error: unknown): boolean => error instanceof MessengerError && error.kind === 'rejected';

/**
 * Sends a file so that it arrives: where the messenger refuses its id (of another bot, or let go), by its bytes; where it
 * refuses the kind (somebody who takes no voice messages, a picture of a size that it does not show), as a document. The
 * id of such a document is not given, since the file can't be sent as what it is by it.
 *
 * @throws {MessengerError} the first refusal, where the file is taken in no form
 */
export async function sendFile(
  { kind, file }: { kind: MediaKind; file: FileSource },
  send: SendOnce,
): Promise<SentMessage> {
  try {
    return await send(kind, file);
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    const upload = 'bytes' in file ? file : await file.reload?.();
    if (!upload) throw refusal;
    if (upload !== file) {
      const sent = await send(kind, upload).catch(unlessRefused);
      if (sent) return sent;
    }
    if (kind === 'document') throw refusal;
    const sent = await send('document', upload).catch(unlessRefused);
    if (!sent) throw refusal;
    return { messageId: sent.messageId };
  }
}

function unlessRefused(error: unknown): null {
  if (isRefusal(error)) return null;
  throw error;
}
