import { setTimeout as delay } from 'node:timers/promises';
import { plain } from '../language/rich-text.ts';
import { MessengerError, type MessengerClient } from '../messengers/messenger.ts';
import { finding, type Finding, type Verdict } from './report.ts';

const WHAT = 'Form of a shared contact';
const BETWEEN_LOOKS_MS = 1_000;
/** The most that a look returns: nothing is confirmed, so that the bot still gets every update. */
const PAGE = 100;

interface SharedContact {
  phone_number?: unknown;
  user_id?: unknown;
}

/**
 * Asks for a contact in the chat and says in which form the messenger gives it: digits are counted, not shown. It reads
 * what waits for the bot without confirming any of it, which a bot that runs, or a webhook, does not allow.
 */
export async function awaitContact(
  client: MessengerClient,
  { chatId, waitSeconds }: { chatId: number; waitSeconds: number },
): Promise<Finding> {
  const said = (verdict: Verdict, detail: string) => ({ verdict, detail });
  if (waitSeconds === 0) {
    return { what: WHAT, ...said('open', 'needs a person: stop the bot and ask again with --wait 60') };
  }
  return finding(WHAT, async () => {
    await client.send(chatId, {
      text: plain('doctor: press the button below to share your contact'),
      keyboard: { kind: 'reply', rows: [[{ label: 'Contact', request: 'contact' }]] },
    });
    try {
      const contact = await look();
      return contact
        ? said('ok', formOf(contact, chatId))
        : said('info', `nobody shared one within ${waitSeconds} seconds`);
    } catch (error) {
      if (!(error instanceof MessengerError) || error.kind !== 'conflict') throw error;
      return said('info', 'not asked: the bot runs or has a webhook; stop it and ask again');
    } finally {
      await client.send(chatId, { text: plain('doctor: end'), keyboard: { kind: 'remove' } });
    }
  });

  async function look(): Promise<SharedContact | null> {
    const giveUpAt = performance.now() + waitSeconds * 1000;
    while (performance.now() < giveUpAt) {
      const waiting = await client.getUpdates({ timeout: 0, limit: PAGE, signal: AbortSignal.timeout(20_000) });
      for (const one of waiting) {
        const { message } = one as { message?: { chat?: { id?: number }; contact?: SharedContact | null } | null };
        if (message?.chat?.id === chatId && message.contact) return message.contact;
      }
      await delay(BETWEEN_LOOKS_MS);
    }
    return null;
  }
}

function formOf({ phone_number: phone, user_id: userId }: SharedContact, chatId: number): string {
  const number = typeof phone === 'string' ? `"${phone.replaceAll(/\d/g, 'd')}"` : typeof phone;
  const isIranian = /^(?:\+|00)?98/.test(String(phone)) ? ', begins with 98' : '';
  const cut = Number(BigInt.asUintN(32, BigInt(chatId)));
  const whose =
    userId === undefined || userId === null
      ? 'without a user id'
      : userId === chatId
        ? 'with the user’s id'
        : userId === cut
          ? 'with the user’s id cut to 32 bits'
          : 'with another user id';
  return `phone_number ${number}${isIranian}, ${whose}`;
}
