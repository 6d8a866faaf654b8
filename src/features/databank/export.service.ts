import type { DeliveriesExport, ExportedDelivery } from '../../delivery/export.ts';
import type { Audit, AuditEntry } from '../audit/audit.service.ts';
import type { BusinessesExport } from '../businesses/businesses-export.service.ts';
import type { Business, BusinessRole } from '../businesses/businesses.service.ts';
import type { ExportedMember, MembersExport } from '../members/members-export.service.ts';
import type { Role } from '../members/members.service.ts';
import type { CasesExport, ExportedCase } from '../obstacles/cases-export.service.ts';
import type { Scope } from '../obstacles/obstacles.service.ts';
import { viewOf, type ExportView, type Sheet } from './export-columns.ts';

/** One row: a person, one of their businesses, or both. */
export interface ExportRow {
  person: ExportedMember | null;
  business: Business | null;
  role: BusinessRole | null;
}
export interface CaseRow {
  one: ExportedCase;
  /** Null where it is hidden, or where there is none. */
  reporter: string | null;
}
export type DeliveryRow = ExportedDelivery;
export interface AuditRow {
  entry: AuditEntry;
  /** The name of who acted. */
  actor: string | null;
}

/** A sheet that was asked for and recorded; its rows are read while they are taken. */
export type Begun = { view: ExportView } & (
  | { sheet: 'members'; rows: AsyncGenerator<ExportRow> }
  | { sheet: 'businesses'; rows: AsyncGenerator<Business> }
  | { sheet: 'cases'; rows: AsyncGenerator<CaseRow> }
  | { sheet: 'deliveries'; rows: AsyncGenerator<DeliveryRow> }
  | { sheet: 'audit'; rows: AsyncGenerator<AuditRow> }
);

export interface ExportDeps {
  members: MembersExport;
  businesses: BusinessesExport;
  cases: CasesExport;
  deliveries: DeliveriesExport;
  names: { of: (ids: readonly string[]) => Promise<Map<string, string>> };
  audit: Pick<Audit, 'record' | 'page'>;
  /** The part of the cases that an officer answers for; null for all. */
  scopeOf: (memberId: string) => Promise<Scope | null>;
}

interface ExportActor {
  /** Null: the operator, on the machine itself. */
  id: string | null;
  roles: readonly Role[];
}

const PAGE = 500;

export type Exports = ReturnType<typeof createExports>;

/** What is held as rows for sheets; who asked for one and how much it showed is in the audit log before the first row. */
export function createExports({ members, businesses, cases, deliveries, names, audit, scopeOf }: ExportDeps) {
  return {
    viewOf,

    /** Null where the actor's roles may not export it. */
    async begin(
      actor: ExportActor,
      { sheet = 'members', source }: { sheet?: Sheet; source?: string } = {},
    ): Promise<Begun | null> {
      const view = viewOf(actor.roles, sheet);
      if (view === null) return null;
      const within = sheet === 'cases' && view === 'full' ? await partOf(actor) : null;
      await audit.record({
        actorId: actor.id,
        act: 'databank.export',
        subject: { kind: 'databank', id: sheet },
        after: { view },
        ...(source === undefined ? {} : { source }),
      });
      switch (sheet) {
        case 'members':
          return { sheet, view, rows: memberRows() };
        case 'businesses':
          return { sheet, view, rows: paged<Business>((from) => businesses.page(from)) };
        case 'cases':
          return { sheet, view, rows: caseRows(view, within) };
        case 'deliveries':
          return { sheet, view, rows: paged<DeliveryRow>((from) => deliveries.page(from)) };
        case 'audit':
          return { sheet, view, rows: auditRows() };
      }
    },
  };

  /** Heads and admins answer for everything. */
  async function partOf({ id, roles }: ExportActor): Promise<Scope | null> {
    const isWhole = roles.includes('head') || roles.includes('admin');
    return isWhole || id === null ? null : scopeOf(id);
  }

  async function* paged<Row extends { id: string }>(
    page: (from: { after: string | null; limit: number }) => Promise<Row[]>,
  ): AsyncGenerator<Row> {
    for await (const rows of pages(page)) yield* rows;
  }

  async function* pages<Row extends { id: string }>(
    page: (from: { after: string | null; limit: number }) => Promise<Row[]>,
  ): AsyncGenerator<Row[]> {
    for (let after: string | null = null; ;) {
      const rows: Row[] = await page({ after, limit: PAGE });
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
      yield rows;
    }
  }

  async function* caseRows(view: ExportView, within: Scope | null): AsyncGenerator<CaseRow> {
    for await (const found of pages<ExportedCase>((from) => cases.page(within, from))) {
      const named = view === 'anonymous' ? [] : found.filter(({ hiddenName }) => !hiddenName);
      const known = await names.of(named.map(({ reporterId }) => reporterId));
      for (const one of found) yield { one, reporter: one.hiddenName ? null : (known.get(one.reporterId) ?? null) };
    }
  }

  async function* auditRows(): AsyncGenerator<AuditRow> {
    for await (const entries of pages<AuditEntry>((from) => audit.page(from))) {
      const known = await names.of(entries.flatMap(({ actorId }) => actorId ?? []));
      for (const entry of entries) yield { entry, actor: known.get(entry.actorId ?? '') ?? null };
    }
  }

  async function* memberRows(): AsyncGenerator<ExportRow> {
    for await (const people of pages<ExportedMember>((from) => members.page(from))) {
      const ofPerson = await byPerson(people);
      for (const person of people) {
        const own = ofPerson.get(person.id) ?? [];
        if (own.length === 0) yield { person, business: null, role: null };
        for (const { business, role } of own) yield { person, business, role };
      }
    }
    for await (const business of paged<Business>((from) => businesses.ofNobody(from)))
      yield { person: null, business, role: null };
  }

  async function byPerson(people: readonly ExportedMember[]) {
    const found = await businesses.ofMembers(people.map(({ id }) => id));
    const pairs = found.flatMap((business) =>
      business.people.map(({ memberId, role }) => ({ memberId, role, business })),
    );
    return Map.groupBy(pairs, ({ memberId }) => memberId);
  }
}
