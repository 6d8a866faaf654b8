import { withoutAddresses } from '../../language/addresses.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import { lookAlikeLines } from '../../bot/look-alikes.views.ts';
import { maskPhone } from '../../language/identifiers.ts';
import { placeName } from '../../language/places.ts';
import { markOf } from '../../language/mark.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { ToldMark } from '../../language/told-state.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { businessDetails, roleLabel } from './businesses.views.ts';
import type { Business, BusinessRole } from './businesses.service.ts';
import type { Duplicate } from './duplicates.service.ts';

export const queueButton = buttonKind('bq', 1, ['page']);
export const reviewButton = buttonKind('bw', 1, ['id']);
/** A decision on the version that was shown that takes words: correct, refuse. */
export const decideButton = buttonKind('bx', 1, ['id', 'version', 'act']);

export const markOfBusiness = ({ version, status }: Pick<Business, 'version' | 'status'>): string =>
  markOf(version, status);
/** Of two that are to become one: by their names, which are all that the question shows. */
export const markOfPair = (from: Named, into: Named): string => markOf(from.id, from.name, into.id, into.name);

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
  {
    people,
    duplicates,
    told = [],
  }: {
    people: readonly ShownPerson[];
    duplicates: readonly Duplicate[];
    /** What became of telling them of the decision. */
    told?: readonly ({ memberId: string } & ToldMark)[];
  },
): OutgoingMessage {
  const approve: InlineButton = {
    label: t.text('businesses.review.act.approve'),
    data: sureButton.data('bx', business.id, markOfBusiness(business)),
  };
  const decide = (act: 'correct' | 'refuse'): InlineButton => ({
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
        told.length === 0
          ? ''
          : join([t.rich('businesses.review.told'), ...told.map((one) => toldLine(t, people, one))]),
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
        ...(waits ? [[approve], [decide('correct'), decide('refuse')]] : []),
        ...merges.map(({ business: like }): InlineButton[] => [
          {
            label: t.text('businesses.review.act.merge', { name: withoutAddresses(like.name) }),
            data: sureButton.data('bm', `${business.id}.${like.id}`, markOfPair(business, like)),
          },
        ]),
        ...people.flatMap(({ id, name, twins }) =>
          twins.map((twin): InlineButton[] => [
            {
              label: t.text('businesses.review.act.mergePeople', { name: nameOf(t, twin) }),
              data: sureButton.data('bt', `${id}.${twin.id}`, markOfPair({ id, name }, twin)),
            },
          ]),
        ),
        [{ label: t.text('businesses.review.act.back'), data: queueButton.data('0') }],
      ],
    },
  };
}

function toldLine(
  t: Translator,
  people: readonly ShownPerson[],
  { memberId, state, at }: { memberId: string } & ToldMark,
): RichText {
  const name = people.find(({ id }) => id === memberId)?.name ?? t.text('businesses.people.unnamed');
  return t.rich('told.to', { name, state: t.rich(`told.${state}`, { at }) });
}

const nameOf = (t: Translator, { name }: Named): string => name ?? t.text('businesses.people.unnamed');
