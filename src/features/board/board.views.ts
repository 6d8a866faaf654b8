import { buttonKind } from '../../bot/callback-data.ts';
import { placeName } from '../../language/places.ts';
import { join } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import {
  BOARD_GROUPS,
  BOARD_SORTS,
  FEWEST,
  type BoardCounts,
  type BoardGroup,
  type BoardPage,
  type BoardQuery,
  type BoardSide,
  type BoardSort,
  type PublicCase,
} from '../obstacles/obstacles.service.ts';
import { SIDE_SORTS, SIDE_TEXTS } from './sides.ts';

/** A page of a board; `view` is group and sort, a letter each, and `i` for the board of ideas. */
export const listButton = buttonKind('el', 1, ['view', 'category', 'city', 'page']);
/** Opens the choice of a subject (`c`) or a city (`t`) for that view. */
export const pickButton = buttonKind('ep', 1, ['what', 'view', 'category', 'city', 'page']);
export const publicCaseButton = buttonKind('ec', 1, ['id']);
/** The ideas that wait for the council's answer. */
export const waitingButton = buttonKind('ia', 1, ['page']);
/** Cases on a page of the board: a title fills a button's row. */
export const PAGE_SIZE = 6;
const CHOICES_PER_PAGE = 10;
const TITLE_LETTERS = 42;

export interface BoardState extends BoardQuery {
  side: BoardSide;
  page: number;
}

export type CategoryText = (t: Translator, category: string) => string;

/** What a button can carry; a subject or city with another code can't be chosen. */
const isCarried = (code: string): boolean => /^[\w.-]{1,20}$/.test(code);

const viewOf = ({ side, group, sort }: BoardQuery): string => `${group[0]}${sort[0]}${side === 'ideas' ? 'i' : ''}`;

export function readView(view: string): { side: BoardSide; group: BoardGroup; sort: BoardSort } {
  return {
    side: view[2] === 'i' ? 'ideas' : 'problems',
    group: BOARD_GROUPS.find((group) => group.startsWith(view[0] ?? '-')) ?? 'open',
    sort: BOARD_SORTS.find((sort) => sort.startsWith(view[1] ?? '-')) ?? 'newest',
  };
}

export const startOf = (side: BoardSide): BoardState => ({ side, group: 'open', sort: 'newest', page: 0 });

export const listData = (state: BoardState): string =>
  listButton.data(viewOf(state), state.category ?? '', state.cityCode ?? '', String(state.page));

/** «Some» for one to four: a small number can point at somebody. */
export function fewOr(t: Translator, count: number): string {
  if (count >= FEWEST) return t.number(count);
  return t.text(count === 0 ? 'board.count.none' : 'board.count.some');
}

export const shortTitle = (title: string): string => shorten(title, TITLE_LETTERS);

export const statusText = (t: Translator, { status }: PublicCase): string => t.text(`obstacles.status.${status}`);

