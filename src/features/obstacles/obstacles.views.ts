import { buttonKind } from '../../bot/callback-data.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle, Status } from './obstacles.service.ts';

export const caseButton = buttonKind('oc', 1, ['id']);
/** What the reporter does with the own case: solved, reopen, withdraw, withdraw-sure. */
export const reporterButton = buttonKind('or', 1, ['id', 'act']);
export const evidenceButton = buttonKind('oe', 1, ['id']);
export const unclaimedButton = buttonKind('ou', 1, ['answer']);

const MAX_HISTORY = 12;

export const statusText = (t: Translator, status: Status): string => t.text(`obstacles.status.${status}`);

export const categoryText = (t: Translator, category: string): string =>
  t.text(`taxonomy.categories.${category}` as 'taxonomy.categories.other');

/** The reporter's cases, newest first. */
export function caseList(t: Translator, cases: readonly Obstacle[]): OutgoingMessage {
  if (cases.length === 0)
    return { text: join([t.rich('obstacles.list.title'), t.rich('obstacles.list.empty')], '\n\n') };
  const rows = cases.map((obstacle): InlineButton[] => [
    {
      label: t.text('obstacles.list.item', {
        icon: statusText(t, obstacle.status).split(' ')[0],
        title: shorten(obstacle.title, 48),
      }),
      data: caseButton.data(obstacle.id),
    },
  ]);
  return {
    text: join([t.rich('obstacles.list.title'), t.rich('obstacles.list.lookup')], '\n\n'),
    keyboard: { kind: 'inline', rows },
  };
}

/** What a case says to everybody who may see it, without a name in it. */
export function caseText(t: Translator, obstacle: Obstacle, extra: readonly (RichText | string)[] = []): RichText {
  const facts = [
    t.rich('obstacles.card.code', { code: obstacle.code }),
    t.rich('obstacles.card.category', { category: categoryText(t, obstacle.category) }),
    t.rich('obstacles.card.status', { status: statusText(t, obstacle.status) }),
    t.rich('obstacles.card.reportedAt', { at: obstacle.reportedAt }),
    obstacle.status === 'received' ? t.rich('obstacles.card.firstAnswerDue', { at: obstacle.firstAnswerDue }) : '',
    obstacle.evidence.length > 0 ? t.rich('obstacles.card.evidence', { count: obstacle.evidence.length }) : '',
    ...extra,
  ];
  const history = obstacle.history.slice(-MAX_HISTORY).map(({ at, to, reason }) => {
    const status = statusText(t, to);
    return reason === ''
      ? t.rich('obstacles.card.change', { at, status })
      : t.rich('obstacles.card.changeWithReason', { at, status, reason });
  });
  return join(
    [
      t.rich('obstacles.card.title', { title: obstacle.title }),
      join(facts),
      t.rich('bot.dialogue.value.text', { value: obstacle.description }),
      join([t.rich('obstacles.card.history'), ...history]),
    ],
    '\n\n',
  );
}

/** A case as its reporter sees it, with what can be done about it now. */
export function reporterCard(t: Translator, obstacle: Obstacle, may: (to: Status) => boolean): OutgoingMessage {
  const act = (key: 'solved' | 'notSolved' | 'withdraw', name: string): InlineButton => ({
    label: t.text(`obstacles.button.${key}`),
    data: reporterButton.data(obstacle.id, name),
  });
  const rows: InlineButton[][] = [];
  if (may('solved')) rows.push([act('solved', 'solved'), act('notSolved', 'reopen')]);
  else if (may('reopened')) rows.push([act('notSolved', 'reopen')]);
  if (may('withdrawn')) rows.push([act('withdraw', 'withdraw')]);
  return { text: caseText(t, obstacle), keyboard: { kind: 'inline', rows } };
}

/** A change that somebody else made, as the reporter is told of it. */
export function changeNotice(t: Translator, obstacle: Obstacle, index: number): OutgoingMessage {
  const change = obstacle.history[index] ?? obstacle.history.at(-1);
  const status = change?.to ?? obstacle.status;
  const asksConfirm = status === 'declared_solved' && obstacle.status === 'declared_solved';
  return {
    text: join(
      [
        t.rich('obstacles.changed.head', { title: obstacle.title, code: obstacle.code }),
        t.rich('obstacles.changed.status', { status: statusText(t, status) }),
        change?.reason ? t.rich('bot.dialogue.value.text', { value: change.reason }) : '',
        asksConfirm ? t.rich('obstacles.changed.askConfirm') : '',
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...(asksConfirm
          ? [
              [
                { label: t.text('obstacles.button.solved'), data: reporterButton.data(obstacle.id, 'solved') },
                { label: t.text('obstacles.button.notSolved'), data: reporterButton.data(obstacle.id, 'reopen') },
              ],
            ]
          : []),
        [{ label: t.text('obstacles.button.open'), data: caseButton.data(obstacle.id) }],
      ],
    },
  };
}

export function withdrawQuestion(t: Translator, obstacle: Obstacle): OutgoingMessage {
  return {
    text: t.rich('obstacles.act.withdrawSure'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('obstacles.button.withdrawSure'), data: reporterButton.data(obstacle.id, 'withdraw-sure') }],
        [{ label: t.text('bot.button.back'), data: caseButton.data(obstacle.id) }],
      ],
    },
  };
}

export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
