import type { Recipient, RecipientsOf, Renderer } from '../../src/delivery/contract.ts';
import { plain } from '../../src/language/rich-text.ts';

/** Members m0001 and so on, each on Telegram at 1000 + n and, where `bale` says so, on Bale at 5000 + n. */
export function people(count: number, options: { bale?: (n: number) => boolean } = {}): Recipient[] {
  return Array.from({ length: count }, (_, index) => ({
    memberId: `m${String(index + 1).padStart(6, '0')}`,
    language: 'fa',
    accounts: [
      { messenger: 'telegram' as const, chatId: 1001 + index },
      ...(options.bale?.(index + 1) ? [{ messenger: 'bale' as const, chatId: 5001 + index }] : []),
    ],
  }));
}

export const pagesOf =
  (recipients: readonly Recipient[]): RecipientsOf =>
  async (_audience, { after, limit }) =>
    recipients.filter((recipient) => after === undefined || recipient.memberId > after).slice(0, limit);

/** Says `payload.text` to everybody. */
export const sayText: Renderer = async (payload) => [{ text: plain((payload as { text: string }).text) }];
