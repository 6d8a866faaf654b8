import { buttonKind } from '../../bot/callback-data.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import { IDEA_KINDS } from '../../language/taxonomies.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { caseText, categoryText, dueLine, factLines, statusText } from './case-text.views.ts';
import {
  changesToTell,
  publicFacts,
  type Change,
  type Hearer,
  type Obstacle,
  type Status,
} from './obstacles.service.ts';

export { bodyText, caseText, categoryText, costText, partText, reportFacts, statusText } from './case-text.views.ts';

export const caseButton = buttonKind('oc', 1, ['id']);
/** What the reporter does with the own case: solved, reopen, withdraw, withdraw-sure. */
export const reporterButton = buttonKind('or', 1, ['id', 'act']);
export const evidenceButton = buttonKind('oe', 1, ['id']);

/** The buttons under what those hear who are not the reporter. */
export type RowsForOthers = (t: Translator, obstacle: Obstacle) => InlineButton[][];

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

/** A case as its reporter sees it, with what can be done about it now. */
export function reporterCard(t: Translator, obstacle: Obstacle, may: (to: Status) => boolean): OutgoingMessage {
  const act = (key: 'solved' | 'notSolved' | 'withdraw', name: string): InlineButton => ({
    label: t.text(`obstacles.button.${key}`),
    data: reporterButton.data(obstacle.id, name),
  });
  const rows: InlineButton[][] = [];
  if (obstacle.status === 'needs_information')
    rows.push([{ label: t.text('obstacles.button.explain'), data: reporterButton.data(obstacle.id, 'explain') }]);
  if (may('solved')) rows.push([act('solved', 'solved'), act('notSolved', 'reopen')]);
  else if (may('reopened')) rows.push([act('notSolved', 'reopen')]);
  if (may('withdrawn')) rows.push([act('withdraw', 'withdraw')]);
  return { text: caseText(t, obstacle), keyboard: { kind: 'inline', rows } };
}

/**
 * What has changed, in one message. Who said «me too» reads what became of the case, but nothing that was written to or by
 * its reporter. Null where an earlier message has said it.
 */
export function changeNotice(
  t: Translator,
  obstacle: Obstacle,
  { batch, hearer, rowsForOthers }: { batch: number; hearer: Hearer; rowsForOthers: RowsForOthers },
): OutgoingMessage | null {
  const changes = changesToTell(obstacle, batch, hearer);
  const last = changes.at(-1);
  if (!last) return null;
  if (hearer === 'other') {
    const { publicTitle, category, code } = obstacle;
    return {
      text: join(
        [
          publicTitle === null
            ? t.rich('obstacles.changed.otherHead', { category: categoryText(t, category), code })
            : t.rich(IDEA_KINDS.includes(obstacle.kind) ? 'ideas.notice.head' : 'board.notice.head', {
                title: publicTitle,
                code,
              }),
          join([
            t.rich('obstacles.changed.status', { status: statusText(t, last.to) }),
            // The title and facts of a public case only; its reasons are written to the reporter.
            ...(publicTitle === null ? [] : factLines(t, publicFacts(last.facts))),
          ]),
        ],
        '\n\n',
      ),
      keyboard: { kind: 'inline', rows: rowsForOthers(t, obstacle) },
    };
  }
  const asksConfirm = last.to === 'declared_solved' && obstacle.status === 'declared_solved';
  const asksQuestion = last.to === 'needs_information' && obstacle.status === 'needs_information';
  const rows: InlineButton[][] = [];
  if (asksConfirm) rows.push(confirmButtons(t, obstacle.id));
  if (asksQuestion)
    rows.push([{ label: t.text('obstacles.button.explain'), data: reporterButton.data(obstacle.id, 'explain') }]);
  rows.push([{ label: t.text('obstacles.button.open'), data: caseButton.data(obstacle.id) }]);
  return {
    text: join(
      [
        t.rich('obstacles.changed.head', { title: obstacle.title, code: obstacle.code }),
        ...changes.map((change) => changeText(t, change)),
        // Once the question has arrived, the deadline waits for its answer.
        asksConfirm ? t.rich('obstacles.changed.askConfirm') : asksQuestion ? '' : dueLine(t, obstacle),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

const confirmButtons = (t: Translator, id: string): InlineButton[] => [
  { label: t.text('obstacles.button.solved'), data: reporterButton.data(id, 'solved') },
  { label: t.text('obstacles.button.notSolved'), data: reporterButton.data(id, 'reopen') },
];

function changeText(t: Translator, { to, reason, facts }: Change): RichText {
  return join([
    t.rich('obstacles.changed.status', { status: statusText(t, to) }),
    reason === '' ? '' : t.rich('bot.dialogue.value.text', { value: reason }),
    ...factLines(t, facts),
  ]);
}

/** The secretariat's question that waits for an answer, said again. Null in a case that waits for none. */
export function openQuestion(t: Translator, obstacle: Obstacle): OutgoingMessage | null {
  const asked = obstacle.history.findLast(({ to, facts }) => to === 'needs_information' && !facts.desk);
  if (obstacle.status !== 'needs_information' || !asked) return null;
  return {
    text: join(
      [t.rich('obstacles.changed.head', { title: obstacle.title, code: obstacle.code }), changeText(t, asked)],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('obstacles.button.explain'), data: reporterButton.data(obstacle.id, 'explain') }],
        [{ label: t.text('obstacles.button.open'), data: caseButton.data(obstacle.id) }],
      ],
    },
  };
}

/** A week without a word after «solved»: the reporter is asked again. Four weeks after: whether it stayed so. */
export function confirmReminder(t: Translator, obstacle: Obstacle): OutgoingMessage {
  return {
    text: join(
      [
        t.rich('obstacles.changed.head', { title: obstacle.title, code: obstacle.code }),
        t.rich('obstacles.confirm.reminder', { at: obstacle.clock.closeAt ?? undefined }),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [confirmButtons(t, obstacle.id)] },
  };
}

export function checkBackQuestion(t: Translator, obstacle: Obstacle): OutgoingMessage {
  return {
    text: join(
      [
        t.rich('obstacles.changed.head', { title: obstacle.title, code: obstacle.code }),
        t.rich('obstacles.confirm.checkBack'),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [
          { label: t.text('obstacles.button.stillSolved'), data: reporterButton.data(obstacle.id, 'still') },
          { label: t.text('obstacles.button.notSolved'), data: reporterButton.data(obstacle.id, 'reopen') },
        ],
      ],
    },
  };
}

/** One to five stars, asked once the reporter has said that the case is solved. */
export function ratingQuestion(t: Translator, obstacleId: string): OutgoingMessage {
  return {
    text: t.rich('obstacles.rating.ask'),
    keyboard: {
      kind: 'inline',
      rows: [
        [1, 2, 3, 4, 5].map((stars) => ({
          label: t.text('obstacles.rating.stars', { stars }),
          data: reporterButton.data(obstacleId, `rate${stars}`),
        })),
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
