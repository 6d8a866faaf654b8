import { numberOf, textOf, tooLate, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import { RULE_LIMITS, type Obstacles } from '../obstacles/obstacles.service.ts';

const OUTCOMES = {
  answered: 'ideas.answer.done',
  forbidden: 'bot.error.notAllowed',
  gone: 'board.case.gone',
  changed: 'ideas.answer.changed',
} as const;

/** The council's answer to an idea; the subject is the idea and the revision that was shown. */
export function officialAnswerDialogue({ obstacles }: { obstacles: Pick<Obstacles, 'official'> }): Dialogue {
  return {
    name: 'official-answer',
    title: 'ideas.answer.title',
    send: 'ideas.answer.send',
    questions: [
      {
        key: 'text',
        kind: 'text',
        text: 'ideas.answer.question',
        label: 'ideas.answer.label',
        min: 3,
        max: 1500,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const [id = '', seen = ''] = subject.split('.');
      const actor = { id: ctx.person.id, roles: ctx.person.roles };
      const text = textOf(answers, 'text');
      const outcome = await obstacles.official.answer(actor, id, { text, seen: Number(seen), source: draftId });
      const message = { text: ctx.t.rich(OUTCOMES[outcome.kind]) };
      return outcome.kind === 'answered' ? message : tooLate(message);
    },
  };
}

/** From how many supporters on the council owes an answer, and how soon. */
export function ideaRuleDialogue({ obstacles }: { obstacles: Pick<Obstacles, 'official'> }): Dialogue {
  const { threshold, days } = RULE_LIMITS;
  return {
    name: 'idea-rule',
    title: 'ideas.rule.title',
    send: 'ideas.rule.send',
    questions: [
      {
        key: 'threshold',
        kind: 'number',
        text: 'ideas.rule.threshold',
        label: 'ideas.rule.thresholdLabel',
        ...threshold,
        unit: 'ideas.unit.people',
        units: { نفر: 1, حامی: 1, people: 1 },
      },
      {
        key: 'days',
        kind: 'number',
        text: 'ideas.rule.days',
        label: 'ideas.rule.daysLabel',
        ...days,
        unit: 'ideas.unit.days',
        units: { روز: 1, day: 1, days: 1 },
      },
    ],
    async complete(ctx, { draftId, answers }) {
      const actor = { id: ctx.person.id, roles: ctx.person.roles };
      const rule = { threshold: numberOf(answers, 'threshold') ?? 0, days: numberOf(answers, 'days') ?? 0 };
      const done = await obstacles.official.setRule(actor, rule, draftId);
      return done ? { text: ctx.t.rich('ideas.rule.done') } : tooLate({ text: ctx.t.rich('bot.error.notAllowed') });
    },
  };
}
