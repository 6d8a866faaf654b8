import { buttonKind } from '../../bot/callback-data.ts';
import { citiesOf, placeName, provinces } from '../../language/places.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import { BUSINESS_KINDS, FIELDS } from '../../language/taxonomies.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { DirectoryCard, DirectoryPage, DirectoryQuery } from '../businesses/directory.service.ts';

export const resultsButton = buttonKind('yr', 1, ['page']);
export const wordsButton = buttonKind('yw', 1, []);
/** Opens the choice of one filter. */
export const pickButton = buttonKind('yp', 1, ['filter', 'page']);
/** Sets it; an empty value takes it off. */
export const setButton = buttonKind('ys', 1, ['filter', 'value']);
export const clearButton = buttonKind('yx', 1, []);
export const businessButton = buttonKind('yc', 1, ['id', 'page']);
export const contactButton = buttonKind('ym', 1, ['id']);

export const FILTERS = ['field', 'province', 'city', 'kind'] as const;
export type Filter = (typeof FILTERS)[number];

/** Businesses on a page: a name fills a button's row. */
export const PAGE_SIZE = 6;
const CHOICES_PER_PAGE = 10;

const labelOf = (t: Translator, group: 'kinds' | 'fields' | 'workplaces', code: string): string =>
  t.text(`taxonomy.${group}.${code}` as TextKey);

/** What can be chosen for a filter; the cities are those of the province that is chosen. */
export function choicesOf(filter: Filter, query: DirectoryQuery, t: Translator): { code: string; label: string }[] {
  switch (filter) {
    case 'field':
      return FIELDS.map(({ code }) => ({ code, label: labelOf(t, 'fields', code) }));
    case 'kind':
      return BUSINESS_KINDS.map((code) => ({ code, label: labelOf(t, 'kinds', code) }));
    case 'province':
      return provinces().map(({ code }) => ({ code, label: placeName(code, t.language) }));
    case 'city':
      return citiesOf(query.provinceCode ?? '').map(({ code }) => ({ code, label: placeName(code, t.language) }));
  }
}

export const isNarrowed = (query: DirectoryQuery): boolean =>
  query.words !== '' || [query.field, query.provinceCode, query.kind].some((one) => one !== null);

function soughtLines(t: Translator, { words, field, provinceCode, cityCode, kind }: DirectoryQuery): RichText[] {
  return [
    ...(words === '' ? [] : [t.rich('directory.sought.words', { words })]),
    ...(field === null ? [] : [t.rich('directory.sought.field', { field: labelOf(t, 'fields', field) })]),
    ...(kind === null ? [] : [t.rich('directory.sought.kind', { kind: labelOf(t, 'kinds', kind) })]),
    ...(provinceCode === null
      ? []
      : [t.rich('directory.sought.place', { place: placeName(cityCode ?? provinceCode, t.language) })]),
  ];
}

function filterRows(t: Translator, query: DirectoryQuery): InlineButton[][] {
  const pick = (filter: Filter): InlineButton => ({
    label: t.text(`directory.button.${filter}`),
    data: pickButton.data(filter, '0'),
  });
  const rows: InlineButton[][] = [
    [{ label: t.text('directory.button.words'), data: wordsButton.data() }, pick('field')],
    [query.provinceCode === null ? pick('province') : pick('city'), pick('kind')],
  ];
  if (isNarrowed(query)) rows.push([{ label: t.text('directory.button.clear'), data: clearButton.data() }]);
  return rows;
}

/** The way in, and a page of what is found. */
export function resultsPage(
  t: Translator,
  { query, found, page }: { query: DirectoryQuery; found: DirectoryPage; page: number },
): OutgoingMessage {
  const { cards, more } = found;
  const rows = cards.map(({ id, name, cityCode }): InlineButton[] => [
    {
      label: t.text('directory.result', { name, city: placeName(cityCode, t.language) }),
      data: businessButton.data(id, String(page)),
    },
  ]);
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: resultsButton.data(String(page - 1)) });
  if (more) turns.push({ label: t.text('bot.button.nextPage'), data: resultsButton.data(String(page + 1)) });
  if (turns.length > 0) rows.push(turns);
  return {
    text: join(
      [
        t.rich('directory.title'),
        isNarrowed(query) ? join(soughtLines(t, query)) : t.rich('directory.intro'),
        cards.length === 0 ? t.rich('directory.nothing') : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [...rows, ...filterRows(t, query)] },
  };
}

export function filterPage(
  t: Translator,
  { filter, query, page }: { filter: Filter; query: DirectoryQuery; page: number },
): OutgoingMessage {
  const choices = choicesOf(filter, query, t);
  const shown = choices.slice(page * CHOICES_PER_PAGE, (page + 1) * CHOICES_PER_PAGE);
  const rows = shown.map(({ code, label }): InlineButton[] => [{ label, data: setButton.data(filter, code) }]);
  const turns: InlineButton[] = [];
  if (page > 0)
    turns.push({ label: t.text('bot.button.previousPage'), data: pickButton.data(filter, String(page - 1)) });
  if ((page + 1) * CHOICES_PER_PAGE < choices.length)
    turns.push({ label: t.text('bot.button.nextPage'), data: pickButton.data(filter, String(page + 1)) });
  if (turns.length > 0) rows.push(turns);
  if (filter === 'city')
    rows.push([{ label: t.text('directory.button.otherProvince'), data: pickButton.data('province', '0') }]);
  rows.push([
    { label: t.text('directory.button.any'), data: setButton.data(filter, '') },
    { label: t.text('bot.button.back'), data: resultsButton.data('0') },
  ]);
  return { text: t.rich(`directory.pick.${filter}`), keyboard: { kind: 'inline', rows } };
}

export function businessPage(
  t: Translator,
  card: DirectoryCard,
  { page, contactable }: { page: number; contactable: boolean },
): OutgoingMessage {
  const { name, kind, fields, provinceCode, cityCode, workplace, since, website, description } = card;
  const lines = [
    t.rich('directory.card.kind', { kind: labelOf(t, 'kinds', kind) }),
    t.rich('directory.card.place', {
      city: placeName(cityCode, t.language),
      province: placeName(provinceCode, t.language),
    }),
    t.rich('directory.card.fields', {
      fields: fields.map((code) => labelOf(t, 'fields', code)).join(t.text('bot.listComma')),
    }),
    workplace === null ? '' : t.rich('directory.card.workplace', { workplace: labelOf(t, 'workplaces', workplace) }),
    since === null ? '' : t.rich('directory.card.since', { year: since }),
    website === null ? '' : t.rich('directory.card.website', { website }),
  ];
  const rows: InlineButton[][] = [[{ label: t.text('bot.button.back'), data: resultsButton.data(String(page)) }]];
  if (contactable) rows.unshift([{ label: t.text('directory.button.contact'), data: contactButton.data(card.id) }]);
  return {
    text: join(
      [
        t.rich('directory.card.name', { name }),
        join(lines),
        description === null ? '' : t.rich('directory.card.description', { description }),
        contactable ? t.rich('directory.card.contactHint') : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}
