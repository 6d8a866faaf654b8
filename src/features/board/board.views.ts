import { buttonKind } from '../../bot/callback-data.ts';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { placeName } from '../../language/places.ts';
import { join, type RichText } from '../../language/rich-text.ts';
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
  type BoardSort,
  type PublicCase,
  type PublicChange,
} from '../obstacles/obstacles.service.ts';

/** A page of the board; `view` is group and sort, a letter each. */
export const listButton = buttonKind('el', 1, ['view', 'category', 'city', 'page']);
/** Opens the choice of a subject (`c`) or a city (`t`) for that view. */
export const pickButton = buttonKind('ep', 1, ['what', 'view', 'category', 'city', 'page']);
export const publicCaseButton = buttonKind('ec', 1, ['id']);
/** `add`, `ask` whether to take it back, `off`. */
export const meTooButton = buttonKind('em', 1, ['id', 'act']);
export const detailsButton = buttonKind('ed', 1, ['id']);
export const followButton = buttonKind('ef', 1, ['id', 'act']);
export const registerButton = buttonKind('eg', 1, []);
/** What the secretariat does about a public page: `answer`, `hide`, `show`. */
export const staffButton = buttonKind('ea', 1, ['id', 'act']);

/** Cases on a page of the board: a title fills a button's row. */
export const PAGE_SIZE = 6;
const CHOICES_PER_PAGE = 10;
const SHOWN_CHANGES = 12;
const TITLE_LETTERS = 42;

export interface BoardState extends BoardQuery {
  page: number;
}

export type CategoryText = (t: Translator, category: string) => string;

/** What a button can carry; a subject or city with another code can't be chosen. */
const isCarried = (code: string): boolean => /^[\w.-]{1,20}$/.test(code);

const viewOf = ({ group, sort }: BoardQuery): string => `${group[0]}${sort[0]}`;

export function readView(view: string): { group: BoardGroup; sort: BoardSort } {
  return {
    group: BOARD_GROUPS.find((group) => group.startsWith(view[0] ?? '-')) ?? 'open',
    sort: BOARD_SORTS.find((sort) => sort.startsWith(view[1] ?? '-')) ?? 'newest',
  };
}

export const START: BoardState = { group: 'open', sort: 'newest', page: 0 };

const listData = (state: BoardState): string =>
  listButton.data(viewOf(state), state.category ?? '', state.cityCode ?? '', String(state.page));

/** «Some» for one to four: a small number can point at somebody. */
export function fewOr(t: Translator, count: number): string {
  if (count >= FEWEST) return t.number(count);
  return t.text(count === 0 ? 'board.count.none' : 'board.count.some');
}

const shorten = (text: string): string =>
  text.length <= TITLE_LETTERS ? text : `${text.slice(0, TITLE_LETTERS - 1).trimEnd()}…`;

const statusText = (t: Translator, { status }: PublicCase): string => t.text(`obstacles.status.${status}`);

