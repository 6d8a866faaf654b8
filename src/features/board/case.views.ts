import { buttonKind } from '../../bot/callback-data.ts';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { placeName } from '../../language/places.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { BoardSide, PublicCase, PublicChange } from '../obstacles/obstacles.service.ts';
import { listData, publicCaseButton, startOf, statusText, type CategoryText } from './board.views.ts';
import { SIDE_TEXTS } from './sides.ts';

/** `add`, `ask` whether to take it back, `off`. */
export const meTooButton = buttonKind('em', 1, ['id', 'act']);
export const detailsButton = buttonKind('ed', 1, ['id']);
export const followButton = buttonKind('ef', 1, ['id', 'act']);
export const registerButton = buttonKind('eg', 1, []);
/** What the secretariat does about a public page: `answer`, `hide`, `show`. */
export const staffButton = buttonKind('ea', 1, ['id', 'act']);
/** The council's answer to an idea, by somebody who was shown that revision of it. */
export const officialButton = buttonKind('ib', 1, ['id', 'seen']);

const SHOWN_CHANGES = 12;

export interface CaseViewer {
  standing: { own: boolean; endorsed: boolean; following: boolean };
  /** Opens the own report; there is none for others. */
  ownData: string | null;
  isStaff: boolean;
  /** Speaks for the council. */
  answers: boolean;
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
  const { code, kind, category, title, cityCode, reportedAt, people, totals, answer, official, changes } = found;
  const texts = SIDE_TEXTS[found.side];
  const total = (key: 'days' | 'rials' | 'touched', value: number | null) =>
    value === null ? '' : t.rich(`board.case.${key}`, { value });
  const facts = [
    t.rich('board.case.code', { code }),
    t.rich('board.case.kind', { kind: t.text(`taxonomy.reports.${kind}`) }),
    t.rich('board.case.category', { category: categoryText(t, category) }),
    t.rich('board.case.status', { status: statusText(t, found) }),
    cityCode === null ? '' : t.rich('board.case.city', { city: placeName(cityCode, t.language) }),
    t.rich('board.case.reportedAt', { at: reportedAt }),
    people === null ? t.rich(texts.fewPeople) : t.rich(texts.people, { people }),
    total('days', totals.days),
    total('rials', totals.rials),
    total('touched', totals.people),
  ];
  return {
    text: join(
      [
        t.rich('board.case.title', { title }),
        join(facts),
        official?.dueAt ? t.rich('ideas.case.due', { at: official.dueAt }) : '',
        official?.answer ? t.rich('ideas.case.answer', { at: official.answer.at, text: official.answer.text }) : '',
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

function caseRows(t: Translator, { id, side, group, official }: PublicCase, viewer: CaseViewer): InlineButton[][] {
  const { standing, ownData, isStaff, answers, link, shareLink } = viewer;
  const texts = SIDE_TEXTS[side];
  const button = (key: TextKey, data: string): InlineButton[] => [{ label: t.text(key), data }];
  const staff = (act: 'answer' | 'hide'): InlineButton => ({
    label: t.text(`board.button.${act}`),
    data: staffButton.data(id, act),
  });
  const rows: InlineButton[][] = [];
  if (ownData !== null) rows.push([{ label: t.text('board.button.own'), data: ownData }]);
  else {
    if (standing.endorsed) rows.push(button(texts.leave, meTooButton.data(id, 'ask')));
    else if (group === 'open') rows.push(button(texts.join, meTooButton.data(id, 'add')));
    if (standing.following) rows.push(button('board.button.unfollow', followButton.data(id, 'off')));
    else rows.push(button('board.button.follow', followButton.data(id, 'on')));
  }
  const label = t.text('board.button.share');
  rows.push([shareLink === null ? { label, copy: link } : { label, url: shareLink }]);
  if (answers && side === 'ideas')
    rows.push(button('ideas.button.answer', officialButton.data(id, String(official?.revision ?? 0))));
  if (isStaff) rows.push([staff('answer'), staff('hide')]);
  rows.push(button('board.button.board', listData(startOf(side))));
  return rows;
}

export function meTooDone(t: Translator, id: string, side: BoardSide): OutgoingMessage {
  const text = t.rich(SIDE_TEXTS[side].joined);
  // What an idea costs is not asked.
  if (side === 'ideas') return { text };
  return {
    text,
    keyboard: { kind: 'inline', rows: [[{ label: t.text('board.button.details'), data: detailsButton.data(id) }]] },
  };
}

export function withdrawQuestion(t: Translator, id: string, side: BoardSide): OutgoingMessage {
  return {
    text: t.rich(SIDE_TEXTS[side].leaveSure),
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
