import type { Host } from '../host.ts';
import { describeMessage, seenMessage } from './chat-message.ts';
import type { ChatMessage } from './chat-message.ts';

export type MessageMatch = string | RegExp | ((message: ChatMessage) => boolean);

export interface WaitOptions {
  /** Milliseconds; default 5,000. */
  timeoutMs?: number;
  /** Look at the whole chat, not only at what came or changed after the last action here. */
  any?: boolean;
}

/** One chat as those in it see it, with ways to wait for it to change. */
export class ChatView {
  readonly host: Host;
  readonly chatId: number;
  /** The world's revision at the last action of a person here. */
  mark: number;

  constructor(host: Host, chatId: number) {
    this.host = host;
    this.chatId = chatId;
    this.mark = host.world.revision;
  }

  messages(): ChatMessage[] {
    const stored = this.host.world.chats.get(this.chatId)?.messages.values() ?? [];
    return Array.from(stored, (message) => seenMessage(this.host, message));
  }

  last(): ChatMessage | undefined {
    const stored = [...(this.host.world.chats.get(this.chatId)?.messages.values() ?? [])].at(-1);
    return stored && seenMessage(this.host, stored);
  }

  transcript(): string {
    const keyboard = this.host.world.chats.get(this.chatId)?.keyboard;
    const rows = keyboard?.keyboard.map((row) => row.map(({ text }) => `⌨ ${text}`).join(' | ')) ?? [];
    return [...this.messages().map(describeMessage), ...rows].join('\n');
  }

  /** The newest message of the bot that fits, now or as soon as there is one. */
  async waitForMessage(match: MessageMatch, options: WaitOptions = {}): Promise<ChatMessage> {
    let found: ChatMessage | undefined;
    await this.waitUntil(
      () => {
        found = this.#newestOfBot(match, options.any === true ? 0 : this.mark);
        return found !== undefined;
      },
      { timeoutMs: options.timeoutMs, what: `a message of the bot that fits ${nameOf(match)}` },
    );
    return found as unknown as ChatMessage;
  }

  #newestOfBot(match: MessageMatch, after: number): ChatMessage | undefined {
    const stored = [...(this.host.world.chats.get(this.chatId)?.messages.values() ?? [])];
    for (const message of stored.toReversed()) {
      if (message.from !== this.host.bot.id || (message.revision ?? 0) <= after) continue;
      const seen = seenMessage(this.host, message);
      if (matchesMessage(seen, match)) return seen;
    }
    return undefined;
  }

  /** Resolves once the condition holds; it is tried again after each change of this chat. */
  waitUntil(condition: () => boolean, options: { timeoutMs?: number | undefined; what?: string } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? 5_000;
    return new Promise((resolve, reject) => {
      const finish = (outcome: () => void): void => {
        clearTimeout(timer);
        stop();
        outcome();
      };
      const check = (): void => {
        try {
          if (condition()) finish(resolve);
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const stop = this.host.world.listen(this.chatId, check);
      const timer = setTimeout(() => {
        const what = options.what ?? 'the condition';
        finish(() => reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}. The chat:\n${this.transcript()}`)));
      }, timeoutMs);
      check();
    });
  }
}

export function matchesMessage(message: ChatMessage, match: MessageMatch): boolean {
  // People don't see the marks that say in which direction a line runs.
  const text = message.text.replaceAll('\u200F', '');
  if (typeof match === 'string') return text.includes(match);
  return match instanceof RegExp ? match.test(text) : match(message);
}

const nameOf = (match: MessageMatch): string =>
  typeof match === 'string' ? `«${match}»` : match instanceof RegExp ? String(match) : match.toString();
