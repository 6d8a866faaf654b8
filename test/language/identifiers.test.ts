import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  companyId,
  landline,
  maskNationalCode,
  maskPhone,
  mobile,
  nationalCode,
  postalCode,
  type Identifier,
  type IdentifierFault,
} from '../../src/language/identifiers.ts';
import { toPersianDigits } from '../../src/language/persian-text.ts';

interface CheckedVectors {
  valid: string[];
  validAsTyped: string[];
  invalid: [typed: string, reason: IdentifierFault][];
}
const vectors = JSON.parse(readFileSync(new URL('fixtures/identifiers.json', import.meta.url), 'utf8')) as {
  nationalCode: CheckedVectors;
  companyId: CheckedVectors;
  mobile: { expect: string; valid: string[]; invalid: string[] };
  landline: { valid: [typed: string, value: string][]; invalid: string[] };
  postalCode: { valid: string[]; warn: string[]; invalid: string[] };
};

describe.each<[string, (typed: string) => Identifier, CheckedVectors]>([
  ['a national code', nationalCode, vectors.nationalCode],
  ['a company ID', companyId, vectors.companyId],
])('%s', (_name, check, { valid, validAsTyped, invalid }) => {
  test.each(valid)('%s is good, in Persian digits too', (value) => {
    expect(check(value)).toEqual({ ok: true, value });
    expect(check(toPersianDigits(value))).toEqual({ ok: true, value });
  });

  test.each(validAsTyped)('«%s» is read', (typed) => {
    expect(check(typed)).toMatchObject({ ok: true, value: expect.stringMatching(/^99\d+$/) as string });
  });

  test.each(invalid)('«%s» is refused: %s', (typed, reason) => {
    expect(check(typed)).toEqual({ ok: false, reason });
  });

  test('has its last digit from the others: no other one passes', () => {
    for (const value of valid) {
      const passing = [...Array(10).keys()].filter((last) => check(value.slice(0, -1) + String(last)).ok);
      expect(passing).toEqual([Number(value.at(-1))]);
    }
  });
});

describe('a mobile number', () => {
  test.each(vectors.mobile.valid)('«%s» is read as E.164', (typed) => {
    expect(mobile(typed)).toEqual({ ok: true, value: vectors.mobile.expect });
  });

  test.each(vectors.mobile.invalid)('«%s» is refused', (typed) => {
    expect(mobile(typed).ok).toBe(false);
  });

  test('says what is wrong', () => {
    expect(mobile('0999000000l')).toEqual({ ok: false, reason: 'not-digits' });
    expect(mobile('0999000000')).toEqual({ ok: false, reason: 'length' });
    expect(mobile('02144440000')).toEqual({ ok: false, reason: 'form' });
    expect(mobile('+905320000001')).toEqual({ ok: false, reason: 'foreign' });
    expect(mobile('09999999999')).toEqual({ ok: false, reason: 'repeated' });
  });
});

describe('a landline', () => {
  test.each(vectors.landline.valid)('«%s» is read as %s', (typed, value) => {
    expect(landline(typed)).toMatchObject({ ok: true, value });
  });

  test.each(vectors.landline.invalid)('«%s» is refused', (typed) => {
    expect(landline(typed).ok).toBe(false);
  });

  test('may be a special line', () => {
    expect(landline('0214455')).toEqual({ ok: true, value: '0214455', warning: 'special-line' });
    expect(landline('04133330000')).not.toHaveProperty('warning');
  });
});

describe('a postal code', () => {
  test.each(vectors.postalCode.valid)('«%s» is good', (typed) => {
    expect(postalCode(typed)).toEqual({ ok: true, value: expect.stringMatching(/^\d{10}$/) as string });
  });

  test.each(vectors.postalCode.warn)('«%s» is taken with a warning', (typed) => {
    expect(postalCode(typed)).toEqual({ ok: true, value: typed, warning: 'unusual' });
  });

  test.each(vectors.postalCode.invalid)('«%s» is refused', (typed) => {
    expect(postalCode(typed).ok).toBe(false);
  });
});

test('numbers are masked so that only their owner knows them', () => {
  expect(maskPhone('+989990000001')).toBe('+98999***0001');
  expect(maskPhone('0214455')).toBe('***');
  expect(maskNationalCode('9900633520')).toBe('990***3520');
  expect(maskNationalCode('99006')).toBe('***');
});
