import { buttonKind } from '../../bot/callback-data.ts';
import { join } from '../../language/rich-text.ts';
import type { Language, Translator } from '../../language/translator.ts';
import type { InlineButton, Keyboard, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Member } from './members.service.ts';

export const noticeButton = buttonKind('mn', 1, []);
export const languageButton = buttonKind('ml', 1, ['language']);

export function greeting(t: Translator, name: string | null, menu: Keyboard): OutgoingMessage {
  return {
    text: name === null ? t.rich('members.start.greeting') : t.rich('members.start.welcomeBack', { name }),
    keyboard: menu,
  };
}

/** The first screen's second message: what is kept, and the language, one tap away. */
export function firstSteps(t: Translator): OutgoingMessage {
  return {
    text: t.rich('bot.prompt'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('members.start.button.notice'), data: noticeButton.data() }],
        [{ label: t.text('members.start.button.language'), data: languageButton.data('ask') }],
      ],
    },
  };
}

export function notice(t: Translator): OutgoingMessage {
  return { text: t.rich('members.notice') };
}

export function languageChoice(t: Translator): OutgoingMessage {
  const button = (language: Language): InlineButton => ({
    label: t.text(`members.language.${language}`),
    data: languageButton.data(language),
  });
  return {
    text: t.rich('members.language.ask'),
    keyboard: {
      kind: 'inline',
      rows: [
        [button('fa'), button('en')],
        [button('azb'), button('ar')],
      ],
    },
  };
}

/** Everything that is kept about the person, as they may read it. */
export function myData(
  t: Translator,
  member: Member,
  place: { province: string; city: string } | null,
  cards: OutgoingMessage['text'][],
): OutgoingMessage {
  if (!member.registeredAt) return { text: join([t.rich('members.me.title'), t.rich('members.me.guest')], '\n\n') };
  const lines = [
    t.rich('members.me.name', { name: member.name ?? undefined }),
    t.rich('members.me.phone', { phone: member.phone ?? undefined }),
    place ? t.rich('members.me.place', place) : '',
    t.rich('members.me.registered', { at: member.registeredAt }),
    member.consent ? t.rich('members.me.consent', { at: member.consent.at }) : '',
  ];
  const businesses = cards.length > 0 ? [t.rich('members.me.businesses'), ...cards] : [];
  return {
    text: join([t.rich('members.me.title'), join(lines), ...businesses], '\n\n'),
    keyboard: { kind: 'inline', rows: [[{ label: t.text('members.start.button.notice'), data: noticeButton.data() }]] },
  };
}
