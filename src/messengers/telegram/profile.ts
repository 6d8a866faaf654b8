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
  // "Avoid sending more than one message per second" to a chat, with "short bursts" of no published length, and in a group
  // no "more than 20 messages per minute" (core.telegram.org/bots/faq): five and fifteen more in any minute. Edits share
  // the limits (levlam, tdlib/td#2592, #3034).
  chatBudgets: { private: { perSecond: 1, burst: 3 }, group: { perSecond: 0.25, burst: 5 } },
  defaultApiRoot: 'https://api.telegram.org',
  linkBase: 'https://t.me/',
  shareBase: 'https://t.me/share/url',
  dialect: (call, next) => next(call),
  measure: (rich) => renderTelegram(rich).text.length,
  shown: (rich) => rich,
  showsAnswers: () => true,
  contactIdBits: 64,
};
