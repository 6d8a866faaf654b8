import type { Translator } from '../../language/translator.ts';
import type { MessengerName, OutgoingMessage } from '../../messengers/messenger.ts';

/** What the desk reads when a messenger is out of reach, and when it is back. */
export function renderOutage(what: 'away' | 'back', payload: unknown, t: Translator): OutgoingMessage[] {
  const { messenger, since } = payload as { messenger: MessengerName; since: string };
  const values = { messenger: t.text(`desk.messenger.${messenger}`), since: new Date(since) };
  return [{ text: t.rich(`desk.outage.${what}`, values) }];
}
