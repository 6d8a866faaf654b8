import { THUMBNAIL_SUFFIX } from '../world/file-store.ts';
import type { Host } from '../host.ts';
import type { FileRecord, GroupRank, UserRecord } from '../world/records.ts';

/** An object as it goes over the wire. */
export type Wire = Record<string, unknown>;

/** A user that the world has forgotten is still named by id. */
export function userOf(host: Host, id: number): UserRecord {
  if (id === host.bot.id) return host.bot;
  return host.world.users.get(id) ?? { id, firstName: '?' };
}

/** The media fields of a message, alike on both messengers but for what each leaves out. */
export function wireMedia(file: FileRecord): Wire {
  const base = { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size };
  const width = file.width ?? 1280;
  const height = file.height ?? 720;
  switch (file.kind) {
    case 'photo':
      return {
        photo: [
          {
            file_id: file.id + THUMBNAIL_SUFFIX,
            file_unique_id: `${file.uniqueId}s`,
            file_size: Math.ceil(file.size / 8),
            width: Math.max(1, Math.round((width * 90) / Math.max(width, height))),
            height: Math.max(1, Math.round((height * 90) / Math.max(width, height))),
          },
          { ...base, width, height },
        ],
      };
    case 'document':
      return { document: { ...base, file_name: file.name, mime_type: file.mime } };
    case 'audio':
      return { audio: { ...base, duration: 1, file_name: file.name, mime_type: file.mime } };
    case 'video':
      return { video: { ...base, duration: 1, width, height, file_name: file.name, mime_type: file.mime } };
    case 'voice':
      return { voice: { ...base, duration: 1, mime_type: file.mime } };
    case 'sticker':
      return { sticker: { ...base, type: 'regular', width: 512, height: 512 } };
    case 'animation':
      break;
  }
  const document = { ...base, file_name: file.name, mime_type: file.mime };
  return { animation: { ...document, duration: 1, width, height }, document };
}

export function rankIn(host: Host, chat: number, user: number): GroupRank | undefined {
  return host.world.chats.get(chat)?.group?.members.find(([id]) => id === user)?.[1];
}
