import type { FileSource, FileUpload, MessengerName, OutgoingMessage, SentMessage } from '../messengers/messenger.ts';

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
  const uploadOf = (file: FileSource | undefined): FileUpload | undefined =>
    file !== undefined && 'bytes' in file ? file : undefined;

  return {
    prepare(messenger, message) {
      const upload = uploadOf(message.media?.file);
      const fileId = upload && known.get(upload.bytes)?.get(key(messenger, message));
      if (message.media === undefined || upload === undefined || fileId === undefined) return message;
      return { ...message, media: { ...message.media, file: { fileId, reload: async () => upload } } };
    },
    remember(messenger, message, sent) {
      const bytes = uploadOf(message.media?.file)?.bytes;
      const fileId = sent.find((part) => part.fileId !== undefined)?.fileId;
      if (bytes === undefined || fileId === undefined) return;
      const ids = known.get(bytes) ?? new Map<string, string>();
      known.set(bytes, ids.set(key(messenger, message), fileId));
    },
  };
}
