import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { NOTE, TITLE, gap, heading, paragraph, type Block } from '../../pictures/block.ts';
import { document } from '../../pictures/document.ts';
import { table } from '../../pictures/table.ts';
import type { Agenda, AgendaItem } from './agenda.service.ts';
import { monthText, titleOf, type CaseFacts } from './agenda.views.ts';

/** What was on the agenda, how the council stood, and what was decided; for printing and signing. */
export function minutesDocument(t: Translator, agenda: Agenda, facts: CaseFacts): Uint8Array {
  const title = t.text('agenda.minutes.title');
  const blocks: Block[] = [
    paragraph(title, { font: { ...TITLE, size: TITLE.size * 1.2 }, align: 'middle' }),
    paragraph(t.text('agenda.minutes.head', { number: agenda.number, month: monthText(t, agenda.month) }), {
      align: 'middle',
      faint: true,
    }),
    gap(),
    ...(agenda.confirmedAt ? [paragraph(t.text('agenda.minutes.opened', { at: agenda.confirmedAt }))] : []),
    ...(agenda.closedAt ? [paragraph(t.text('agenda.minutes.closed', { at: agenda.closedAt }))] : []),
    paragraph(t.text('agenda.quorumLine', { quorum: agenda.quorum, size: agenda.councilSize })),
    gap(),
    heading(t.text('agenda.minutes.items')),
    ...table({
      columns: [
        { head: t.text('agenda.minutes.row'), share: 1 },
        { head: t.text('agenda.minutes.subject'), share: 6 },
        { head: t.text('agenda.minutes.code'), share: 2.2 },
        { head: t.text('agenda.minutes.votes'), share: 3 },
        { head: t.text('agenda.minutes.outcome'), share: 3 },
      ],
      rows: agenda.items.map((item, index) => [
        t.number(index + 1),
        titleOf(t, facts, item),
        item.code,
        t.text('agenda.minutes.tally', { ...item.tally }),
        t.text(item.decision ? `agenda.outcome.${item.decision.outcome}` : 'agenda.minutes.undecided'),
      ]),
    }),
    gap(),
    heading(t.text('agenda.minutes.decisions')),
    ...agenda.items.flatMap((item, index) => decisionBlocks(t, item, { index, facts })),
    gap(2),
    paragraph(t.text('agenda.minutes.signature'), { align: 'end' }),
  ];
  return document(blocks, {
    language: t.language,
    title,
    footer: (page, pages) => t.text('agenda.minutes.page', { page, pages }),
  });
}

function decisionBlocks(
  t: Translator,
  item: AgendaItem,
  { index, facts }: { index: number; facts: CaseFacts },
): Block[] {
  const { decision } = item;
  if (!decision) return [];
  const { text, body, programme, dueOn, comments, moved } = decision;
  const line = (written: string, faint = false): Block => paragraph(written, faint ? { font: NOTE, faint } : {});
  return [
    {
      ...paragraph(t.text('agenda.item.label', { number: index + 1, title: titleOf(t, facts, item) }), {
        font: { size: 1, bold: true },
      }),
      keepsWithNext: true,
    },
    line(text),
    ...(programme === '' ? [] : [line(t.text('obstacles.fact.programme', { programme }))]),
    ...(body === '' ? [] : [line(t.text('obstacles.fact.body', { body }))]),
    ...(dueOn === '' ? [] : [line(t.text('obstacles.fact.dueOn', { at: startOfDayTehran(fromIsoDay(dueOn)) }))]),
    ...(moved.length === 0
      ? []
      : [line(t.text('agenda.minutes.moved', { codes: moved.join(t.text('bot.listComma')) }), true)]),
    ...comments.map((comment) =>
      line(t.text('agenda.item.comment', { vote: t.text(`agenda.vote.${comment.vote}`), text: comment.text }), true),
    ),
    gap(0.6),
  ];
}

export function minutesMessage(t: Translator, agenda: Agenda, bytes: Uint8Array): OutgoingMessage {
  return {
    text: t.rich('agenda.notice.minutes', { number: agenda.number, month: monthText(t, agenda.month) }),
    media: {
      kind: 'document',
      file: { bytes, fileName: `minutes-${agenda.number}.pdf`, mimeType: 'application/pdf' },
    },
  };
}
