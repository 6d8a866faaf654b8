import { Types } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type {
  ImportedBusinesses,
  ImportedBusinessFacts,
  KnownBusiness,
  NewImportedBusiness,
} from '../businesses/imported-businesses.service.ts';
import type { ImportedMembers, NewImportedMember } from '../members/imported-members.service.ts';
import { searchKey } from '../../language/persian-text.ts';
import type { ReadRow } from './import-row.ts';

/**
 * What became of a row's person and business. `there` is known already · `joined` the person was added to a business of
 * this or an earlier list · `duplicate` registered by its own people, who were not touched
 */
export type PersonResult = 'added' | 'there';
export type BusinessResult = 'added' | 'there' | 'joined' | 'duplicate';

export interface RowOutcome {
  row: ReadRow;
  /** Nothing of a refused row is kept. */
  refused: boolean;
  person: PersonResult | null;
  business: BusinessResult | null;
  /** The line of this file that has the same person under another name, or the same business. */
  sameAs: number | null;
}

export interface ImportDeps {
  members: Pick<ImportedMembers, 'byPhones' | 'add'>;
  businesses: Pick<ImportedBusinesses, 'like' | 'add' | 'addEmployee'>;
  audit: Pick<Audit, 'record'>;
}

/** Rows that are looked up and written together. */
const BATCH = 500;

interface KnownPerson {
  name: string | null;
  /** Ids of all who have the phone. */
  ids: string[];
  /** The one among them that a list brought and nobody has claimed. */
  unclaimed: string | null;
  line: number | null;
}

type Place = Pick<ImportedBusinessFacts, 'name' | 'cityCode' | 'companyId'>;
type Known = KnownBusiness & { line: number | null };

/** What is to be written for one batch. */
interface Writes {
  people: NewImportedMember[];
  businesses: NewImportedBusiness[];
  employees: { businessId: string; memberId: string }[];
}

const nameAndCity = (nameKey: string, cityCode: string): string => `${nameKey}|${cityCode}`;

