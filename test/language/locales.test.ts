import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../src/language/languages.ts';
import * as registered from '../../src/language/locales.ts';
import {
  buttonFaults,
  copyFaults,
  faultsAgainstPersian,
  flatten,
  pluralFaults,
  templateFaults,
} from './locale-checks.ts';

const folder = (language: Language): URL => new URL(`../../locales/${language}/`, import.meta.url);

function filesOf(language: Language): string[] {
  return existsSync(folder(language)) ? readdirSync(folder(language)).toSorted() : [];
}

function textsOf(language: Language): Map<string, string> {
  return flatten(
    Object.fromEntries(
      filesOf(language).map((file) => [
        file.replace('.json', ''),
        JSON.parse(readFileSync(new URL(file, folder(language)), 'utf8')) as object,
      ]),
    ),
  );
}
const persian = textsOf('fa');

test('every Persian file has its line in src/language/locales.ts', () => {
  const features = Object.keys(registered).toSorted();
  expect(features.map((feature) => `${feature}.json`)).toEqual(filesOf('fa'));
  expect(flatten(registered)).toEqual(persian);
});

describe.each(LANGUAGES)('the texts in %s', (language) => {
  const texts = textsOf(language);

  test('are in files that Persian has too', () => {
    expect(filesOf('fa')).toEqual(expect.arrayContaining(filesOf(language)));
  });

  test('say what the Persian ones say, with the same values and styles', () => {
    expect(faultsAgainstPersian(texts, persian, { complete: language === 'en' })).toEqual([]);
  });

  test('have every plural form of the language', () => {
    expect(pluralFaults(texts, language)).toEqual([]);
  });

  test('keep to the syntax', () => {
    expect(templateFaults(texts)).toEqual([]);
  });

  test('fit on buttons', () => {
    expect(buttonFaults(texts)).toEqual([]);
  });
});

test('the Persian texts are well written', () => {
  expect(copyFaults(persian)).toEqual([]);
});

/** The checks above prove nothing unless they can fail. */
describe('the checks find', () => {
  const original = flatten({
    test: { hello: 'سلام <b>{{name}}</b>', found_one: '{{count}} مورد', found_other: '{{count}} مورد', bye: 'بدرود' },
  });

  test('texts that differ from the Persian ones', () => {
    const texts = flatten({
      test: { hello: 'Hello {{nam}}', found_one: '{{count}} case', found_other: 'x', more: '' },
    });
    expect(faultsAgainstPersian(texts, original, { complete: true })).toEqual([
      'test.more is not a Persian text',
      'test.hello has values (nam), Persian has (name)',
      'test.hello has styles (), Persian has (bold)',
      'test.found has values (), Persian has (count)',
      'test.bye is missing',
    ]);
    expect(faultsAgainstPersian(flatten({}), original, { complete: false })).toEqual([]);
    const formatted = flatten({ test: { hello: '<b>{{name, raw}}</b>' } });
    expect(faultsAgainstPersian(formatted, original, { complete: false })).toHaveLength(1);
  });

  test('plural forms that lack, alone or with values of their own', () => {
    expect(pluralFaults(original, 'fa')).toEqual([]);
    expect(pluralFaults(original, 'ar')).toEqual(
      ['zero', 'two', 'few', 'many'].map((form) => `test.found_${form} is missing`),
    );
    expect(pluralFaults(flatten({ x_one: 'یک مورد', x_other: '{{count}} مورد' }), 'fa')).toEqual([
      'x_one does not show {{count}}',
    ]);
    expect(pluralFaults(flatten({ x_one: '1' }), 'en')).toEqual(['x_one has no _other beside it']);
    expect(pluralFaults(flatten({ x_one: '{{count}} {{name}}', x_other: '{{count}}' }), 'en')).toEqual([
      'x_one alone has name',
    ]);
  });

  test('what is not in the syntax', () => {
    expect(templateFaults(flatten({ a: '<b>x', b: '<u>x</u>', c: '{name}', d: '{{n, sum}}', e: ' ' }))).toEqual([
      'a: bold is never closed',
      'b: <u> is not in the syntax',
      'b: </u> is not in the syntax',
      'c: { is not in the syntax',
      'c: } is not in the syntax',
      'd: no format "sum"',
      'e is empty',
    ]);
  });

  test('buttons that are too long or styled', () => {
    const long = 'ا'.repeat(31);
    expect(
      buttonFaults(flatten({ a: { buttonSend: long, menu: { x: long, prompt: long }, x: long, button: '<b>x</b>' } })),
    ).toEqual([
      'a.buttonSend has 31 letters, at most 30',
      'a.menu.x has 31 letters, at most 30',
      'a.button has a style: buttons are plain',
    ]);
  });

  test('bad copy', () => {
    expect(copyFaults(flatten({ a: 'شرکت ها' }))).toEqual(['a: ha-space: شرکت ها']);
  });
});
