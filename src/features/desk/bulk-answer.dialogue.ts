import { numberOf, textOf, tooLate, type Dialogue, type Question } from '../../bot/dialogue/dialogue.ts';
import { join } from '../../language/rich-text.ts';
import { reason, type CaseActDeps } from './case-acts.ts';
import { readSubject } from './case-subject.ts';
import { actorOf } from './desk-rights.ts';

const question = (cases: number): Question => ({ ...reason('bulk'), values: () => ({ cases }) });

/** One answer to several cases that were ticked in a queue; the subject names them, with what was seen of each. */
export function bulkAnswerDialogue({ obstacles }: Pick<CaseActDeps, 'obstacles'>): Dialogue {
  return {
    name: 'bulk-answer',
    title: 'desk.bulk.title',
    send: 'desk.bulk.send',
    questions: [question(0)],
    // How many will read it is said with the question, and again where it is looked over.
    questionsFor: (answers) => Promise.resolve([question(numberOf(answers, 'cases') ?? 0)]),
    async complete(ctx, { draftId, subject, answers }) {
      let [done, skipped, toCall] = [0, 0, 0];
      for (const part of subject.split('.')) {
        const { id, seen } = readSubject(part.replace('-', '.'));
        const there = await obstacles.visibleTo(actorOf(ctx), id);
        const outcome =
          there &&
          (await obstacles.move(actorOf(ctx), id, {
            from: there.status,
            to: 'in_progress',
            reason: textOf(answers, 'reason'),
            source: `${draftId}:${id}`,
            seen,
          }));
        if (outcome?.kind === 'moved') {
          done += 1;
          if (outcome.obstacle.unreached !== null) toCall += 1;
        } else skipped += 1;
      }
      const message = {
        text: join(
          [
            ctx.t.rich('desk.bulk.done', { done, skipped }),
            toCall > 0 ? ctx.t.rich('desk.bulk.toCall', { count: toCall }) : '',
          ],
          '\n\n',
        ),
      };
      return done > 0 ? message : tooLate(message);
    },
  };
}
