import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import { MONTHS } from '../../language/jalali-names.ts';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { markOf } from '../../language/mark.ts';
import { redact } from '../../language/redact.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Weighed } from '../obstacles/obstacles.service.ts';
import {
  votersOf,
  type Agenda,
  type AgendaItem,
  type AgendaNews,
  type Decision,
  type Tally,
} from './agenda.service.ts';

export const agendaButton = buttonKind('va', 1, ['id']);
export const itemButton = buttonKind('vb', 1, ['id', 'obstacle']);
/** support, info, object, decide. */
export const itemActButton = buttonKind('vd', 1, ['id', 'obstacle', 'act']);
/** propose, add, minutes, quorum. */
export const agendaActButton = buttonKind('vf', 1, ['id', 'act']);

/** The cases of an agenda by their ids, and what reads a category's name. */
export interface CaseFacts {
  weighed: ReadonlyMap<string, Weighed>;
  categoryText: (t: Translator, category: string) => string;
}

const LABEL_LENGTH = 48;

export const monthText = (t: Translator, month: string): string => {
  const [year, number] = month.split('-').map(Number);
  return t.text('agenda.month', { month: MONTHS[t.language][(number ?? 1) - 1], year });
};

/** Without the numbers that a reporter may have put into it; as everybody reads it, where everybody may. */
export function titleOf(t: Translator, { weighed }: CaseFacts, { obstacleId, code }: AgendaItem): string {
  const found = weighed.get(obstacleId)?.obstacle;
  return found ? (found.publicTitle ?? redact(found.title)) : t.text('agenda.item.gone', { code });
}

const whyText = (t: Translator, { why }: AgendaItem): string =>
  why.length === 0
    ? t.text('agenda.why.chosen')
    : why.map((reason) => t.text(`agenda.why.${reason}`)).join(t.text('bot.listComma'));

const tallyText = (t: Translator, { support, info, object }: Tally): string =>
  t.text('agenda.tally', { support, info, object });

export function noAgenda(t: Translator, { mayLead }: { mayLead: boolean }): OutgoingMessage {
  return {
    text: join([t.rich('agenda.title'), t.rich('agenda.none')], '\n\n'),
    ...(mayLead
      ? {
          keyboard: {
            kind: 'inline',
            rows: [
              [{ label: t.text('agenda.button.propose'), data: agendaActButton.data('', 'propose') }],
              [{ label: t.text('agenda.button.quorum'), data: agendaActButton.data('', 'quorum') }],
            ],
          },
        }
      : {}),
  };
}

interface Reader {
  memberId: string;
  mayLead: boolean;
}

/** What became of an item, or how far its votes are and which is the reader's own. */
function standing(t: Translator, item: AgendaItem, { agenda, reader }: { agenda: Agenda; reader: Reader | null }) {
  if (item.decision)
    return t.rich('agenda.item.decided', { outcome: t.text(`agenda.outcome.${item.decision.outcome}`) });
  const own = item.words.find(({ memberId }) => memberId === reader?.memberId);
  return join([
    t.rich('agenda.item.why', { why: whyText(t, item) }),
    agenda.state === 'open' && reader
      ? t.rich('agenda.item.voters', { voters: votersOf(item.tally), quorum: agenda.quorum })
      : '',
    own ? t.rich('agenda.item.own', { vote: t.text(`agenda.vote.${own.vote}`) }) : '',
  ]);
}

const agendaText = (t: Translator, agenda: Agenda, facts: CaseFacts, reader: Reader | null): RichText =>
  join(
    [
      join([
        t.rich('agenda.head', { month: monthText(t, agenda.month), number: agenda.number }),
        t.rich('agenda.stateLine', { state: t.text(`agenda.state.${agenda.state}`) }),
        t.rich('agenda.quorumLine', { quorum: agenda.quorum, size: agenda.councilSize }),
      ]),
      ...agenda.items.map((item, index) =>
        join([
          t.rich('agenda.item.line', { number: index + 1, title: titleOf(t, facts, item) }),
          standing(t, item, { agenda, reader }),
        ]),
      ),
      agenda.items.length === 0 ? t.rich(reader?.mayLead ? 'agenda.emptyLead' : 'agenda.empty') : '',
    ],
    '\n\n',
  );

const itemRows = (t: Translator, agenda: Agenda, facts: CaseFacts): InlineButton[][] =>
  agenda.items.map((item, index) => [
    {
      label: t.text('agenda.item.label', { number: index + 1, title: shorten(titleOf(t, facts, item), LABEL_LENGTH) }),
      data: itemButton.data(agenda.id, item.obstacleId),
    },
  ]);

export function agendaPage(t: Translator, agenda: Agenda, facts: CaseFacts, reader: Reader): OutgoingMessage {
  const { mayLead } = reader;
  const act = (name: 'add' | 'minutes' | 'quorum' | 'propose'): InlineButton[] => [
    { label: t.text(`agenda.button.${name}`), data: agendaActButton.data(agenda.id, name) },
  ];
  const sure = (name: 'vc' | 'vx', key: 'confirm' | 'close'): InlineButton[] => [
    { label: t.text(`agenda.button.${key}`), data: sureButton.data(name, agenda.id, markOfAgenda(agenda)) },
  ];
  const { state, items } = agenda;
  const rows = itemRows(t, agenda, facts);
  if (state === 'closed') rows.push(act('minutes'));
  if (mayLead) {
    if (state === 'proposed' && items.length > 0) rows.push(sure('vc', 'confirm'));
    if (state !== 'closed') rows.push(act('add'));
    if (state === 'open') rows.push(sure('vx', 'close'));
    if (state === 'closed') rows.push(act('propose'));
    rows.push(act('quorum'));
  }
  return { text: agendaText(t, agenda, facts, reader), keyboard: { kind: 'inline', rows } };
}

