import { join } from '../language/rich-text.ts';
import type { Translations } from '../language/translator.ts';
import type { OutgoingMessage } from '../messengers/messenger.ts';

/** For anybody: which language a person chose stands in the database. */
export function databaseAwayMessage({ translator }: Translations): OutgoingMessage {
  const words = (['fa', 'en'] as const).map((language) => translator(language).rich('bot.error.databaseAway'));
  return { text: join(words, '\n\n') };
}
