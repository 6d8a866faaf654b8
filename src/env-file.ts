import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.ts';

/** What programs put before a text to tell how it is written. */
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_MARK = Buffer.from([0xff, 0xfe]);
/** Marks of direction and joints without width, which are pasted along from a chat. Not the half space: a path may have it. */
const UNSEEN = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** `export NAME=value`, `set NAME=value`, `"NAME" = value`: a line as shells, Windows and people write it. */
const LINE = /^[ \t]*(?:(?:export|set)[ \t]+)?["']?([^"'=#\s][^"'=\s]*)["']?[ \t]*=(.*)$/i;
const NAME_ALONE = /^[ \t]*["']?([A-Za-z]\w*)/;

function decoded(bytes: Buffer): string {
  if (bytes.subarray(0, 2).equals(UTF16_MARK)) return bytes.subarray(2).toString('utf16le');
  return bytes.subarray(bytes.subarray(0, 3).equals(UTF8_MARK) ? 3 : 0).toString('utf8');
}

/**
 * Reads an env file however an editor wrote it: with a byte order mark, in UTF-16, with line ends of Windows or old Macs, with
 * quotes and `export`, with spaces that don't break and marks that can't be seen. A setting is one line.
 * @returns the settings, and `unread`: names on lines that set nothing, such as `NAME: value`
 */
export function readSettings(bytes: Buffer): { settings: Record<string, string>; unread: string[] } {
  const text = decoded(bytes).replace(UNSEEN, '').replaceAll('\u00a0', ' ');
  const settings: Record<string, string> = {};
  const unread: string[] = [];
  for (const line of text.split(/\r\n?|\n/)) {
    const [, name, value = ''] = LINE.exec(line) ?? [];
    // Quotes and comments behind a value are as in Node's own reader.
    if (name !== undefined) settings[name] = parseEnv(`VALUE=${value}`)['VALUE'] ?? '';
    else if (NAME_ALONE.test(line)) unread.push(NAME_ALONE.exec(line)?.[1] ?? '');
  }
  return { settings, unread: unread.filter((name) => !Object.hasOwn(settings, name)) };
}

/**
 * Takes over `.env` of the working directory, where there is one; what is set already stays.
 * @returns every name in it, for {@link misspeltSettings}
 * @throws ConfigError where it is there and may not be read
 */
export function loadSettingsFile(): string[] {
  if (!existsSync('.env')) return [];
  let bytes: Buffer;
  try {
    bytes = readFileSync('.env');
  } catch (cause) {
    throw new ConfigError(
      '.env is there and this user may not read it: `chown` it to the user of the bot, or move it away where the settings come from the service',
      { cause },
    );
  }
  const { settings, unread } = readSettings(bytes);
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
  return [...Object.keys(settings), ...unread];
}
