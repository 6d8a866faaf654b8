import { Types } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { contentKey, type ImportedBusinesses } from '../businesses/imported-businesses.service.ts';
import type { ImportedMembers } from '../members/imported-members.service.ts';
import { searchKey } from '../../language/persian-text.ts';
import { createKnown, type KnownPerson } from './import-known.ts';
import { countOutcomes, type OutcomeNote, type PersonResult, type RowOutcome } from './import-outcome.ts';
import type { ReadRow } from './import-reader.ts';
import { settle, type Decided, type Writes } from './import-writes.ts';
import { mayBeOnePerson } from './same-person.ts';

export { countOutcomes } from './import-outcome.ts';
export type { BusinessResult, ImportCounts, PersonResult, RowOutcome } from './import-outcome.ts';

export interface ImportDeps {
  members: Pick<ImportedMembers, 'byPhones' | 'add'>;
  businesses: Pick<ImportedBusinesses, 'like' | 'add' | 'addEmployee'>;
  audit: Pick<Audit, 'record'>;
}

/** Rows that are looked up and written together. */
const BATCH = 500;

const newId = (): string => new Types.ObjectId().toHexString();

export function createImport({ members, businesses, audit }: ImportDeps) {
  return {
    /**
     * Takes the rows of one list into the data bank. The same rows again change nothing, also after a stop in the middle: a
     * person is known by the phone, a business by its company number or its name and city. Two imports must not run at once
     * (the caller holds a lease).
     * @param options.source names the list for the audit log; the same one is recorded once
     * @param options.dryRun says what would become of each row and writes nothing
     * @param options.onProgress is told how many rows are done
     * @returns what became of each row, by what the database holds after it was written
     */
    async run(
      rows: readonly ReadRow[],
      {
        dryRun,
        source,
        onProgress = () => {},
      }: { dryRun: boolean; source: string; onProgress?: (done: number) => void },
    ): Promise<RowOutcome[]> {
      const known = createKnown({ members, businesses });
      const outcomes: RowOutcome[] = [];
      for (let start = 0; start < rows.length; start += BATCH) {
        const batch = rows.slice(start, start + BATCH);
        await known.lookUp(batch.filter((row) => !isRefused(row)));
        const writes: Writes = { people: [], businesses: [] };
        const decided = batch.map((row) => decide(row, writes));
        if (!dryRun) known.forget(await settle({ members, businesses }, { writes, decided }));
        outcomes.push(...decided.map(({ outcome }) => outcome));
        onProgress(outcomes.length);
      }
      if (!dryRun)
        await audit.record({
          actorId: null,
          act: 'databank.import',
          subject: { kind: 'list', id: source },
          after: countOutcomes(outcomes),
        });
      return outcomes;

      function decide(row: ReadRow, writes: Writes): Decided {
        const { person, business, line } = row;
        const outcome: RowOutcome = { row, refused: false, person: null, business: null, sameAs: null, notes: [] };
        if (isRefused(row)) return { outcome: { ...outcome, refused: true } };
        const there = person ? known.person(person.phone) : undefined;
        const isDoubtful = there !== undefined && person !== null && !isSame(there, person.name);
        if (there && isDoubtful) outcome.notes.push(otherName(there));
        if (!business) {
          if (there?.line && !isDoubtful) outcome.notes.push({ code: 'samePerson', line: there.line });
          const { result, id } = takePerson(row, writes, {});
          return { outcome: { ...outcome, person: result, sameAs: there?.line ?? null }, personId: id };
        }

        const same = known.business(business);
        if (!same) {
          // A member who registered alone is asked «is this you?» before the list's business becomes theirs.
          const { result, id: personId } = takePerson(row, writes, { toBeClaimed: true });
          const owner = person ? (known.person(person.phone)?.unclaimed ?? null) : null;
          const isTheirs = owner !== null && (owner === personId || !isDoubtful);
          if (person && !isTheirs) outcome.notes.push({ code: 'noOwner', line: null });
          const id = newId();
          const ownerId = isTheirs ? owner : null;
          writes.businesses.push({ id, facts: business, ownerId });
          known.addBusiness({
            id,
            name: business.name,
            companyId: business.companyId,
            nameKey: searchKey(business.name),
            cityCode: business.cityCode,
            contentKey: contentKey(business),
            memberIds: ownerId === null ? [] : [ownerId],
            imported: true,
            merged: false,
            line,
          });
          return { outcome: { ...outcome, person: result, business: 'added' }, personId, businessId: id };
        }

        outcome.sameAs = same.line;
        const belongs = (there?.ids ?? []).some((id) => same.memberIds.includes(id));
        if (same.line !== null) outcome.notes.push({ code: 'sameInFile', line: same.line });
        if (belongs || !person) return { outcome: { ...outcome, person: person ? 'there' : null, business: 'there' } };
        const { result, id: personId } = takePerson(row, writes, {});
        if (!same.imported && !same.merged) {
          outcome.notes.push({ code: 'sameKnown', line: null });
          return { outcome: { ...outcome, person: result, business: 'duplicate' }, personId };
        }
        const memberId = known.person(person.phone)?.unclaimed ?? null;
        if (same.merged || isDoubtful || memberId === null) {
          outcome.notes.push({ code: 'noOwner', line: null });
          return { outcome: { ...outcome, person: result, business: 'there' }, personId };
        }
        same.memberIds = [...same.memberIds, memberId];
        const joins = { businessId: same.id, memberId };
        return { outcome: { ...outcome, person: result, business: 'joined' }, personId, joins };
      }

      function takePerson(
        { person, line }: ReadRow,
        writes: Writes,
        { toBeClaimed = false },
      ): { result: PersonResult | null; id?: string } {
        if (!person) return { result: null };
        const there = known.person(person.phone);
        if (there && (there.unclaimed !== null || !toBeClaimed)) return { result: 'there' };
        const id = newId();
        writes.people.push({ id, ...person });
        known.addPerson(person, { id, line });
        return { result: there ? 'there' : 'added', id };
      }
    },
  };
}

/** Of whom a list brought, and nobody has claimed, that name is asked; else any of those who have the phone. */
function isSame({ names, unclaimedName }: KnownPerson, name: string): boolean {
  const asked = unclaimedName === null ? names : [unclaimedName];
  return asked.length === 0 || asked.some((one) => mayBeOnePerson(one, name));
}

const otherName = ({ line }: KnownPerson): OutcomeNote => ({
  code: line === null ? 'otherNameKnown' : 'otherName',
  line,
});

const isRefused = ({ remarks }: ReadRow): boolean => remarks.some(({ error }) => error);
