import { buttonKind } from '../../bot/callback-data.ts';
import { lookAlikeLines } from '../../bot/look-alikes.views.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle } from '../obstacles/obstacles.service.ts';
import type { Template } from './desk.service.ts';
import { cardButton, isOverdue, queueButton } from './desk.views.ts';

/** What an officer does with a case, and how much of its history the card showed: `take` or an act of case-acts.ts. */
export const actButton = buttonKind('da', 2, ['id', 'act', 'seen']);
export const moreButton = buttonKind('dm', 1, ['id']);
export const handButton = buttonKind('do', 1, ['id', 'member']);
export const templateButton = buttonKind('dt', 1, ['id', 'template']);
/** Shows the reporter's number. */
export const phoneButton = buttonKind('dw', 1, ['id']);
export const checkButton = buttonKind('dk', 1, ['id', 'item']);

/** What the secretariat sees of who reported: a name and a place, no phone. */
export interface Reporter {
  name: string | null;
  city: string;
  business: string | null;
  assignee: string | null;
  /** Whether a messenger reaches them. */
  reach: Reach;
}

export type Reach = 'reachable' | 'blocked' | 'no-messenger' | 'gone';

export interface CardExtras {
  reporter: Reporter;
  notes: readonly { at: Date; by: string; text: string }[];
  /** Tracking codes of the cases that became part of this one. */
  parts: readonly { id: string; code: string }[];
  now: Date;
}

/** What the secretariat reads on a card beside what the reporter reads. */
export function staffLines(t: Translator, obstacle: Obstacle, { reporter, now, parts }: CardExtras): RichText[] {
  const lines = [
    t.rich('desk.card.reporter', { name: reporter.name ?? undefined }),
    reporter.business === null ? null : t.rich('desk.card.business', { name: reporter.business }),
    reporter.city === '' ? null : t.rich('desk.card.place', { city: reporter.city }),
    reporter.assignee === null
      ? t.rich('desk.card.unassigned')
      : t.rich('desk.card.assignee', { name: reporter.assignee }),
    reporter.reach === 'reachable' ? null : t.rich(`desk.card.reach.${reporter.reach}`),
    obstacle.unreached === null ? null : t.rich('desk.card.toCall'),
    ...parts.map(({ code }) => t.rich('desk.card.part', { code })),
    obstacle.rating ? t.rich('desk.card.rating', { stars: obstacle.rating.stars }) : null,
    isOverdue(obstacle, now) ? t.rich('desk.card.overdue') : null,
    ...lookAlikeLines(t, [reporter.name, reporter.business]),
  ];
  return lines.filter((line) => line !== null);
}

export function noteLines(t: Translator, notes: CardExtras['notes']): RichText | string {
  if (notes.length === 0) return '';
  const shown = notes.slice(-5).map(({ at, by, text }) => t.rich('desk.card.note', { at, by, text }));
  return join([t.rich('desk.card.notes'), ...shown]);
}

export type MayAct = (act: string) => boolean;

/** The next action first: an untaken case is taken, a taken one answered. */
export function caseActions(
  t: Translator,
  obstacle: Obstacle,
  options: { may: MayAct; evidence: InlineButton | null; reach: Reach },
): InlineButton[][] {
  const { may } = options;
  const rows: InlineButton[][] = [];
  if (may('take')) rows.push([actOn(t, obstacle, 'take')]);
  const words = (['answer', 'ask', 'solved', 'reopen', 'unmerge'] as const).filter((act) => may(act));
  const buttons = words.map((act) => actOn(t, obstacle, act));
  for (let index = 0; index < buttons.length; index += 2) rows.push(buttons.slice(index, index + 2));
  if (may('answer')) rows.push([actOn(t, obstacle, 'template')]);
  const mustCall = obstacle.unreached !== null || options.reach === 'blocked' || options.reach === 'no-messenger';
  if (mustCall && may('phoned')) {
    rows.push([{ label: t.text('desk.button.phone'), data: phoneButton.data(obstacle.id) }]);
    rows.push(phonedRow(t, obstacle));
  }
  if (options.evidence) rows.push([options.evidence]);
  rows.push([{ label: t.text('desk.button.more'), data: moreButton.data(obstacle.id) }]);
  rows.push([{ label: t.text('desk.button.back'), data: queueButton.data('open', '0', '', '') }]);
  return rows;
}

const MORE = ['decide', 'refer', 'plan', 'notOurs', 'merge', 'handOver', 'note', 'checklist'] as const;

/** The rarer acts. */
export function moreActions(t: Translator, obstacle: Obstacle, may: MayAct): InlineButton[][] {
  const buttons = MORE.filter((act) => may(act)).map((act) => actOn(t, obstacle, act));
  const rows = buttons.flatMap((_, index) => (index % 2 === 0 ? [buttons.slice(index, index + 2)] : []));
  return [...rows, [{ label: t.text('desk.button.card'), data: cardButton.data(obstacle.id) }]];
}

type CardAct =
  | 'take'
  | 'phoned'
  | 'answer'
  | 'ask'
  | 'solved'
  | 'reopen'
  | 'unmerge'
  | 'template'
  | (typeof MORE)[number];

const actOn = (t: Translator, obstacle: Obstacle, act: CardAct): InlineButton => ({
  label: t.text(`desk.button.${act}`),
  data: actButton.data(obstacle.id, act, String(obstacle.history.length)),
});

export const phonedRow = (t: Translator, obstacle: Obstacle): InlineButton[] => [actOn(t, obstacle, 'phoned')];

const backToCard = (t: Translator, id: string): InlineButton[] => [
  { label: t.text('desk.button.card'), data: cardButton.data(id) },
];

export function colleagues(
  t: Translator,
  obstacle: Obstacle,
  officers: readonly { id: string; name: string | null }[],
): OutgoingMessage {
  return {
    text: t.rich('desk.handOver.ask', { title: obstacle.title }),
    keyboard: {
      kind: 'inline',
      rows: [
        ...officers.map(({ id, name }) => [
          { label: name ?? t.text('desk.card.colleague'), data: handButton.data(obstacle.id, id) },
        ]),
        backToCard(t, obstacle.id),
      ],
    },
  };
}

export function templateChoice(t: Translator, obstacle: Obstacle, templates: readonly Template[]): OutgoingMessage {
  return {
    text: t.rich(templates.length > 0 ? 'desk.template.choose' : 'desk.template.none'),
    keyboard: {
      kind: 'inline',
      rows: [
        ...templates.map(({ id, name }) => [{ label: name, data: templateButton.data(obstacle.id, id) }]),
        backToCard(t, obstacle.id),
      ],
    },
  };
}

export function checklist(
  t: Translator,
  obstacle: Obstacle,
  items: readonly { code: string; label: string }[],
): OutgoingMessage {
  const label = (item: { code: string; label: string }) =>
    obstacle.checked.includes(item.code) ? t.text('bot.dialogue.ticked', { label: item.label }) : item.label;
  return {
    text: t.rich('desk.checklist.title', { title: obstacle.title }),
    keyboard: {
      kind: 'inline',
      rows: [
        ...items.map((item) => [{ label: label(item), data: checkButton.data(obstacle.id, item.code) }]),
        backToCard(t, obstacle.id),
      ],
    },
  };
}
