import type { Now } from './clock.ts';
import type { Database } from './database/connect.ts';
import { lookAtStorage, storageFault } from './database/storage.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { KeyStanding } from './features/members/sealing.service.ts';
import type { Delivery, DeliveryDeps } from './delivery/delivery.ts';
import type { Inbox, InboxDeps } from './inbox/inbox.ts';
import type { ReceiverState } from './inbox/lead-source.ts';
import type { CallReport } from './messengers/index.ts';
import type { MessengerName } from './messengers/messenger.ts';
import { registerGauges } from './web/gauges.ts';
import type { ReadinessChecks, ReadinessFigures } from './web/http-server.ts';
import { createMetrics, type Metrics } from './web/metrics.ts';
import { seldom } from './web/seldom.ts';

/** Another process of ours polls: this one is as ready as it can be. */
const HEALTHY: ReadonlySet<ReceiverState> = new Set(['polling', 'receiving', 'standby']);
/**
 * A notice that has been due for longer means that nothing leaves: one failing message alone holds up its person's next
 * ones, but the waits of its first seven tries stay below that.
 */
const LONGEST_LAG_MS = 300_000;
const LAG_EVERY_MS = 1000;
const STORAGE_EVERY_MS = 10_000;
/** As long as a check may take. */
const LAG_PATIENCE_MS = 4000;

/** What an operator sees of the running bot. The rooms report to it; what is looked up is asked of them. */
export interface Monitoring {
  metrics: Metrics;
  /** For a messenger's client. */
  callsOf(messenger: MessengerName): {
    onCall: (report: CallReport) => void;
    onRetry: (method: string) => void;
  };
  /** Times the work of an update, by what in the bot took it. */
  timed(messenger: MessengerName, work: (took: (by: string) => void) => Promise<void>): Promise<void>;
  onUpdateAttempt: NonNullable<InboxDeps['onAttempt']>;
  onDeliveryAttempt: NonNullable<DeliveryDeps['onAttempt']>;
  /** From here on the gauges are read; what `/readyz` asks and shows. */
  watch(rooms: {
    database: Database;
    /** How the key that is there stands to what is sealed. */
    key: () => Promise<KeyStanding>;
    inbox: Inbox;
    delivery: Delivery;
    dialogues: Dialogues;
    receivers: () => readonly (readonly [MessengerName, ReceiverState])[];
  }): { checks: ReadinessChecks; figures: ReadinessFigures };
}

export function createMonitoring(now: Now): Monitoring {
  const metrics = createMetrics();
  const lastUpdates = new Map<MessengerName, Date>();

  return {
    metrics,
    callsOf: (messenger) => ({
      onCall: ({ method, lane, outcome }) => metrics.calls.inc({ messenger, method, lane, outcome }),
      onRetry: (method) => metrics.callRetries.inc({ messenger, method }),
    }),
    async timed(messenger, work) {
      lastUpdates.set(messenger, now());
      const startedAt = performance.now();
      let feature = 'nobody';
      try {
        await work((by) => {
          feature = by;
        });
      } finally {
        metrics.updateSeconds.observe({ messenger, feature }, (performance.now() - startedAt) / 1000);
      }
    },
    onUpdateAttempt: (messenger, outcome) => metrics.updates.inc({ messenger, outcome }),
    onDeliveryAttempt: (attempt) => metrics.deliveries.inc({ ...attempt }),
    watch({ database, key, inbox, delivery, dialogues, receivers }) {
      const look = () => lookAtStorage(database.connection);
      const storage = seldom(look, { everyMs: STORAGE_EVERY_MS, patienceMs: LAG_PATIENCE_MS });
      registerGauges(metrics.registry, {
        storage: look,
        inMemory: () => inbox.size,
        inbox: () => inbox.backlog(),
        outbox: delivery.backlog,
        drafts: () => dialogues.countUnfinished(),
        lastUpdates,
      });
      const lags = seldom(() => delivery.backlog.lags(), { everyMs: LAG_EVERY_MS, patienceMs: LAG_PATIENCE_MS });
      let shownLags: Record<string, number | null> = {};
      return {
        checks: {
          async database() {
            await database.ping();
            return null;
          },
          async storage() {
            const found = await storage();
            // Where it is not known, the check of the database says why.
            return found ? storageFault(found) : null;
          },
          async key() {
            const standing = await key();
            return standing === 'right' ? null : standing;
          },
          messengers: () =>
            receivers()
              .flatMap(([name, state]) => (HEALTHY.has(state) ? [] : [`${name}: ${state}`]))
              .join(', ') || null,
          async sender() {
            const known = [...((await lags()) ?? [])];
            if (known.length === 0) return 'fails';
            shownLags = Object.fromEntries(known.map(([name, lagMs]) => [name, Math.round(lagMs / 1000)]));
            return (
              known
                .flatMap(([name, lagMs]) =>
                  lagMs > LONGEST_LAG_MS ? [`${name}: a notice has waited for ${Math.round(lagMs / 1000)} s`] : [],
                )
                .join(', ') || null
            );
          },
        },
        figures: () => ({
          senderLagSeconds: shownLags,
          secondsSinceLastUpdate: Object.fromEntries(
            receivers().map(([name]) => {
              const at = lastUpdates.get(name);
              return [name, at === undefined ? null : Math.round((now().getTime() - at.getTime()) / 1000)];
            }),
          ),
        }),
      };
    },
  };
}
