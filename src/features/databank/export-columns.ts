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
  { key: 'registeredOn', width: 18 },
] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number]['key'];

/** How much of a person a sheet shows. National codes are in none: one is revealed alone, on an admin's own act. */
export type ExportView = 'full' | 'masked' | 'anonymous';

export const SHEETS = ['members', 'businesses', 'cases', 'deliveries', 'audit'] as const;
export type Sheet = (typeof SHEETS)[number];

/** The widest view first. */
const ORDER: readonly Role[] = ['admin', 'head', 'officer', 'council'];
const VIEWS: Readonly<Record<Sheet, Partial<Record<Role, ExportView>>>> = {
  members: { admin: 'full', head: 'full', officer: 'masked', council: 'anonymous' },
  businesses: { admin: 'full', head: 'full', officer: 'full', council: 'anonymous' },
  // An officer's are those that the officer answers for.
  cases: { admin: 'full', head: 'full', officer: 'full', council: 'anonymous' },
  deliveries: { admin: 'full', head: 'full' },
  audit: { admin: 'full', head: 'full' },
};

/** The widest view of somebody's roles; null for who has none that may export this sheet. */
export function viewOf(roles: readonly Role[], sheet: Sheet = 'members'): ExportView | null {
  const role = ORDER.find((one) => roles.includes(one) && VIEWS[sheet][one]);
  return (role && VIEWS[sheet][role]) ?? null;
}

/** The council sees businesses and how many people, nobody's number or name. */
const HIDDEN_FROM_COUNCIL: ReadonlySet<ExportColumn> = new Set(['phone', 'name', 'membershipNumber', 'companyId']);

export function columnsOf(view: ExportView) {
  return EXPORT_COLUMNS.filter(({ key }) => view !== 'anonymous' || !HIDDEN_FROM_COUNCIL.has(key));
}

const times = <Name extends string>(name: Name) =>
  [
    { key: `${name}At`, width: 12 },
    { key: `${name}On`, width: 18 },
  ] as const;

/** What the other sheets show. Of each time there is the Jalali day as text and a date that can be counted with. */
export const OTHER_COLUMNS = {
  businesses: [
    { key: 'business', width: 30 },
    { key: 'kind', width: 18 },
    { key: 'fields', width: 40 },
    { key: 'province', width: 16 },
    { key: 'city', width: 16 },
    { key: 'workplace', width: 18 },
    { key: 'headcount', width: 10 },
    { key: 'since', width: 10 },
    { key: 'documents', width: 30 },
    { key: 'companyId', width: 16 },
    { key: 'website', width: 24 },
    { key: 'people', width: 10 },
    { key: 'status', width: 14 },
    { key: 'listed', width: 10 },
    ...times('registered'),
  ],
  cases: [
    { key: 'code', width: 12 },
    { key: 'report', width: 14 },
    { key: 'category', width: 24 },
    { key: 'title', width: 40 },
    { key: 'city', width: 16 },
    { key: 'body', width: 24 },
    { key: 'caseStatus', width: 20 },
    { key: 'reporter', width: 24 },
    { key: 'supporters', width: 12 },
    { key: 'rials', width: 18 },
    ...times('reported'),
    ...times('answered'),
    ...times('ended'),
  ],
  deliveries: [
    { key: 'what', width: 20 },
    { key: 'campaign', width: 28 },
    { key: 'messenger', width: 12 },
    { key: 'outcome', width: 16 },
    { key: 'reason', width: 20 },
    { key: 'tries', width: 10 },
    ...times('finished'),
  ],
  audit: [
    ...times('done'),
    { key: 'actor', width: 24 },
    { key: 'act', width: 24 },
    { key: 'subject', width: 16 },
    { key: 'subjectId', width: 28 },
    { key: 'before', width: 40 },
    { key: 'after', width: 40 },
  ],
} as const;
export type OtherSheet = keyof typeof OTHER_COLUMNS;

/** Neither who reported, nor where a lone case comes from. */
const OTHER_HIDDEN_FROM_COUNCIL: ReadonlySet<string> = new Set(['reporter', 'city', 'companyId']);

export function otherColumnsOf<Name extends OtherSheet>(sheet: Name, view: ExportView) {
  return OTHER_COLUMNS[sheet].filter(
    ({ key }) =>
      view !== 'anonymous' || !OTHER_HIDDEN_FROM_COUNCIL.has(key) || (sheet === 'businesses' && key === 'city'),
  ) as (typeof OTHER_COLUMNS)[Name][number][];
}
