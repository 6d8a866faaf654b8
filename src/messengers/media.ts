import { isRecord } from './api-call.ts';
import type { MediaKind } from './messenger.ts';

export interface MediaFile {
  /** What it is, by its type: a picture sent as a document is a `photo`. */
  kind: MediaKind;
  /** What the messenger keeps it as. Only this kind can be sent again by `fileId`. */
  sentAs: MediaKind;
  /** Belongs to one bot on one messenger. */
  fileId: string;
  uniqueId: string;
  fileName?: string;
  mimeType?: string;
  /** Bytes. */
  size?: number;
}

/**
 * The file in a message, or null. Of a photo's sizes it is the largest, of a live photo the picture. Bought pictures and
 * films are one file or none: of several in one message all but one would be lost without a word.
 */
export function mediaOf(message: unknown): MediaFile | null {
  if (!isRecord(message)) return null;
  const { photo, paid_media } = message;
  const size: unknown = Array.isArray(photo) ? photo.at(-1) : undefined;
  if (isRecord(size)) return describe(size, 'photo', 'photo');
  // A moving picture comes as an animation and a document at once: the document is the form that can be sent again.
  for (const form of ['voice', 'audio', 'video', 'document'] as const) {
    const file = message[form];
    if (isRecord(file)) return describe(file, form === 'document' ? kindByType(file.mime_type) : form, form);
  }
  for (const form of ['video_note', 'animation', 'live_photo'] as const) {
    const file = message[form];
    if (isRecord(file)) return describe(file, 'video', 'video');
  }
  const bought: unknown = isRecord(paid_media) ? paid_media.paid_media : undefined;
  return Array.isArray(bought) && bought.length === 1 ? mediaOf(bought[0]) : null;
}

/** Bale delivers audio and video, and people send pictures, as plain documents. */
function kindByType(mimeType: unknown): MediaKind {
  const type = typeof mimeType === 'string' ? mimeType.toLowerCase() : '';
  if (/^image\/(?:jpeg|png|webp|heic|heif|bmp|gif)/.test(type)) return 'photo';
  if (type.startsWith('audio/')) return 'audio';
  return type.startsWith('video/') ? 'video' : 'document';
}

function describe(file: Record<string, unknown>, kind: MediaKind, sentAs: MediaKind): MediaFile | null {
  if (typeof file.file_id !== 'string') return null;
  return {
    kind,
    sentAs,
    fileId: file.file_id,
    uniqueId: typeof file.file_unique_id === 'string' ? file.file_unique_id : file.file_id,
    ...(typeof file.file_name === 'string' ? { fileName: file.file_name } : {}),
    ...(typeof file.mime_type === 'string' ? { mimeType: file.mime_type } : {}),
    ...(typeof file.file_size === 'number' ? { size: file.file_size } : {}),
  };
}
