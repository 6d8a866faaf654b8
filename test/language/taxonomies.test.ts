import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  BODIES,
  BUSINESS_KINDS,
  DOCUMENT_KINDS,
  FIELDS,
  OBSTACLE_CATEGORIES,
  NEWS_TOPICS,
  REPORT_KINDS,
  WORKPLACES,
} from '../../src/language/taxonomies.ts';
import { createTranslations, type TextKey } from '../../src/language/translator.ts';

/** Typed: a code without a Persian label does not compile. */
const keys: TextKey[] = [
  ...BUSINESS_KINDS.map((code) => `taxonomy.kinds.${code}` as const),
  ...DOCUMENT_KINDS.map((code) => `taxonomy.documents.${code}` as const),
  ...FIELDS.map(({ code }) => `taxonomy.fields.${code}` as const),
  ...REPORT_KINDS.map((code) => `taxonomy.reports.${code}` as const),
  ...OBSTACLE_CATEGORIES.map(({ code }) => `taxonomy.categories.${code}` as const),
  ...OBSTACLE_CATEGORIES.flatMap(({ subtopics }) => subtopics.map((code) => `taxonomy.subtopics.${code}` as const)),
  ...WORKPLACES.map((code) => `taxonomy.workplaces.${code}` as const),
  ...BODIES.map((code) => `taxonomy.bodies.${code}` as const),
  ...NEWS_TOPICS.map((code) => `taxonomy.topics.${code}` as const),
];

function labelKeys(texts: object, before: string): string[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? labelKeys(value, `${before}.${key}`) : [`${before}.${key}`],
  );
}

describe.each(['fa', 'en'] as const)('labels in %s', (language) => {
  test('are there for every code, and only for codes', () => {
    const file = new URL(`../../locales/${language}/taxonomy.json`, import.meta.url);
    const labelled = labelKeys(JSON.parse(readFileSync(file, 'utf8')) as object, 'taxonomy');
    expect(labelled.toSorted()).toEqual(keys.toSorted());
  });

  test('tell the codes of one list apart', () => {
    const { translator } = createTranslations({
      onProblem: ({ key, what }) => {
        throw new Error(`${key}: ${what}`);
      },
    });
    const { text } = translator(language);
    const byList = Map.groupBy(keys, (key) => key.slice(0, key.lastIndexOf('.')));
    for (const list of byList.values()) expect(new Set(list.map((key) => text(key))).size).toBe(list.length);
  });
});

test('codes are short enough for a button and given once', () => {
  expect(new Set(keys).size).toBe(keys.length);
  expect(FIELDS).toHaveLength(31);
  const codes = OBSTACLE_CATEGORIES.flatMap(({ code, subtopics }) => [code, ...subtopics]);
  for (const code of [...codes, ...FIELDS.map(({ code }) => code)]) expect(code.length).toBeLessThanOrEqual(32);
});

test('a subtopic names its category', () => {
  for (const { code, subtopics } of OBSTACLE_CATEGORIES)
    for (const subtopic of subtopics) expect(subtopic.startsWith(`${code}.`)).toBe(true);
});
