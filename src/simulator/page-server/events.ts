import type { ServerResponse } from 'node:http';
import type { RunningBotServer } from '../bot-server.ts';
import { chatOf } from '../world/records.ts';

/** Changes are gathered for so many milliseconds, so that a burst is one event. */
const GATHER_MS = 25;
const HEARTBEAT_MS = 20_000;

export interface PageEvents {
  /** Keeps the response open and writes an event for each batch of changes. */
  subscribe(response: ServerResponse): void;
  close(): void;
}

/** Server-Sent Events that say which chats changed (`{"bale":[12,34]}`); the page then asks for what it shows. */
export function createEvents(servers: Readonly<Record<string, RunningBotServer>>): PageEvents {
  const open = new Set<ServerResponse>();
  let changed: Record<string, Set<number>> = {};
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    timer = null;
    const batch = Object.entries(changed).map(([name, chats]) => [name, [...chats]]);
    changed = {};
    const text = `data: ${JSON.stringify(Object.fromEntries(batch))}\n\n`;
    for (const response of open) response.write(text);
  };

  const stops = Object.entries(servers).map(([name, server]) =>
    server.host.world.listen('all', (event) => {
      const chat = chatOf(event);
      if (chat === undefined || open.size === 0) return;
      (changed[name] ??= new Set()).add(chat);
      timer ??= setTimeout(flush, GATHER_MS);
    }),
  );

  const heartbeat = setInterval(() => {
    for (const response of open) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    subscribe(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 1000\n\n');
      open.add(response);
      response.on('close', () => open.delete(response));
    },
    close() {
      clearInterval(heartbeat);
      if (timer) clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