export function boardPage(
  t: Translator,
  options: {
    state: BoardState;
    counts: BoardCounts;
    found: BoardPage;
    categoryText: CategoryText;
    /** How many ideas wait for the council; null for who has nothing to do with it. */
    waiting: number | null;
  },
): OutgoingMessage {
  const { state, counts, found, categoryText, waiting } = options;
  const { open, solved, closed } = counts.groups;
  // A code out of a forged button has no name.
  const category = counts.categories.find((one) => one.category === state.category)?.category;
  const cityCode = counts.cells.find((one) => one.cityCode === state.cityCode)?.cityCode;
  const cases = found.kind === 'page' ? found.cases : [];
  const rows = cases.map((one): InlineButton[] => {
    const values = { icon: statusText(t, one).split(' ')[0], title: shortTitle(one.title) };
    const label =
      one.people === null
        ? t.text('board.list.item', values)
        : t.text('board.list.itemWithPeople', { ...values, people: one.people });
    return [{ label, data: publicCaseButton.data(one.id) }];
  });
  const turns: InlineButton[] = [];
  const turn = (key: 'bot.button.previousPage' | 'bot.button.nextPage', page: number) =>
    turns.push({ label: t.text(key), data: listData({ ...state, page }) });
  if (state.page > 0) turn('bot.button.previousPage', state.page - 1);
  if (found.kind === 'page' && found.more) turn('bot.button.nextPage', state.page + 1);
  if (turns.length > 0) rows.push(turns);
  const { title, intro } = SIDE_TEXTS[state.side];
  return {
    text: join(
      [
        join([t.rich(title), t.rich(intro)]),
        t.rich('board.list.counts', { open: fewOr(t, open), solved: fewOr(t, solved), closed: fewOr(t, closed) }),
        join([
          category === undefined ? '' : t.rich('board.list.category', { category: categoryText(t, category) }),
          cityCode === undefined ? '' : t.rich('board.list.city', { city: placeName(cityCode, t.language) }),
        ]),
        found.kind === 'few' ? t.rich('board.list.few') : cases.length === 0 ? t.rich('board.list.empty') : '',
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [...rows, ...viewRows(t, state), ...(waiting === null ? [] : [waitingRow(t, waiting)])],
    },
  };
}

export const waitingRow = (t: Translator, count: number): InlineButton[] => [
  { label: t.text('ideas.waiting.button', { count }), data: waitingButton.data('0') },
];

function viewRows(t: Translator, state: BoardState): InlineButton[][] {
  const tick = (label: string, isChosen: boolean) => (isChosen ? t.text('bot.dialogue.ticked', { label }) : label);
  const pick = (what: 'category' | 'city', letter: string): InlineButton => ({
    label: t.text(`board.button.${what}`),
    data: pickButton.data(letter, viewOf(state), state.category ?? '', state.cityCode ?? '', '0'),
  });
  return [
    BOARD_GROUPS.map((group) => ({
      label: tick(t.text(`board.group.${group}`), group === state.group),
      data: listData({ ...state, group, page: 0 }),
    })),
    SIDE_SORTS[state.side].map((sort) => ({
      label: tick(t.text(`board.sort.${sort}`), sort === state.sort),
      data: listData({ ...state, sort, page: 0 }),
    })),
    [pick('category', 'c'), pick('city', 't')],
  ];
}

/** The choice of a subject, with how many cases each has, or of a city. */
export function pickPage(
  t: Translator,
  options: {
    what: 'category' | 'city';
    state: BoardState;
    page: number;
    counts: BoardCounts;
    categoryText: CategoryText;
  },
): OutgoingMessage {
  const { what, state, page, counts, categoryText } = options;
  const choices =
    what === 'category'
      ? counts.categories
          .filter(({ category }) => isCarried(category))
          .toSorted((one, other) => other.cases - one.cases)
          .map(({ category, cases }) => ({
            code: category,
            label: t.text('board.pick.option', { label: categoryText(t, category), count: fewOr(t, cases) }),
          }))
      : [...new Set(counts.cells.map(({ cityCode }) => cityCode))]
          .filter(isCarried)
          .map((code) => ({ code, label: placeName(code, t.language) }));
  const chosen = (code: string | undefined) =>
    listData({ ...state, page: 0, ...(what === 'category' ? { category: code } : { cityCode: code }) });
  const rows = choices
    .slice(page * CHOICES_PER_PAGE, (page + 1) * CHOICES_PER_PAGE)
    .map(({ code, label }): InlineButton[] => [{ label, data: chosen(code) }]);
  const turn = (to: number) =>
    pickButton.data(
      what === 'category' ? 'c' : 't',
      viewOf(state),
      state.category ?? '',
      state.cityCode ?? '',
      String(to),
    );
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: turn(page - 1) });
  if ((page + 1) * CHOICES_PER_PAGE < choices.length)
    turns.push({ label: t.text('bot.button.nextPage'), data: turn(page + 1) });
  if (turns.length > 0) rows.push(turns);
  rows.push([
    { label: t.text('board.button.any'), data: chosen(undefined) },
    { label: t.text('bot.button.back'), data: listData({ ...state, page: 0 }) },
  ]);
  return { text: t.rich(`board.pick.${what}`), keyboard: { kind: 'inline', rows } };
}
