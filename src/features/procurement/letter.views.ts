import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { NOTE, TITLE, gap, paragraph, type Block } from '../../pictures/block.ts';
import { document } from '../../pictures/document.ts';
import { table } from '../../pictures/table.ts';
import type { ProcurementFile } from './procurement.service.ts';
import { dayText, supplierNames } from './procurement.views.ts';

/** The letter to a buyer: what it bought elsewhere, and who of the province could have supplied it. Nobody's name but theirs. */
export function letterBlocks(t: Translator, file: ProcurementFile, at: Date): Block[] {
  const { buyer, items, amountRials } = file;
  return [
    paragraph(t.text('procurement.letter.title'), { font: { ...TITLE, size: TITLE.size * 1.2 }, align: 'middle' }),
    gap(0.5),
    paragraph(t.text('procurement.letter.date', { at }), { align: 'end', faint: true }),
    paragraph(t.text('procurement.letter.number'), { align: 'end', faint: true }),
    paragraph(t.text('procurement.letter.attachment'), { align: 'end', faint: true }),
    gap(),
    paragraph(t.text('procurement.letter.to', { buyer }), { font: { size: 1.1, bold: true } }),
    paragraph(t.text('procurement.letter.subject'), { font: { size: 1, bold: true } }),
    gap(0.6),
    paragraph(t.text('procurement.letter.greeting')),
    paragraph(t.text('procurement.letter.body', { count: items.length, amount: amountRials })),
    gap(),
    ...table({
      columns: [
        { head: t.text('procurement.letter.row'), share: 1.4 },
        { head: t.text('procurement.letter.item'), share: 4.2 },
        { head: t.text('procurement.letter.amount'), share: 2.9, align: 'end' },
        { head: t.text('procurement.letter.day'), share: 2.2 },
        { head: t.text('procurement.letter.notice'), share: 2.6 },
        { head: t.text('procurement.letter.suppliers'), share: 4.6 },
      ],
      rows: items.map(({ item, amountRials: amount, boughtOn, noticeNumber, suppliers }, index) => [
        t.number(index + 1),
        item,
        t.number(amount),
        dayText(t, boughtOn),
        noticeNumber ?? t.text('procurement.letter.none'),
        suppliers.length === 0 ? t.text('procurement.letter.none') : supplierNames(t, suppliers),
      ]),
    }),
    gap(0.6),
    paragraph(t.text('procurement.letter.sum', { amount: amountRials }), { font: { size: 1, bold: true } }),
    gap(),
    paragraph(t.text('procurement.letter.request')),
    gap(0.6),
    paragraph(t.text('procurement.letter.basis'), { font: NOTE, faint: true }),
    gap(2),
    paragraph(t.text('procurement.letter.signature'), { align: 'end' }),
  ];
}

/** To the officer in their language, with the letter in Persian: its readers are bodies of the country. */
export function letterMessage(
  t: Translator,
  file: ProcurementFile,
  { at, persian }: { at: Date; persian: Translator },
): OutgoingMessage {
  const bytes = document(letterBlocks(persian, file, at), {
    language: persian.language,
    title: persian.text('procurement.letter.title'),
    footer: (page, pages) => persian.text('procurement.letter.page', { page, pages }),
  });
  return {
    text: t.rich('procurement.letter.ready', { buyer: file.buyer, count: file.items.length }),
    media: {
      kind: 'document',
      file: { bytes, fileName: `procurement-${file.newestId.slice(-6)}.pdf`, mimeType: 'application/pdf' },
    },
  };
}
