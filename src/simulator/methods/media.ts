import { ApiError } from '../api/api-error.ts';
import type { UploadedFile } from '../api/parameters.ts';
import type { Host } from '../host.ts';
import type { FileRecord, MediaKind, StoredMessage } from '../world/records.ts';
import { readCaption, readEnvelope, readStyled, say } from './content.ts';
import type { StyledText } from './content.ts';
import { openChat, refuse } from './method.ts';
import type { Call, Method } from './method.ts';

const MB = 1024 * 1024;
const UPLOAD_BYTES: Record<MediaKind, number> = {
  photo: 10 * MB,
  document: 50 * MB,
  audio: 50 * MB,
  video: 50 * MB,
  voice: 50 * MB,
  animation: 50 * MB,
  sticker: 512 * 1024,
};
const ATTACHED = 'attach://';

/** The file of a parameter: uploaded now, or sent before and named by its id. */
export function readMedia(call: Call, kind: MediaKind, parameter: string = kind): FileRecord {
  const { host, params } = call;
  const direct = params.files.get(parameter);
  if (direct) return store(host, { kind, upload: direct });
  const value = params.text(parameter);
  if (value === undefined || value === '') return refuse(host, 'file-missing');
  // Bale's own clients put the file in a part named like the parameter; whether attach:// works there is not known.
  const mayAttach = host.profile.name === 'telegram' || !host.strict;
  if (mayAttach && value.startsWith(ATTACHED)) return attached(call, { kind, value });
  return sentBefore(host, { kind, value });
}

function attached(call: Call, { kind, value }: { kind: MediaKind; value: string }): FileRecord {
  const upload = call.params.files.get(value.slice(ATTACHED.length));
  return upload ? store(call.host, { kind, upload }) : refuse(call.host, 'file-missing');
}

function sentBefore(host: Host, { kind, value }: { kind: MediaKind; value: string }): FileRecord {
  if (/^https?:/i.test(value)) throw new ApiError(400, 'Bad Request: failed to get HTTP URL content');
  const file = host.files.find(value);
  if (!file) return refuse(host, 'file-wrong');
  return file.kind === kind ? file : refuse(host, 'file-kind');
}

function store(host: Host, { kind, upload }: { kind: MediaKind; upload: UploadedFile }): FileRecord {
  if (upload.bytes.length === 0) return refuse(host, 'file-empty');
  if (upload.bytes.length > UPLOAD_BYTES[kind]) return refuse(host, 'file-too-big');
  return host.files.add({ kind, ...upload });
}

const sendOne =
  (kind: MediaKind): Method =>
  (call) => {
    const chat = openChat(call);
    const { text, entities } = readCaption(call);
    const envelope = readEnvelope(call, chat);
    const file = readMedia(call, kind).id;
    if (kind === 'voice' && call.host.world.users.get(chat)?.noVoices) refuse(call.host, 'voice-forbidden');
    return say(call.host, chat, { file, text, entities, ...envelope });
  };

const sendMediaGroup: Method = (call) => {
  const { host } = call;
  const chat = openChat(call);
  // Seen live: a native array inside a JSON body is malformed to Bale.
  if (host.profile.name === 'bale' && typeof call.params.raw('media') !== 'string') {
    throw new ApiError(400, 'Bad Request: malformed request');
  }
  const items = call.params.structure('media');
  if (!Array.isArray(items) || items.length < 2 || items.length > 10) return refuse(host, 'album-size');
  const envelope = readEnvelope(call, chat);
  const contents = items.map((item: unknown) => readAlbumItem(call, item));
  const kinds = new Set(contents.map((item) => host.files.find(item.file ?? '')?.kind));
  if (kinds.size > 1 && (kinds.has('document') || kinds.has('audio'))) refuse(host, 'album-mixed');
  const album = String(host.world.nextFileNumber) + String(host.now());
  return contents.map((content) => say(host, chat, { ...envelope, ...content, album }));
};

function readAlbumItem(call: Call, raw: unknown): Partial<StoredMessage> {
  const { file, styled } = readInputMedia(call, raw, call.host.profile.limits.albumCaption);
  return { file: file.id, ...styled };
}

/** One InputMedia: its file and its caption. */
export function readInputMedia(
  call: Call,
  raw: unknown,
  captionLimit: number,
): { file: FileRecord; styled: StyledText } {
  const { host } = call;
  const item = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const kind = item['type'];
  const kinds: readonly unknown[] = ['photo', 'video', 'document', 'audio', 'animation'];
  if (!kinds.includes(kind)) throw new ApiError(400, "Bad Request: can't parse InputMedia: type must be known");
  const value = typeof item['media'] === 'string' ? item['media'] : '';
  const target = { kind: kind as MediaKind, value };
  const styled = readStyled(host, {
    text: typeof item['caption'] === 'string' ? item['caption'] : '',
    mode: item['parse_mode'] ?? undefined,
    entities: item['caption_entities'] ?? undefined,
  });
  if (styled.text.length > captionLimit) refuse(host, 'caption-too-long');
  const file = value.startsWith(ATTACHED) ? attached(call, target) : sentBefore(host, target);
  return { file, styled };
}

const DOWNLOAD_BYTES = 20 * MB;

const getFile: Method = ({ host, params }) => {
  const file = host.files.find(params.text('file_id') ?? '');
  if (!file) return refuse(host, 'file-wrong');
  if (file.size > DOWNLOAD_BYTES) return refuse(host, 'file-too-big');
  host.files.grantLink(file);
  return { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size, file_path: file.path };
};

export const mediaMethods: Record<string, Method> = {
  sendPhoto: sendOne('photo'),
  sendAudio: sendOne('audio'),
  sendDocument: sendOne('document'),
  sendVideo: sendOne('video'),
  sendVoice: sendOne('voice'),
  sendAnimation: sendOne('animation'),
  sendSticker: sendOne('sticker'),
  sendMediaGroup,
  getFile,
};
