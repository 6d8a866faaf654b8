import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { ANSWERS, SETS_RULE, type Obstacles } from '../obstacles/obstacles.service.ts';
import { waitingButton, waitingRow } from './board.views.ts';
import { officialButton } from './case.views.ts';
import {
  answerNotice,
  dueNotice,
  ideaRuleButton,
  publicAnswerNotice,
  WAITING_PAGE,
  waitingPage,
} from './ideas.views.ts';

export interface IdeasChatDeps {
  obstacles: Pick<Obstacles, 'official' | 'board' | 'support'>;
  begin: Dialogues['begin'];
}

/** How many ideas wait for the council; null for who has nothing to do with it. */
export async function waitingFor(
  obstacles: Pick<Obstacles, 'official'>,
  { person }: BotContext,
): Promise<number | null> {
  const found = await obstacles.official.waiting({ id: person.id, roles: person.roles }, { page: 0, size: 1 });
  return found?.total ?? null;
}

/** For the desk: the way to the ideas that wait, while there are any. */
export async function ideasDeskButtons(
  obstacles: Pick<Obstacles, 'official'>,
  ctx: BotContext,
): Promise<InlineButton[]> {
  const waiting = await waitingFor(obstacles, ctx);
  return waiting ? waitingRow(ctx.t, waiting) : [];
}

/** What the council does about ideas: it sees which wait, answers them, and says from how many supporters on. */
export function ideasChat({ obstacles, begin }: IdeasChatDeps): Composer<BotContext> {
  const { official, board } = obstacles;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const list = waitingButton.read(data);
    const answer = officialButton.read(data);
    const isRule = ideaRuleButton.read(data) !== null;
    if (!list && !answer && !isRule) return next();
    const { id, roles } = ctx.person;
    const may = (allowed: typeof ANSWERS) => roles.some((role) => allowed.includes(role));
    if (list) {
      const page = /^\d{1,3}$/.test(list.page) ? Number(list.page) : 0;
      const found = await official.waiting({ id, roles }, { page, size: WAITING_PAGE });
      if (!found) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
      const rule = await official.rule();
      return ctx.replace(waitingPage(ctx.t, { ...found, page, rule, maySet: may(SETS_RULE) }));
    }
    if (!may(answer ? ANSWERS : SETS_RULE)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (!answer) return begin(ctx, 'idea-rule');
    const idea = await board.byId(answer.id);
    if (!idea) return ctx.toast(ctx.t.text('board.case.gone'));
    const revision = String(idea.official?.revision ?? 0);
    if (answer.seen !== revision) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    return begin(ctx, 'official-answer', { subject: `${idea.id}.${revision}` });
  });

  return chat;
}

/** The renderer of `official` notices; nothing where it holds no longer, or who follows it no longer. */
export async function renderOfficial(
  { official, board, support }: Pick<Obstacles, 'official' | 'board' | 'support'>,
  {
    obstacleId,
    what,
    role,
  }: { obstacleId: string; what: 'due' | 'answer' | 'public'; role: 'council' | 'reporter' | 'supporter' },
  { t, memberId, ownData }: { t: Translator; memberId: string; ownData: (id: string) => string },
): Promise<OutgoingMessage[]> {
  if (role === 'supporter' && (await support.isUnfollowed(memberId, obstacleId))) return [];
  const found = await board.byId(obstacleId);
  const own = role === 'reporter' && found ? ownData(found.id) : null;
  if (what === 'public') return found?.answer ? [publicAnswerNotice(t, found, { answer: found.answer, own })] : [];
  if (!found?.official) return [];
  if (what === 'due') {
    const { dueAt } = found.official;
    return dueAt === null ? [] : [dueNotice(t, found, { dueAt, rule: await official.rule() })];
  }
  const { answer } = found.official;
  return answer === null ? [] : [answerNotice(t, found, { answer, own })];
}
