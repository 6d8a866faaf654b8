import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import { toPersianDigits } from '../../language/persian-text.ts';
import { join } from '../../language/rich-text.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import {
  DESK_ROLES,
  ENDED,
  mayMove,
  type MoveOutcome,
  type Obstacle,
  type Obstacles,
} from '../obstacles/obstacles.service.ts';
import {
  actButton,
  caseActions,
  checkButton,
  checklist,
  colleagues,
  handButton,
  moreActions,
  moreButton,
  noteLines,
  phoneButton,
  phonedRow,
  staffLines,
  templateButton,
  templateChoice,
  type Reporter,
} from './card.views.ts';
import { ACTS, dialogueOfAct, type ActName } from './case-acts.ts';
import { subjectOf } from './case-subject.ts';
import { actorOf, isStaff } from './desk-rights.ts';
import { fillTemplateBody, type Desk } from './desk.service.ts';
import { cardButton } from './desk.views.ts';

export interface CardChatDeps {
  obstacles: Obstacles;
  desk: Desk;
  begin: Dialogues['begin'];
  reporterOf: (obstacle: Obstacle, t: BotContext['t']) => Promise<Reporter>;
  /** What those say who have the problem too. */
  supportOf: (obstacle: Obstacle, ctx: BotContext) => Promise<OutgoingMessage['text']>;
  nameOf: (memberId: string, t: BotContext['t']) => Promise<string>;
  caseText: (t: BotContext['t'], obstacle: Obstacle, extra: OutgoingMessage['text'][]) => OutgoingMessage['text'];
  /** The number by which somebody can be called; null where there is none. */
  phoneOf: (memberId: string) => Promise<string | null>;
  evidenceButton: (t: BotContext['t'], obstacle: Obstacle) => InlineButton | null;
  /** What is to be gone through in cases of a category; empty where there is nothing. */
  checklistOf: (category: string, t: BotContext['t']) => Promise<{ code: string; label: string }[]>;
  /** Tells a colleague that a case is now theirs. */
  tellAssigned: (obstacle: Obstacle, memberId: string) => Promise<void>;
  now: () => Date;
}

const isAct = (act: string): act is ActName => Object.hasOwn(ACTS, act);

/** What may be done with a case in the status that it has. */
export function mayDo(obstacle: Obstacle, act: string): boolean {
  const isOpen = !ENDED.includes(obstacle.status);
  switch (act) {
    case 'take':
      return isOpen && obstacle.assigneeId === null;
    case 'handOver':
      return isOpen;
    case 'note':
    case 'checklist':
      return true;
    case 'template':
      return mayMove(obstacle.status, 'in_progress', 'staff');
    case 'phoned':
      return obstacle.status !== 'merged' && obstacle.status !== 'withdrawn';
    case 'unmerge':
      return obstacle.status === 'merged';
    default:
      // A merged case goes on by being taken out of the other again, and by nothing else.
      return isAct(act) && obstacle.status !== 'merged' && mayMove(obstacle.status, ACTS[act], 'staff');
  }
}

