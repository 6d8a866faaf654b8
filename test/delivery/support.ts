import type { Connection } from 'mongoose';
import { afterEach, beforeAll } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { campaignCollection } from '../../src/delivery/campaign.model.ts';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import { createDelivery, type Delivery, type DeliveryDeps } from '../../src/delivery/delivery.ts';
import {
  MessengerError,
  type MessengerClient,
  type MessengerName,
  type OutgoingMessage,
  type SendOptions,
  type SentMessage,
} from '../../src/messengers/messenger.ts';
import { plain } from '../../src/language/rich-text.ts';
import { silentLogger } from '../support/database.ts';
import { pagesOf, sayText } from './recipients.ts';
import { systemClock } from '../../src/system-clock.ts';

export interface SendCall {
  chatId: number;
  text: string;
  message: OutgoingMessage;
  signal: AbortSignal | undefined;
  turn: AbortSignal | undefined;
  /** Of all calls to this port, counted from 1. */
  nth: number;
}

export interface ChangeCall {
  act: 'edit' | 'file' | 'delete';
  chatId: number;
  messageId: number;
  signal: AbortSignal | undefined;
  turn: AbortSignal | undefined;
  /** Of all edits and deletions, counted from 1. */
  nth: number;
}

/** A messenger at the port: `answer` decides what becomes of each send; by default all arrive. */
export interface Port {
  client: MessengerClient;
  /** Everything that arrived, in order. */
  arrived: { chatId: number; text: string }[];
  calls: SendCall[];
  mostInFlight: number;
  answer: (call: SendCall) => Promise<SentMessage[] | void> | SentMessage[] | void;
  /** What people see now: the texts of a chat by message id. */
  chats: Map<number, Map<number, string>>;
  /** The files that messages carry: keys by message id. Captions of this port have room for a line as texts have. */
  files: Map<number, string>;
  /** Decides what becomes of each edit and deletion; by default all are done. */
  onChange: (call: ChangeCall) => Promise<void> | void;
}

export function createPort(name: MessengerName, options: { sendsPerSecond?: number } = {}): Port {
  let inFlight = 0;
  let lastId = 100;
  let changes = 0;
  const port: Port = {
    client: undefined as never,
    arrived: [],
    calls: [],
    mostInFlight: 0,
    answer: () => {},
    chats: new Map(),
    files: new Map(),
    onChange: () => {},
  };
  const chatOf = (chatId: number): Map<number, string> => {
    const chat = port.chats.get(chatId) ?? new Map<number, string>();
    port.chats.set(chatId, chat);
    return chat;
  };
  const client = {
    name,
    capabilities: { editMedia: name === 'telegram' ? ['photo'] : [] },
    limits: { sendsPerSecond: options.sendsPerSecond ?? 30 },
    me: { id: name === 'telegram' ? 1 : 2 },
    // A line is what goes into one message.
    parts: ({ media, ...message }: OutgoingMessage) =>
      message.text.text
        .split('\n')
        .map((line, index) => ({ ...message, text: plain(line), ...(index === 0 ? { media } : {}) })),
    async edit(chatId: number, messageId: number, message: OutgoingMessage, options: SendOptions = {}) {
      await port.onChange({
        act: 'edit',
        chatId,
        messageId,
        signal: options.signal,
        turn: options.turn,
        nth: ++changes,
      });
      if (!chatOf(chatId).has(messageId)) throw failure('message-gone');
      if (port.files.has(messageId) !== (message.media !== undefined)) throw failure('rejected');
      chatOf(chatId).set(messageId, message.text.text);
    },
    async editFile(chatId: number, messageId: number, message: OutgoingMessage) {
      await port.onChange({ act: 'file', chatId, messageId, signal: undefined, turn: undefined, nth: ++changes });
      if (!chatOf(chatId).has(messageId)) throw failure('message-gone');
      chatOf(chatId).set(messageId, message.text.text);
      port.files.set(messageId, message.media?.key ?? '');
      return { messageId, fileId: `id-of-${message.media?.key}` };
    },
    async delete(chatId: number, messageId: number, options: SendOptions = {}) {
      await port.onChange({
        act: 'delete',
        chatId,
        messageId,
        signal: options.signal,
        turn: options.turn,
        nth: ++changes,
      });
      return chatOf(chatId).delete(messageId) ? 'deleted' : 'gone';
    },
    async send(chatId: number, message: OutgoingMessage, sendOptions: SendOptions = {}) {
      const call: SendCall = {
        chatId,
        text: message.text.text,
        message,
        signal: sendOptions.signal,
        turn: sendOptions.turn,
        nth: port.calls.length + 1,
      };
      port.calls.push(call);
      inFlight += 1;
      port.mostInFlight = Math.max(port.mostInFlight, inFlight);
      try {
        await new Promise((resolve) => setImmediate(resolve));
        const sent = await port.answer(call);
        port.arrived.push({ chatId, text: call.text });
        lastId += 1;
        chatOf(chatId).set(lastId, call.text);
        if (message.media?.key !== undefined) port.files.set(lastId, message.media.key);
        return sent ?? [{ messageId: lastId }];
      } finally {
        inFlight -= 1;
      }
    },
  };
  port.client = client as unknown as MessengerClient;
  return port;
}

export const failure = (
  kind: MessengerError['kind'],
  options?: { retryAfter?: number; ofChat?: boolean; ambiguous?: boolean },
): MessengerError => new MessengerError(kind, 'sendMessage', 'as the test wants it', options);

/** Never answers; ends when it is taken back, as a send that waits for the pacer does. */
export const untilTakenBack = ({ signal, turn = signal }: Partial<SendCall>): Promise<never> =>
  new Promise((_resolve, reject) => {
    turn?.addEventListener('abort', () => reject(turn.reason as Error));
  });

export interface Outbox extends Delivery {
  marked: { memberId: string; messenger: MessengerName; chatId: number }[];
}

/** Makes outboxes that the end of the test stops. */
export function useOutboxes(
  connection: () => Connection,
): (deps: { ports: Port[] } & Partial<Omit<DeliveryDeps, 'connection' | 'clients'>>) => Outbox {
  const made: Delivery[] = [];
  beforeAll(async () => {
    deliveryCollection(connection());
    campaignCollection(connection());
    await ensureIndexes(connection());
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map((delivery) => delivery.stop({ timeoutMs: 50 })));
    await connection().collection('deliveries').deleteMany({});
    await connection().collection('campaigns').deleteMany({});
    await connection().collection('sendRates').deleteMany({});
  });
  return ({ ports, settings, ...deps }) => {
    const marked: Outbox['marked'] = [];
    const delivery = createDelivery({
      clock: systemClock,
      connection: connection(),
      clients: new Map(ports.map((port) => [port.client.name, port.client])),
      logger: silentLogger,
      renderers: { news: sayText, notice: sayText },
      recipientsOf: pagesOf([]),
      markUnreachable: async (account) => void marked.push(account),
      settings: { pollMs: 25, firstBackoffMs: 20, longestBackoffMs: 60, ...settings },
      ...deps,
    });
    made.push(delivery);
    return { ...delivery, marked };
  };
}