export function boardPage(
  t: Translator,
  options: { state: BoardState; counts: BoardCounts; found: BoardPage; categoryText: CategoryText },
): OutgoingMessage {
  const { state, counts, found, categoryText } = options;
  const { open, solved, closed } = counts.groups;
  const cases = found.kind === 'page' ? found.cases : [];
  const rows = cases.map((one): InlineButton[] => {
    const values = { icon: statusText(t, one).split(' ')[0], title: shorten(one.title) };
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
  return {
    text: join(
      [
        join([t.rich('board.list.title'), t.rich('board.list.intro')]),
        t.rich('board.list.counts', { open: fewOr(t, open), solved: fewOr(t, solved), closed: fewOr(t, closed) }),
        join([
          state.category === undefined
            ? ''
            : t.rich('board.list.category', { category: categoryText(t, state.category) }),
          state.cityCode === undefined
            ? ''
            : t.rich('board.list.city', { city: placeName(state.cityCode, t.language) }),
        ]),
        found.kind === 'few' ? t.rich('board.list.few') : cases.length === 0 ? t.rich('board.list.empty') : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [...rows, ...viewRows(t, state)] },
  };
}

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
    BOARD_SORTS.map((sort) => ({
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

export interface CaseViewer {
  standing: { own: boolean; endorsed: boolean; following: boolean };
  /** Opens the own report; there is none for others. */
  ownData: string | null;
  isStaff: boolean;
  link: string;
  /** The messenger's own link that shares that one; null where it has none, and the link is copied. */
  shareLink: string | null;
}

/** The public page of a case: no names, no description, no files, no reasons. */
export function casePage(
  t: Translator,
  found: PublicCase,
  { categoryText, ...viewer }: CaseViewer & { categoryText: CategoryText },
): OutgoingMessage {
  const { code, kind, category, title, cityCode, reportedAt, people, totals, answer, changes } = found;
  const total = (key: 'days' | 'rials' | 'touched', value: number | null) =>
    value === null ? '' : t.rich(`board.case.${key}`, { value });
  const facts = [
    t.rich('board.case.code', { code }),
    t.rich('board.case.kind', { kind: t.text(`taxonomy.reports.${kind}`) }),
    t.rich('board.case.category', { category: categoryText(t, category) }),
    t.rich('board.case.status', { status: statusText(t, found) }),
    cityCode === null ? '' : t.rich('board.case.city', { city: placeName(cityCode, t.language) }),
    t.rich('board.case.reportedAt', { at: reportedAt }),
    people === null ? t.rich('board.case.fewPeople') : t.rich('board.case.people', { people }),
    total('days', totals.days),
    total('rials', totals.rials),
    total('touched', totals.people),
  ];
  return {
    text: join(
      [
        t.rich('board.case.title', { title }),
        join(facts),
        answer === null ? '' : t.rich('board.case.answer', { at: answer.at, text: answer.text }),
        join([t.rich('board.case.history'), ...changes.slice(-SHOWN_CHANGES).map((change) => changeLine(t, change))]),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: caseRows(t, found, viewer) },
  };
}

export function changeLine(t: Translator, { at, to, facts }: PublicChange): RichText {
  const { decision, body, programme, dueOn } = facts;
  return join([
    t.rich('board.case.change', { at, status: t.text(`obstacles.status.${to}`) }),
    decision ? t.rich(`obstacles.fact.${decision}`) : '',
    body ? t.rich('obstacles.fact.body', { body }) : '',
    programme ? t.rich('obstacles.fact.programme', { programme }) : '',
    dueOn ? t.rich('obstacles.fact.dueOn', { at: startOfDayTehran(fromIsoDay(dueOn)) }) : '',
  ]);
}

function caseRows(t: Translator, { id, group }: PublicCase, viewer: CaseViewer): InlineButton[][] {
  const { standing, ownData, isStaff, link, shareLink } = viewer;
  const button = (key: 'meToo' | 'unMeToo' | 'follow' | 'unfollow', data: string): InlineButton[] => [
    { label: t.text(`board.button.${key}`), data },
  ];
  const staff = (act: 'answer' | 'hide'): InlineButton => ({
    label: t.text(`board.button.${act}`),
    data: staffButton.data(id, act),
  });
  const rows: InlineButton[][] = [];
  if (ownData !== null) rows.push([{ label: t.text('board.button.own'), data: ownData }]);
  else {
    if (standing.endorsed) rows.push(button('unMeToo', meTooButton.data(id, 'ask')));
    else if (group === 'open') rows.push(button('meToo', meTooButton.data(id, 'add')));
    if (standing.following) rows.push(button('unfollow', followButton.data(id, 'off')));
    else rows.push(button('follow', followButton.data(id, 'on')));
  }
  const label = t.text('board.button.share');
  rows.push([shareLink === null ? { label, copy: link } : { label, url: shareLink }]);
  if (isStaff) rows.push([staff('answer'), staff('hide')]);
  rows.push([{ label: t.text('board.button.board'), data: listData(START) }]);
  return rows;
}

export function meTooDone(t: Translator, id: string): OutgoingMessage {
  return {
    text: t.rich('board.meToo.done'),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('board.button.details'), data: detailsButton.data(id) }]] },
  };
}

export function withdrawQuestion(t: Translator, id: string): OutgoingMessage {
  return {
    text: t.rich('board.meToo.sure'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('board.button.unMeTooSure'), data: meTooButton.data(id, 'off') }],
        [{ label: t.text('bot.button.back'), data: publicCaseButton.data(id) }],
      ],
    },
  };
}

export function registerFirst(t: Translator): OutgoingMessage {
  return {
    text: t.rich('board.meToo.register'),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('board.button.register'), data: registerButton.data() }]] },
  };
}

export function hiddenMessage(t: Translator, id: string): OutgoingMessage {
  return {
    text: t.rich('board.staff.hidden'),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('board.button.show'), data: staffButton.data(id, 'show') }]] },
  };
}

/** Under a notice to who said «me too» or follows. */
export function followerRows(t: Translator, id: string, { isPublic }: { isPublic: boolean }): InlineButton[][] {
  const page: InlineButton[] = isPublic
    ? [{ label: t.text('board.button.page'), data: publicCaseButton.data(id) }]
    : [];
  return [[...page, { label: t.text('board.button.unfollow'), data: followButton.data(id, 'off') }]];
}

/** What the secretariat reads of those who have the problem too. */
export function supportLines(
  t: Translator,
  { people, totals }: { people: number; totals: { days: number | null; rials: number | null; people: number | null } },
  said: readonly { at: Date; by: string; comment: string }[],
): RichText {
  const total = (key: 'days' | 'rials' | 'touched', value: number | null) =>
    value === null ? '' : t.rich(`board.staff.${key}`, { value });
  const lines = [
    people > 1 ? t.rich('board.staff.people', { count: people }) : '',
    total('days', totals.days),
    total('rials', totals.rials),
    total('touched', totals.people),
  ];
  const comments = said.map(({ at, by, comment }) => t.rich('board.staff.comment', { at, by, text: comment }));
  return join([join(lines), comments.length > 0 ? join([t.rich('board.staff.comments'), ...comments]) : ''], '\n\n');
}
