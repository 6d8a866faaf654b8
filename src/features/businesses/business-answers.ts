import { listOf, textOf, type AnswerValue, type Answers } from '../../bot/dialogue/dialogue.ts';
import { DOCUMENT_KINDS } from '../../language/taxonomies.ts';
import { DOCUMENT_KEYS, holdsDocuments, NO_DOCUMENTS } from './business.questions.ts';
import type { Business, BusinessFacts } from './businesses.service.ts';
import { asksCompanyId, obviousWorkplace } from './kind-questions.ts';

const orNull = (text: string): string | null => (text === '' ? null : text);

/** What the answers of a dialogue say of a business. */
export function factsOf(answers: Answers): BusinessFacts {
  const kind = textOf(answers, 'kind');
  const { headcount } = answers;
  const since = textOf(answers, 'since');
  const held = holdsDocuments(answers) ? listOf(answers, 'documents') : [];
  return {
    name: textOf(answers, 'business'),
    kind,
    fields: listOf(answers, 'fields'),
    provinceCode: textOf(answers, 'province'),
    cityCode: textOf(answers, 'city'),
    workplace: obviousWorkplace(kind) ?? orNull(textOf(answers, 'workplace')),
    headcount: typeof headcount === 'number' ? headcount : null,
    since: since === '' ? null : Number(since),
    documents: DOCUMENT_KINDS.filter((document) => held.includes(document)).map((document) => ({
      kind: document,
      number: orNull(textOf(answers, `no_${DOCUMENT_KEYS[document]}`)),
      issuer: orNull(textOf(answers, `by_${DOCUMENT_KEYS[document]}`)),
      expiresOn: orNull(textOf(answers, `till_${DOCUMENT_KEYS[document]}`)),
    })),
    companyId: asksCompanyId(kind) ? orNull(textOf(answers, 'companyId')) : null,
    website: orNull(textOf(answers, 'website')),
    description: orNull(textOf(answers, 'description')),
    listed: textOf(answers, 'listed') === 'yes',
  };
}

/** A business as the answers that would make it; what it does not say counts as skipped. */
export function answersOf(business: Business): Record<string, AnswerValue | null> {
  const details = DOCUMENT_KINDS.flatMap((kind) => {
    const held = business.documents.find((document) => document.kind === kind);
    const key = DOCUMENT_KEYS[kind];
    return held
      ? [
          [`no_${key}`, held.number],
          [`by_${key}`, held.issuer],
          [`till_${key}`, held.expiresOn],
        ]
      : [];
  });
  return {
    business: business.name,
    kind: business.kind,
    ...(business.workplace === null ? {} : { workplace: business.workplace }),
    fields: business.fields,
    province: business.provinceCode,
    city: business.cityCode,
    headcount: business.headcount,
    since: business.since === null ? null : String(business.since),
    companyId: business.companyId,
    documents: business.documents.length > 0 ? business.documents.map(({ kind }) => kind) : [NO_DOCUMENTS],
    ...Object.fromEntries(details),
    website: business.website,
    description: business.description,
    listed: business.listed ? 'yes' : 'no',
  };
}
