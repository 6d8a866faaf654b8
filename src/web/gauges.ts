import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from '../delivery/backlog.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import { seldom } from './seldom.ts';

/** Where the figures come from that are looked up instead of counted along. */
export interface GaugeSources {
  inMemory: () => number;
  inbox: () => Promise<{ waiting: number; aside: number }>;
  outbox: Backlog;
  drafts: () => Promise<readonly { dialogue: string; status: string; count: number }[]>;
  /** Bytes: what people's files hold, what the database's disk has left. */
  storage: () => Promise<{ held: number; free: number | null }>;
  /** When the last update of each messenger came to this process. */
  lastUpdates: ReadonlyMap<MessengerName, Date>;
}

/** The database is asked for a figure no more often, however often somebody looks. */
const SHORT_EVERY_MS = 10_000;
/** Counting a hundred thousand forms or messages takes the database a tenth of a second. */
const LONG_EVERY_MS = 60_000;
/** A look waits for new figures no longer than this; they are there at the next one. */
const PATIENCE_MS = 25;

/** Registers the gauges: queues, the sender's lag, open forms, the last update. They say nothing while the database fails. */
export function registerGauges(registry: Registry, sources: GaugeSources): void {
  const short = { everyMs: SHORT_EVERY_MS, patienceMs: PATIENCE_MS };
  const long = { everyMs: LONG_EVERY_MS, patienceMs: PATIENCE_MS };
  const inbox = seldom(sources.inbox, short);
  const lags = seldom(() => sources.outbox.lags(), short);
  const waiting = seldom(() => sources.outbox.waiting(), long);
  const drafts = seldom(sources.drafts, long);
  const storage = seldom(sources.storage, short);
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    collect: (set: (labels: Record<string, string>, value: number) => void) => Promise<void> | void,
  ) => {
    const made: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        made.reset();
        await collect((labels, value) => made.set(labels, value));
      },
    });
  };

  gauge('khoosheh_inbox_in_memory', 'Updates in hand or next in this process', [], (set) =>
    set({}, sources.inMemory()),
  );
  gauge('khoosheh_inbox_stored', 'Updates in the database that wait or are set aside', ['state'], async (set) => {
    for (const [state, count] of Object.entries((await inbox()) ?? {})) set({ state }, count);
  });
  gauge('khoosheh_deliveries_waiting', 'Messages in the outbox', ['messenger', 'kind'], async (set) => {
    for (const [messenger, { notices, campaigns }] of (await waiting()) ?? []) {
      set({ messenger, kind: 'notice' }, notices);
      set({ messenger, kind: 'campaign' }, campaigns);
    }
  });
  gauge('khoosheh_sender_lag_seconds', 'Since the oldest waiting notice became due', ['messenger'], async (set) => {
    for (const [messenger, ms] of (await lags()) ?? []) set({ messenger }, ms / 1000);
  });
  gauge('khoosheh_drafts', 'Forms that are begun and not sent', ['dialogue', 'status'], async (set) => {
    for (const { dialogue, status, count } of (await drafts()) ?? []) set({ dialogue, status }, count);
  });
  gauge('khoosheh_files_bytes', 'What the files of all people hold in the database', [], async (set) => {
    const found = await storage();
    if (found) set({}, found.held);
  });
  gauge('khoosheh_database_free_bytes', 'What the disk of the database has left', [], async (set) => {
    const free = (await storage())?.free;
    if (typeof free === 'number') set({}, free);
  });
  gauge('khoosheh_last_update_timestamp_seconds', 'When the last update came', ['messenger'], (set) => {
    for (const [messenger, at] of sources.lastUpdates) set({ messenger }, at.getTime() / 1000);
  });
}
