import type { FileSource, MessengerName, OutgoingMessage, SentMessage } from '../messengers/messenger.ts';

/**
 * A picture that goes to ten thousand people is uploaded once to each messenger: from the second on, it is sent by
 * the id that the messenger gave it. Files are told apart by their bytes object, so a renderer that keeps the object
 * profits and one that reads the file anew each time loses nothing. Forgotten with the object.
 */
export interface UploadOnce {
  prepare(messenger: MessengerName, message: OutgoingMessage): OutgoingMessage;
  remember(messenger: MessengerName, message: OutgoingMessage, sent: readonly SentMessage[]): void;
}

export function createUploadOnce(): UploadOnce {
  const known = new WeakMap<Uint8Array, Map<string, string>>();
  // The id belongs to one messenger, and there to the kind that it was sent as.
  const key = (messenger: MessengerName, message: OutgoingMessage): string => `${messenger}:${message.media?.kind}`;
  const bytesOf = (file: FileSource | undefined): Uint8Array | undefined =>
    file !== undefined && 'bytes' in file ? file.bytes : undefined;

  return {
    prepare(messenger, message) {
      const bytes = bytesOf(message.media?.file);
      const fileId = bytes && known.get(bytes)?.get(key(messenger, message));
      if (message.media === undefined || fileId === undefined) return message;
      return { ...message, media: { ...message.media, file: { fileId } } };
    },
    remember(messenger, message, sent) {
      const bytes = bytesOf(message.media?.file);
      const fileId = sent.find((part) => part.fileId !== undefined)?.fileId;
      if (bytes === undefined || fileId === undefined) return;
      const ids = known.get(bytes) ?? new Map<string, string>();
      known.set(bytes, ids.set(key(messenger, message), fileId));
    },
  };
}
