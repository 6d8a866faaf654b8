import { contentKey, type ImportedBusinesses, type KnownBusiness } from '../businesses/imported-businesses.service.ts';
import type { ImportedMembers } from '../members/imported-members.service.ts';
import { searchKey } from '../../language/persian-text.ts';
import type { ImportedBusiness, ImportedPerson, ReadRow } from './import-reader.ts';

export interface KnownPerson {
  /** Of all who have the phone. */
  names: string[];
  ids: string[];
  /** The one among them that a list brought and nobody has claimed. */
  unclaimed: string | null;
  unclaimedName: string | null;
  /** Where this file has the phone first. */
  line: number | null;
}

export type KnownOne = KnownBusiness & { line: number | null };

const nameAndCity = (nameKey: string, cityCode: string): string => `${nameKey}|${cityCode}`;

/** Who and what is in the data bank or above in the file, as far as the rows so far asked for it. */
export function createKnown(deps: {
  members: Pick<ImportedMembers, 'byPhones'>;
  businesses: Pick<ImportedBusinesses, 'like'>;
}) {
  const people = new Map<string, KnownPerson>();
  const byCompanyId = new Map<string, KnownOne>();
  const byName = new Map<string, KnownOne>();
  const byContent = new Map<string, KnownOne>();

  function remember(business: KnownOne, { first }: { first: boolean }): void {
    const name = nameAndCity(business.nameKey, business.cityCode);
    if (business.companyId !== null && !(first && byCompanyId.has(business.companyId)))
      byCompanyId.set(business.companyId, business);
    if (!byName.has(name)) byName.set(name, business);
    if (business.contentKey !== null && !byContent.has(business.contentKey))
      byContent.set(business.contentKey, business);
  }

  return {
    person: (phone: string): KnownPerson | undefined => people.get(phone),

    async lookUp(batch: readonly ReadRow[]): Promise<void> {
      const phones = batch.flatMap(({ person }) => (person && !people.has(person.phone) ? [person.phone] : []));
      for (const { id, name, phone, unclaimed } of await deps.members.byPhones(phones)) {
        const known = people.get(phone) ?? { names: [], ids: [], unclaimed: null, unclaimedName: null, line: null };
        known.ids.push(id);
        if (name !== null) known.names.push(name);
        if (unclaimed) Object.assign(known, { unclaimed: id, unclaimedName: name });
        people.set(phone, known);
      }
      const facts = batch.flatMap(({ business }) => (business ? [business] : []));
      if (facts.length === 0) return;
      for (const found of await deps.businesses.like(facts)) remember({ ...found, line: null }, { first: true });
    },

    /** Two numbers are two companies, even under one name in one city. */
    business(facts: Pick<ImportedBusiness, 'name' | 'cityCode' | 'companyId'>): KnownOne | undefined {
      const { name, cityCode, companyId } = facts;
      const sure = (companyId === null ? undefined : byCompanyId.get(companyId)) ?? byContent.get(contentKey(facts));
      if (sure) return sure;
      const named = byName.get(nameAndCity(searchKey(name), cityCode));
      return named && (companyId === null || named.companyId === null) ? named : undefined;
    },

    addPerson({ name, phone }: ImportedPerson, { id, line }: { id: string; line: number }): void {
      const before = people.get(phone);
      people.set(phone, {
        names: [...(before?.names ?? []), name],
        ids: [...(before?.ids ?? []), id],
        unclaimed: id,
        unclaimedName: name,
        line: before?.line ?? line,
      });
    },

    addBusiness: (business: KnownOne): void => remember(business, { first: false }),

    /** What was to be written and is not there. */
    forget(ids: ReadonlySet<string>): void {
      if (ids.size === 0) return;
      for (const [phone, { unclaimed }] of people) if (unclaimed !== null && ids.has(unclaimed)) people.delete(phone);
      for (const index of [byCompanyId, byName, byContent])
        for (const [key, { id }] of index) if (ids.has(id)) index.delete(key);
    },
  };
}
