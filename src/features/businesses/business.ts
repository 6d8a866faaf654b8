import type { BusinessDocument, BusinessRole, BusinessStatus, HeldDocument } from './business.model.ts';

/** A business as features see one: ids are text. */
export interface Business {
  id: string;
  people: readonly { memberId: string; role: BusinessRole; since: Date }[];
  name: string;
  kind: string;
  fields: readonly string[];
  provinceCode: string;
  cityCode: string;
  workplace: string | null;
  headcount: number | null;
  since: number | null;
  documents: readonly HeldDocument[];
  companyId: string | null;
  website: string | null;
  description: string | null;
  listed: boolean;
  status: BusinessStatus;
  review: { by: string; at: Date; reason: string; fields: readonly string[] } | null;
  version: number;
  mergedInto: string | null;
  registeredAt: Date;
}

/** What its people say of a business. */
export type BusinessFacts = Omit<
  Business,
  'id' | 'people' | 'status' | 'review' | 'version' | 'mergedInto' | 'registeredAt'
>;

/** What somebody is to a business; null for a stranger. */
export const roleIn = (business: Business, memberId: string): BusinessRole | null =>
  business.people.find((person) => person.memberId === memberId)?.role ?? null;

/** Whether somebody owns it and nobody else does. */
export const isOnlyOwner = (business: Business, memberId: string): boolean =>
  roleIn(business, memberId) === 'owner' && business.people.filter(({ role }) => role === 'owner').length === 1;

export function toBusiness(document: BusinessDocument): Business {
  const { _id, people, review, mergedInto, documents, ...rest } = document;
  return {
    id: _id.toHexString(),
    people: people.map(({ memberId, role, since }) => ({ memberId: memberId.toHexString(), role, since })),
    name: rest.name,
    kind: rest.kind,
    fields: rest.fields,
    provinceCode: rest.provinceCode,
    cityCode: rest.cityCode,
    workplace: rest.workplace,
    headcount: rest.headcount,
    since: rest.since,
    documents: documents.map(({ kind, number, issuer, expiresOn }) => ({ kind, number, issuer, expiresOn })),
    companyId: rest.companyId,
    website: rest.website,
    description: rest.description,
    listed: rest.listed,
    status: rest.status,
    review: review && { by: review.by.toHexString(), at: review.at, reason: review.reason, fields: review.fields },
    version: rest.version,
    mergedInto: mergedInto?.toHexString() ?? null,
    registeredAt: rest.registeredAt,
  };
}
