import { textOf, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import { resumeButton } from '../../bot/dialogue/dialogue.views.ts';
import type { Businesses } from '../businesses/businesses.service.ts';
import type { Categories } from '../categories/categories.service.ts';
import { addEditedAnswer, type EditedAnswersDeps } from './edited-answers.ts';
import type { Obstacles } from './obstacles.service.ts';
import { EVIDENCE_QUESTION, categoriesFor, evidenceOf, readReport, reportQuestions } from './report.questions.ts';

export interface ReportDialogueDeps extends EditedAnswersDeps {
  obstacles: Obstacles;
  businesses: Businesses;
  categories: Pick<Categories, 'offered'>;
}

/** The report of an obstacle; its subject is the business that it concerns. */
export function reportDialogue({ obstacles, businesses, categories, tellAdded }: ReportDialogueDeps): Dialogue {
  return {
    name: 'report',
    title: 'obstacles.report.title',
    send: 'obstacles.report.send',
    edited: addEditedAnswer({ obstacles, tellAdded }),
    questions: reportQuestions(),
    questionsFor: async (answers) => reportQuestions(await categoriesFor(categories, answers)),
    async accepted({ t }, key, value, draftId) {
      if (key !== 'notice' || value !== 'helped') return null;
      return {
        text: t.rich('obstacles.notice.glad'),
        keyboard: {
          kind: 'inline',
          rows: [[{ label: t.text('obstacles.notice.goOn'), data: resumeButton.data(draftId, 'open') }]],
        },
        over: true,
      };
    },
    async complete(ctx, { draftId, subject, answers }) {
      const obstacle = await obstacles.report({
        ...(await readReport(categories, answers)),
        draftId,
        reporterId: ctx.person.id,
        businessId: await concerned(businesses, ctx.person.id, subject),
      });
      return { text: ctx.t.rich('obstacles.report.done', { code: obstacle.code, due: obstacle.firstAnswerDue }) };
    },
  };
}

/** The business that the report began with; merged meanwhile, it is the one that it became. */
async function concerned(businesses: Businesses, memberId: string, subject: string): Promise<string | null> {
  if (subject === '') return onlyBusiness(businesses, memberId);
  return (await businesses.current(subject))?.id ?? null;
}

/** What was sent first, outside any dialogue, names no business; where there is one only, it is meant. */
async function onlyBusiness(businesses: Businesses, memberId: string): Promise<string | null> {
  const [first, ...others] = await businesses.ofMember(memberId);
  return first && others.length === 0 ? first.id : null;
}

type OfCase = Pick<ReportDialogueDeps, 'obstacles' | 'tellAdded'>;

/** The reporter says what is not solved; the subject is the case. */
export function reopenDialogue({ obstacles, tellAdded }: OfCase): Dialogue {
  return {
    name: 'reopen',
    title: 'obstacles.reopen.title',
    send: 'obstacles.reopen.send',
    edited: addEditedAnswer({ obstacles, tellAdded }),
    questions: [
      {
        key: 'reason',
        kind: 'text',
        text: 'obstacles.reopen.question',
        label: 'obstacles.reopen.label',
        min: 3,
        max: 1000,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const actor = { id: ctx.person.id, roles: ctx.person.roles };
      const there = await obstacles.visibleTo(actor, subject);
      if (!there) return { text: ctx.t.rich('obstacles.act.gone') };
      const outcome = await obstacles.move(actor, subject, {
        from: there.status,
        to: 'reopened',
        reason: textOf(answers, 'reason'),
        source: draftId,
      });
      return { text: ctx.t.rich(outcome.kind === 'moved' ? 'obstacles.act.reopen' : 'obstacles.act.movedOn') };
    },
  };
}

/** The reporter answers the secretariat's question; the subject is the case. */
export function explainDialogue({ obstacles, tellAdded }: OfCase): Dialogue {
  return {
    name: 'explain',
    title: 'obstacles.explain.title',
    send: 'obstacles.explain.send',
    edited: addEditedAnswer({ obstacles, tellAdded }),
    questions: [
      {
        key: 'text',
        kind: 'text',
        text: 'obstacles.explain.question',
        label: 'obstacles.explain.label',
        min: 1,
        max: 2000,
        multiline: true,
      },
      EVIDENCE_QUESTION,
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const actor = { id: ctx.person.id, roles: ctx.person.roles };
      const outcome = await obstacles.move(actor, subject, {
        from: 'needs_information',
        to: 'under_review',
        reason: textOf(answers, 'text'),
        source: draftId,
        evidence: evidenceOf(answers),
      });
      return { text: ctx.t.rich(outcome.kind === 'moved' ? 'obstacles.explain.done' : 'obstacles.act.movedOn') };
    },
  };
}
