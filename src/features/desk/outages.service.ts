import type { Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { MessengerName } from '../../messengers/messenger.ts';
import { outageSchema } from './outage.model.ts';

export interface OutageNotice {
  /** The same whoever sees the outage, and after a restart: the desk hears of it once. */
  key: string;
  kind: 'messenger-away' | 'messenger-back' | 'messenger-gap';
  messenger: MessengerName;
  since: Date;
  /** When a gap ended. */
  until?: Date;
}

export interface Outages {
  /** The desk is told that a messenger has been out of reach since then, once for each outage. */
  away(messenger: MessengerName, since: Date): Promise<void>;
  /** The desk is told that it is back, if it was told of the outage. */
  back(messenger: MessengerName): Promise<void>;
  /** The desk is told that nothing was received for so long that messages may be lost, once for each beginning. */
  gap(gap: { messenger: MessengerName; from: Date; to: Date }): Promise<void>;
}

/** @param deps.tell queues a notice for every admin; the same key again does nothing */
export function createOutages(deps: {
  connection: Connection;
  tell: (notice: OutageNotice) => Promise<void>;
}): Outages {
  const outages = modelOn(deps.connection, 'Outage', outageSchema);
  const keyOf = (kind: OutageNotice['kind'], messenger: MessengerName, since: Date): string =>
    `${kind}:${messenger}:${since.getTime()}`;

  return {
    async away(messenger, since) {
      const outage = await outages
        .findOneAndUpdate({ _id: messenger }, { $setOnInsert: { since } }, { upsert: true, returnDocument: 'after' })
        .lean();
      const kind = 'messenger-away';
      await deps.tell({ key: keyOf(kind, messenger, outage.since), kind, messenger, since: outage.since });
    },
    async back(messenger) {
      const outage = await outages.findById(messenger).lean();
      if (!outage) return;
      const kind = 'messenger-back';
      await deps.tell({ key: keyOf(kind, messenger, outage.since), kind, messenger, since: outage.since });
      // Last: if this process dies before, the next one tells it again under the same key.
      await outages.deleteOne({ _id: messenger, since: outage.since });
    },
    async gap({ messenger, from, to }) {
      const kind = 'messenger-gap';
      await deps.tell({ key: keyOf(kind, messenger, from), kind, messenger, since: from, until: to });
    },
  };
}
