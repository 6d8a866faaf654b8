import { placeName } from '../../language/places.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Kept } from './my-data.service.ts';

type FileKey = Extract<TextKey, `members.file.key.${string}`> extends `members.file.key.${infer Key}` ? Key : never;

/** Answers that are kept sealed; the file says that they are there, not what they are. */
const SEALED_ANSWERS: ReadonlySet<string> = new Set(['nationalCode']);
const HIDDEN = '***';

/**
 * What is kept about a person as a JSON file with keys in their language. Only their own: nobody else's name, and nothing
 * that the secretariat notes for itself.
 */
export function myDataFile(t: Translator, kept: Kept, { at, names }: { at: Date; names: FileNames }): OutgoingMessage {
  return {
    text: t.rich('members.file.caption', { at }),
    media: {
      kind: 'document',
      file: {
        bytes: new TextEncoder().encode(`${JSON.stringify(contentOf(t, kept, { at, names }), null, 2)}\n`),
        fileName: `khoosheh-${at.toISOString().slice(0, 10)}.json`,
        mimeType: 'application/json',
      },
    },
  };
}

/** What other features call their codes. */
export interface FileNames {
  kind: (code: string) => string;
  field: (code: string) => string;
  document: (code: string) => string;
  category: (code: string) => string;
  part: (code: string) => string;
  reportKind: (code: Kept['cases'][number]['kind']) => string;
  body: (code: string) => string;
  visibility: (code: Kept['cases'][number]['visibility']) => string;
  status: (code: Kept['cases'][number]['status']) => string;
  dialogue: (name: string) => string;
  workplace: (code: string) => string;
  businessStatus: (code: Kept['businesses'][number]['status']) => string;
  businessRole: (code: Kept['businesses'][number]['people'][number]['role']) => string;
}

function contentOf(t: Translator, kept: Kept, { at, names }: { at: Date; names: FileNames }): Record<string, unknown> {
  const { member, nationalCode, businesses, cases, forms, messages, purchases, letters } = kept;
  const place = (code: string | null) => code && placeName(code, t.language);
  const messenger = (name: 'telegram' | 'bale') => t.text(`members.messenger.${name}`);
  const named = (values: Partial<Record<FileKey, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [t.text(`members.file.key.${key as FileKey}`), value]),
    );

  return named({
    about: t.text('members.file.about'),
    madeAt: at,
    person: named({
      name: member.name,
      phone: member.phone,
      phoneVerifiedAt: member.phoneVerifiedAt,
      province: place(member.provinceCode),
      city: place(member.cityCode),
      nationalCode,
      membershipNumber: member.membershipNumber,
      registeredAt: member.registeredAt,
      source: t.text(`members.file.source.${member.source}`),
      roles: member.roles,
      deletionDue: member.deletion?.dueAt ?? null,
    }),
    consent: member.consent && named({ version: member.consent.version, at: member.consent.at }),
    settings: named({
      language: t.text(`members.language.${member.language ?? 'fa'}`),
      preferredMessenger: member.preferredMessenger && messenger(member.preferredMessenger),
    }),
    accounts: member.accounts.map((account) =>
      named({ messenger: messenger(account.messenger), userId: account.userId, reachable: account.reachable }),
    ),
    businesses: businesses.map((business) =>
      named({
        name: business.name,
        kind: names.kind(business.kind),
        fields: business.fields.map(names.field),
        workplace: business.workplace && names.workplace(business.workplace),
        headcount: business.headcount,
        since: business.since,
        documents: business.documents.map(({ kind, number, issuer, expiresOn }) =>
          named({ kind: names.document(kind), number, issuer, expiresOn }),
        ),
        companyId: business.companyId,
        website: business.website,
        description: business.description,
        listed: business.listed,
        status: names.businessStatus(business.status),
        role: business.people
          .filter(({ memberId }) => memberId === member.id)
          .map(({ role }) => names.businessRole(role))
          .join(),
        province: place(business.provinceCode),
        city: place(business.cityCode),
        registeredAt: business.registeredAt,
      }),
    ),
    cases: cases.map((one) =>
      named({
        code: one.code,
        reportKind: names.reportKind(one.kind),
        category: names.category(one.category),
        part: one.subtopic && names.part(one.subtopic),
        title: one.title,
        description: one.description,
        startedOn: one.since,
        cost: named({ costDays: one.cost.days, costRials: one.cost.rials, costPeople: one.cost.people }),
        body: one.body && names.body(one.body),
        details: one.details.map(({ question, answer }) => named({ question, answer })),
        additions: one.additions.flatMap(({ texts }) =>
          texts.map(({ at: writtenAt, text }) => named({ at: writtenAt, text })),
        ),
        visibility: names.visibility(one.visibility),
        hiddenName: one.hiddenName,
        status: names.status(one.status),
        reportedAt: one.reportedAt,
        evidence: one.evidence.map(({ kind, caption }) => named({ kind, caption })),
        history: one.history
          .filter(({ facts }) => !facts.desk)
          .map(({ at: changedAt, to, reason }) => named({ at: changedAt, status: names.status(to), reason })),
      }),
    ),
    forms: forms.map(({ dialogue, updatedAt, answers }) =>
      named({
        form: names.dialogue(dialogue),
        updatedAt,
        answers: Object.fromEntries(
          Object.entries(answers).map(([key, value]) => [key, SEALED_ANSWERS.has(key) ? HIDDEN : value]),
        ),
      }),
    ),
    messages: messages.map(({ at: writtenAt, text }) => named({ at: writtenAt, text })),
    purchases: purchases.map(({ buyer, item, amountRials, boughtOn, noticeNumber, reportedAt }) =>
      named({ buyer, item, costRials: amountRials, boughtOn, number: noticeNumber, reportedAt }),
    ),
    letters: letters.map(({ code, name, issuedAt, expiresAt }) =>
      named({ letterCode: code, name, issuedAt, expiresOn: expiresAt }),
    ),
  });
}
