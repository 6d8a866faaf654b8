import type { BotContext } from '../../bot/context.ts';
import { textOf, tooLate, type Completion, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import { resumeButton } from '../../bot/dialogue/dialogue.views.ts';
import type { Businesses } from '../businesses/businesses.service.ts';
import type { Categories } from '../categories/categories.service.ts';
import { addEditedAnswer, type EditedAnswersDeps } from './edited-answers.ts';
import type { Addition, Obstacles } from './obstacles.service.ts';
import { caseButton, statusText } from './obstacles.views.ts';
import { EVIDENCE_QUESTION, categoriesFor, evidenceOf, readReport, reportQuestions } from './report.questions.ts';

export interface ReportDialogueDeps extends EditedAnswersDeps {
  obstacles: Obstacles;
  businesses: Businesses;
  categories: Pick<Categories, 'offered'>;
}

/** The report of an obstacle; its subject is the business that it concerns. */
export function reportDialogue({ obstacles, businesses, categories }: ReportDialogueDeps): Dialogue {
  return {
    name: 'report',
    title: 'obstacles.report.title',
    send: 'obstacles.report.send',
    edited: addEditedAnswer({ obstacles }),
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

type OfCase = Pick<ReportDialogueDeps, 'obstacles'>;

/** The reporter says what is not solved; the subject is the case. */
export function reopenDialogue({ obstacles }: OfCase): Dialogue {
  return {
    name: 'reopen',
    title: 'obstacles.reopen.title',
    send: 'obstacles.reopen.send',
    edited: addEditedAnswer({ obstacles }),
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
      if (!there) return tooLate({ text: ctx.t.rich('obstacles.act.gone') });
      const text = textOf(answers, 'reason');
      const move = { from: there.status, to: 'reopened', reason: text, source: draftId } as const;
      const outcome = await obstacles.move(actor, subject, move);
      if (outcome.kind === 'moved') return { text: ctx.t.rich('obstacles.act.reopen') };
      return addLate(ctx, obstacles, subject, { source: draftId, text, evidence: [] });
    },
  };
}

/** The reporter answers the secretariat's question; the subject is the case. */
export function explainDialogue({ obstacles }: OfCase): Dialogue {
  return {
    name: 'explain',
    title: 'obstacles.explain.title',
    send: 'obstacles.explain.send',
    edited: addEditedAnswer({ obstacles }),
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
      const [text, evidence] = [textOf(answers, 'text'), evidenceOf(answers)];
      const move = { from: 'needs_information', to: 'under_review', reason: text, source: draftId, evidence } as const;
      const outcome = await obstacles.move(actor, subject, move);
      if (outcome.kind === 'moved') return { text: ctx.t.rich('obstacles.explain.done') };
      return addLate(ctx, obstacles, subject, { source: draftId, text, evidence });
    },
  };
}

/** The case has moved on while its reporter wrote: what they wrote becomes part of it all the same, or comes back. */
async function addLate(ctx: BotContext, obstacles: Obstacles, id: string, addition: Addition): Promise<Completion> {
  const outcome = await obstacles.add({ id: ctx.person.id, roles: ctx.person.roles }, id, {
    ...addition,
    evenEnded: true,
  });
  if (outcome.kind !== 'moved') return tooLate({ text: ctx.t.rich('obstacles.act.full') });
  const { title, status } = outcome.obstacle;
  return {
    text: ctx.t.rich('obstacles.act.addedLate', { title, status: statusText(ctx.t, status) }),
    keyboard: { kind: 'inline', rows: [[{ label: ctx.t.text('obstacles.button.open'), data: caseButton.data(id) }]] },
  };
}
