import type { LanguageCode } from 'grammy/types';
import type { Logger } from 'pino';
import type { Language, TextKey, Translator } from '../language/translator.ts';
import { toMessengerError } from '../messengers/index.ts';
import type { MessengerClient } from '../messengers/messenger.ts';

/** Shown when a person types "/", in this order. The desk's command is for those who know it. */
const COMMANDS = ['start', 'register', 'report', 'cases', 'news', 'me', 'help'] as const;

/** Two-letter codes of the messenger app's language; the one without a code is for everybody else. */
const CODES: Readonly<Record<Language, LanguageCode | undefined>> = { fa: undefined, en: 'en', azb: 'az', ar: 'ar' };

/**
 * Sets the bot's commands, descriptions and menu button, where the messenger has them, in each language. Nothing depends on
 * it: what fails is logged and the next start tries again.
 */
export async function publishProfile(deps: {
  client: Pick<MessengerClient, 'name' | 'api' | 'capabilities'>;
  translators: readonly Translator[];
  logger: Logger;
}): Promise<void> {
  const { client, translators, logger } = deps;
  const { api, capabilities } = client;

  const softly = async (what: string, call: () => Promise<unknown>): Promise<void> => {
    try {
      await call();
    } catch (error) {
      const { kind } = toMessengerError(error, what);
      logger.warn({ messenger: client.name, what, kind }, 'The bot’s profile could not be set');
    }
  };

  for (const t of translators) {
    const code = CODES[t.language];
    const where = code === undefined ? {} : { language_code: code };
    const commands = COMMANDS.map((command) => {
      const key: TextKey = `bot.command.${command}`;
      return { command, description: t.text(key) };
    });
    await softly('setMyCommands', () => api.setMyCommands(commands, where));
    if (!capabilities.botProfile) continue;
    await softly('setMyDescription', () => api.setMyDescription(t.text('bot.profile.description'), where));
    await softly('setMyShortDescription', () => api.setMyShortDescription(t.text('bot.profile.short'), where));
  }
  if (capabilities.botProfile) {
    await softly('setChatMenuButton', () => api.setChatMenuButton({ menu_button: { type: 'commands' } }));
  }
}
