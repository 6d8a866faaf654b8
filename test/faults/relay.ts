import { inject, onTestFinished } from 'vitest';
import { openRelay, type Relay } from '../../scripts/bench/resilience/relay.ts';

export type { Relay };

/** Closed after the test. */
export async function startRelay(target: Parameters<typeof openRelay>[0]): Promise<Relay> {
  const relay = await openRelay(target);
  onTestFinished(() => relay.close());
  return relay;
}

/** A relay to the engine of this test run, and the address of the database behind it. */
export async function relayedDatabase(): Promise<{ relay: Relay; uri: string }> {
  const [, socket = ''] = /^mongodb:\/\/([^/]+)\//.exec(inject('mongoUri')) ?? [];
  const relay = await startRelay({ path: decodeURIComponent(socket) });
  return { relay, uri: `mongodb://127.0.0.1:${relay.port}/?directConnection=true` };
}
