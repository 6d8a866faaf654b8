import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/env-file.ts';

const TOKEN = '123456789:AAExampleExampleExampleExampleExample';
const LINES = [`TELEGRAM_BOT_TOKEN=${TOKEN}`, 'OWNER_IDS=telegram:1', 'HTTP_PORT=9100'];
const MEANT = { TELEGRAM_BOT_TOKEN: TOKEN, OWNER_IDS: 'telegram:1', HTTP_PORT: '9100' };

describe('an env file', () => {
  it.each<[string, Buffer]>([
    ['as an editor of Windows saves it, with a byte order mark', Buffer.from(`\ufeff${LINES.join('\r\n')}\r\n`)],
    ['in UTF-16', Buffer.from(`\ufeff${LINES.join('\r\n')}`, 'utf16le')],
    ['with line ends of an old Mac', Buffer.from(LINES.join('\r'))],
    ['for a shell', Buffer.from(LINES.map((line) => `export ${line}`).join('\n'))],
    ['for a shell, with tabs', Buffer.from(LINES.map((line) => `\texport\t${line}`).join('\n'))],
    ['for a window of Windows', Buffer.from(LINES.map((line) => `set ${line}`).join('\r\n'))],
    ['with quotes', Buffer.from(LINES.map((line) => `${line.replace('=', ' = "')}"`).join('\n'))],
    ['with single quotes', Buffer.from(LINES.map((line) => `${line.replace('=', "='")}'`).join('\n'))],
    ['with quoted names', Buffer.from(LINES.map((line) => `"${line.replace('=', '"=')}`).join('\n'))],
    [
      'with spaces that do not break',
      Buffer.from(LINES.map((line) => `\u00a0${line.replace('=', '\u00a0=\u00a0')}`).join('\n')),
    ],
    [
      'with marks pasted from a chat',
      Buffer.from(LINES.map((line) => `\u2068${line.replace('=', '=\u200e')}\u2069`).join('\n')),
    ],
    ['with comments', Buffer.from(LINES.map((line) => `# ${line}x\n${line} # so`).join('\n'))],
    ['with lines between that set nothing', Buffer.from(LINES.map((line) => `[bot]\n${line}\n---`).join('\n'))],
  ])('is read %s', (_how, bytes) => {
    expect(readSettings(bytes)).toEqual({ settings: MEANT, unread: [] });
  });

  it('names what stands before a colon, and reads the next line', () => {
    expect(readSettings(Buffer.from(`TELEGRAM_BOT_TOKEN: ${TOKEN}\nHTTP_PORT=9100`))).toEqual({
      settings: { HTTP_PORT: '9100' },
      unread: ['TELEGRAM_BOT_TOKEN'],
    });
  });

  it('keeps the half space of a path, and a sign of equality in a value', () => {
    const bytes = Buffer.from('DATA_DIR=/srv/داده\u200cها\nSECRET_KEY=abc=');
    expect(readSettings(bytes).settings).toEqual({ DATA_DIR: '/srv/داده\u200cها', SECRET_KEY: 'abc=' });
  });
});
