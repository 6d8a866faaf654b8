import type { mongo } from 'mongoose';
import { inTime, LONG_ANSWER_MS } from '../database/in-time.ts';
import { afterQuietHours, type QuietHours } from '../language/quiet-hours.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import type { DeliveryCollection, DeliveryDoc } from './delivery.model.ts';
import type { Recorder } from './recorder.ts';

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
 * Puts off what was claimed and, together with the first that is met, all that is due in the same queue for people with the
 * same hours: most have the usual ones, and a hundred thousand would else be claimed one by one at ten in the evening.
 */
export function createPuttingOff(deps: {
  deliveries: DeliveryCollection;
  messenger: MessengerName;
  recorder: Recorder;
}) {
  const { deliveries, messenger, recorder } = deps;
  /** By queue and hours, until when that was done. */
  const done = new Map<string, number>();

  /** `mine` finds the claimed one. Where its hours have been changed meanwhile, it is left as it is. */
  return async (
    { queue, quiet }: Pick<DeliveryDoc, 'queue' | 'quiet'>,
    { mine, until, now }: { mine: mongo.Filter<DeliveryDoc>; until: Date; now: number },
  ): Promise<void> => {
    if (quiet === undefined) return;
    const hours = { 'quiet.from': quiet.from, 'quiet.to': quiet.to };
    const back = {
      $set: { state: 'waiting' as const, dueAt: until },
      $unset: { claimedBy: '', claimedAt: '' } as const,
    };
    await recorder.record({ filter: { ...mine, ...hours }, update: back });
    const key = `${queue} ${quiet.from} ${quiet.to}`;
    if (done.get(key) === until.getTime()) return;
    for (const [other, end] of done) if (end <= now) done.delete(other);
    done.set(key, until.getTime());
    const due = { queue, state: 'waiting' as const, messenger, dueAt: { $lte: new Date(now) } };
    await inTime(
      deliveries.updateMany({ ...due, ...hours, parts: { $exists: false } }, { $set: { dueAt: until } }),
      LONG_ANSWER_MS,
    );
  };
}
