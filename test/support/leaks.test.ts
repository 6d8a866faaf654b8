import { describe, expect, it } from 'vitest';
import { writeXlsx } from '../../src/sheets/write-xlsx.ts';
import type { ApiCall } from '../../src/simulator/simulator.ts';
import { leaksIn, type Searched } from './leaks.ts';

const NAME = { text: 'نازنین نشانه', allowed: new Set([1]) };
const PHONE = { text: '9121234567', allowed: new Set([1]) };

function server(spoil: {
  payload?: Record<string, unknown>;
  chatId?: number;
  file?: { name: string; bytes: Buffer };
  toast?: string;
}): Searched {
  const { payload, chatId = 2, file, toast = '' } = spoil;
  const call = { method: 'sendMessage', payload: { chat_id: chatId, ...payload }, ok: true, at: 0 } as ApiCall;
  const message = { from: 'bot', media: file ? { fileId: 'f' } : null };
  return {
    profile: 'telegram',
    calls: payload ? [call] : [],
    people: [{ id: chatId, chat: [message] as never, toasts: [{ text: toast }] as never }],
    openFile: () => file,
  };
}

/** The search for leaks proves nothing unless it finds one wherever it may be. */
describe('the search for leaks finds a marker', () => {
  const sheet = async () => {
    const chunks: Buffer[] = [];
    const rows = [['x', NAME.text]];
    for await (const chunk of writeXlsx({ name: 'x', columns: [{ header: 'h', width: 9 }], rows })) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it.each<[string, Parameters<typeof server>[0]]>([
    ['in a text', { payload: { text: `سلام ${NAME.text}` } }],
    ['with invisible letters in it', { payload: { text: 'ناز\u200Cنین\u2069 نشانه' } }],
    ['in a caption', { payload: { caption: NAME.text } }],
    ['on a button', { payload: { reply_markup: { inline_keyboard: [[{ text: NAME.text }]] } } }],
    ['in callback data', { payload: { reply_markup: { inline_keyboard: [[{ callback_data: `x:${PHONE.text}` }]] } } }],
    [
      'in an address',
      { payload: { reply_markup: { inline_keyboard: [[{ url: `https://x/?t=${encodeURIComponent(NAME.text)}` }]] } } },
    ],
    [
      'in an address with plus signs',
      {
        payload: {
          reply_markup: {
            inline_keyboard: [[{ url: `https://x/?${new URLSearchParams({ t: NAME.text }).toString()}` }]],
          },
        },
      },
    ],
    ['in a copied text', { payload: { reply_markup: { inline_keyboard: [[{ copy_text: { text: NAME.text } }]] } } }],
    ['in Persian digits with spaces', { payload: { text: 'تماس: ۰۹۱۲ ۱۲۳-۴۵ ۶۷' } }],
    ['in the name of an upload', { payload: { document: { name: `${NAME.text}.pdf` } } }],
    ['in a file’s name', { file: { name: NAME.text, bytes: Buffer.alloc(0) } }],
    ['in a file’s bytes', { file: { name: 'x', bytes: Buffer.from(`\u0000${NAME.text}`) } }],
    ['in a toast', { toast: NAME.text }],
  ])('%s', (_where, spoil) => {
    expect(leaksIn(server(spoil), [NAME, PHONE])).toHaveLength(1);
    expect(leaksIn(server({ ...spoil, chatId: 1 }), [NAME, PHONE])).toEqual([]);
  });

  it('in a sheet', async () => {
    const file = { name: 'x.xlsx', bytes: await sheet() };
    expect(leaksIn(server({ file }), [NAME])).toHaveLength(1);
  });

  it('in what everybody gets', () => {
    const everybody = server({ payload: { description: NAME.text, chat_id: undefined } });
    expect(leaksIn(everybody, [NAME])).toEqual([`telegram sendMessage to everybody: «${NAME.text}»`]);
  });
});
