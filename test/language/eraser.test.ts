import { expect, it } from 'vitest';
import { createEraser } from '../../src/language/eraser.ts';
import { TAKEN_OUT } from '../../src/language/redact.ts';

const NAME = 'زرین‌تاج نشانه‌پور';
const others = createEraser({ names: [NAME], numbers: ['9140004567'], alone: false });
const own = createEraser({ names: ['امید تبریزی'], numbers: [], alone: true });

it.each([
  'زرین‌تاج نشانه‌پور',
  'زرین تاج نشانه پور',
  'زرينتاج نشانهپور',
  'زَرین‌تاج نشانه‌پور',
  'نشانه‌پور، زرین‌تاج',
  '+989140004567',
  '0098 914 000 45 67',
  '۰۹۱۴-۰۰۰-۴۵۶۷',
  '٩١٤٠٠٠٤٥٦٧',
  '+98 (0)914 000 4567',
  '+98914***4567',
])('takes out a name and a number however it is written: %s', (written) => {
  expect(others(`تماس با ${written} گرفته شد`)).toBe(`تماس با ${TAKEN_OUT} گرفته شد`);
});

it.each(['نشانه‌پور', 'زرین', '59140004567', '91400045678', 'زرین‌تاجی نشانه‌پور'])(
  'leaves what is not the person: %s',
  (text) => {
    expect(others(text)).toBe(text);
  },
);

it.each([
  ['آقای امید گفت', `آقای ${TAKEN_OUT} گفت`],
  ['به امید فردا', 'به امید فردا'],
  ['شهر تبریز', 'شهر تبریز'],
  ['تبریزی آمد', `${TAKEN_OUT} آمد`],
])('takes a first or last name alone where it is no everyday word: %s', (text, left) => {
  expect(own(text)).toBe(left);
});

it.each(['ز', 'زر', 'زرین‌', '\u200C', ' ', '0', '98', '9 ', '+98(', 'نشانه ', '۹۱۴۰۰۰۴۵۶-'])(
  'takes no longer than the text is long: %s',
  (piece) => {
    const text = piece.repeat(Math.ceil(40_960 / piece.length));
    const startedAt = performance.now();
    for (const eraser of [others, own]) eraser(text);
    // Ten times the longest message; a pattern that goes back over what it has read takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(2000);
  },
);
