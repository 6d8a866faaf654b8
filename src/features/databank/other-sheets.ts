import { sheets } from '../../language/locales.ts';
import { inTehran } from '../../language/jalali.ts';
import { placeName } from '../../language/places.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { SheetCell } from '../../sheets/write-xlsx.ts';
import type { Business } from '../businesses/businesses.service.ts';
import { OTHER_COLUMNS, otherColumnsOf, type ExportView } from './export-columns.ts';
import type { AuditRow, Begun, CaseRow, DeliveryRow } from './export.service.ts';

export type Label = (group: string, code: string | null | undefined) => string;

/** The columns that only these sheets have; the others are named as in the sheet of members. */
export const OWN_COLUMNS: ReadonlySet<string> = new Set([
  'registeredOn',
  'people',
  ...(['cases', 'deliveries', 'audit'] as const)
    .flatMap((sheet) => OTHER_COLUMNS[sheet].map(({ key }): string => key))
    .filter((key) => key !== 'city'),
]);

/** The rows of every sheet but the members', as cells in the order of their columns. */
export async function* otherRows(
  begun: Exclude<Begun, { sheet: 'members' }>,
  { t, label }: { t: Translator; label: Label },
): AsyncGenerator<SheetCell[]> {
  const columns = otherColumnsOf(begun.sheet, begun.view);
  const inOrder = (cells: Readonly<Record<string, SheetCell>>) => columns.map(({ key }) => cells[key] ?? null);
  if (begun.sheet === 'businesses') {
    for await (const row of begun.rows) yield inOrder(ofBusiness(row, { t, label }));
  } else if (begun.sheet === 'cases') {
    for await (const row of begun.rows) yield inOrder(ofCase(row, { t, label, view: begun.view }));
  } else if (begun.sheet === 'deliveries') {
    for await (const row of begun.rows) yield inOrder(ofDelivery(row, label));
  } else {
    for await (const row of begun.rows) yield inOrder(ofAct(row, label));
  }
}

function ofBusiness(one: Business, { t, label }: { t: Translator; label: Label }): Record<string, SheetCell> {
  const listed = (group: string, codes: readonly string[]): string =>
    codes.map((code) => label(group, code)).join(label('bot', 'listComma'));
  return {
    business: one.name,
    kind: label('taxonomy.kinds', one.kind),
    fields: listed('taxonomy.fields', one.fields),
    province: placeName(one.provinceCode, t.language),
    city: placeName(one.cityCode, t.language),
    workplace: label('taxonomy.workplaces', one.workplace),
    headcount: one.headcount,
    since: one.since === null ? '' : String(one.since),
    documents: listed(
      'taxonomy.documents',
      one.documents.map(({ kind }) => kind),
    ),
    companyId: one.companyId,
    website: one.website,
    people: one.people.length,
    status: label('databank.status', one.status),
    listed: label('databank.listed', one.listed ? 'yes' : 'no'),
    ...times('registered', one.registeredAt),
  };
}

function ofCase(
  { one, reporter }: CaseRow,
  { t, label, view }: { t: Translator; label: Label; view: ExportView },
): Record<string, SheetCell> {
  const isCouncil = view === 'anonymous';
  return {
    code: one.code,
    report: label('taxonomy.reports', one.kind),
    category: label('taxonomy.categories', one.category),
    title: isCouncil ? one.publicTitle : one.title,
    city: one.cityCode === null ? '' : placeName(one.cityCode, t.language),
    body: label('taxonomy.bodies', one.body),
    caseStatus: label('obstacles.status', one.status),
    // A sheet goes from hand to hand: whom the secretariat alone may know is not named in it.
    reporter: one.hiddenName ? label('sheets', 'hidden') : reporter,
    supporters: isCouncil ? one.shownPeople : one.people,
    rials: isCouncil ? one.shownRials : one.rials,
    ...times('reported', one.reportedAt),
    ...times('answered', one.firstAnsweredAt),
    ...times('ended', one.endedAt),
  };
}

/** What has a name in the texts. */
const NAMED = {
  kind: new Set(Object.keys(sheets.kind)),
  subject: new Set(Object.keys(sheets.subject)),
} as const satisfies Record<string, ReadonlySet<string>>;

/** A code that has no name stands as it is. */
const nameOf = (group: keyof typeof NAMED, code: string, label: Label): string =>
  NAMED[group].has(code) ? label(`sheets.${group}`, code) : code;

function ofDelivery(one: DeliveryRow, label: Label): Record<string, SheetCell> {
  return {
    what: nameOf('kind', one.kind, label),
    campaign: one.campaignId,
    messenger: label('weekly.messenger', one.messenger),
    outcome: label('sheets.outcome', one.state),
    reason: one.reason,
    tries: one.tries,
    ...times('finished', one.endedAt),
  };
}

function ofAct({ entry, actor }: AuditRow, label: Label): Record<string, SheetCell> {
  const written = (value: unknown): string => (value === null ? '' : JSON.stringify(value));
  return {
    ...times('done', entry.at),
    actor,
    act: entry.act,
    subject: nameOf('subject', entry.subject.kind, label),
    subjectId: entry.subject.id,
    before: written(entry.before),
    after: written(entry.after),
  };
}

const times = (name: string, at: Date | null): Record<string, SheetCell> => ({
  [`${name}At`]: jalali(at),
  [`${name}On`]: at,
});

/** 1403/04/02 in Latin digits sorts right as text. */
export function jalali(at: Date | null): string {
  if (at === null) return '';
  const { year, month, day } = inTehran(at);
  return `${year}/${String(month).padStart(2, '0')}/${String(day).padStart(2, '0')}`;
}

/** A sheet has the same few labels a million times. */
export function labels(t: Translator): Label {
  const known = new Map<string, string>();
  return (group, code) => {
    if (!code) return '';
    const key = `${group}.${code}`;
    const label = known.get(key) ?? t.text(key as TextKey);
    known.set(key, label);
    return label;
  };
}
