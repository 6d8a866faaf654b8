import type { MessengerProfile } from '../profile.ts';
import { baleDialect } from './dialect.ts';
import { renderBale, shownByBale } from './render.ts';

/** Bale's Bot API: Telegram's with differences (docs.bale.ai). */
export const baleProfile: MessengerProfile = {
  name: 'bale',
  capabilities: {
    entities: false,
    editReturnsMessage: false,
    // docs.bale.ai has no editMessageMedia.
    editMedia: [],
    botProfile: false,
    webhookSecretHeader: false,
    shareLink: false,
  },
  limits: {
    text: 4096,
    caption: 4096,
    albumCaption: 1024,
    callbackDataBytes: 64,
    answerText: 200,
    downloadBytes: 20 * 1024 * 1024,
    webhookPorts: [443, 88],
    // Not published; it grows with how much people talk to the bot.
    sendsPerSecond: 10,
  },
  // Not published either; what its libraries keep to is Telegram's.
  chatBudgets: { private: { perSecond: 1, burst: 3 }, group: { perSecond: 0.25, burst: 5 } },
  defaultApiRoot: 'https://tapi.bale.ai',
  linkBase: 'https://ble.ir/',
  shareBase: null,
  dialect: baleDialect,
  measure: (rich) => renderBale(rich).length,
  shown: shownByBale,
  // Clients from before answers existed have ids that begin with 1 (docs.bale.ai, answerCallbackQuery).
  showsAnswers: (pressId) => !pressId.startsWith('1'),
  contactIdBits: 32,
};
