import { textOf, type Dialogue, type TextQuestion } from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { MOST_WORDS, searchWords } from '../businesses/directory.service.ts';
import type { Contact } from './contact.service.ts';
import { sendOutcome } from './contact.views.ts';
import type { Searches } from './searches.service.ts';

export function wordsDialogue(deps: {
  searches: Searches;
  results: (ctx: BotContext) => Promise<OutgoingMessage>;
}): Dialogue {
  return {
    name: 'directory-words',
    title: 'directory.words.title',
    send: 'directory.words.send',
    questions: [
      {
        key: 'words',
        kind: 'text',
        text: 'directory.words.question',
        label: 'directory.words.label',
        min: 2,
        max: 60,
        check: (text) =>
          searchWords(text).length <= MOST_WORDS
            ? { ok: true, value: text }
            : { ok: false, error: 'bot.dialogue.error.manyWords', values: { max: MOST_WORDS } },
      },
    ],
    async complete(ctx, { answers }) {
      await deps.searches.change(ctx.person.id, { words: textOf(answers, 'words') });
      return deps.results(ctx);
    },
  };
}

const MESSAGE: Pick<TextQuestion, 'key' | 'kind' | 'label' | 'min' | 'max' | 'multiline'> = {
  key: 'message',
  kind: 'text',
  label: 'directory.write.label',
  min: 5,
  max: 1000,
  multiline: true,
};

/** The subject is the business. */
export function contactDialogue(contact: Contact): Dialogue {
  return {
    name: 'contact',
    title: 'directory.write.title',
    send: 'directory.write.send',
    questions: [{ ...MESSAGE, text: 'directory.write.question' }],
    async complete(ctx, { draftId, subject, answers }) {
      const text = textOf(answers, 'message');
      return sendOutcome(ctx.t, await contact.write({ draftId, askerId: ctx.person.id, businessId: subject, text }));
    },
  };
}

/** The subject is the thread. */
export function contactReplyDialogue(contact: Contact): Dialogue {
  return {
    name: 'contact-reply',
    title: 'directory.reply.title',
    send: 'directory.write.send',
    questions: [{ ...MESSAGE, text: 'directory.reply.question' }],
    async complete(ctx, { draftId, subject, answers }) {
      const text = textOf(answers, 'message');
      return sendOutcome(ctx.t, await contact.reply({ draftId, authorId: ctx.person.id, threadId: subject, text }));
    },
  };
}
