import { refusesChange, type MessengerClient, type MessengerError } from '../messengers/messenger.ts';
import { errorText, type Attempt, type CalledOff } from './attempt.ts';
import type { Renderer } from './contract.ts';
import type { DeliveryCollection, DeliveryDoc } from './delivery.model.ts';
import type { Recorder } from './recorder.ts';
import type { UploadOnce } from './upload-once.ts';

/* What an edit and a recall of one delivery have in common. */

/** A change begins anew with its first message, so short waits for the chat are better waited out; a pause is not. */
export const CHAT_PATIENCE_MS = 5_000;

export interface ChangeDeps {
  client: MessengerClient;
  renderer: Renderer | undefined;
  uploads: UploadOnce;
  deliveries: DeliveryCollection;
  recorder: Recorder;
  calledOff: CalledOff;
  /** Marks the change as one that sends something new, before it does. */
  keepAdding: () => Promise<void>;
  now: () => number;
}

/** What was sent to one person. */
export type Original = Pick<DeliveryDoc, '_id' | 'state' | 'parts'>;

/** What of an attempt on one message concerns that message alone; anything else is thrown. */
export async function each(change: () => Promise<unknown>): Promise<MessengerError | undefined> {
  try {
    await change();
    return undefined;
  } catch (error) {
    if (refusesChange(error)) return error;
    throw error;
  }
}

export const refusedBy = (error: MessengerError): Attempt => ({
  result: 'refused',
  code: error.kind,
  text: errorText(error),
});

/** Guarded by the state: a delivery that has gone on meanwhile keeps its own record. */
export async function keep(deps: ChangeDeps, { _id, state }: Original, set: Partial<DeliveryDoc>): Promise<void> {
  await deps.recorder.record({ filter: { _id, state }, update: { $set: set } });
}
