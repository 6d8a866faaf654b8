import type { Audit } from '../audit/audit.service.ts';
import type { BusinessesExport } from '../businesses/businesses-export.service.ts';
import type { Business, BusinessRole } from '../businesses/businesses.service.ts';
import type { ExportedMember, MembersExport } from '../members/members-export.service.ts';
import type { Role } from '../members/members.service.ts';
import { viewOf, type ExportView } from './export-columns.ts';

/** One row: a person, one of their businesses, or both. */
export interface ExportRow {
  person: ExportedMember | null;
  business: Business | null;
  role: BusinessRole | null;
}

export interface ExportDeps {
  members: MembersExport;
  businesses: BusinessesExport;
  audit: Pick<Audit, 'record'>;
}

const PAGE = 500;

export type Exports = ReturnType<typeof createExports>;

/** The data bank as rows for a sheet; who asked for it and how much it showed is in the audit log before the first row. */
export function createExports({ members, businesses, audit }: ExportDeps) {
  return {
    viewOf,

    /** Null where the actor's roles may not export. The rows are read while they are taken. */
    async begin(
      actor: { id: string | null; roles: readonly Role[] },
      { source }: { source?: string } = {},
    ): Promise<{ view: ExportView; rows: AsyncGenerator<ExportRow> } | null> {
      const view = viewOf(actor.roles);
      if (view === null) return null;
      await audit.record({
        actorId: actor.id,
        act: 'databank.export',
        subject: { kind: 'databank', id: 'members' },
        after: { view },
        ...(source === undefined ? {} : { source }),
      });
      return { view, rows: readRows() };
    },
  };

  async function* readRows(): AsyncGenerator<ExportRow> {
    for (let after: string | null = null; ;) {
      const people: ExportedMember[] = await members.page({ after, limit: PAGE });
      const last = people.at(-1);
      if (!last) break;
      after = last.id;
      const ofPerson = await byPerson(people);
      for (const person of people) {
        const own = ofPerson.get(person.id) ?? [];
        if (own.length === 0) yield { person, business: null, role: null };
        for (const { business, role } of own) yield { person, business, role };
      }
    }
    for (let after: string | null = null; ;) {
      const found: Business[] = await businesses.ofNobody({ after, limit: PAGE });
      const last = found.at(-1);
      if (!last) return;
      after = last.id;
      for (const business of found) yield { person: null, business, role: null };
    }
  }

  async function byPerson(people: readonly ExportedMember[]) {
    const found = await businesses.ofMembers(people.map(({ id }) => id));
    const pairs = found.flatMap((business) =>
      business.people.map(({ memberId, role }) => ({ memberId, role, business })),
    );
    return Map.groupBy(pairs, ({ memberId }) => memberId);
  }
}
