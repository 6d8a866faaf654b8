import { withoutAddresses } from '../../language/addresses.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { invitable, mayChangeRole, mayDo, mayRemove } from './business-rights.ts';
import type { AskedOffer, Offer, OfferOutcome } from './business-people.service.ts';
import { cardActButton, cardButton, roleLabel } from './businesses.views.ts';
import { roleIn, type Business, type BusinessRole } from './businesses.service.ts';

/** A person of a business, and what is done: see, manager, employee, remove, remove!, give, give!. */
export const personButton = buttonKind('bp', 1, ['business', 'member', 'act']);
export const inviteButton = buttonKind('bi', 1, ['business', 'role']);
/** An answer to an invitation by its token, which only who has the link knows. */
export const invitationButton = buttonKind('bv', 1, ['token', 'answer']);
export const offerButton = buttonKind('bo', 1, ['offer', 'answer']);

const MOST_SHOWN = 40;

export function peopleList(
  t: Translator,
  business: Business,
  { reader, nameOf }: { reader: string; nameOf: (memberId: string) => string | null },
): OutgoingMessage {
  const rows = business.people.slice(0, MOST_SHOWN).map(({ memberId, role }): InlineButton[] => {
    const name = nameOf(memberId) ?? t.text('businesses.people.unnamed');
    const shown = memberId === reader ? t.text('businesses.people.you', { name }) : name;
    return [
      {
        label: t.text('businesses.people.item', { name: shown, role: roleLabel(t, role) }),
        data: personButton.data(business.id, memberId, 'see'),
      },
    ];
  });
  if (invitable(roleIn(business, reader)).length > 0)
    rows.push([{ label: t.text('businesses.button.invite'), data: cardActButton.data(business.id, 'invite') }]);
  rows.push([backTo(t, business)]);
  return {
    text: t.rich('businesses.people.title', { name: withoutAddresses(business.name) }),
    keyboard: { kind: 'inline', rows },
  };
}

/** One person of the business, with what the reader may do about them. */
export function personCard(
  t: Translator,
  business: Business,
  { reader, memberId, name }: { reader: string; memberId: string; name: string | null },
): OutgoingMessage | null {
  const person = business.people.find((one) => one.memberId === memberId);
  const own = roleIn(business, reader);
  if (!person || !mayDo(own, 'see-people')) return null;
  const { role } = person;
  const act = (key: 'makeManager' | 'makeEmployee' | 'transfer' | 'remove', name: string): InlineButton => ({
    label: t.text(`businesses.button.${key}`),
    data: personButton.data(business.id, memberId, name),
  });
  const buttons = [
    ...(role !== 'manager' && mayChangeRole(own, role, 'manager') ? [act('makeManager', 'manager')] : []),
    ...(role !== 'employee' && mayChangeRole(own, role, 'employee') ? [act('makeEmployee', 'employee')] : []),
    ...(role !== 'owner' && mayDo(own, 'transfer') ? [act('transfer', 'give')] : []),
    ...(memberId !== reader && mayRemove(own, role) ? [act('remove', 'remove')] : []),
  ];
  return {
    text: t.rich('businesses.people.person', {
      name: name ?? t.text('businesses.people.unnamed'),
      role: roleLabel(t, role),
      business: withoutAddresses(business.name),
      at: person.since,
    }),
    keyboard: {
      kind: 'inline',
      rows: [
        ...buttons.map((button) => [button]),
        [{ label: t.text('bot.button.back'), data: cardActButton.data(business.id, 'people') }],
      ],
    },
  };
}

/** Asks before what can't be taken back: leaving, removing somebody, giving the ownership away. */
export function askSure(
  t: Translator,
  business: Business,
  about: { act: 'leave' } | { act: 'remove' | 'give'; memberId: string; name: string | null },
): OutgoingMessage {
  const [text, sure]: [OutgoingMessage['text'], InlineButton] =
    about.act === 'leave'
      ? [
          t.rich('businesses.people.leaveAsk', { name: withoutAddresses(business.name) }),
          { label: t.text('businesses.button.leaveSure'), data: cardActButton.data(business.id, 'leave-sure') },
        ]
      : [
          t.rich(about.act === 'remove' ? 'businesses.people.removeAsk' : 'businesses.transfer.ask', {
            name: about.name ?? t.text('businesses.people.unnamed'),
            business: withoutAddresses(business.name),
          }),
          {
            label: t.text(about.act === 'remove' ? 'businesses.button.removeSure' : 'businesses.button.transferSure'),
            data: personButton.data(business.id, about.memberId, `${about.act}!`),
          },
        ];
  return { text, keyboard: { kind: 'inline', rows: [[sure], [backTo(t, business)]] } };
}

