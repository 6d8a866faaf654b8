import { afterQuietHours, type QuietHours } from '../language/quiet-hours.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import type { DeliveryCollection, DeliveryDoc } from './delivery.model.ts';

/*
 * Quiet hours lie in the delivery, so that they are minded at the moment of sending by arithmetic alone: neither a campaign
 * that goes on into the night nor hours that were chosen after it was made (see `people.ts`) wake anybody.
 */

/** When the person may be written to again; undefined: now. What has begun to arrive is finished. */
export function quietUntil(
  { quiet, parts = [] }: { quiet?: QuietHours | undefined; parts?: DeliveryDoc['parts'] },
  now: number,
): Date | undefined {
  if (quiet === undefined || parts.length > 0) return undefined;
  const until = afterQuietHours(new Date(now), quiet);
  return until.getTime() > now ? until : undefined;
}

/**
 * Puts off, together with the first that is met, all that is due in the same queue for people with the same hours: most
 * have the usual ones, and a hundred thousand would else be claimed one by one at ten in the evening.
 */
export function createPuttingOff(deps: { deliveries: DeliveryCollection; messenger: MessengerName }) {
  /** By queue and hours, until when that was done. */
  const done = new Map<string, number>();

  return async ({ queue, quiet }: Pick<DeliveryDoc, 'queue' | 'quiet'>, until: Date, now: number): Promise<void> => {
    if (quiet === undefined) return;
    const { from, to } = quiet;
    const key = `${queue} ${from} ${to}`;
    if (done.get(key) === until.getTime()) return;
    for (const [other, end] of done) if (end <= now) done.delete(other);
    done.set(key, until.getTime());
    const { messenger } = deps;
    await deps.deliveries.updateMany(
      {
        queue,
        state: 'waiting',
        messenger,
        dueAt: { $lte: new Date(now) },
        'quiet.from': from,
        'quiet.to': to,
        parts: { $exists: false },
      },
      { $set: { dueAt: until } },
    );
  };
}
