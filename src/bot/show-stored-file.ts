import { MessengerError, type FileSource, type MediaKind } from '../messengers/messenger.ts';
import type { BotContext } from './context.ts';

/** Finds a stored file as a messenger can send it, and what to do with the id that it gets there; null where it is gone. */
export type FileFor = (
  id: string,
  messenger: BotContext['client']['name'],
) => Promise<{ source: FileSource; sent: (fileId: string) => Promise<void> } | null>;

/** Shows a stored file as what it was sent, or as a document (see `send-file.ts`); one that is gone, or that the messenger takes neither way, is said to be. */
export async function showStoredFile(
  ctx: BotContext,
  fileFor: FileFor,
  { fileId, kind, caption }: { fileId: string; kind: MediaKind; caption: string },
): Promise<void> {
  const file = await fileFor(fileId, ctx.client.name);
  const missing = async (): Promise<void> => void (await ctx.show({ text: ctx.t.rich('bot.error.noFile') }));
  if (!file) return missing();
  try {
    const [sent] = await ctx.show({ text: { text: caption, ranges: [] }, media: { kind, file: file.source } });
    if (sent?.fileId) await file.sent(sent.fileId);
  } catch (error) {
    if (!(error instanceof MessengerError && error.kind === 'rejected')) throw error;
    await missing();
  }
}
