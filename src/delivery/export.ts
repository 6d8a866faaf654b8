import type { Connection } from 'mongoose';
import type { MessengerName } from '../messengers/messenger.ts';
import { campaignIdOf, deliveryCollection, type DeliveryState } from './delivery.model.ts';

/** One delivery without its person and content. */
export interface ExportedDelivery {
  id: string;
  kind: string;
  campaignId: string | null;
  messenger: MessengerName | null;
  state: DeliveryState;
  /** Why it ended as it did. */
  reason: string | null;
  tries: number;
  endedAt: Date | null;
}

export type DeliveriesExport = ReturnType<typeof createDeliveriesExport>;

/** Reads all deliveries, page by page, for sheets: in as much memory as one page takes. */
export function createDeliveriesExport({ connection }: { connection: Connection }) {
  const deliveries = deliveryCollection(connection);
  return {
    async page({ after, limit }: { after: string | null; limit: number }): Promise<ExportedDelivery[]> {
      const found = await deliveries
        .find(after === null ? {} : { _id: { $gt: after } }, {
          projection: { kind: 1, queue: 1, messenger: 1, state: 1, outcome: 1, tries: 1, endedAt: 1 },
        })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, kind, queue, messenger, state, outcome, tries, endedAt }) => ({
        id: _id,
        kind,
        campaignId: campaignIdOf(queue) ?? null,
        messenger,
        state,
        reason: outcome?.code ?? null,
        tries,
        endedAt: endedAt ?? null,
      }));
    },
  };
}