/** Of what a head decides over: which items there are, and which of them are decided. */
export const markOfAgenda = ({ state, items }: Agenda): string =>
  markOf(
    state,
    items.map(({ obstacleId, decision }) => [obstacleId, decision?.outcome ?? null]),
  );

/** An item with its facts: what hurts whom how much, never who reported it. */
export function itemPage(
  t: Translator,
  { agenda, item, facts }: { agenda: Agenda; item: AgendaItem; facts: CaseFacts },
  who: { memberId: string; mayVote: boolean; mayLead: boolean },
): OutgoingMessage {
  const { id, state, items } = agenda;
  const at = items.indexOf(item);
  const own = item.words.find(({ memberId }) => memberId === who.memberId);
  const act = (name: 'support' | 'info' | 'object' | 'decide'): InlineButton => ({
    label: t.text(`agenda.button.${name}`),
    data: itemActButton.data(id, item.obstacleId, name),
  });
  const rows: InlineButton[][] = [];
  const isOpen = state === 'open' && item.decision === null;
  if (isOpen && who.mayVote) rows.push([act('support')], [act('info')], [act('object')]);
  if (isOpen && who.mayLead) rows.push([act('decide')]);
  if (state === 'proposed' && who.mayLead)
    rows.push([
      {
        label: t.text('agenda.button.remove'),
        data: sureButton.data('vr', `${id}.${item.obstacleId}`, markOfAgenda(agenda)),
      },
    ]);
  const turn = (other: AgendaItem | undefined, key: 'previous' | 'next'): InlineButton[] =>
    other ? [{ label: t.text(`agenda.button.${key}`), data: itemButton.data(id, other.obstacleId) }] : [];
  const turns = [...turn(items[at - 1], 'previous'), ...turn(items[at + 1], 'next')];
  if (turns.length > 0) rows.push(turns);
  rows.push([{ label: t.text('agenda.button.all'), data: agendaButton.data(id) }]);
  const comments = item.decision?.comments ?? item.words.map(({ vote, comment }) => ({ vote, text: comment }));
  return {
    text: join(
      [
        t.rich('agenda.item.title', { number: at + 1, title: titleOf(t, facts, item) }),
        factLines(t, item, facts),
        join([
          t.rich('agenda.item.votes', {
            tally: tallyText(t, item.tally),
            quorum: agenda.quorum,
            size: agenda.councilSize,
          }),
          own ? t.rich('agenda.item.own', { vote: t.text(`agenda.vote.${own.vote}`) }) : '',
        ]),
        join(
          comments
            .filter(({ text }) => text !== '')
            .map(({ vote, text }) => t.rich('agenda.item.comment', { vote: t.text(`agenda.vote.${vote}`), text })),
        ),
        item.decision ? decisionText(t, item.decision) : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

function factLines(t: Translator, item: AgendaItem, { weighed, categoryText }: CaseFacts): RichText {
  const found = weighed.get(item.obstacleId);
  const code = t.rich('obstacles.card.code', { code: item.code });
  if (!found) return code;
  const { obstacle, people, totals } = found;
  return join([
    code,
    t.rich('obstacles.card.category', { category: categoryText(t, obstacle.category) }),
    t.rich('obstacles.card.status', { status: t.text(`obstacles.status.${obstacle.status}`) }),
    t.rich('obstacles.card.reportedAt', { at: obstacle.reportedAt }),
    t.rich('agenda.fact.people', { people }),
    totals.people === null ? '' : t.rich('agenda.fact.touched', { people: totals.people }),
    totals.days === null ? '' : t.rich('agenda.fact.days', { days: totals.days }),
    totals.rials === null ? '' : t.rich('agenda.fact.rials', { rials: totals.rials }),
    obstacle.clock.due === null ? '' : t.rich('agenda.fact.due', { at: obstacle.clock.due }),
    t.rich('agenda.item.why', { why: whyText(t, item) }),
  ]);
}

export const decisionText = (t: Translator, decision: Decision): RichText => {
  const { outcome, text, body, programme, dueOn, moved } = decision;
  return join([
    t.rich('agenda.item.decided', { outcome: t.text(`agenda.outcome.${outcome}`) }),
    t.rich('bot.dialogue.value.text', { value: text }),
    body === '' ? '' : t.rich('obstacles.fact.body', { body }),
    programme === '' ? '' : t.rich('obstacles.fact.programme', { programme }),
    dueOn === '' ? '' : t.rich('obstacles.fact.dueOn', { at: startOfDayTehran(fromIsoDay(dueOn)) }),
    moved.length === 0 ? '' : t.rich('agenda.item.moved', { count: moved.length }),
  ]);
};

/** What the council or those who lead it are told. */
export function agendaNotice(
  t: Translator,
  news: Exclude<AgendaNews, 'minutes'>,
  agenda: Agenda,
  facts: CaseFacts,
): OutgoingMessage {
  const rows =
    news === 'open'
      ? itemRows(t, agenda, facts)
      : [[{ label: t.text('agenda.button.see'), data: agendaButton.data(agenda.id) }]];
  return {
    text: join([t.rich(`agenda.notice.${news}`), agendaText(t, agenda, facts, null)], '\n\n'),
    keyboard: { kind: 'inline', rows },
  };
}
