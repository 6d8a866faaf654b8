import type { BotContext } from '../../bot/context.ts';
import { parseTrackingCode } from '../../language/tracking-code.ts';
import {
  DESK_ROLES,
  ENDED,
  OPEN,
  mayMove,
  type Actor,
  type MoveOutcome,
  type Obstacle,
  type Obstacles,
} from '../obstacles/obstacles.service.ts';
import { filesOfHeld, textOfHeld, type Held, type HeldMessages, type KeptFile } from './held.service.ts';
import {
  caseQuestion,
  heldCaseButton,
  heldNoteButton,
  heldQuestion,
  heldReopenButton,
  type About,
} from './held.views.ts';

export interface ChoiceDeps {
  held: HeldMessages;
  obstacles: Obstacles;
}

interface Choice {
  about: About;
  held: string;
  case: string;
}

/** So many of a member's cases are looked at. */
const CASES_SEEN = 50;

export const actorOf = (ctx: BotContext): Actor => ({ id: ctx.person.id, roles: ctx.person.roles });
/** What a held message is called in the case that it became a part of. */
export const additionOf = (held: Held): string => `held:${held.id}`;
export const evidenceOf = (files: readonly KeptFile[]) =>
  files.map(({ storedId, kind }) => ({ fileId: storedId, kind, caption: '' }));

/** Why nothing was added to a case of the member's own. */
export const goneOrFull = ({ status }: Obstacle) =>
  ENDED.includes(status) ? 'obstacles.unclaimed.gone' : 'obstacles.unclaimed.caseFull';

const mayReopen = ({ status }: Obstacle): boolean => ENDED.includes(status) && mayMove(status, 'reopened', 'reporter');

/** The member's own cases that take something in, and those that it would open again; the newest first. */
export async function casesOf(
  { obstacles }: ChoiceDeps,
  { person }: BotContext,
): Promise<{ open: Obstacle[]; ended: Obstacle[] }> {
  const own = await obstacles.ofReporter(person.id, { limit: CASES_SEEN });
  return { open: own.filter(({ status }) => OPEN.includes(status)), ended: own.filter(mayReopen) };
}

export async function choicesOf(deps: ChoiceDeps, ctx: BotContext): Promise<{ mayAdd: boolean; mayReopen: boolean }> {
  const { open, ended } = await casesOf(deps, ctx);
  return { mayAdd: open.length > 0, mayReopen: ended.length > 0 };
}

const CODE = /(?<![\d۰-۹٠-٩])[\d۰-۹٠-٩]{8}(?![\d۰-۹٠-٩])/g;

/**
 * The case that our own message was about which the person replies to, as far as they may see it. Messengers say who
 * wrote what is replied to, so nobody can name a case by words of their own; a message about several names none.
 */
export async function caseOfReply({ obstacles }: ChoiceDeps, ctx: BotContext): Promise<Obstacle | null> {
  const replied = ctx.message?.reply_to_message;
  if (!replied || replied.from?.id !== ctx.client.me.id) return null;
  const codes = (replied.text ?? replied.caption ?? '').match(CODE) ?? [];
  const known = new Set(codes.map(parseTrackingCode).flatMap((one) => (one.ok ? [one.code] : [])));
  const [code] = known;
  return code === undefined || known.size > 1 ? null : obstacles.byCode(actorOf(ctx), code);
}

/** Asks for a yes; where the case has a question to its reporter, a reply is the answer. */
export async function askAbout(deps: ChoiceDeps, ctx: BotContext, held: Held, obstacle: Obstacle): Promise<void> {
  const isOwn = obstacle.reporterId === ctx.person.id;
  // The update is worked again after a crash, and was the answer: that is said again.
  const isAdded = held.state === 'added' && held.obstacleId === obstacle.id;
  if (isOwn && (isAdded || obstacle.status === 'needs_information')) return addTo(deps, ctx, held, obstacle.id);
  if (held.state !== 'waiting') return;
  const about = aboutOf(ctx, held, obstacle);
  await ctx.show(
    about === null
      ? heldQuestion(ctx.t, held.id, await choicesOf(deps, ctx))
      : caseQuestion(ctx.t, held.id, obstacle, about),
  );
}

function aboutOf({ person }: BotContext, held: Held, obstacle: Obstacle): About | null {
  if (obstacle.reporterId === person.id) {
    if (OPEN.includes(obstacle.status)) return 'add';
    return mayReopen(obstacle) ? 'reopen' : null;
  }
  // A note has words alone.
  return textOfHeld(held) !== '' && filesOfHeld(held).length === 0 ? 'note' : null;
}

