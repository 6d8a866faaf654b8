import type { FileFor } from '../../bot/show-stored-file.ts';
import type { Translator } from '../../language/translator.ts';
import type {
  FileSource,
  InlineButton,
  MessengerClient,
  MessengerName,
  OutgoingMessage,
} from '../../messengers/messenger.ts';
import type { News, NewsItem } from './news.service.ts';
import { newsMessage, shareRow } from './news.views.ts';

export interface ItemMessageDeps {
  /** A stored file as that messenger can send it (features/files). */
  fileFor: FileFor;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  /** What other rooms put under an item that a member reads, such as «mute this topic». */
  readerRows?: ((t: Translator, item: NewsItem) => InlineButton[][]) | undefined;
}

/** Files of so many items are held, so that a picture for ten thousand people is read and uploaded once. */
const HELD = 4;

export type ItemMessages = ReturnType<typeof createItemMessages>;

/** An item as the message of a messenger, with its file and with what stands under it. */
export function createItemMessages({ fileFor, clients, readerRows }: ItemMessageDeps) {
  const held = new Map<string, Promise<FileSource | null>>();

  /** The same bytes object each time: the outbox uploads it once (delivery/upload-once.ts). */
  function fileOf({ attachment }: NewsItem, messenger: MessengerName): Promise<FileSource | null> {
    if (!attachment) return Promise.resolve(null);
    const key = `${messenger}:${attachment.storedId}`;
    const there = held.get(key);
    if (there) return there;
    const found = fileFor(attachment.storedId, messenger).then((file) => file?.source ?? null);
    held.set(key, found);
    for (const oldest of [...held.keys()].slice(0, Math.max(0, held.size - HELD))) held.delete(oldest);
    found.catch(() => held.delete(key));
    return found;
  }

  function share(t: Translator, item: NewsItem, messenger: MessengerName): InlineButton[][] {
    const client = clients.get(messenger);
    if (!client || item.number === null) return [];
    const link = linkTo(client, item.number);
    return link === null ? [] : [shareRow(t, item, client.shareLink(link, item.headline))];
  }

  return {
    /** What a reader gets, in the archive and by the outbox; `rows` stand above the others. */
    async forReader(
      t: Translator,
      item: NewsItem,
      messenger: MessengerName,
      rows: InlineButton[][] = [],
    ): Promise<OutgoingMessage> {
      return newsMessage(t, item, {
        file: await fileOf(item, messenger),
        rows: [...rows, ...share(t, item, messenger), ...(readerRows?.(t, item) ?? [])],
      });
    },
    /** Links to the item on every messenger that is served. */
    linksTo: (number: number): string[] => [...clients.values()].flatMap((client) => linkTo(client, number) ?? []),
  };
}

/** Null while the messenger has not said yet who the bot is. */
function linkTo(client: MessengerClient, number: number): string | null {
  return client.isConnected ? client.deepLink(`n_${number}`) : null;
}

/** How the outbox builds an item for one recipient; nothing where it is gone or was recalled. */
export async function renderNews(
  { news, messages }: { news: Pick<News, 'find'>; messages: ItemMessages },
  payload: { newsId: string },
  { t, messenger }: { t: Translator; messenger: MessengerName },
): Promise<OutgoingMessage[]> {
  const item = await news.find(payload.newsId);
  return item && item.recalledAt === null ? [await messages.forReader(t, item, messenger)] : [];
}
