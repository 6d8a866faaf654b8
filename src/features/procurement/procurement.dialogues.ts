import { filesOf, numberOf, textOf, tooLate, type Dialogue, type Question } from '../../bot/dialogue/dialogue.ts';
import { FIELDS } from '../../language/taxonomies.ts';
import type { Members } from '../members/members.service.ts';
import type { Procurements } from './procurement.service.ts';
import { fileButton, reportDone } from './procurement.views.ts';

export interface ProcurementDialogueDeps {
  procurements: Procurements;
  members: Pick<Members, 'find'>;
}

const MOST_FILES = 3;

const question = (key: 'buyer' | 'item' | 'field' | 'amount' | 'boughtOn' | 'notice' | 'evidence') =>
  ({ key, text: `procurement.question.${key}`, label: `procurement.label.${key}` }) as const;

const QUESTIONS: readonly Question[] = [
  { ...question('buyer'), kind: 'text', min: 3, max: 120, public: true },
  { ...question('item'), kind: 'text', min: 3, max: 200, public: true },
  {
    ...question('field'),
    kind: 'choice',
    options: (_answers, t) => FIELDS.map(({ code }) => ({ code, label: t.text(`taxonomy.fields.${code}`) })),
  },
  {
    ...question('amount'),
    kind: 'number',
    unit: 'procurement.unit.rials',
    units: { ریال: 1, تومان: 10, rial: 1, rials: 1, toman: 10 },
    min: 1,
    max: 1_000_000_000_000_000,
  },
  { ...question('boughtOn'), kind: 'date', tense: 'past' },
  { ...question('notice'), kind: 'text', min: 2, max: 40, optional: true, code: true },
  { ...question('evidence'), kind: 'files', values: { max: MOST_FILES }, max: MOST_FILES, optional: true },
];

export function procurementDialogues({ procurements, members }: ProcurementDialogueDeps): Dialogue[] {
  return [
    {
      name: 'procurement',
      title: 'procurement.report.title',
      send: 'procurement.report.send',
      questions: QUESTIONS,
      async complete(ctx, { draftId, answers }) {
        const reporter = await members.find(ctx.person.id);
        const kept = await procurements.report({
          draftId,
          reporterId: ctx.person.id,
          buyer: textOf(answers, 'buyer'),
          item: textOf(answers, 'item'),
          field: textOf(answers, 'field'),
          amountRials: numberOf(answers, 'amount') ?? 0,
          boughtOn: textOf(answers, 'boughtOn'),
          noticeNumber: textOf(answers, 'notice') || null,
          provinceCode: reporter?.provinceCode ?? null,
          evidence: filesOf(answers, 'evidence').map(({ storedId, kind, caption = '' }) => ({
            fileId: storedId,
            kind,
            caption,
          })),
        });
        return reportDone(ctx.t, kept);
      },
    },
    {
      name: 'procurement-buyer',
      title: 'procurement.rename.title',
      send: 'procurement.rename.send',
      questions: [
        {
          key: 'name',
          kind: 'text',
          text: 'procurement.rename.question',
          label: 'procurement.label.buyer',
          min: 3,
          max: 120,
        },
      ],
      async complete(ctx, { draftId, subject, answers }) {
        const actor = { id: ctx.person.id, roles: ctx.person.roles };
        const name = textOf(answers, 'name');
        const outcome = await procurements.renameBuyer(actor, subject, { name, source: draftId });
        if (outcome.kind !== 'done') return tooLate({ text: ctx.t.rich(`procurement.act.${outcome.kind}`) });
        return {
          text: ctx.t.rich('procurement.act.renamed', { buyer: name }),
          keyboard: {
            kind: 'inline',
            rows: [[{ label: ctx.t.text('procurement.button.file'), data: fileButton.data(subject, '0') }]],
          },
        };
      },
    },
  ];
}
