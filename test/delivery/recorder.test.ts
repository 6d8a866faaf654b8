import { afterEach, expect, it, vi } from 'vitest';
import { deliveryCollection, type DeliveryCollection } from '../../src/delivery/delivery.model.ts';
import { createRecorder } from '../../src/delivery/recorder.ts';
import { silentLogger, useDatabase } from '../support/database.ts';
import { people } from './recipients.ts';
import { createPort, failure, useOutboxes } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const [ali] = people(1) as [never];

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('a write that is never answered holds up no outcome for ever, its own included', async () => {
  vi.useFakeTimers();
  const bulkWrite = vi
    .fn<() => Promise<void>>()
    .mockReturnValueOnce(new Promise(() => {}))
    .mockResolvedValue();
  const recorder = createRecorder({
    deliveries: { bulkWrite } as unknown as DeliveryCollection,
    logger: silentLogger,
  });
  const stored: string[] = [];
  for (const _id of ['a', 'b']) {
    void recorder.record({ filter: { _id }, update: { $set: { state: 'sent' } } }).then(() => stored.push(_id));
  }
  await vi.advanceTimersByTimeAsync(15_000);
  expect(stored).toEqual(['a', 'b']);
});

it('a write that was given up and arrives late does not take a delivery out of the hands it is in by then', async () => {
  const deliveries = deliveryCollection(database.connection);
  const writes = vi.spyOn(deliveries, 'bulkWrite');
  const telegram = createPort('telegram');
  let answer = (): void => {};
  telegram.answer = ({ nth }) => {
    if (nth === 1) throw failure('down');
    return new Promise((resolve) => (answer = resolve));
  };
  const delivery = outbox({ ports: [telegram] });
  delivery.start();
  await delivery.notify({ key: 'a', recipient: ali, kind: 'notice', payload: { text: 'a' } });
  await vi.waitFor(() => expect(telegram.calls).toHaveLength(2));
  await deliveries.bulkWrite(writes.mock.calls[0]![0]);

  expect(await deliveries.findOne({ _id: 'a' })).toMatchObject({ state: 'claimed' });
  answer();
  await vi.waitFor(async () => expect(await deliveries.findOne({ _id: 'a' })).toMatchObject({ state: 'sent' }));
  expect(telegram.calls).toHaveLength(2);
});
