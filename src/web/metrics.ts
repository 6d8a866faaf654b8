import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** What Prometheus may know: counts and durations by kind. No label ever holds a person, a text or a token. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    updates: new Counter({
      name: 'khoosheh_updates_total',
      help: 'Attempts at updates: done, tried again, postponed (messenger or database away), set aside',
      labelNames: ['messenger', 'outcome'],
      registers: [registry],
    }),
    updateSeconds: new Histogram({
      name: 'khoosheh_update_seconds',
      help: 'Time from taking an update in hand to its end, by what in the bot took it',
      labelNames: ['messenger', 'feature'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
      registers: [registry],
    }),
    calls: new Counter({
      name: 'khoosheh_messenger_calls_total',
      help: 'Calls to a messenger, by method, lane and outcome',
      labelNames: ['messenger', 'method', 'lane', 'outcome'],
      registers: [registry],
    }),
    callRetries: new Counter({
      name: 'khoosheh_messenger_call_retries_total',
      help: 'Further tries at calls to a messenger, by method',
      labelNames: ['messenger', 'method'],
      registers: [registry],
    }),
    deliveries: new Counter({
      name: 'khoosheh_deliveries_total',
      help: 'Attempts of the outbox: sent, unreachable, failed, unknown (may have arrived), again',
      labelNames: ['messenger', 'kind', 'outcome'],
      registers: [registry],
    }),
    textProblems: new Counter({
      name: 'khoosheh_text_problems_total',
      help: 'Texts that were missing a key or a value',
      labelNames: ['language'],
      registers: [registry],
    }),
  };
}
