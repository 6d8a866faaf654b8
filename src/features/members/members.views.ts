import { buttonKind } from '../../bot/callback-data.ts';
import type { Language, Translator } from '../../language/translator.ts';
import type { InlineButton, Keyboard, OutgoingMessage } from '../../messengers/messenger.ts';

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
