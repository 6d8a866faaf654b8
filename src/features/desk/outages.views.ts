import type { Translator } from '../../language/translator.ts';
import type { MessengerName, OutgoingMessage } from '../../messengers/messenger.ts';

/** What the desk reads when a messenger is out of reach, when it is back, and when messages may be lost. */
export function renderOutage(what: 'away' | 'back' | 'gap', payload: unknown, t: Translator): OutgoingMessage[] {
  const { messenger, since, until = since } = payload as { messenger: MessengerName; since: string; until?: string };
  const name = t.text(`desk.messenger.${messenger}`);
  if (what === 'gap') {
    const times = { from: new Date(since), to: new Date(until) };
    return [{ text: t.rich('desk.outage.gap', { messenger: name, ...times }) }];
  }
  const values = { messenger: name, since: new Date(since) };
  return [{ text: t.rich(`desk.outage.${what}`, values) }];
}
