import type { BotContext } from '../../bot/context.ts';
import type { KeepFile } from '../../bot/dialogue/read-answer.ts';
import type { TextKey } from '../../language/translator.ts';
import type { MediaFile } from '../../messengers/media.ts';
import type { MessengerClient, MessengerName } from '../../messengers/messenger.ts';
import { unfetchedOf, type Held, type HeldMessages } from './held.service.ts';

export interface FetchDeps {
  held: HeldMessages;
  keepFile: KeepFile;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
}

const MB = 1024 * 1024;

const sayOf = (error: TextKey): TextKey =>
  error === 'bot.dialogue.error.fileGone' ? 'obstacles.unclaimed.fileLost' : error;

/** Of somebody who has not registered only the messenger's id is kept: a stranger must not fill the disk. */
export function noted({ client }: BotContext, { kind, size = 0 }: MediaFile) {
  const max = client.limits.downloadBytes;
  return size > max
    ? ({ ok: false, error: 'bot.dialogue.error.fileTooLarge', values: { max: Math.floor(max / MB) } } as const)
    : ({ ok: true, storedId: null, kind } as const);
}

/** Fetches what only the messenger has so far; what can't be had any more, or has no room today, is said once. */
export async function fetchFiles(deps: FetchDeps, ctx: BotContext, held: Held): Promise<Held> {
  const missing = unfetchedOf(held);
  if (missing.length === 0) return held;
  const said = new Set<TextKey>();
  for (const one of missing) {
    const client = deps.clients.get(held.messenger);
    // Another process may serve that bot; it fetches the file at the next press there.
    if (!client) continue;
    const kept = await deps.keepFile(ctx, one.sent, { client, source: one.source });
    if (kept.ok) {
      await deps.held.noteFetched(held, one, kept.storedId);
      continue;
    }
    // What has no room today stays where it is.
    if (kept.error !== 'bot.dialogue.error.filesOfDay') await deps.held.noteFetched(held, one, null);
    if (!said.has(kept.error)) await ctx.show({ text: ctx.t.rich(sayOf(kept.error), kept.values) });
    said.add(kept.error);
  }
  return (await deps.held.find(held.id, held.memberId)) ?? held;
}
