import { numberOf, textOf, tooLate, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { Obstacles } from '../obstacles/obstacles.service.ts';

/** What a me-too costs, each question to be skipped; the subject is the case. */
export function detailsDialogue({ obstacles }: { obstacles: Pick<Obstacles, 'support'> }): Dialogue {
  return {
    name: 'me-too',
    title: 'board.details.title',
    send: 'board.details.send',
    questions: [
      {
        key: 'costDays',
        kind: 'number',
        text: 'board.question.days',
        label: 'board.label.days',
        min: 0,
        max: 3650,
        unit: 'board.unit.days',
        units: { روز: 1, day: 1, days: 1 },
        optional: true,
      },
      {
        key: 'costRials',
        kind: 'number',
        text: 'board.question.rials',
        label: 'board.label.rials',
        min: 0,
        max: 1e15,
        unit: 'board.unit.rials',
        units: { ریال: 1, تومان: 10, rial: 1, rials: 1, toman: 10, tomans: 10 },
        optional: true,
      },
      {
        key: 'costPeople',
        kind: 'number',
        text: 'board.question.people',
        label: 'board.label.people',
        min: 0,
        max: 100_000,
        unit: 'board.unit.people',
        units: { نفر: 1, people: 1 },
        optional: true,
      },
      {
        key: 'comment',
        kind: 'text',
        text: 'board.question.comment',
        label: 'board.label.comment',
        min: 3,
        max: 1000,
        multiline: true,
        optional: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const outcome = await obstacles.support.endorse(ctx.person.id, subject, {
        cost: {
          days: numberOf(answers, 'costDays'),
          rials: numberOf(answers, 'costRials'),
          people: numberOf(answers, 'costPeople'),
        },
        comment: textOf(answers, 'comment'),
        source: draftId,
      });
      if (outcome.kind === 'full') return tooLate({ text: ctx.t.rich('board.meToo.full') });
      const isKept = outcome.kind === 'added' || outcome.kind === 'endorsed';
      return isKept ? { text: ctx.t.rich('board.details.done') } : tooLate({ text: ctx.t.rich('board.case.ended') });
    },
  };
}

/** What the secretariat says to everybody; the subject is the case. */
export function publicAnswerDialogue({ obstacles }: { obstacles: Pick<Obstacles, 'answerPublicly'> }): Dialogue {
  return {
    name: 'public-answer',
    title: 'board.answer.title',
    send: 'board.answer.send',
    questions: [
      {
        key: 'text',
        kind: 'text',
        text: 'board.answer.question',
        label: 'board.answer.label',
        min: 3,
        max: 1500,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const actor = { id: ctx.person.id, roles: ctx.person.roles };
      const text = textOf(answers, 'text');
      const done = await obstacles.answerPublicly(actor, subject, { text, source: draftId });
      return done ? { text: ctx.t.rich('board.answer.done') } : tooLate({ text: ctx.t.rich('bot.error.notAllowed') });
    },
  };
}
