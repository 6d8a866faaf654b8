import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import { markOf } from '../../language/mark.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { COUNTED_UP_TO, QUEUES, type Obstacle, type Queue, type QueueFilter } from '../obstacles/obstacles.service.ts';

export const homeButton = buttonKind('dh', 1, []);
export const queueButton = buttonKind('dq', 2, ['queue', 'page', 'category', 'city']);
/** Offers what a queue can be narrowed to: `by` is category or city. */
export const filterButton = buttonKind('df', 1, ['queue', 'by', 'category', 'city']);
/** Ticks a case of a page; without an id it begins to. */
export const selectButton = buttonKind('ds', 1, ['queue', 'page', 'id']);
export const bulkButton = buttonKind('db', 1, ['act']);
export const cardButton = buttonKind('dc', 1, ['id']);
export const asideButton = buttonKind('dx', 1, ['entry', 'act']);
export const writeNewsButton = buttonKind('dn', 1, []);
/** Templates, days off, roles and a report for a caller: `what` says which, `id` of which one. */
export const settingsButton = buttonKind('dz', 1, ['what', 'id']);

export const PAGE_SIZE = 8;
/** The counts on the first screen stop here. */
const MANY = 100;

export function deskHome(
  t: Translator,
  counts: Record<Queue, number>,
  options: {
    aside: number;
    mayWriteNews: boolean;
    registrations: InlineButton | null;
    databank: readonly InlineButton[];
    leads: boolean;
  },
): OutgoingMessage {
  const queue = (name: Queue): InlineButton => ({
    label:
      counts[name] < MANY
        ? t.text(`desk.home.${name}`, { count: counts[name] })
        : t.text('desk.home.many', { title: t.text(`desk.home.${name}`, { count: MANY - 1 }) }),
    data: queueButton.data(name, '0', '', ''),
  });
  const rows = [
    [queue('new'), queue('mine')],
    [queue('overdue'), queue('unassigned')],
    [queue('waiting'), queue('referred')],
    [queue('toCall'), queue('open')],
    [{ label: t.text('desk.home.assisted'), data: settingsButton.data('assisted', '') }],
  ];
  if (options.registrations) rows.push([options.registrations]);
  for (const button of options.databank) rows.push([button]);
  if (options.mayWriteNews) rows.push([{ label: t.text('desk.home.news'), data: writeNewsButton.data() }]);
  if (options.leads) rows.push([{ label: t.text('desk.home.settings'), data: settingsButton.data('home', '') }]);
  if (options.aside > 0)
    rows.push([{ label: t.text('desk.home.aside', { count: options.aside }), data: asideButton.data('', 'list') }]);
  return { text: t.rich('desk.home.title'), keyboard: { kind: 'inline', rows } };
}

export interface QueueView extends QueueFilter {
  queue: Queue;
  page: number;
  cases: readonly Obstacle[];
  total: number;
  now: Date;
  /** The ticked cases while several are chosen for one answer; null while one is opened. */
  ticked: readonly string[] | null;
}

export function queuePage(t: Translator, view: QueueView): OutgoingMessage {
  const { queue, page, cases, total, now, ticked, category = '', cityCode = '' } = view;
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const titleOf = (obstacle: Obstacle): string => {
    const title = isOverdue(obstacle, now) ? t.text('desk.queue.late', { title: obstacle.title }) : obstacle.title;
    return ticked?.includes(obstacle.id) ? t.text('bot.dialogue.ticked', { label: title }) : title;
  };
  const rows = cases.map((obstacle): InlineButton[] => [
    {
      label: titleOf(obstacle),
      data: ticked ? selectButton.data(queue, String(page), obstacle.id) : cardButton.data(obstacle.id),
    },
  ]);
  const turnTo = (to: number) =>
    ticked ? selectButton.data(queue, String(to), '') : queueButton.data(queue, String(to), category, cityCode);
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: turnTo(page - 1) });
  if (page < pages - 1) turns.push({ label: t.text('bot.button.nextPage'), data: turnTo(page + 1) });
  if (turns.length > 0) rows.push(turns);
  if (ticked) {
    if (ticked.length > 0)
      rows.push([{ label: t.text('desk.bulk.begin', { count: ticked.length }), data: bulkButton.data('begin') }]);
    rows.push([{ label: t.text('desk.bulk.stop'), data: queueButton.data(queue, String(page), '', '') }]);
  } else {
    const filter = (by: 'category' | 'city') => filterButton.data(queue, by, category, cityCode);
    rows.push([
      { label: t.text('desk.filter.category'), data: filter('category') },
      { label: t.text('desk.filter.city'), data: filter('city') },
    ]);
    if (cases.length > 1) rows.push([{ label: t.text('desk.bulk.select'), data: selectButton.data(queue, '0', '') }]);
    rows.push([{ label: t.text('bot.button.back'), data: homeButton.data() }]);
  }
  return {
    text: join(
      [
        t.rich(`desk.queue.${queue}`),
        ticked ? t.rich('desk.bulk.hint') : '',
        cases.length === 0 ? t.rich('desk.queue.empty') : '',
        pages > 1
          ? t.rich(total < COUNTED_UP_TO ? 'desk.queue.page' : 'desk.queue.pageOfMany', { page: page + 1, pages })
          : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

/** What a queue can be narrowed to; the first choice takes the narrowing off. */
export function filterChoice(
  t: Translator,
  {
    queue,
    by,
    options,
    filter,
  }: { queue: Queue; by: 'category' | 'city'; options: { code: string; label: string }[]; filter: QueueFilter },
): OutgoingMessage {
  const to = (code: string) =>
    by === 'category'
      ? queueButton.data(queue, '0', code, filter.cityCode ?? '')
      : queueButton.data(queue, '0', filter.category ?? '', code);
  const buttons = options.map(({ code, label }) => ({ label, data: to(code) }));
  const pairs = buttons.flatMap((_, index) => (index % 2 === 0 ? [buttons.slice(index, index + 2)] : []));
  return {
    text: t.rich(`desk.filter.ask.${by}`),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('desk.filter.all'), data: to('') }], ...pairs] },
  };
}

export function isOverdue({ clock }: Obstacle, now: Date): boolean {
  return clock.due !== null && clock.due < now;
}

export const isQueue = (name: string): name is Queue => QUEUES.some((one) => one === name);

export interface AsideEntry {
  /** As it goes into a button: short, of [0-9a-f]. */
  id: string;
  messenger: 'telegram' | 'bale';
  at: Date;
  error: string;
}

/** Updates that failed three times: where, when and what kind of error; never what was written. */
export function asideList(t: Translator, entries: readonly AsideEntry[]): OutgoingMessage {
  const lines = entries.map(({ messenger, at, error }, index) =>
    t.rich('desk.aside.item', { number: index + 1, messenger: t.text(`desk.messenger.${messenger}`), at, error }),
  );
  return {
    text: join([t.rich('desk.aside.title'), ...lines], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...entries.map(({ id }, index): InlineButton[] => [
          { label: t.text('desk.aside.retry', { number: index + 1 }), data: asideButton.data(id, 'retry') },
          { label: t.text('desk.aside.drop', { number: index + 1 }), data: sureButton.data('dx', id, markOf(id)) },
        ]),
        [{ label: t.text('bot.button.back'), data: homeButton.data() }],
      ],
    },
  };
}
