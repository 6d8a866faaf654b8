import type { Role } from '../members/members.service.ts';

/** What a sheet of the data bank shows, one row for each person of each business. */
export const EXPORT_COLUMNS = [
  { key: 'membershipNumber', width: 12 },
  { key: 'name', width: 24 },
  { key: 'phone', width: 16 },
  { key: 'province', width: 16 },
  { key: 'city', width: 16 },
  { key: 'role', width: 10 },
  { key: 'business', width: 30 },
  { key: 'kind', width: 18 },
  { key: 'fields', width: 40 },
  { key: 'workplace', width: 18 },
  { key: 'headcount', width: 10 },
  { key: 'since', width: 10 },
  { key: 'documents', width: 30 },
  { key: 'companyId', width: 16 },
  { key: 'website', width: 24 },
  { key: 'status', width: 14 },
  { key: 'listed', width: 10 },
  { key: 'source', width: 12 },
  { key: 'registeredAt', width: 12 },
] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number]['key'];

/** How much of a person a sheet shows. National codes are in none: one is revealed alone, on an admin's own act. */
export type ExportView = 'full' | 'masked' | 'anonymous';

const VIEWS: readonly { role: Role; view: ExportView }[] = [
  { role: 'admin', view: 'full' },
  { role: 'head', view: 'full' },
  { role: 'officer', view: 'masked' },
  { role: 'council', view: 'anonymous' },
];

/** The widest view of somebody's roles; null for who has none that may export. */
export function viewOf(roles: readonly Role[]): ExportView | null {
  return VIEWS.find(({ role }) => roles.includes(role))?.view ?? null;
}

/** The council sees businesses and how many people, nobody's number or name. */
const HIDDEN_FROM_COUNCIL: ReadonlySet<ExportColumn> = new Set(['phone', 'name', 'membershipNumber', 'companyId']);

export function columnsOf(view: ExportView) {
  return EXPORT_COLUMNS.filter(({ key }) => view !== 'anonymous' || !HIDDEN_FROM_COUNCIL.has(key));
}