export function askInvitedRole(t: Translator, business: Business, roles: readonly BusinessRole[]): OutgoingMessage {
  return {
    text: t.rich('businesses.invite.ask', { name: withoutAddresses(business.name) }),
    keyboard: {
      kind: 'inline',
      rows: [
        ...roles.map((role): InlineButton[] => [
          { label: roleLabel(t, role), data: inviteButton.data(business.id, role) },
        ]),
        [backTo(t, business)],
      ],
    },
  };
}

export function inviteLink(t: Translator, business: Business, role: BusinessRole, link: string): OutgoingMessage {
  return {
    text: t.rich('businesses.invite.link', { name: withoutAddresses(business.name), role: roleLabel(t, role), link }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('businesses.button.share'), copy: link }], [backTo(t, business)]],
    },
  };
}

export function invitationCard(t: Translator, business: Business, role: BusinessRole, token: string): OutgoingMessage {
  return {
    text: t.rich('businesses.invite.card', { name: withoutAddresses(business.name), role: roleLabel(t, role) }),
    keyboard: yesOrNo(t, (answer) => invitationButton.data(token, answer)),
  };
}

/** Asks the other side of a transfer or a request to join. */
export function offerNotice(
  t: Translator,
  offer: AskedOffer,
  { business, from }: { business: Business; from: string | null },
): OutgoingMessage {
  return {
    text: t.rich(`businesses.offer.${offer.kind}`, {
      business: withoutAddresses(business.name),
      from: from ?? t.text('businesses.people.unnamed'),
    }),
    keyboard: yesOrNo(t, (answer) => offerButton.data(offer.id, answer)),
  };
}

/** Tells who offered what the answer was; `apart` where what was to be merged with it stayed a record of its own. */
export function answerNotice(
  t: Translator,
  { kind, status }: Pick<Offer, 'kind' | 'status'>,
  { business, by, apart }: { business: Business; by: string | null; apart: boolean },
): OutgoingMessage {
  const answer = status === 'accepted' ? 'accepted' : 'declined';
  return {
    text: t.rich(kind === 'join' && apart ? `businesses.answer.join.apart` : `businesses.answer.${kind}.${answer}`, {
      business: withoutAddresses(business.name),
      name: by ?? t.text('businesses.people.unnamed'),
    }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('businesses.menu.businesses'), data: cardButton.data(business.id) }]],
    },
  };
}

const backTo = (t: Translator, { id }: Business): InlineButton => ({
  label: t.text('businesses.button.card'),
  data: cardButton.data(id),
});

function yesOrNo(t: Translator, data: (answer: 'yes' | 'no') => string): OutgoingMessage['keyboard'] {
  return {
    kind: 'inline',
    rows: [
      [
        { label: t.text('businesses.button.accept'), data: data('yes') },
        { label: t.text('businesses.button.decline'), data: data('no') },
      ],
    ],
  };
}

/** What became of an answer to an invitation. */
export function joined(t: Translator, outcome: OfferOutcome, yes: boolean): OutgoingMessage {
  switch (outcome.kind) {
    case 'done':
      return {
        text: yes
          ? t.rich('businesses.invite.accepted', {
              name: withoutAddresses(outcome.business.name),
              role: roleLabel(t, outcome.offer.role),
            })
          : t.rich('businesses.invite.declined'),
      };
    case 'already':
      return { text: t.rich('businesses.invite.already', { name: withoutAddresses(outcome.business.name) }) };
    case 'gone':
    case 'forbidden':
      return { text: t.rich('businesses.invite.gone') };
  }
}
