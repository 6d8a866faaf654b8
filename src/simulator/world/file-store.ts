import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageSize } from './image-size.ts';
import type { FileRecord, MediaKind } from './records.ts';
import type { World } from './world.ts';

const FOLDERS: Record<MediaKind, string> = {
  photo: 'photos',
  document: 'documents',
  audio: 'music',
  video: 'videos',
  voice: 'voice',
  sticker: 'stickers',
  animation: 'animations',
};

/** The link that getFile gives works for an hour on both messengers. */
const LINK_SECONDS = 3600;

export interface FileStore {
  add(file: { kind: MediaKind; name: string; mime: string; bytes: Uint8Array }): FileRecord;
  /** By file id, a thumbnail's id included. */
  find(fileId: string): FileRecord | undefined;
  bytes(file: FileRecord): Buffer;
  /** Opens the download link for an hour. */
  grantLink(file: FileRecord): void;
  /** The file under a path whose link is open. */
  findByPath(path: string): FileRecord | undefined;
}

export const THUMBNAIL_SUFFIX = 'x90';

export function createFileStore(options: {
  world: World;
  /** Where bytes are kept; null keeps them in memory. */
  directory: string | null;
  botId: number;
  /** Bale's ids contain colons. */
  colons: boolean;
  now: () => number;
}): FileStore {
  const { world, directory, now } = options;
  const inMemory = new Map<number, Buffer>();
  const links = new Map<string, { file: FileRecord; until: number }>();
  const pathOf = (file: FileRecord): string => join(directory ?? '', String(file.number));
  if (directory !== null) mkdirSync(directory, { recursive: true });

  return {
    add({ kind, name, mime, bytes }) {
      const number = world.nextFileNumber;
      const secret = randomBytes(24).toString('base64url');
      const size = kind === 'photo' || kind === 'sticker' ? imageSize(bytes) : undefined;
      const file: FileRecord = {
        number,
        id: options.colons ? `${options.botId}:${secret}:${number}:1` : `AgACAgQAAxkD${secret}${number}`,
        uniqueId: `AQAD${randomBytes(9).toString('base64url')}`,
        kind,
        path: `${FOLDERS[kind]}/file_${number}${extensionOf(name, kind)}`,
        name,
        mime,
        size: bytes.length,
        width: size?.width,
        height: size?.height,
      };
      // The bytes first: a file that the journal names must be there after a kill.
      if (directory === null) inMemory.set(number, Buffer.from(bytes));
      else writeFileSync(pathOf(file), bytes);
      world.commit({ t: 'file', file });
      return file;
    },

    find: (fileId) =>
      world.files.get(fileId) ??
      (fileId.endsWith(THUMBNAIL_SUFFIX) ? world.files.get(fileId.slice(0, -THUMBNAIL_SUFFIX.length)) : undefined),

    bytes(file) {
      if (directory === null) return inMemory.get(file.number) ?? Buffer.alloc(0);
      return existsSync(pathOf(file)) ? readFileSync(pathOf(file)) : Buffer.alloc(0);
    },

    grantLink(file) {
      links.set(file.path, { file, until: now() + LINK_SECONDS * 1000 });
    },

    findByPath(path) {
      const link = links.get(path);
      return link && link.until > now() ? link.file : undefined;
    },
  };
}

function extensionOf(name: string, kind: MediaKind): string {
  const own = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0];
  if (own !== undefined) return own.toLowerCase();
  if (kind === 'photo') return '.jpg';
  if (kind === 'voice') return '.oga';
  return kind === 'video' ? '.mp4' : '';
}
