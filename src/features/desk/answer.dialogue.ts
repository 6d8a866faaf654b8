import { textOf, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { Obstacles, Status } from '../obstacles/obstacles.service.ts';

/** An officer writes what the reporter reads, and the case moves. The subject is the case. */
function replyDialogue(options: { name: 'answer' | 'solution'; to: Status; obstacles: Obstacles }): Dialogue {
  const { name, to, obstacles } = options;
  return {
    name,
    title: `desk.${name}.title`,
    send: `desk.${name}.send`,
    questions: [
      {
        key: 'reason',
        kind: 'text',
        text: `desk.${name}.question`,
        label: `desk.${name}.label`,
        min: 3,
        max: 2000,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const actor = { id: ctx.person.id, roles: ctx.person.roles };
      const there = await obstacles.visibleTo(actor, subject);
      if (!there) return { text: ctx.t.rich('desk.act.forbidden') };
      const outcome = await obstacles.move(actor, subject, {
        from: there.status,
        to,
        reason: textOf(answers, 'reason'),
        source: draftId,
      });
      switch (outcome.kind) {
        case 'moved':
          return { text: ctx.t.rich('desk.act.answered') };
        case 'moved-on':
          return { text: ctx.t.rich('desk.act.movedOn') };
        case 'forbidden':
          return { text: ctx.t.rich('desk.act.forbidden') };
      }
    },
  };
}

export const answerDialogue = (obstacles: Obstacles): Dialogue =>
  replyDialogue({ name: 'answer', to: 'in_progress', obstacles });

export const solutionDialogue = (obstacles: Obstacles): Dialogue =>
  replyDialogue({ name: 'solution', to: 'declared_solved', obstacles });
