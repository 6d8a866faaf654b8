import { expect, test } from 'vitest';
import { looksForged } from '../../src/language/look-alikes.ts';

test.each([
  ['Cyrillic among Latin', 'Irancеll'],
  ['Greek among Latin', 'Micrοsoft'],
  ['Latin among Cyrillic', 'Рoссия'],
  ['in one word of several', 'شرکت Pаrs تبریز'],
])('a name with %s looks forged: %s', (_what, name) => {
  expect(looksForged(name)).toBe(true);
});

test.each(['شرکت پارس', 'شرکت IT تبریز', 'وبSite', 'Müller & Söhne', 'Россия', 'Pars Россия', 'Àé ß', 'کافه‌نت ۲۴', ''])(
  '«%s» does not',
  (name) => {
    expect(looksForged(name)).toBe(false);
  },
);
