import type { Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { councilModel } from './agenda.model.ts';
import { mayLead, type Actor } from './agenda.ts';

const COUNCIL = 'council';

/** How many votes a decision needs. */
export function createCouncil({ connection, audit }: { connection: Connection; audit: Pick<Audit, 'record'> }) {
  const Council = councilModel(connection);
  const setting = async (): Promise<number | null> => (await Council.findById(COUNCIL).lean())?.quorum ?? null;

  return {
    /** As it was set, else half of the council and one. */
    quorumOf: async (size: number): Promise<number> => (await setting()) ?? Math.floor(size / 2) + 1,

    /** Null: half of the council and one. False for who may not. */
    async setQuorum(actor: Actor, quorum: number | null, source: string): Promise<boolean> {
      if (!mayLead(actor)) return false;
      if (quorum !== null && !(Number.isInteger(quorum) && quorum >= 1 && quorum <= 99))
        throw new RangeError(`A quorum is 1 to 99 votes, not ${quorum}`);
      const before = await setting();
      await Council.updateOne({ _id: COUNCIL }, { $set: { quorum } }, { upsert: true });
      await audit.record({
        actorId: actor.id,
        act: 'council.quorum',
        subject: { kind: 'council', id: COUNCIL },
        before: { quorum: before },
        after: { quorum },
        source,
      });
      return true;
    },
  };
}
