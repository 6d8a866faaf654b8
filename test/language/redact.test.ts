import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TAKEN_OUT, redact } from '../../src/language/redact.ts';

it.each(['رایانه‌سرای «کارون»', 'C++ (Ahvaz) [1]', 'سخت‌افزار-نرم‌افزار', 'شرکت آ.ب.پ', 'a|b^c$d/e\\f{2}'])(
  'takes a name out whatever signs are in it: %s',
  (name) => {
    expect(redact(`برق ${name} قطع است`, [name])).toBe(`برق ${TAKEN_OUT} قطع است`);
  },
);

it('bears any name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, name) => {
      expect(redact(text, [name])).toBeTypeOf('string');
    }),
  );
});
