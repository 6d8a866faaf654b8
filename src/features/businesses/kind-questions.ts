/** What is asked of which kind of business. Where the place of work is obvious nobody is asked for it. */

const OBVIOUS_WORKPLACE: Readonly<Record<string, string>> = {
  shop: 'shop',
  repair: 'shop',
  internet_office: 'shop',
  training: 'office',
  freelance: 'home',
};

/** Kinds that are registered as a company, and so may have a national ID. */
const COMPANIES: ReadonlySet<string> = new Set(['company', 'startup']);

/** Where a business of this kind works; null where it must be asked. */
export const obviousWorkplace = (kind: string): string | null => OBVIOUS_WORKPLACE[kind] ?? null;

export const asksCompanyId = (kind: string): boolean => COMPANIES.has(kind);

/** Who works at home holds no licence by nature, and is asked about none. */
export const asksDocuments = (kind: string, workplace: string | null): boolean =>
  (obviousWorkplace(kind) ?? workplace) !== 'home';
