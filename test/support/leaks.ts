import { toAsciiDigits } from '../../src/language/persian-text.ts';
import { unzip } from '../../src/sheets/unzip.ts';
import type { BotServer } from '../../src/simulator/simulator.ts';

/** Words that only some may read, and the chats of those. */
export interface Marker {
  text: string;
  allowed: ReadonlySet<number>;
}

export type Searched = Pick<BotServer, 'profile' | 'calls' | 'openFile'> & {
  people: readonly Pick<BotServer['people'][number], 'id' | 'chat' | 'toasts'>[];
};

const UNPACKED = { entries: 1000, unpackedBytes: 100_000_000 };
const SHEET_FILES = [
  'xl/sharedStrings.xml',
  'xl/workbook.xml',
  'docProps/core.xml',
  ...Array.from({ length: 20 }, (_, index) => `xl/worksheets/sheet${index + 1}.xml`),
];

/** One spelling for what reads the same: digits of any script, however parted, and nothing invisible. */
function fold(text: string): string {
  return toAsciiDigits(text)
    .replace(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, '')
    .replace(/(?<=\d)[\s\-–_./()]+(?=\d)/g, '')
    .toLowerCase();
}

function decoded(text: string): string[] {
  if (!text.includes('%')) return [text];
  try {
    return [text, decodeURIComponent(text.replaceAll('+', ' '))];
  } catch {
    return [text];
  }
}

/** Every text in a payload: captions, labels, callback data, addresses, copied texts, file names. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return decoded(value);
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => (key === 'chat_id' || key === 'user_id' ? [] : textsIn(one)));
}

/** A file's bytes as texts, with the sheets of an archive unpacked. */
function textsOfFile({ name, bytes }: { name: string; bytes: Buffer }): string[] {
  const texts = [name, bytes.toString('utf8'), bytes.toString('utf16le')];
  if (bytes.toString('latin1', 0, 2) !== 'PK') return texts;
  const archive = unzip(bytes, UNPACKED);
  return [...texts, ...SHEET_FILES.flatMap((path) => archive.read(path)?.toString('utf8') ?? [])];
}

/**
 * Who got what they may not read: of everything that the bot has ever sent, also where it was edited or deleted since, and
 * of every file, opened. Calls that name no chat are for everybody.
 */
export function leaksIn(server: Searched, markers: readonly Marker[]): string[] {
  const found = new Set<string>();
  const folded = markers.map((marker) => ({ ...marker, folded: fold(marker.text) }));
  const search = (chatId: number | null, where: string, texts: readonly string[]) => {
    const all = texts.map(fold).join('\n');
    for (const { text, allowed, folded: sought } of folded) {
      if ((chatId === null || !allowed.has(chatId)) && all.includes(sought))
        found.add(`${server.profile} ${where} to ${chatId ?? 'everybody'}: «${text}»`);
    }
  };
  for (const { method, payload } of server.calls) {
    const chatId = payload['chat_id'] === undefined ? null : Number(payload['chat_id']);
    // Answers to presses name no chat: they are read where they were shown.
    if (method.toLowerCase() !== 'answercallbackquery') search(chatId, method, textsIn(payload));
  }
  for (const { id, chat, toasts } of server.people) {
    search(
      id,
      'toast',
      toasts.map(({ text }) => text),
    );
    for (const { from, media } of chat) {
      const file = from === 'bot' && media ? server.openFile(media.fileId) : undefined;
      if (file) search(id, 'file', textsOfFile(file));
    }
  }
  return [...found];
}
