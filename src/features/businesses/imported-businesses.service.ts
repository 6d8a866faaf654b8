import { trusted, Types, type Connection } from 'mongoose';
import { insertEach } from '../../database/insert.ts';
import { searchKey } from '../../language/persian-text.ts';
import { businessModel } from './business.model.ts';
import { directoryTerms } from './directory-terms.ts';

export { tidyWebsite } from './website.ts';

export interface ImportedBusinessFacts {
  name: string;
  kind: string;
  fields: readonly string[];
  provinceCode: string;
  cityCode: string;
  workplace: string | null;
  headcount: number | null;
  since: number | null;
  documents: readonly string[];
  companyId: string | null;
  website: string | null;
  description: string | null;
  listed: boolean;
}

export interface KnownBusiness {
  id: string;
  name: string;
  companyId: string | null;
  nameKey: string;
  cityCode: string;
  /** Of what a list brought: that of the row. */
  contentKey: string | null;
  memberIds: readonly string[];
  /** From a list; the others were registered by their people. */
  imported: boolean;
  /** An officer found that it is the same as another one, which has its people now. */
  merged: boolean;
}

export interface NewImportedBusiness {
  id: string;
  facts: ImportedBusinessFacts;
  /** Who it belongs to, where the list says. */
  ownerId: string | null;
}

const PREFIX = 'import:';

export type ImportedBusinesses = ReturnType<typeof createImportedBusinesses>;

/** The company's number where it has one, else its name and city: what the same row has when it comes again. */
export function contentKey({
  name,
  cityCode,
  companyId,
}: Pick<ImportedBusinessFacts, 'name' | 'cityCode' | 'companyId'>): string {
  return companyId === null ? `${searchKey(name)}|${cityCode}` : companyId;
}

/** Businesses that a list brought. The secretariat vouches for its own list, so they need no approval. */
export function createImportedBusinesses({ connection, now }: { connection: Connection; now: () => Date }) {
  const Business = businessModel(connection);

  return {
    /**
     * Those that one of these rows may be: the same company number, the same name in the same city, or what an earlier list
     * brought from the same row, whatever its people have called it since.
     */
    async like(
      rows: readonly Pick<ImportedBusinessFacts, 'name' | 'cityCode' | 'companyId'>[],
    ): Promise<KnownBusiness[]> {
      const companyIds = rows.flatMap(({ companyId }) => (companyId === null ? [] : [companyId]));
      const found = await Business.find({
        $or: [
          { companyId: trusted({ $in: companyIds, $type: 'string' as const }) },
          { nameKey: trusted({ $in: rows.map(({ name }) => searchKey(name)) }) },
          { draftId: trusted({ $in: rows.map((row) => `${PREFIX}${contentKey(row)}`) }) },
        ],
      })
        .select({ name: 1, companyId: 1, nameKey: 1, cityCode: 1, people: 1, draftId: 1, status: 1 })
        .lean();
      return found.map(({ _id, name, companyId, nameKey, cityCode, people, draftId, status }) => ({
        id: _id.toHexString(),
        name,
        companyId,
        nameKey,
        cityCode,
        contentKey: draftId.startsWith(PREFIX) ? draftId.slice(PREFIX.length) : null,
        memberIds: people.map(({ memberId }) => memberId.toHexString()),
        imported: draftId.startsWith(PREFIX),
        merged: status === 'merged',
      }));
    },

    /**
     * Adds businesses under the ids that the caller gave them.
     * @returns the ids of those that the database does not hold afterwards
     */
    async add(businesses: readonly NewImportedBusiness[]): Promise<string[]> {
      const at = now();
      const missing = await insertEach(
        Business,
        businesses.map(({ id, facts, ownerId }) => ({
          ...facts,
          _id: new Types.ObjectId(id),
          draftId: `${PREFIX}${contentKey(facts)}`,
          people:
            ownerId === null ? [] : [{ memberId: new Types.ObjectId(ownerId), role: 'owner' as const, since: at }],
          nameKey: searchKey(facts.name),
          terms: directoryTerms(facts),
          fields: [...facts.fields],
          documents: facts.documents.map((kind) => ({ kind, number: null, issuer: null, expiresOn: null })),
          status: 'approved' as const,
          registeredAt: at,
        })),
      );
      return missing.map((id) => id.toHexString());
    },

    /** A further person of a list's business, without a say in it. False where there is no such business. */
    async addEmployee(id: string, memberId: string): Promise<boolean> {
      const member = new Types.ObjectId(memberId);
      await Business.updateOne(
        { _id: new Types.ObjectId(id), 'people.memberId': trusted({ $ne: member }) },
        { $push: { people: { memberId: member, role: 'employee', since: now() } } },
      );
      return (await Business.exists({ _id: new Types.ObjectId(id), 'people.memberId': member })) !== null;
    },

    /** Puts businesses that the secretariat vouched for back into its queue: somebody new answers for them. */
    async lookAgain(ids: readonly string[]): Promise<void> {
      await Business.updateMany(
        { _id: trusted({ $in: ids.map((id) => new Types.ObjectId(id)) }), status: 'approved' },
        { $set: { status: 'waiting' }, $inc: { version: 1 } },
      );
    },

    /** The names of what an imported person has. */
    async ofPerson(memberId: string): Promise<{ id: string; name: string; cityCode: string; role: string }[]> {
      const member = new Types.ObjectId(memberId);
      const found = await Business.find({ 'people.memberId': member })
        .select({ name: 1, cityCode: 1, people: 1 })
        .lean();
      return found.map(({ _id, name, cityCode, people }) => ({
        id: _id.toHexString(),
        name,
        cityCode,
        role: people.find((person) => person.memberId.equals(member))?.role ?? 'employee',
      }));
    },
  };
}
