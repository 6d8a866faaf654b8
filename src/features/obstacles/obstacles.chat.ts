import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import { showStoredFile, type FileFor } from '../../bot/show-stored-file.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import { buttonKind } from '../../bot/callback-data.ts';
import { formatTrackingCode, parseTrackingCode } from '../../language/tracking-code.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Business, Businesses } from '../businesses/businesses.service.ts';
import { mayMove, type Actor, type Hearer, type Obstacle, type Obstacles, type Status } from './obstacles.service.ts';
import {
  caseButton,
  caseList,
  changeNotice,
  evidenceButton,
  openQuestion,
  checkBackQuestion,
  confirmReminder,
  ratingQuestion,
  reporterButton,
  reporterCard,
  statusText,
  withdrawQuestion,
  type RowsForOthers,
} from './obstacles.views.ts';

export interface ObstaclesChatDeps {
  obstacles: Obstacles;
  businesses: Businesses;
  dialogues: Pick<Dialogues, 'begin'>;
  /** Shows the page that everybody may see; false where there is none. */
  openPublic: (ctx: BotContext, code: string) => Promise<boolean>;
  fileFor: FileFor;
}

const businessButton = buttonKind('ob', 1, ['business']);
const registerButton = buttonKind('og', 1, []);

export const actorOf = (ctx: BotContext): Actor => ({ id: ctx.person.id, roles: ctx.person.roles });

export function obstaclesMenu(deps: ObstaclesChatDeps): { report: MenuItem; cases: MenuItem } {
  return {
    report: {
      name: 'report',
      label: 'obstacles.menu.report',
      async open(ctx) {
        if (!ctx.person.registered) return askToRegister(ctx);
        const own = await deps.businesses.ofMember(ctx.person.id);
        if (own.length > 1) return askBusiness(ctx, own);
        await deps.dialogues.begin(ctx, 'report', { subject: own[0]?.id ?? '' });
      },
    },
    cases: {
      name: 'cases',
      label: 'obstacles.menu.cases',
      async open(ctx) {
        await ctx.show(caseList(ctx.t, await deps.obstacles.ofReporter(ctx.person.id)));
      },
    },
  };
}

/** Says that a report needs a registration first, with the way to it. */
export async function askToRegister(ctx: BotContext): Promise<void> {
  await ctx.show({
    text: ctx.t.rich('obstacles.report.registerFirst'),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: ctx.t.text('businesses.registration.title'), data: registerButton.data() }]],
    },
  });
}

async function askBusiness(ctx: BotContext, own: readonly Business[]): Promise<void> {
  await ctx.show({
    text: ctx.t.rich('obstacles.question.business'),
    keyboard: {
      kind: 'inline',
      rows: own.slice(0, 10).map(({ id, name }) => [{ label: name, data: businessButton.data(id) }]),
    },
  });
}

/** Opens a case by its tracking code, for a deep link. */
export async function openByCode(deps: ObstaclesChatDeps, ctx: BotContext, code: string): Promise<void> {
  const obstacle = await deps.obstacles.byCode(actorOf(ctx), code);
  if (obstacle) await ctx.show(cardFor(ctx, obstacle));
  else if (!(await deps.openPublic(ctx, code))) await ctx.show({ text: ctx.t.rich('obstacles.code.unknown') });
}

function cardFor(ctx: BotContext, obstacle: Obstacle): OutgoingMessage {
  const isReporter = obstacle.reporterId === ctx.person.id;
  return reporterCard(ctx.t, obstacle, (to) => isReporter && mayMove(obstacle.status, to, 'reporter'));
}

