import { isDatabaseAway } from '../database/away.ts';
import { createAwayNotices } from './away-notices.ts';
import { leadSource, type Lead, type Receiver, type ReceiverDeps } from './lead-source.ts';
import { readUpdate, updateIdOf } from './read-update.ts';

export interface WebhookReceiverDeps extends ReceiverDeps<'connect' | 'setWebhook' | 'normalise'> {
  /** Where the messenger is to send updates. */
  url: string;
  secret: string;
  /** Milliseconds; default 15 minutes. */
  registerEveryMs?: number;
  /** Milliseconds; default 15 seconds. */
  probeEveryMs?: number;
}

export interface WebhookReceiver extends Receiver {
  /**
   * Stores one update as it was parsed from a request; once it resolves the messenger may be answered.
   * @throws the database's error: the messenger must send it again
   */
  take(raw: unknown): Promise<void>;
}

/** Bots on Bale were found without their webhook after a while; on Telegram it changes nothing. */
const REGISTER_EVERY_MS = 15 * 60_000;
/** Updates come by themselves, so nothing else would tell that the way out is closed. */
const PROBE_EVERY_MS = 15_000;

/**
 * Takes updates that the messenger sends to a webhook, in every process. One of them, by lease, has registered the webhook,
 * does so again from time to time, and works what all of them stored (see `collector.ts`).
 */
export function startWebhookReceiver(deps: WebhookReceiverDeps): WebhookReceiver {
  const { client, inbox, logger, url, secret, tellAway, answerPress } = deps;
  const notices = tellAway && createAwayNotices({ tell: tellAway, answerPress, logger });
  const { registerEveryMs = REGISTER_EVERY_MS, probeEveryMs = PROBE_EVERY_MS } = deps;
  const source = { messenger: client.name, botId: client.me.id };

  const keepRegistered = async ({ held, report, received, pause, afterFailure }: Lead): Promise<void> => {
    let failures = 0;
    let registeredAt = Number.NEGATIVE_INFINITY;
    while (!held.aborted) {
      try {
        if (performance.now() - registeredAt >= registerEveryMs) {
          await client.setWebhook({ url, secret, signal: held });
          registeredAt = performance.now();
        } else {
          await client.connect(held);
        }
      } catch (error) {
        if (held.aborted) return;
        // Whatever it was, the registration may be gone with it.
        registeredAt = Number.NEGATIVE_INFINITY;
        await afterFailure(error, failures++);
        continue;
      }
      failures = 0;
      report('receiving');
      await received();
      await pause(Math.min(probeEveryMs, registerEveryMs));
    }
  };

  const receiver = leadSource({ ...deps, collecting: true }, keepRegistered);
  return {
    get state() {
      return receiver.state;
    },
    stop: () => receiver.stop(),
    async take(raw) {
      const updateId = updateIdOf(raw);
      if (updateId === undefined) return;
      // What the bot never works on is kept by its number alone: a hole in the numbers would be waited for.
      const update = readUpdate(raw, { client, logger }) ?? { update_id: updateId };
      try {
        await inbox.handIn(source, [update]);
      } catch (error) {
        // The messenger waits for its answer, and hears it first.
        if (isDatabaseAway(error)) void notices?.hear([update]);
        throw error;
      }
      notices?.over();
    },
  };
}