export function createImport({ members, businesses, audit }: ImportDeps) {
  return {
    /**
     * Takes the rows of one list into the data bank. The same rows again change nothing: a person is known by the phone, a
     * business by its company number or its name and city. Two imports must not run at once (the caller holds a lease).
     * @param source names the list for the audit log; the same one is recorded once
     * @param dryRun says what would become of each row and writes nothing
     */
    async run(
      rows: readonly ReadRow[],
      { dryRun, source }: { dryRun: boolean; source: string },
    ): Promise<RowOutcome[]> {
      const people = new Map<string, KnownPerson>();
      const byCompanyId = new Map<string, Known>();
      const byName = new Map<string, Known>();
      const outcomes: RowOutcome[] = [];

      for (let start = 0; start < rows.length; start += BATCH) {
        const batch = rows.slice(start, start + BATCH);
        await lookUp(batch.filter((row) => !isRefused(row)));
        const writes: Writes = { people: [], businesses: [], employees: [] };
        for (const row of batch) outcomes.push(decide(row, writes));
        if (dryRun) continue;
        // People first: a business never names somebody who is not there.
        await members.add(writes.people);
        await businesses.add(writes.businesses);
        for (const { businessId, memberId } of writes.employees) await businesses.addEmployee(businessId, memberId);
      }
      if (!dryRun)
        await audit.record({
          actorId: null,
          act: 'databank.import',
          subject: { kind: 'list', id: source },
          after: countOutcomes(outcomes),
        });
      return outcomes;

      async function lookUp(batch: readonly ReadRow[]): Promise<void> {
        const phones = batch.flatMap(({ person }) => (person && !people.has(person.phone) ? [person.phone] : []));
        for (const { id, name, phone, unclaimed } of await members.byPhones(phones)) {
          const known = people.get(phone) ?? { name, ids: [], unclaimed: null, line: null };
          known.ids.push(id);
          if (unclaimed) known.unclaimed = id;
          people.set(phone, known);
        }
        const facts = batch.flatMap(({ business }) => (business ? [business] : []));
        if (facts.length > 0)
          for (const found of await businesses.like(facts)) remember({ ...found, line: null }, { first: true });
      }

      function remember(business: Known, { first }: { first: boolean }): void {
        const name = nameAndCity(business.nameKey, business.cityCode);
        if (business.companyId !== null && !(first && byCompanyId.has(business.companyId)))
          byCompanyId.set(business.companyId, business);
        if (!byName.has(name)) byName.set(name, business);
      }

      /** Two numbers are two companies, even under one name in one city. */
      function sameBusiness({ name, cityCode, companyId }: Place): Known | undefined {
        const numbered = companyId === null ? undefined : byCompanyId.get(companyId);
        if (numbered) return numbered;
        const named = byName.get(nameAndCity(searchKey(name), cityCode));
        return named && (companyId === null || named.companyId === null) ? named : undefined;
      }

      function decide(row: ReadRow, writes: Writes): RowOutcome {
        const nothing = { row, refused: true, person: null, business: null, sameAs: null };
        if (isRefused(row)) return nothing;
        const { person, business } = row;
        const known = person ? people.get(person.phone) : undefined;
        const otherName = known && person && searchKey(known.name ?? '') !== searchKey(person.name) ? known.line : null;
        if (!business) {
          const result = person ? takePerson(row, writes) : null;
          return { row, refused: false, person: result, business: null, sameAs: otherName };
        }
        const same = sameBusiness(business);
        const belongs = same !== undefined && (known?.ids ?? []).some((id) => same.memberIds.includes(id));
        if (same && (belongs || same.merged || !person))
          return { row, refused: false, person: person ? 'there' : null, business: 'there', sameAs: same.line };
        if (same) {
          const result = takePerson(row, writes);
          const memberId = person ? people.get(person.phone)?.unclaimed : null;
          if (!same.imported || !memberId)
            return { row, refused: false, person: result, business: 'duplicate', sameAs: same.line };
          writes.employees.push({ businessId: same.id, memberId });
          same.memberIds = [...same.memberIds, memberId];
          return { row, refused: false, person: result, business: 'joined', sameAs: same.line };
        }
        // A member who registered alone is asked «is this you?» before the list's business becomes theirs.
        const result = person ? takePerson(row, writes, { toBeClaimed: true }) : null;
        const ownerId = person ? (people.get(person.phone)?.unclaimed ?? null) : null;
        const id = new Types.ObjectId().toHexString();
        writes.businesses.push({ id, facts: business, ownerId });
        remember(
          {
            id,
            name: business.name,
            companyId: business.companyId,
            nameKey: searchKey(business.name),
            cityCode: business.cityCode,
            memberIds: ownerId === null ? [] : [ownerId],
            imported: true,
            merged: false,
            line: row.line,
          },
          { first: false },
        );
        return { row, refused: false, person: result, business: 'added', sameAs: otherName };
      }

      function takePerson(row: ReadRow, writes: Writes, { toBeClaimed = false } = {}): PersonResult | null {
        const { person, line } = row;
        if (!person) return null;
        const known = people.get(person.phone);
        if (known && (known.unclaimed !== null || !toBeClaimed)) return 'there';
        const id = new Types.ObjectId().toHexString();
        writes.people.push({ id, ...person });
        people.set(person.phone, {
          name: person.name,
          ids: [...(known?.ids ?? []), id],
          unclaimed: id,
          line: known?.line ?? line,
        });
        return known ? 'there' : 'added';
      }
    },
  };
}

const isRefused = ({ remarks }: ReadRow): boolean => remarks.some(({ error }) => error);

export interface ImportCounts {
  rows: number;
  refused: number;
  people: number;
  businesses: number;
  joined: number;
  duplicates: number;
  /** Rows that brought nothing new. */
  there: number;
}

export function countOutcomes(outcomes: readonly RowOutcome[]): ImportCounts {
  const count = (fits: (outcome: RowOutcome) => boolean): number => outcomes.filter(fits).length;
  return {
    rows: outcomes.length,
    refused: count(({ refused }) => refused),
    people: count(({ person }) => person === 'added'),
    businesses: count(({ business }) => business === 'added'),
    joined: count(({ business }) => business === 'joined'),
    duplicates: count(({ business }) => business === 'duplicate'),
    there: count(
      ({ refused, person, business }) => !refused && person !== 'added' && (business === 'there' || business === null),
    ),
  };
}
