import { Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import { searchKey } from '../../language/persian-text.ts';
import { businessModel, type BusinessDocument } from './business.model.ts';

export interface Business {
  id: string;
  ownerId: string;
  name: string;
  kind: string;
  fields: readonly string[];
  provinceCode: string;
  cityCode: string;
  documents: readonly string[];
  registeredAt: Date;
}

export type Registration = Omit<Business, 'id' | 'registeredAt'> & { draftId: string };

export type Businesses = ReturnType<typeof createBusinesses>;

export function createBusinesses({ connection, now = () => new Date() }: { connection: Connection; now?: () => Date }) {
  const Business = businessModel(connection);

  return {
    /** Makes the business of a registration, or returns the one that this registration has made before. */
    async register({ draftId, ownerId, ...registration }: Registration): Promise<Business> {
      const made = await Business.findOneAndUpdate(
        { draftId },
        {
          $setOnInsert: {
            ...registration,
            fields: [...registration.fields],
            documents: [...registration.documents],
            ownerId: new Types.ObjectId(ownerId),
            nameKey: searchKey(registration.name),
            registeredAt: now(),
          },
        },
        { upsert: true, returnDocument: 'after', lean: true },
      );
      return toBusiness(upserted(made));
    },

    async ofOwner(ownerId: string): Promise<Business[]> {
      const found = await Business.find({ ownerId: new Types.ObjectId(ownerId) })
        .sort({ registeredAt: 1 })
        .limit(50)
        .lean();
      return found.map(toBusiness);
    },

    async find(id: string): Promise<Business | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const found = await Business.findById(new Types.ObjectId(id)).lean();
      return found && toBusiness(found);
    },

    /** Two people became one: what the one owns is the other's. */
    async moveMember(from: string, to: string): Promise<void> {
      await Business.updateMany({ ownerId: new Types.ObjectId(from) }, { $set: { ownerId: new Types.ObjectId(to) } });
    },

    async forgetMember(id: string): Promise<void> {
      await Business.deleteMany({ ownerId: new Types.ObjectId(id) });
    },

    count: () => Business.estimatedDocumentCount(),
  };
}

function toBusiness(document: BusinessDocument): Business {
  const { _id, ownerId, name, kind, fields, provinceCode, cityCode, documents, registeredAt } = document;
  return {
    id: _id.toHexString(),
    ownerId: ownerId.toHexString(),
    name,
    kind,
    fields,
    provinceCode,
    cityCode,
    documents,
    registeredAt,
  };
}