/** A case as the secretariat sees it, and everything that can be done with it. */
export function cardChat(deps: CardChatDeps): Composer<BotContext> {
  const { obstacles, desk } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const card = cardButton.read(data);
    const more = moreButton.read(data);
    const act = actButton.read(data);
    const hand = handButton.read(data);
    const template = templateButton.read(data);
    const check = checkButton.read(data);
    const phone = phoneButton.read(data);
    const id = (card ?? more ?? act ?? hand ?? template ?? check ?? phone)?.id;
    if (id === undefined) return next();
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!isStaff(ctx)) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    const obstacle = await obstacles.visibleTo(actorOf(ctx), id);
    if (!obstacle) return ctx.toast(ctx.t.text('obstacles.act.gone'));
    if (card) return ctx.replace(await cardOf(ctx, obstacle));
    if (more) return ctx.replace(await cardOf(ctx, obstacle, 'more'));
    if (act) return officerActs(ctx, obstacle, act);
    if (hand) return handOver(ctx, obstacle, hand.member);
    if (template) return answerWith(ctx, obstacle, template.template);
    if (check) return tickItem(ctx, obstacle, check.item);
    if (phone) return showPhone(ctx, obstacle);
  });

  async function cardOf(ctx: BotContext, obstacle: Obstacle, page: 'main' | 'more' = 'main'): Promise<OutgoingMessage> {
    const { t } = ctx;
    const [reporter, notes, parts, items, support] = await Promise.all([
      deps.reporterOf(obstacle, t),
      obstacles.notesOf(actorOf(ctx), obstacle.id),
      obstacles.partsOf(actorOf(ctx), obstacle.id),
      deps.checklistOf(obstacle.category, t),
      deps.supportOf(obstacle, ctx),
    ]);
    const named = await Promise.all(
      (notes ?? []).slice(-5).map(async (note) => ({ ...note, by: await deps.nameOf(note.by, t) })),
    );
    const may = (act: string) => mayDo(obstacle, act) && (act !== 'checklist' || items.length > 0);
    const lines = staffLines(t, obstacle, { reporter, notes: named, parts, now: deps.now() });
    const rows =
      page === 'more'
        ? moreActions(t, obstacle, may)
        : caseActions(t, obstacle, { may, evidence: deps.evidenceButton(t, obstacle), reach: reporter.reach });
    const partRows = page === 'more' ? [] : parts.map((part) => partButton(t, part));
    return {
      text: join([deps.caseText(t, obstacle, lines), support, noteLines(t, named)], '\n\n'),
      keyboard: { kind: 'inline', rows: [...partRows, ...rows] },
    };
  }

  const partButton = (t: BotContext['t'], { id, code }: Obstacle): InlineButton[] => [
    { label: t.text('desk.button.part', { code }), data: cardButton.data(id) },
  ];

  async function officerActs(
    ctx: BotContext,
    obstacle: Obstacle,
    { act, seen }: { act: string; seen: string },
  ): Promise<void> {
    const isStale = seen !== String(obstacle.history.length);
    if (isStale || !mayDo(obstacle, act)) {
      const isMine = act === 'take' && obstacle.assigneeId === ctx.person.id;
      await ctx.toast(ctx.t.text(isMine ? 'desk.act.taken' : 'desk.act.movedOn'));
      return ctx.replace(await cardOf(ctx, obstacle));
    }
    const source = ctx.inboxId;
    if (act === 'take') return showOutcome(ctx, await obstacles.take(actorOf(ctx), obstacle.id, source), 'taken');
    if (act === 'unmerge') return takeOut(ctx, obstacle);
    if (act === 'handOver') {
      const officers = (await desk.staff(ctx.person)).filter(
        ({ id, roles }) => id !== obstacle.assigneeId && roles.some((role) => DESK_ROLES.includes(role)),
      );
      return ctx.replace(colleagues(ctx.t, obstacle, officers));
    }
    if (act === 'template') {
      const fitting = (await desk.templates(ctx.person)).filter((template) => mayDo(obstacle, template.act));
      return ctx.replace(templateChoice(ctx.t, obstacle, fitting));
    }
    if (act === 'checklist')
      return ctx.replace(checklist(ctx.t, obstacle, await deps.checklistOf(obstacle.category, ctx.t)));
    const dialogue = act === 'note' || act === 'phoned' ? act : dialogueOfAct(act as ActName);
    return deps.begin(ctx, dialogue, { subject: subjectOf(obstacle) });
  }

  /** The number is shown to who asks for it, one case at a time, and that is recorded. */
  async function showPhone(ctx: BotContext, obstacle: Obstacle): Promise<void> {
    const whose = await obstacles.callerOf(actorOf(ctx), obstacle.id, ctx.inboxId);
    if (whose === null) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    const phone = await deps.phoneOf(whose);
    if (phone === null) return ctx.toast(ctx.t.text('desk.phone.none'));
    await ctx.show({
      text: ctx.t.rich('desk.phone.number', { title: obstacle.title, phone }),
      keyboard: { kind: 'inline', rows: [phonedRow(ctx.t, obstacle)] },
    });
  }

  async function showOutcome(ctx: BotContext, outcome: MoveOutcome, done: 'taken' | 'handedOver'): Promise<void> {
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('desk.act.forbidden'));
    // The card first: what is pressed after the toast is pressed on the new card.
    await ctx.replace(await cardOf(ctx, outcome.obstacle));
    await ctx.toast(ctx.t.text(outcome.kind === 'moved' ? `desk.act.${done}` : 'desk.act.movedOn'));
  }

  async function takeOut(ctx: BotContext, obstacle: Obstacle): Promise<void> {
    const outcome = await obstacles.unmerge(actorOf(ctx), obstacle.id, ctx.inboxId);
    await ctx.toast(ctx.t.text(outcome.kind === 'unmerged' ? 'desk.merge.undone' : 'desk.merge.tooLate'));
    await ctx.replace(await cardOf(ctx, outcome.kind === 'unmerged' ? outcome.obstacle : obstacle));
  }

  async function handOver(ctx: BotContext, obstacle: Obstacle, memberId: string): Promise<void> {
    const to = (await desk.staff(ctx.person)).find(({ id }) => id === memberId);
    if (!to) return ctx.toast(ctx.t.text('desk.handOver.gone'));
    const outcome = await obstacles.handOver(actorOf(ctx), obstacle.id, { to, source: ctx.inboxId });
    if (outcome.kind === 'moved' && to.id !== ctx.person.id) await deps.tellAssigned(outcome.obstacle, to.id);
    await showOutcome(ctx, outcome, 'handedOver');
  }

  /** The filled template is an answer that waits for the officer's look: the dialogue's review shows it before it leaves. */
  async function answerWith(ctx: BotContext, obstacle: Obstacle, templateId: string): Promise<void> {
    const template = await desk.template(ctx.person, templateId);
    if (!template || !mayDo(obstacle, template.act) || !isAct(template.act))
      return ctx.toast(ctx.t.text('desk.template.gone'));
    const { name } = await deps.reporterOf(obstacle, ctx.t);
    const reason = fillTemplateBody(template.body, {
      name: name ?? '',
      code: ctx.t.language === 'en' ? obstacle.code : toPersianDigits(obstacle.code),
      title: obstacle.title,
      due: obstacle.clock.due ? ctx.t.date(obstacle.clock.due) : '',
    });
    await deps.begin(ctx, dialogueOfAct(template.act), {
      subject: subjectOf(obstacle, templateId),
      answers: { reason },
    });
  }

  async function tickItem(ctx: BotContext, obstacle: Obstacle, item: string): Promise<void> {
    const items = await deps.checklistOf(obstacle.category, ctx.t);
    if (items.some(({ code }) => code === item))
      await obstacles.check(actorOf(ctx), obstacle.id, { item, source: ctx.inboxId });
    await ctx.replace(checklist(ctx.t, (await obstacles.find(obstacle.id)) ?? obstacle, items));
  }

  return chat;
}