export function obstaclesChat(deps: ObstaclesChatDeps): Composer<BotContext> {
  const { obstacles, dialogues } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const open = caseButton.read(data);
    if (open) return showCase(ctx, open.id);
    const act = reporterButton.read(data);
    if (act) return reporterActs(ctx, act.id, act.act);
    const evidence = evidenceButton.read(data);
    if (evidence) return showEvidence(ctx, evidence.id);
    const business = businessButton.read(data);
    if (business) {
      const own = await deps.businesses.ofMember(ctx.person.id);
      const chosen = own.find(({ id }) => id === business.business);
      if (chosen) return dialogues.begin(ctx, 'report', { subject: chosen.id });
    }
    if (registerButton.read(data)) return dialogues.begin(ctx, 'registration');
    return next();
  });

  chat.on('message:text', async (ctx, next) => {
    const code = parseTrackingCode(ctx.message.text);
    if (code.ok) return openByCode(deps, ctx, code.code);
    if (code.reason !== 'check-digit') return next();
    await ctx.show({ text: ctx.t.rich('obstacles.code.wrong', { example: formatTrackingCode(1_403_022) }) });
  });

  async function showCase(ctx: BotContext, id: string): Promise<void> {
    const obstacle = await obstacles.visibleTo(actorOf(ctx), id);
    if (obstacle) await ctx.show(cardFor(ctx, obstacle));
    else await ctx.toast(ctx.t.text('obstacles.act.gone'));
  }

  async function reporterActs(ctx: BotContext, id: string, act: string): Promise<void> {
    const obstacle = await obstacles.visibleTo(actorOf(ctx), id);
    if (!obstacle || obstacle.reporterId !== ctx.person.id) return ctx.toast(ctx.t.text('obstacles.act.gone'));
    const may = (to: Status) => mayMove(obstacle.status, to, 'reporter');
    const stars = /^rate([1-5])$/.exec(act)?.[1];
    if (stars !== undefined) {
      const rated = await obstacles.rate(actorOf(ctx), id, Number(stars));
      return rated ? ctx.replace({ text: ctx.t.rich('obstacles.rating.thanks') }) : showNow(ctx, obstacle);
    }
    if (act === 'reopen' && may('reopened')) return dialogues.begin(ctx, 'reopen', { subject: id });
    if (act === 'explain' && obstacle.status === 'needs_information')
      return dialogues.begin(ctx, 'explain', { subject: id });
    if (act === 'still' && obstacle.status === 'solved')
      return ctx.replace({ text: ctx.t.rich('obstacles.confirm.thanks') });
    if (act === 'withdraw' && may('withdrawn')) return ctx.replace(withdrawQuestion(ctx.t, obstacle));
    const to: Status | null = act === 'solved' ? 'solved' : act === 'withdraw-sure' ? 'withdrawn' : null;
    if (!to) return showNow(ctx, obstacle);
    const { status: from } = obstacle;
    const outcome = await obstacles.move(actorOf(ctx), id, { from, to, reason: '', source: ctx.inboxId });
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('obstacles.act.gone'));
    if (outcome.kind === 'moved-on') return showNow(ctx, outcome.obstacle);
    await ctx.show({ text: ctx.t.rich(to === 'solved' ? 'obstacles.act.solved' : 'obstacles.act.withdrawn') });
    await ctx.replace(cardFor(ctx, outcome.obstacle));
    if (to === 'solved') await ctx.show(ratingQuestion(ctx.t, id));
  }

  /** An old button on a case that has gone on: what is true of it now, and what can be done. */
  async function showNow(ctx: BotContext, obstacle: Obstacle): Promise<void> {
    const status = statusText(ctx.t, obstacle.status);
    const isSolved = obstacle.status === 'solved';
    await ctx.toast(ctx.t.text(isSolved ? 'obstacles.act.alreadySolved' : 'obstacles.act.nowIs', { status }));
    await ctx.replace(cardFor(ctx, obstacle));
  }

  /** The files of a case to its reporter and the secretariat only; those of its me-toos to the secretariat. */
  async function showEvidence(ctx: BotContext, id: string): Promise<void> {
    const obstacle = await obstacles.visibleTo(actorOf(ctx), id);
    if (!obstacle) return ctx.toast(ctx.t.text('obstacles.act.gone'));
    const others = await obstacles.endorsementsOf(actorOf(ctx), id);
    for (const one of [...obstacle.evidence, ...others.flatMap(({ evidence }) => evidence)])
      await showStoredFile(ctx, deps.fileFor, one);
  }

  return chat;
}

/** At a start: what the secretariat has asked and the member has not answered. What is on its way comes by itself. */
export async function showOpenQuestions(obstacles: Obstacles, ctx: BotContext): Promise<void> {
  for (const obstacle of await obstacles.openQuestionsOf(ctx.person.id)) {
    const question = openQuestion(ctx.t, obstacle);
    if (question) await ctx.show(question);
  }
}

/** How a change is told: the renderer of the outbox's `case-changed` notices. */
export async function renderChange(
  obstacles: Obstacles,
  payload: { obstacleId: string; batch: number; hearer: Hearer },
  { t, memberId, rowsForOthers }: { t: BotContext['t']; memberId: string; rowsForOthers: RowsForOthers },
): Promise<OutgoingMessage[]> {
  const { obstacleId, hearer } = payload;
  // Who has unfollowed since it was queued hears nothing more.
  if (hearer === 'other' && (await obstacles.support.isUnfollowed(memberId, obstacleId))) return [];
  const obstacle = await obstacles.find(obstacleId);
  const notice = obstacle && changeNotice(t, obstacle, { ...payload, rowsForOthers });
  return notice ? [notice] : [];
}

/** What the clock asks the reporter: the renderer of `case-confirm` and `case-check-back`. Nothing where it no longer holds. */
export async function renderClockQuestion(
  obstacles: Obstacles,
  { obstacleId, what }: { obstacleId: string; what: 'confirm' | 'check-back' },
  t: BotContext['t'],
): Promise<OutgoingMessage[]> {
  const obstacle = await obstacles.find(obstacleId);
  if (!obstacle) return [];
  if (what === 'confirm') return obstacle.status === 'declared_solved' ? [confirmReminder(t, obstacle)] : [];
  return obstacle.status === 'solved' ? [checkBackQuestion(t, obstacle)] : [];
}
