import { buttonKind } from '../../bot/callback-data.ts';
import { tooLate, type Completion } from '../../bot/dialogue/dialogue.ts';
import { join } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { ContactMessage, SendOutcome } from './contact.service.ts';

export const replyButton = buttonKind('zr', 1, ['thread']);
/** `on` stops the other side's messages, `off` lets them through again. */
export const blockButton = buttonKind('zb', 1, ['thread', 'act']);

/** A message as the other side reads it: a name, never a number. */
export function contactNotice(t: Translator, message: ContactMessage, authorName: string): OutgoingMessage {
  const { businessName, threadId } = message;
  const head =
    message.from === 'asker'
      ? t.rich('directory.contact.fromAsker', { name: authorName, business: businessName })
      : t.rich('directory.contact.fromBusiness', { business: businessName });
  return {
    // A stranger's words in the bot's voice would be believed.
    text: join(
      [head, t.rich('directory.contact.body', { text: message.text }), t.rich('directory.contact.whose')],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('directory.button.reply'), data: replyButton.data(threadId) }],
        [{ label: t.text('directory.button.block'), data: blockButton.data(threadId, 'on') }],
      ],
    },
  };
}

export function blockedMessage(t: Translator, threadId: string, blocked: boolean): OutgoingMessage {
  const other = blocked ? 'unblock' : 'block';
  return {
    text: t.rich(blocked ? 'directory.contact.blocked' : 'directory.contact.unblocked'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text(`directory.button.${other}`), data: blockButton.data(threadId, blocked ? 'off' : 'on') }],
      ],
    },
  };
}

const OUTCOMES: Readonly<Record<SendOutcome['kind'], TextKey>> = {
  sent: 'directory.contact.sent',
  gone: 'directory.contact.gone',
  blocked: 'directory.contact.refused',
  'too-many': 'directory.contact.tooMany',
  own: 'directory.contact.own',
};

export function sendOutcome(t: Translator, outcome: SendOutcome): Completion {
  if (outcome.kind !== 'sent') return tooLate({ text: t.rich(OUTCOMES[outcome.kind]) });
  return { text: t.rich(outcome.nowhere ? 'directory.contact.nowhere' : OUTCOMES.sent) };
}

/** To who wrote: what they wrote could not be delivered to anybody on the other side. */
export function undeliveredNotice(t: Translator, { businessName, from }: ContactMessage): OutgoingMessage {
  return {
    text:
      from === 'asker'
        ? t.rich('directory.contact.undelivered', { business: businessName })
        : t.rich('directory.contact.undeliveredReply', { business: businessName }),
  };
}
