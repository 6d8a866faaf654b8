import { withoutAddresses } from '../../language/addresses.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import { lookAlikeLines } from '../../bot/look-alikes.views.ts';
import { maskPhone } from '../../language/identifiers.ts';
import { placeName } from '../../language/places.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { businessDetails, roleLabel } from './businesses.views.ts';
import type { Business, BusinessRole } from './businesses.service.ts';
import type { Duplicate } from './duplicates.service.ts';

export const queueButton = buttonKind('bq', 1, ['page']);
export const reviewButton = buttonKind('bw', 1, ['id']);
/** A decision on the version that was shown: approve, correct, refuse. */
export const decideButton = buttonKind('bx', 1, ['id', 'version', 'act']);
/** Two members with one phone who are one person, by the same steps. */
export const peopleMergeButton = buttonKind('bt', 1, ['from', 'into', 'step']);
/** A merge, by steps: ask, sure, do. */
export const mergeButton = buttonKind('bm', 1, ['from', 'into', 'step']);

export const PAGE_SIZE = 8;

export function reviewQueue(
  t: Translator,
  { businesses, total, page, home }: { businesses: readonly Business[]; total: number; page: number; home: string },
): OutgoingMessage {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const rows = businesses.map(({ id, name }): InlineButton[] => [{ label: name, data: reviewButton.data(id) }]);
  const turns: InlineButton[] = [
    ...(page > 0 ? [{ label: t.text('bot.button.previousPage'), data: queueButton.data(String(page - 1)) }] : []),
    ...(page < pages - 1 ? [{ label: t.text('bot.button.nextPage'), data: queueButton.data(String(page + 1)) }] : []),
  ];
  if (turns.length > 0) rows.push(turns);
  rows.push([{ label: t.text('bot.button.back'), data: home }]);
  return {
    text: join(
      [
        t.rich('businesses.review.title'),
        businesses.length === 0 ? t.rich('businesses.review.empty') : '',
        pages > 1 ? t.rich('businesses.review.page', { page: page + 1, pages }) : '',
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

export interface Named {
  id: string;
  name: string | null;
}

export interface ShownPerson extends Named {
  phone: string | null;
  role: BusinessRole;
  /** Other members with the same phone. */
  twins: readonly Named[];
}

/** A registration to the secretariat: who stands behind it, with masked phones, and what looks like it. */
export function reviewCard(
  t: Translator,
  business: Business,
  { people, duplicates }: { people: readonly ShownPerson[]; duplicates: readonly Duplicate[] },
): OutgoingMessage {
  const decide = (act: 'approve' | 'correct' | 'refuse'): InlineButton => ({
    label: t.text(`businesses.review.act.${act}`),
    data: decideButton.data(business.id, String(business.version), act),
  });
  const waits = business.status === 'waiting';
  const merges = business.status === 'merged' ? [] : duplicates;
  return {
    text: join(
      [
        businessDetails(t, business),
        join([
          t.text(`businesses.status.${business.status}`),
          t.rich('businesses.review.registered', { at: business.registeredAt }),
          ...people.map(({ id, name, phone, role }) =>
            t.rich('businesses.review.person', {
              name: nameOf(t, { id, name }),
              role: roleLabel(t, role),
              phone: phone === null ? '***' : maskPhone(phone),
            }),
          ),
          ...lookAlikeLines(t, [business.name, ...people.map(({ name }) => name)]),
        ]),
        duplicates.length === 0
          ? ''
          : join([
              t.rich('businesses.review.duplicates'),
              ...duplicates.map(({ business: like, by }) =>
                t.rich('businesses.review.duplicate', {
                  name: withoutAddresses(like.name),
                  city: placeName(like.cityCode, t.language),
                  why: t.text(`businesses.review.why.${by}`),
                }),
              ),
            ]),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...(waits ? [[decide('approve')], [decide('correct'), decide('refuse')]] : []),
        ...merges.map(({ business: like }): InlineButton[] => [
          {
            label: t.text('businesses.review.act.merge', { name: withoutAddresses(like.name) }),
            data: mergeButton.data(business.id, like.id, 'ask'),
          },
        ]),
        ...people.flatMap(({ id, twins }) =>
          twins.map((twin): InlineButton[] => [
            {
              label: t.text('businesses.review.act.mergePeople', { name: nameOf(t, twin) }),
              data: peopleMergeButton.data(id, twin.id, 'ask'),
            },
          ]),
        ),
        [{ label: t.text('businesses.review.act.back'), data: queueButton.data('0') }],
      ],
    },
  };
}

const nameOf = (t: Translator, { name }: Named): string => name ?? t.text('businesses.people.unnamed');

/** Two steps here as well: what was two people's is one's from then on. */
export function mergePeopleQuestion(t: Translator, from: Named, into: Named, step: 'ask' | 'sure'): OutgoingMessage {
  const names = { from: nameOf(t, from), into: nameOf(t, into) };
  return {
    text: t.rich(step === 'ask' ? 'businesses.review.mergePeopleAsk' : 'businesses.review.mergePeopleAgain', names),
    keyboard: {
      kind: 'inline',
      rows: [
        [
          step === 'ask'
            ? { label: t.text('businesses.review.act.mergeOn'), data: peopleMergeButton.data(from.id, into.id, 'sure') }
            : {
                label: t.text('businesses.review.act.mergeSure'),
                data: peopleMergeButton.data(from.id, into.id, 'do'),
              },
        ],
        [{ label: t.text('bot.button.back'), data: queueButton.data('0') }],
      ],
    },
  };
}

/** Two steps: a merge can't be undone. */
export function mergeQuestion(t: Translator, from: Business, into: Business, step: 'ask' | 'sure'): OutgoingMessage {
  const names = { from: withoutAddresses(from.name), into: withoutAddresses(into.name) };
  return {
    text: t.rich(step === 'ask' ? 'businesses.review.mergeAsk' : 'businesses.review.mergeAgain', names),
    keyboard: {
      kind: 'inline',
      rows: [
        [
          step === 'ask'
            ? { label: t.text('businesses.review.act.mergeOn'), data: mergeButton.data(from.id, into.id, 'sure') }
            : { label: t.text('businesses.review.act.mergeSure'), data: mergeButton.data(from.id, into.id, 'do') },
        ],
        [{ label: t.text('bot.button.back'), data: reviewButton.data(from.id) }],
      ],
    },
  };
}
