import type { MediaKind } from '../world/records.ts';
import type { Group } from './group.ts';

/** Where an action takes place; without it, in the private chat with the bot. */
export interface Where {
  in?: Group | undefined;
}

export interface MediaOptions extends Where {
  caption?: string;
  name?: string;
  mimeType?: string;
  replyTo?: number | { id: number };
}

export interface AlbumItem {
  kind: 'photo' | 'video' | 'document';
  bytes: Uint8Array;
  caption?: string;
  name?: string;
}

/** The name and type of a file that a person sends without saying more. */
export const DEFAULT_FILES: Record<MediaKind, { name: string; mime: string }> = {
  photo: { name: 'photo.jpg', mime: 'image/jpeg' },
  document: { name: 'document.pdf', mime: 'application/pdf' },
  audio: { name: 'audio.mp3', mime: 'audio/mpeg' },
  video: { name: 'video.mp4', mime: 'video/mp4' },
  voice: { name: 'voice.ogg', mime: 'audio/ogg' },
  sticker: { name: 'sticker.webp', mime: 'image/webp' },
  animation: { name: 'animation.mp4', mime: 'video/mp4' },
};
