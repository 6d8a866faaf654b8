import type { ImportedBusinesses, NewImportedBusiness } from '../businesses/imported-businesses.service.ts';
import type { ImportedMembers, NewImportedMember } from '../members/imported-members.service.ts';
import type { RowOutcome } from './import-outcome.ts';

/** What is to be written for one batch. */
export interface Writes {
  people: NewImportedMember[];
  businesses: NewImportedBusiness[];
}

/** What is to become of a row, with what it writes for it. */
export interface Decided {
  outcome: RowOutcome;
  personId?: string | undefined;
  businessId?: string;
  joins?: { businessId: string; memberId: string };
}

/**
 * Writes a batch and puts its outcomes right by what the database holds afterwards.
 * @returns the ids of what it does not hold
 */
export async function settle(
  {
    members,
    businesses,
  }: { members: Pick<ImportedMembers, 'add'>; businesses: Pick<ImportedBusinesses, 'add' | 'addEmployee'> },
  { writes, decided }: { writes: Writes; decided: readonly Decided[] },
): Promise<Set<string>> {
  // People first: a business never names somebody who is not there.
  const missing = new Set(await members.add(writes.people));
  const kept = writes.businesses.map((one) => ({
    ...one,
    ownerId: one.ownerId !== null && missing.has(one.ownerId) ? null : one.ownerId,
  }));
  for (const id of await businesses.add(kept)) missing.add(id);
  for (const { outcome, personId, businessId, joins } of decided) {
    const before = [outcome.person, outcome.business];
    if (personId !== undefined && missing.has(personId)) outcome.person = null;
    if (businessId !== undefined && missing.has(businessId)) outcome.business = null;
    if (joins) {
      const hasJoined =
        !missing.has(joins.memberId) && (await businesses.addEmployee(joins.businessId, joins.memberId));
      if (!hasJoined) outcome.business = null;
    }
    if (before[0] === outcome.person && before[1] === outcome.business) continue;
    outcome.refused = outcome.person === null && outcome.business === null;
    outcome.notes.push({ code: 'notStored', line: null });
  }
  return missing;
}
