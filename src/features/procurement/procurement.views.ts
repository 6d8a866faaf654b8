import { buttonKind } from '../../bot/callback-data.ts';
import { formatDay } from '../../language/jalali-format.ts';
import { fromIsoDay } from '../../language/jalali.ts';
import { placeName } from '../../language/places.ts';
import { join } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Buyer, ItemWithSuppliers, Procurement, ProcurementFile, Supplier } from './procurement.service.ts';

/** A page of buyers. */
export const buyersButton = buttonKind('ca', 1, ['page']);
/** The file of a buyer, named by one of the reports about it. */
export const fileButton = buttonKind('cb', 1, ['id', 'page']);
/** On a report or a buyer: report, letter, rename, drop, restore, evidence, back. */
export const actButton = buttonKind('cc', 1, ['id', 'act']);

export const BUYERS_SHOWN = 8;
/** With their suppliers they must fit into one message. */
export const ITEMS_SHOWN = 5;
const LONGEST_LABEL = 26;

const short = (text: string): string => shorten(text, LONGEST_LABEL);

export const dayText = (t: Translator, isoDay: string): string => formatDay(fromIsoDay(isoDay), t.language, 'short');

export function supplierNames(t: Translator, suppliers: readonly Supplier[]): string {
  return suppliers
    .map(({ name, cityCode }) => t.text('procurement.supplier', { name, city: placeName(cityCode, t.language) }))
    .join(t.text('bot.listComma'));
}

/** What the file is for, the way to a report, and what this member has reported. */
export function procurementHome(
  t: Translator,
  { own, keeps }: { own: readonly Procurement[]; keeps: boolean },
): OutgoingMessage {
  const rows: InlineButton[][] = [[{ label: t.text('procurement.button.report'), data: actButton.data('', 'report') }]];
  for (const { id, item } of own)
    rows.push([
      { label: t.text('procurement.button.takeBack', { item: short(item) }), data: actButton.data(id, 'back') },
    ]);
  if (keeps) rows.push([{ label: t.text('procurement.button.buyers'), data: buyersButton.data('0') }]);
  return {
    text: join(
      [
        join([t.rich('procurement.title'), t.rich('procurement.intro')], '\n\n'),
        ...own.map(({ item, buyer, amountRials }) => t.rich('procurement.own', { item, buyer, amount: amountRials })),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

export function reportDone(t: Translator, { buyer }: Procurement): OutgoingMessage {
  return {
    text: t.rich('procurement.report.done', { buyer }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('procurement.button.another'), data: actButton.data('', 'report') }]],
    },
  };
}

export function takeBackQuestion(t: Translator, { id, item }: { id: string; item: string }): OutgoingMessage {
  return {
    text: t.rich('procurement.takeBack.question', { item }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('procurement.button.takeBackSure'), data: actButton.data(id, 'back-sure') }]],
    },
  };
}

export function buyersPage(
  t: Translator,
  { buyers, more, page, home }: { buyers: readonly Buyer[]; more: boolean; page: number; home: string },
): OutgoingMessage {
  const rows = buyers.map(({ newestId, name, count }): InlineButton[] => [
    { label: t.text('procurement.button.buyer', { name: short(name), count }), data: fileButton.data(newestId, '0') },
  ]);
  const turns = turnsOf(t, { page, more, to: (other) => buyersButton.data(other) });
  if (turns.length > 0) rows.push(turns);
  rows.push([{ label: t.text('bot.button.back'), data: home }]);
  return {
    text: join(
      [t.rich('procurement.buyers.title'), ...(buyers.length === 0 ? [t.rich('procurement.buyers.empty')] : [])],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

function turnsOf(
  t: Translator,
  { page, more, to }: { page: number; more: boolean; to: (page: string) => string },
): InlineButton[] {
  return [
    ...(page > 0 ? [{ label: t.text('bot.button.previousPage'), data: to(String(page - 1)) }] : []),
    ...(more ? [{ label: t.text('bot.button.nextPage'), data: to(String(page + 1)) }] : []),
  ];
}

/** A buyer's purchases with who could have supplied them, and what an officer does with them. */
export function filePage(t: Translator, file: ProcurementFile, page: number): OutgoingMessage {
  const { newestId, buyer, amountRials, items, dropped } = file;
  const all = [
    ...items.map((one) => ({ one, suppliers: one.suppliers })),
    ...dropped.map((one) => ({ one, suppliers: [] })),
  ];
  const first = page * ITEMS_SHOWN;
  const shown = all.slice(first, first + ITEMS_SHOWN);
  const rows = shown.map(({ one }, index): InlineButton[] => [
    {
      label: t.text(one.dropped ? 'procurement.button.restore' : 'procurement.button.drop', {
        number: first + index + 1,
      }),
      data: actButton.data(one.id, one.dropped ? 'restore' : 'drop'),
    },
    ...(one.evidence.length === 0
      ? []
      : [
          {
            label: t.text('procurement.button.evidence', { number: first + index + 1 }),
            data: actButton.data(one.id, 'evidence'),
          },
        ]),
  ]);
  const turns = turnsOf(t, {
    page,
    more: all.length > first + ITEMS_SHOWN,
    to: (other) => fileButton.data(newestId, other),
  });
  if (turns.length > 0) rows.push(turns);
  if (items.length > 0)
    rows.push([{ label: t.text('procurement.button.letter'), data: actButton.data(newestId, 'letter') }]);
  rows.push([{ label: t.text('procurement.button.rename'), data: actButton.data(newestId, 'rename') }]);
  rows.push([{ label: t.text('procurement.button.buyers'), data: buyersButton.data('0') }]);
  return {
    text: join(
      [
        t.rich('procurement.file.title', { buyer, count: items.length, amount: amountRials }),
        ...shown.map(({ one, suppliers }, index) => itemText(t, { ...one, suppliers }, first + index + 1)),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

function itemText(t: Translator, one: ItemWithSuppliers, number: number) {
  const { item, amountRials, boughtOn, noticeNumber, suppliers, dropped } = one;
  return join([
    t.rich('procurement.file.item', { number, item }),
    t.rich('procurement.file.bought', { amount: amountRials, day: dayText(t, boughtOn) }),
    noticeNumber === null ? '' : t.rich('procurement.file.notice', { number: noticeNumber }),
    dropped
      ? t.rich('procurement.file.dropped')
      : suppliers.length === 0
        ? t.rich('procurement.file.noSupplier')
        : t.rich('procurement.file.suppliers', { suppliers: supplierNames(t, suppliers) }),
  ]);
}
