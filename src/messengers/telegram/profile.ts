import type { MessengerProfile } from '../profile.ts';
import { renderTelegram } from './render.ts';

/** Telegram's Bot API, whose terms are the ones used above the dialects: nothing to translate. */
export const telegramProfile: MessengerProfile = {
  name: 'telegram',
  capabilities: {
    entities: true,
    editReturnsMessage: true,
    // editMessageMedia: every kind but voices.
    editMedia: ['photo', 'document', 'audio', 'video'],
    botProfile: true,
    webhookSecretHeader: true,
    shareLink: true,
  },
  limits: {
    text: 4096,
    caption: 1024,
    albumCaption: 1024,
    callbackDataBytes: 64,
    answerText: 200,
    downloadBytes: 20 * 1024 * 1024,
    webhookPorts: [443, 80, 88, 8443],
    sendsPerSecond: 30,
  },
  defaultApiRoot: 'https://api.telegram.org',
  linkBase: 'https://t.me/',
  shareBase: 'https://t.me/share/url',
  dialect: (call, next) => next(call),
  measure: (rich) => renderTelegram(rich).text.length,
  shown: (rich) => rich,
  showsAnswers: () => true,
  contactIdBits: 64,
};
