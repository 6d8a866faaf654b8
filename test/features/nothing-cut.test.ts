import { expect, it } from 'vitest';
import type { Dialogue, TextQuestion } from '../../src/bot/dialogue/dialogue.ts';
import { placeOf } from '../../src/features/databank/import-place.ts';
import { readRow, type Cells } from '../../src/features/databank/import-row.ts';
import { createTaxonomy } from '../../src/features/databank/taxonomy.ts';
import { wordsDialogue } from '../../src/features/directory/directory.dialogues.ts';
import { searchDialogue, writeDialogue } from '../../src/features/news/write.dialogue.ts';
import { readProgrammes } from '../../src/features/programmes/programme-list.ts';
import { createTranslations } from '../../src/language/translator.ts';

const unused = {} as never;
const check = (dialogue: Dialogue, key: string, text: string) => {
  const question = dialogue.questions.find((one) => one.key === key);
  return (question as TextQuestion).check?.(text);
};
const many = (count: number, separator: string) =>
  Array.from({ length: count }, (_, index) => `واژه${'ابپتثجچحخد'[index] ?? 'ک'}ی${index}`).join(separator);

it.each([
  ['more words than are searched for in the directory', wordsDialogue(unused), 'words', many(6, ' ')],
  ['more words than are searched for in the news', searchDialogue(unused), 'words', many(7, ' ')],
  ['more tags than an item has', writeDialogue(unused), 'tags', many(11, '، ')],
  ['a tag that is too long', writeDialogue(unused), 'tags', 'ب'.repeat(61)],
  ['more sources than an item has', writeDialogue(unused), 'source', many(6, '\n')],
])('%s are refused with a word, not left out', (_what, dialogue, key, text) => {
  expect(check(dialogue, key, text)).toMatchObject({ ok: false });
  expect(check(dialogue, key, 'واژه')).toMatchObject({ ok: true });
});

it('a cell of a list that is longer than what is kept of it is said', () => {
  const row = (cells: object) =>
    readProgrammes([
      { line: 1, cells: ['title', 'start', 'end', ...Object.keys(cells)] },
      { line: 2, cells: ['عنوان', '1405/01/01', '1405/02/01', ...(Object.values(cells) as string[])] },
    ]);
  expect(row({ aim: 'هدف' })).toMatchObject({ faults: [], remarks: [] });
  for (const cells of [{ aim: 'ا'.repeat(1001) }, { section: 'ا'.repeat(81) }, { body: 'ا'.repeat(121) }])
    expect(row(cells).remarks).toHaveLength(1);
  expect(row({ partners: many(21, '،') }).remarks).toHaveLength(1);

  const { labelsOf } = createTranslations({ onProblem: () => {} });
  const rules = { taxonomy: createTaxonomy(labelsOf), tidyWebsite: () => null, now: new Date('2026-06-01T00:00:00Z') };
  const cells: Cells = { business: 'کارگاه', province: 'خوزستان', city: 'ا'.repeat(61) };
  expect(readRow(2, cells, rules).remarks).toContainEqual(expect.objectContaining({ code: 'cityLong', error: true }));
  expect(placeOf('خوزستان', 'ا'.repeat(60))).toMatchObject({ kind: 'found', cityCode: 'ا'.repeat(60) });
});
