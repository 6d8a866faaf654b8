import { placeName } from '../../language/places.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { NOTE, TITLE, gap, heading, paragraph, type Block } from '../../pictures/block.ts';
import { document } from '../../pictures/document.ts';
import { qrCode } from '../../pictures/qr.ts';
import { table } from '../../pictures/table.ts';
import type { Recognition } from './recognition.service.ts';
import { kindText } from './recognition.views.ts';

/** What the letter is made of. */
export type Lettered = Pick<Recognition, 'code' | 'facts' | 'issuedAt' | 'expiresAt'>;

/** One page: what is registered and approved, and the way to check that it still is. */
export function letterBlocks(t: Translator, { code, facts, issuedAt, expiresAt }: Lettered, link: string): Block[] {
  const { name, kind, fields, provinceCode, cityCode, since, registeredAt } = facts;
  const row = (key: 'name' | 'kind' | 'fields' | 'since' | 'place' | 'member' | 'until', value: string): string[] => [
    t.text(`recognition.letter.${key}`),
    value,
  ];
  return [
    paragraph(t.text('recognition.letter.title'), { font: { ...TITLE, size: TITLE.size * 1.3 }, align: 'middle' }),
    gap(0.5),
    paragraph(t.text('recognition.letter.date', { at: issuedAt }), { align: 'end', faint: true }),
    gap(),
    paragraph(t.text('recognition.letter.to'), { font: { size: 1, bold: true } }),
    gap(0.6),
    paragraph(t.text('recognition.letter.body')),
    gap(),
    heading(t.text('recognition.letter.facts')),
    gap(0.4),
    ...table({
      columns: [
        { head: t.text('recognition.letter.fact'), share: 2 },
        { head: t.text('recognition.letter.value'), share: 5 },
      ],
      rows: [
        row('name', name),
        row('kind', kindText(t, kind)),
        row(
          'fields',
          fields.map((field) => t.text(`taxonomy.fields.${field}` as TextKey)).join(t.text('bot.listComma')),
        ),
        ...(since === null ? [] : [row('since', t.text('recognition.letter.year', { year: since }))]),
        row(
          'place',
          t.text('recognition.letter.city', {
            city: placeName(cityCode, t.language),
            province: placeName(provinceCode, t.language),
          }),
        ),
        row('member', t.date(registeredAt)),
        row('until', t.date(expiresAt)),
      ],
    }),
    gap(1.4),
    qrCode(link, {
      ems: 11,
      beside: [
        // Not in groups: within Persian text they would stand in the reverse order.
        paragraph(t.text('recognition.letter.code', { code }), { font: { size: 1.15, bold: true } }),
        gap(0.4),
        paragraph(t.text('recognition.letter.check')),
      ],
    }),
    gap(1.4),
    paragraph(t.text('recognition.letter.limits'), { font: NOTE, faint: true }),
    gap(2),
    paragraph(t.text('recognition.letter.signature'), { align: 'end' }),
  ];
}

/**
 * To the member in their language, with the letter in Persian: its readers are bodies of the country.
 * @param link opens the bot at the check of this letter; it is what the QR holds
 */
export function letterMessage(
  t: Translator,
  recognition: Recognition,
  { link, persian }: { link: string; persian: Translator },
): OutgoingMessage {
  const { code, facts, expiresAt } = recognition;
  const bytes = document(letterBlocks(persian, recognition, link), {
    language: persian.language,
    title: persian.text('recognition.letter.title'),
  });
  return {
    text: t.rich('recognition.issued', { name: facts.name, code, until: expiresAt }),
    media: { kind: 'document', file: { bytes, fileName: `letter-${code}.pdf`, mimeType: 'application/pdf' } },
  };
}