export function readChoice(data: string): Choice | null {
  const [add, reopen, note] = [heldCaseButton, heldReopenButton, heldNoteButton].map((button) => button.read(data));
  if (add) return { about: 'add', ...add };
  if (reopen) return { about: 'reopen', ...reopen };
  return note ? { about: 'note', ...note } : null;
}

/** Makes a held message what was chosen; each may be repeated, and one that has gone elsewhere stays there. */
export async function takeChoice(deps: ChoiceDeps, ctx: BotContext, held: Held, choice: Choice): Promise<void> {
  switch (choice.about) {
    case 'add':
      return addTo(deps, ctx, held, choice.case);
    case 'reopen':
      return reopenWith(deps, ctx, held, choice.case);
    case 'note':
      return noteTo(deps, ctx, held, choice.case);
  }
}

const isElsewhere = (held: Held, caseId: string): boolean =>
  held.state === 'report' || (held.state === 'added' && held.obstacleId !== caseId);

async function addTo(deps: ChoiceDeps, ctx: BotContext, held: Held, caseId: string): Promise<void> {
  if (isElsewhere(held, caseId)) return ctx.toast(ctx.t.text('bot.error.staleButton'));
  const outcome = await deps.obstacles.add(actorOf(ctx), caseId, {
    source: additionOf(held),
    text: textOfHeld(held),
    evidence: evidenceOf(filesOfHeld(held)),
  });
  if (outcome.kind === 'moved-on' && mayReopen(outcome.obstacle))
    return ctx.replace(caseQuestion(ctx.t, held.id, outcome.obstacle, 'reopen'));
  return settle(deps, ctx, held, outcome, 'obstacles.unclaimed.added');
}

/** The words are why it is opened again. Where that was done meanwhile they are added instead. */
async function reopenWith(deps: ChoiceDeps, ctx: BotContext, held: Held, caseId: string): Promise<void> {
  const { obstacles } = deps;
  if (isElsewhere(held, caseId)) return ctx.toast(ctx.t.text('bot.error.staleButton'));
  const there = await obstacles.visibleTo(actorOf(ctx), caseId);
  if (there?.reporterId !== ctx.person.id) return ctx.toast(ctx.t.text('obstacles.act.gone'));
  const outcome = await obstacles.move(actorOf(ctx), caseId, {
    from: there.status,
    to: 'reopened',
    reason: textOfHeld(held),
    source: additionOf(held),
    evidence: evidenceOf(filesOfHeld(held)),
  });
  if (outcome.kind === 'moved-on' && OPEN.includes(outcome.obstacle.status)) return addTo(deps, ctx, held, caseId);
  return settle(deps, ctx, held, outcome, 'obstacles.unclaimed.reopened');
}

async function settle(
  deps: ChoiceDeps,
  ctx: BotContext,
  held: Held,
  outcome: MoveOutcome,
  done: 'obstacles.unclaimed.added' | 'obstacles.unclaimed.reopened',
): Promise<void> {
  if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('obstacles.act.gone'));
  if (outcome.kind === 'moved-on') {
    const why = goneOrFull(outcome.obstacle);
    await (ctx.callbackQuery ? ctx.toast(ctx.t.text(why)) : ctx.show({ text: ctx.t.rich(why) }));
    return ctx.replace(heldQuestion(ctx.t, held.id, await choicesOf(deps, ctx)));
  }
  await deps.held.settle(held, { state: 'added', obstacleId: outcome.obstacle.id });
  await ctx.replace({ text: ctx.t.rich(done, { title: outcome.obstacle.title }) });
}

async function noteTo({ held: messages, obstacles }: ChoiceDeps, ctx: BotContext, held: Held, caseId: string) {
  if (isElsewhere(held, caseId)) return ctx.toast(ctx.t.text('bot.error.staleButton'));
  if (!ctx.person.roles.some((role) => DESK_ROLES.includes(role))) return ctx.toast(ctx.t.text('obstacles.act.gone'));
  const kept = await obstacles.note(actorOf(ctx), caseId, { text: textOfHeld(held), source: additionOf(held) });
  if (kept !== true)
    return ctx.toast(ctx.t.text(kept === 'full' ? 'obstacles.unclaimed.caseFull' : 'obstacles.act.gone'));
  await messages.settle(held, { state: 'added', obstacleId: caseId });
  await ctx.replace({ text: ctx.t.rich('obstacles.unclaimed.noted') });
}
