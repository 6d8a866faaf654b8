import { buttonKind } from '../../bot/callback-data.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { OfficialRule, PublicCase } from '../obstacles/obstacles.service.ts';
import { fewOr, listData, publicCaseButton, shortTitle, startOf, waitingButton } from './board.views.ts';
import { followerRows } from './case.views.ts';

/** Sets from how many supporters on an answer is due. */
export const ideaRuleButton = buttonKind('ic', 1, []);
export const WAITING_PAGE = 8;

/** «پاسخ رسمی لازم»: the ideas that wait for the council, the most urgent first. */
export function waitingPage(
  t: Translator,
  {
    cases,
    total,
    page,
    rule,
    maySet,
  }: { cases: readonly PublicCase[]; total: number; page: number; rule: OfficialRule; maySet: boolean },
): OutgoingMessage {
  const lines = cases.map((one, index) =>
    t.rich('ideas.waiting.item', {
      number: page * WAITING_PAGE + index + 1,
      title: one.title,
      people: fewOr(t, one.people ?? 1),
      due: one.official?.dueAt ?? undefined,
    }),
  );
  const rows = cases.map((one): InlineButton[] => [
    { label: shortTitle(one.title), data: publicCaseButton.data(one.id) },
  ]);
  const turns: InlineButton[] = [];
  const turn = (key: 'bot.button.previousPage' | 'bot.button.nextPage', to: number) =>
    turns.push({ label: t.text(key), data: waitingButton.data(String(to)) });
  if (page > 0) turn('bot.button.previousPage', page - 1);
  if ((page + 1) * WAITING_PAGE < total) turn('bot.button.nextPage', page + 1);
  if (turns.length > 0) rows.push(turns);
  if (maySet) rows.push([{ label: t.text('ideas.button.rule'), data: ideaRuleButton.data() }]);
  rows.push([{ label: t.text('ideas.button.board'), data: listData(startOf('ideas')) }]);
  return {
    text: join(
      [
        t.rich('ideas.waiting.title'),
        t.rich('ideas.waiting.rule', { threshold: rule.threshold, days: rule.days }),
        ...(lines.length > 0 ? lines : [t.rich('ideas.waiting.empty')]),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

/** To those who speak for the council, once. */
export function dueNotice(
  t: Translator,
  found: PublicCase,
  { dueAt, rule }: { dueAt: Date; rule: OfficialRule },
): OutgoingMessage {
  const { id, title, people } = found;
  return {
    text: t.rich('ideas.notice.due', { title, people: fewOr(t, people ?? 1), due: dueAt, threshold: rule.threshold }),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('ideas.button.open'), data: publicCaseButton.data(id) }]] },
  };
}

interface Told {
  answer: { text: string; at: Date };
  /** The way to the own report, which nobody unfollows. */
  own: string | null;
}

/** To the supporters and to who proposed it. */
export function answerNotice(t: Translator, { id, title }: PublicCase, { answer, own }: Told): OutgoingMessage {
  return told(t, id, own, [
    t.rich('ideas.notice.answer', { title }),
    t.rich('ideas.case.answer', { at: answer.at, text: answer.text }),
  ]);
}

/** What the secretariat wrote for everybody, to the reporter and who follows the case. */
export function publicAnswerNotice(t: Translator, { id, title }: PublicCase, { answer, own }: Told): OutgoingMessage {
  return told(t, id, own, [
    t.rich('board.notice.answer', { title }),
    t.rich('board.case.answer', { at: answer.at, text: answer.text }),
  ]);
}

const told = (t: Translator, id: string, own: string | null, lines: RichText[]): OutgoingMessage => ({
  text: join(lines, '\n\n'),
  keyboard: {
    kind: 'inline',
    rows: own === null ? followerRows(t, id, { isPublic: true }) : [[{ label: t.text('board.button.own'), data: own }]],
  },
});
