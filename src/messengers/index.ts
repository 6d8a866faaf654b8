import { baleProfile } from './bale/profile.ts';
import { createClient, type MessengerClientDeps } from './client.ts';
import type { Limits, MessengerClient, MessengerName } from './messenger.ts';
import { telegramProfile } from './telegram/profile.ts';

export type { MessengerClientDeps } from './client.ts';
export type { CallReport } from './transport.ts';
export { toMessengerError } from './errors.ts';
export { createHttp, type Http } from './http.ts';
export type { IgnoredReason } from './incoming.ts';
export { type MediaFile, mediaOf } from './media.ts';
export { createPacer, type Pacer, type PacerState } from './pacer.ts';
export { isProxyUrl } from './proxy.ts';
export { createReach, type Reach } from './reach.ts';
export { maskToken } from './token.ts';

const PROFILES = { telegram: telegramProfile, bale: baleProfile };

/**
 * The client for one bot on one messenger. It opens no connection before the first call.
 *
 * @throws {TypeError} when `apiRoot` is not an address.
 */
export const createMessengerClient = ({
  name,
  ...deps
}: MessengerClientDeps & { name: MessengerName }): MessengerClient => createClient(PROFILES[name], deps);

/** What a messenger allows, before there is a client for it. */
export const limitsOf = (name: MessengerName): Limits => PROFILES[name].limits;
