import * as fc from 'fast-check';
import type { RangeStyle, RichText, TextRange } from '../../src/language/rich-text.ts';

/** Pieces that go wrong: markers, joiners, bidi marks, emoji of several code points, lone surrogates, addresses. */
const PIECES = [
  ['*', '_', '`', '```', '[', ']', '(', ')', '~', '|', '>', '#', '\\', '**', '__', '](http://evil.ir)', '[x](uid:5)'],
  [' ', ' ', ' ', '\n', '\n\n', '\t', '\u00A0', '\u200C', '\u200D', '\u200E', '\u200F', '\u2068', '\u2069', '\u200B'],
  [
    'سلام',
    'می\u200Cخواهم',
    'کسب\u200Cوکار',
    'خانهٔ',
    '۱۲۳',
    'نه!',
    'چرا؟',
    'و…',
    'A_b',
    'user_name',
    '_x_',
    'ok.',
    '5*3',
  ],
  ['👍', '👨‍👩‍👧‍👦', '🇮🇷', '👩🏽‍💻', 'e\u0301', '\uD83D', '\uDE00'],
  ['https://khoosheh.ir/a_b', 'http://x.ir/*_[1]`', 'www.x.ir/_', 'a_b@x.ir', '@my_bot', '<b>', '&amp;'],
].flat();

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

export const words = (maxPieces = 24): fc.Arbitrary<string> =>
  fc.array(piece, { maxLength: maxPieces }).map((pieces) => pieces.join(''));

const style: fc.Arbitrary<RangeStyle> = fc.oneof(
  fc.constantFrom<RangeStyle>({ style: 'bold' }, { style: 'italic' }, { style: 'code' }),
  fc
    .constantFrom(
      'https://khoosheh.ir/',
      'https://ble.ir/my_bot?start=o_1',
      'http://x.ir/(a)*_ b',
      'javascript:1',
      'uid:5',
    )
    .map((url): RangeStyle => ({ style: 'link', url })),
);

/** Any text with any ranges, overlapping ones and ones that begin in the middle of a character as well. */
export const richText = (text: fc.Arbitrary<string> = words()): fc.Arbitrary<RichText> =>
  text.chain((body) =>
    fc.record({
      text: fc.constant(body),
      ranges:
        body === ''
          ? fc.constant<TextRange[]>([])
          : fc.array(
              fc.tuple(fc.nat(body.length - 1), fc.nat(body.length), style).map(([offset, length, how]): TextRange => ({
                offset,
                length: Math.max(1, Math.min(length, body.length - offset)),
                ...how,
              })),
              { maxLength: 4 },
            ),
    }),
  );
