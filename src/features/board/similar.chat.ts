import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import { filesOf, numberOf, textOf, type Answers, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Obstacles } from '../obstacles/obstacles.service.ts';
import type { CategoryText } from './board.views.ts';
import { joinButton, sendButton, similarQuestion } from './similar.views.ts';

export interface SimilarChatDeps {
  obstacles: Pick<Obstacles, 'similar' | 'support' | 'board'>;
  dialogues: Pick<Dialogues, 'held' | 'send' | 'settle'>;
  categoryText: CategoryText;
  /** Opens the member's own report. */
  ownData: (id: string) => string;
}

/** What sorts a report, what is counted and what is a file: no words of the member's. */
const NO_WORDS = new Set([
  'kind',
  'category',
  'subtopic',
  'notice',
  'more',
  'body',
  'visibility',
  'naming',
  'costDays',
  'costRials',
  'costPeople',
  'evidence',
]);

/** Everything that was told in the report, also in answer to a category's own questions. */
const wordsOf = (answers: Answers): string =>
  Object.entries(answers)
    .flatMap(([key, value]) =>
      !NO_WORDS.has(key) && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [],
    )
    .join('\n');

/** Holds a report up where its problem seems to be known: the member says whether it is. Nothing is merged by likeness. */
export function similarBeforeSending(deps: SimilarChatDeps): NonNullable<Dialogue['beforeSending']> {
  return async (ctx, { draftId, answers }) => {
    const report = { title: textOf(answers, 'title'), description: textOf(answers, 'description') };
    const similar = await deps.obstacles.similar.find(ctx.person.id, report);
    if (similar.length === 0) return null;
    const { categoryText, ownData } = deps;
    return similarQuestion(ctx.t, { draftId, similar, categoryText, ownData });
  };
}

export function similarChat(deps: SimilarChatDeps): Composer<BotContext> {
  const { obstacles, dialogues } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const send = sendButton.read(data);
    if (send) {
      // It says itself what became of the report.
      if (!(await dialogues.send(ctx, send.draft))) await ctx.toast(ctx.t.text('bot.error.staleButton'));
      return;
    }
    const join = joinButton.read(data);
    if (join) return joinCase(ctx, join);
    return next();
  });

  /** All that the report says goes into the me-too; then the report has reached its end. */
  async function joinCase(ctx: BotContext, { draft, id }: { draft: string; id: string }): Promise<void> {
    const held = await dialogues.held(ctx, draft);
    if (!held) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const { answers } = held;
    const outcome = await obstacles.support.endorse(ctx.person.id, id, {
      cost: {
        days: numberOf(answers, 'costDays'),
        rials: numberOf(answers, 'costRials'),
        people: numberOf(answers, 'costPeople'),
      },
      comment: wordsOf(answers),
      evidence: filesOf(answers, 'evidence').map(({ storedId, kind, caption = '' }) => ({
        fileId: storedId,
        kind,
        caption,
      })),
      source: draft,
    });
    if (outcome.kind === 'own') return ctx.toast(ctx.t.text('board.meToo.own'));
    if (outcome.kind === 'full') return ctx.toast(ctx.t.text('board.meToo.full'));
    if (outcome.kind === 'gone') return ctx.toast(ctx.t.text('board.case.ended'));
    await dialogues.settle(ctx, draft);
    const code = (await obstacles.board.byId(outcome.obstacleId))?.code;
    await ctx.replace({ text: ctx.t.rich('board.similar.done', { code }) });
  }

  return chat;
}
