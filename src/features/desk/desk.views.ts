import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle, Queue } from '../obstacles/obstacles.service.ts';

export const homeButton = buttonKind('dh', 1, []);
export const queueButton = buttonKind('dq', 1, ['queue', 'page']);
export const cardButton = buttonKind('dc', 1, ['id']);
/** What an officer does with a case: take, answer, solved. */
export const actButton = buttonKind('da', 1, ['id', 'act']);
export const asideButton = buttonKind('dx', 1, ['entry', 'act']);
export const writeNewsButton = buttonKind('dn', 1, []);

export const PAGE_SIZE = 8;

export function deskHome(
  t: Translator,
  counts: Record<Queue, number>,
  options: {
    aside: number;
    mayWriteNews: boolean;
    registrations: InlineButton | null;
    databank: readonly InlineButton[];
  },
): OutgoingMessage {
  const queue = (name: Queue): InlineButton => ({
    label: t.text(`desk.home.${name}`, { count: counts[name] }),
    data: queueButton.data(name, '0'),
  });
  const rows = [[queue('new'), queue('mine')], [queue('open')]];
  if (options.registrations) rows.push([options.registrations]);
  for (const button of options.databank) rows.push([button]);
  if (options.mayWriteNews) rows.push([{ label: t.text('desk.home.news'), data: writeNewsButton.data() }]);
  if (options.aside > 0)
    rows.push([{ label: t.text('desk.home.aside', { count: options.aside }), data: asideButton.data('', 'list') }]);
  return { text: t.rich('desk.home.title'), keyboard: { kind: 'inline', rows } };
}

export function queuePage(
  t: Translator,
  {
    queue,
    page,
    cases,
    total,
    now,
  }: { queue: Queue; page: number; cases: readonly Obstacle[]; total: number; now: Date },
): OutgoingMessage {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const rows = cases.map((obstacle): InlineButton[] => [
    {
      label: isOverdue(obstacle, now) ? t.text('desk.queue.overdue', { title: obstacle.title }) : obstacle.title,
      data: cardButton.data(obstacle.id),
    },
  ]);
  const turns: InlineButton[] = [];
  if (page > 0)
    turns.push({ label: t.text('bot.button.previousPage'), data: queueButton.data(queue, String(page - 1)) });
  if (page < pages - 1)
    turns.push({ label: t.text('bot.button.nextPage'), data: queueButton.data(queue, String(page + 1)) });
  if (turns.length > 0) rows.push(turns);
  rows.push([{ label: t.text('bot.button.back'), data: homeButton.data() }]);
  return {
    text: join(
      [
        t.rich(`desk.queue.${queue}`),
        cases.length === 0 ? t.rich('desk.queue.empty') : '',
        pages > 1 ? t.rich('desk.queue.page', { page: page + 1, pages }) : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

export function isOverdue(obstacle: Obstacle, now: Date): boolean {
  return obstacle.status === 'received' && obstacle.firstAnswerDue < now;
}

/** What the secretariat sees of who reported: a name and a place, no phone. */
export interface Reporter {
  name: string | null;
  city: string;
  business: string | null;
  assignee: string | null;
}

export function reporterLines(t: Translator, obstacle: Obstacle, reporter: Reporter, now: Date) {
  return [
    t.rich('desk.card.reporter', { name: reporter.name ?? undefined }),
    reporter.business === null ? '' : t.rich('desk.card.business', { name: reporter.business }),
    reporter.city === '' ? '' : t.rich('desk.card.place', { city: reporter.city }),
    reporter.assignee === null
      ? t.rich('desk.card.unassigned')
      : t.rich('desk.card.assignee', { name: reporter.assignee }),
    isOverdue(obstacle, now) ? t.rich('desk.card.overdue') : '',
  ];
}

/** The next action first: an untaken case is taken, a taken one answered. */
export function caseActions(
  t: Translator,
  obstacle: Obstacle,
  options: { taken: boolean; mayAnswer: boolean; maySolve: boolean; evidence: InlineButton | null },
): InlineButton[][] {
  const act = (key: 'take' | 'answer' | 'solved', name: string): InlineButton => ({
    label: t.text(`desk.button.${key}`),
    data: actButton.data(obstacle.id, name),
  });
  const rows: InlineButton[][] = [];
  if (!options.taken) rows.push([act('take', 'take')]);
  const answers = [
    ...(options.mayAnswer ? [act('answer', 'answer')] : []),
    ...(options.maySolve ? [act('solved', 'solved')] : []),
  ];
  if (answers.length > 0) rows.push(answers);
  if (options.evidence) rows.push([options.evidence]);
  rows.push([{ label: t.text('desk.button.back'), data: queueButton.data('open', '0') }]);
  return rows;
}

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
          { label: t.text('desk.aside.drop', { number: index + 1 }), data: asideButton.data(id, 'drop') },
        ]),
        [{ label: t.text('bot.button.back'), data: homeButton.data() }],
      ],
    },
  };
}
