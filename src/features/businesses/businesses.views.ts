import { withoutAddresses } from '../../language/addresses.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { placeName } from '../../language/places.ts';
import { join, plain, type RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { invitable, mayDo } from './business-rights.ts';
import { roleIn, type Business, type BusinessRole } from './businesses.service.ts';

export const listButton = buttonKind('bl', 1, []);
export const cardButton = buttonKind('bc', 1, ['id']);
/** What is begun from a card: edit, correct, people, invite, leave, leave-sure. */
export const cardActButton = buttonKind('ba', 1, ['id', 'act']);
/** After a registration that looks like another one: `same` or `other`. */
export const duplicateButton = buttonKind('bd', 1, ['own', 'like', 'choice']);
export const registerButton = buttonKind('br', 1, []);

/** A text whose key ends in a stored code; a code that has no text is shown as it is. */
const labelOf = (t: Translator, group: string, code: string): string => t.text(`${group}.${code}` as TextKey);

export const kindLabel = (t: Translator, code: string): string => labelOf(t, 'taxonomy.kinds', code);
export const roleLabel = (t: Translator, role: BusinessRole): string => t.text(`businesses.role.${role}`);

export function fieldLabels(t: Translator, codes: readonly string[]): string {
  return codes.map((code) => labelOf(t, 'taxonomy.fields', code)).join(t.text('bot.listComma'));
}

/** What the secretariat may ask to be put right, as the member knows it from the form. */
export const CORRECTABLE = [
  'business',
  'kind',
  'place',
  'workplace',
  'fields',
  'headcount',
  'since',
  'companyId',
  'documents',
  'website',
  'description',
] as const;

export const correctableLabel = (t: Translator, code: (typeof CORRECTABLE)[number]): string =>
  t.text(`businesses.label.${code}`);

export function correctableLabels(t: Translator, codes: readonly string[]): string {
  return CORRECTABLE.filter((code) => codes.includes(code))
    .map((code) => correctableLabel(t, code))
    .join(t.text('bot.listComma'));
}

/** A business in three lines. */
export function businessCard(t: Translator, business: Business): RichText {
  return t.rich('businesses.card', {
    name: withoutAddresses(business.name),
    kind: kindLabel(t, business.kind),
    city: placeName(business.cityCode, t.language),
    fields: fieldLabels(t, business.fields),
  });
}

/** Everything that its people have said of it. */
export function businessDetails(t: Translator, business: Business): RichText {
  const { workplace, headcount, since, companyId, website, description, documents } = business;
  const lines = [
    workplace === null
      ? ''
      : t.rich('businesses.detail.workplace', { workplace: labelOf(t, 'taxonomy.workplaces', workplace) }),
    headcount === null ? '' : t.rich('businesses.detail.headcount', { count: headcount }),
    since === null ? '' : t.rich('businesses.detail.since', { year: since }),
    companyId === null ? '' : t.rich('businesses.detail.companyId', { id: companyId }),
    website === null ? '' : t.rich('businesses.detail.website', { website }),
    ...(documents.length > 0 ? [t.rich('businesses.detail.documents')] : []),
    ...documents.map((held) =>
      join(
        [
          t.rich('businesses.detail.document', { document: labelOf(t, 'taxonomy.documents', held.kind) }),
          held.number === null ? '' : t.rich('businesses.detail.documentNumber', { number: held.number }),
          held.issuer === null ? '' : t.rich('businesses.detail.documentIssuer', { issuer: held.issuer }),
          held.expiresOn === null
            ? ''
            : t.rich('businesses.detail.documentExpiry', { at: startOfDayTehran(fromIsoDay(held.expiresOn)) }),
        ],
        ' · ',
      ),
    ),
  ];
  return join(
    [
      businessCard(t, business),
      join(lines),
      description === null ? '' : t.rich('businesses.detail.description', { description }),
      t.rich(business.listed ? 'businesses.detail.listed' : 'businesses.detail.unlisted'),
    ],
    '\n\n',
  );
}

export function businessList(t: Translator, own: readonly Business[]): OutgoingMessage {
  const rows = own.map(({ id, name, status }): InlineButton[] => [
    {
      label: t.text('businesses.mine.item', { status: t.text(`businesses.status.${status}`), name }),
      data: cardButton.data(id),
    },
  ]);
  rows.push([{ label: t.text('businesses.registration.title'), data: registerButton.data() }]);
  return {
    text:
      own.length === 0
        ? join([t.rich('businesses.mine.title'), t.rich('businesses.mine.empty')], '\n\n')
        : t.rich('businesses.mine.title'),
    keyboard: { kind: 'inline', rows },
  };
}

/** A business to one of its people, with what this one may do. `more`: what other features offer for it. */
export function ownCard(
  t: Translator,
  business: Business,
  { memberId, more }: { memberId: string; more: readonly InlineButton[] },
): OutgoingMessage {
  const role = roleIn(business, memberId);
  const act = (key: 'edit' | 'correct' | 'people' | 'invite' | 'leave'): InlineButton => ({
    label: t.text(`businesses.button.${key}`),
    data: cardActButton.data(business.id, key),
  });
  const mayEdit = mayDo(role, 'edit');
  const rows = [
    ...(mayEdit && business.status === 'correction' ? [[act('correct')]] : []),
    ...(mayEdit ? [[act('edit'), act('people')]] : []),
    [...(invitable(role).length > 0 ? [act('invite')] : []), act('leave')],
    ...more.map((button) => [button]),
    [{ label: t.text('businesses.button.list'), data: listButton.data() }],
  ];
  return {
    text: join(
      [
        businessDetails(t, business),
        join([
          plain(t.text(`businesses.status.${business.status}`)),
          ...(mayEdit ? reviewLines(t, business) : []),
          role === null ? '' : t.rich('businesses.detail.role', { role: roleLabel(t, role) }),
        ]),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

function reviewLines(t: Translator, { status, review }: Business): (RichText | string)[] {
  if (!review) return [];
  if (status === 'refused') return [t.rich('businesses.detail.refusal', { reason: review.reason })];
  if (status !== 'correction') return [];
  return [
    t.rich('businesses.detail.asked', { reason: review.reason }),
    t.rich('businesses.detail.askedFields', { fields: correctableLabels(t, review.fields) }),
  ];
}

/** What is said after a registration: done, and one that looks like it, if there is one. */
export function registered(t: Translator, business: Business, like: Business | undefined): OutgoingMessage {
  const done = t.rich('businesses.registration.done', { name: withoutAddresses(business.name) });
  if (!like) return { text: done };
  const choice = (key: 'same' | 'other'): InlineButton => ({
    label: t.text(`businesses.button.${key}`),
    data: duplicateButton.data(business.id, like.id, key),
  });
  const ask = t.rich('businesses.duplicate.ask', {
    name: withoutAddresses(like.name),
    kind: kindLabel(t, like.kind),
    city: placeName(like.cityCode, t.language),
  });
  return { text: join([done, ask], '\n\n'), keyboard: { kind: 'inline', rows: [[choice('same')], [choice('other')]] } };
}

/** What the secretariat decided, as its people read it. */
export function reviewNotice(t: Translator, business: Business, number: string | null): OutgoingMessage {
  const { status, review } = business;
  const name = withoutAddresses(business.name);
  const keyboard: OutgoingMessage['keyboard'] = {
    kind: 'inline',
    rows: [
      [
        status === 'correction'
          ? { label: t.text('businesses.button.correct'), data: cardActButton.data(business.id, 'correct') }
          : { label: t.text('businesses.menu.businesses'), data: cardButton.data(business.id) },
      ],
    ],
  };
  switch (status) {
    case 'approved':
      return { text: t.rich('businesses.notice.approved', { name, number: number ?? '' }), keyboard };
    case 'correction':
      return {
        text: t.rich('businesses.notice.correction', {
          name,
          reason: review?.reason,
          fields: correctableLabels(t, review?.fields ?? []),
        }),
        keyboard,
      };
    case 'refused':
      return { text: t.rich('businesses.notice.refused', { name, reason: review?.reason }), keyboard };
    case 'waiting':
    case 'merged':
      // Changed again before this left: it says what is the case now.
      return { text: t.rich('businesses.notice.waiting', { name }), keyboard };
  }
}
