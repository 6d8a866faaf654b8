import { createHash } from 'node:crypto';
import type { TextKey } from '../../language/translator.ts';
import type { BotContext } from '../context.ts';
import { readCommand, type MainMenu } from '../main-menu.ts';
import { createAnswering, isOfAlbum, openStep } from './answering.ts';
import type { Asking, Form } from './asking.ts';
import { answerButton, leaveButton } from './buttons.ts';
import { applicable, currentStep, inForce, REVIEW, type Dialogue, type Step } from './dialogue.ts';
import { leaveMessage } from './dialogue.views.ts';
import type { Draft, Drafts } from './drafts.ts';
import { createEditing } from './editing.ts';
import { isOnReplyKeyboard, MOVE_LABELS, movesAt, type Move } from './moves.ts';
import { readMessage, readPress, type ReadDeps } from './read-answer.ts';
import { wrong } from './reading.ts';
import type { Outcome } from './waiting-point.ts';

export interface TakingDeps extends ReadDeps {
  byName: ReadonlyMap<string, Dialogue>;
  drafts: Drafts;
  asking: Asking;
  menu: MainMenu;
  labelsOf: (key: TextKey) => readonly string[];
}

const MOVES = Object.keys(MOVE_LABELS) as Move[];

export interface Taking {
  /** Works one update of a chat that is in a dialogue. */
  take(ctx: BotContext, draftId: string): Promise<Outcome>;
  /**
   * Where the press that ended a dialogue is worked again after a crash, with the chat out of the dialogue already: says
   * the same again. Null for any other press.
   */
  repeat(ctx: BotContext): Promise<Outcome | null>;
  /** Sends a form without asking anything more. */
  send(form: Form): Promise<void>;
  /** Answers the edit of a message that belongs to a form which is not open; false for any other. */
  takeEnded(ctx: BotContext): Promise<boolean>;
}

export function createTaking(deps: TakingDeps): Taking {
  const { drafts, asking, menu, labelsOf } = deps;
  const { ask } = asking;
  const answering = createAnswering({ drafts, asking });
  const editing = createEditing({ ...deps, answering });

  const isLabelOf = (move: Move, typed: string): boolean => labelsOf(MOVE_LABELS[move]).includes(typed);

  /** The menu item or command that a message is; null for an answer. What is passed on was not meant for the bot. */
  function targetOf(ctx: BotContext): string | null {
    const typed = ctx.message?.forward_origin ? '' : (ctx.message?.text?.trim() ?? '');
    return /^\/[a-z]/i.test(typed) ? commandTarget(typed) : menu.itemOf(typed);
  }

  async function take(ctx: BotContext, draftId: string): Promise<Outcome> {
    const draft = await drafts.load(draftId, ctx.person.id);
    if (!draft) return 'left';
    const known = deps.byName.get(draft.dialogue);
    if (!known) return takeForUnknown(ctx, draft);
    ctx.took(`form:${known.name}`);
    const dialogue = await inForce(known, draft.answers);
    const form = { ctx, dialogue, draft };
    if (draft.lastUpdate === ctx.inboxId) return takeAgain(form);
    if (draft.status !== 'open') return takeAfterEnd(form);
    if (ctx.callbackQuery?.data !== undefined) return takePress(form, ctx.callbackQuery.data);
    if (ctx.message) return takeMessage(form);
    return ctx.editedMessage ? editing.take(form) : 'elsewhere';
  }

  async function repeat(ctx: BotContext): Promise<Outcome | null> {
    const data = ctx.callbackQuery?.data ?? '';
    const draftId = answerButton.read(data)?.draft ?? leaveButton.read(data)?.draft;
    if (ctx.attempt === 1 || draftId === undefined) return null;
    const draft = await drafts.load(draftId, ctx.person.id);
    const dialogue = draft && deps.byName.get(draft.dialogue);
    if (!dialogue || draft.lastUpdate !== ctx.inboxId) return null;
    return takeAgain({ ctx, dialogue: await inForce(dialogue, draft.answers), draft });
  }

  /** Worked before, and cut off before it was marked done: says again what the person would have read. */
  async function takeAgain(form: Form): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    if (draft.status === 'sent') return answering.finish(form);
    const followed = await answering.followAgain(form);
    if (followed) return followed;
    if (draft.status === 'open') {
      const step = openStep(form) ?? currentStep(dialogue, draft);
      if (dialogue.atOnce && step.kind === 'review') return answering.finish(form);
      await ask(form, { step });
      return 'stay';
    }
    const leave = leaveButton.read(ctx.callbackQuery?.data ?? '');
    if (leave) return goElsewhere(form, leave.target);
    // It waits because something was asked before sending.
    if (draft.status === 'waiting') return answering.finish(form);
    await saysCancelled(form);
    return 'over';
  }

  /** Sent, cancelled or put by in another chat of the member's, with this one still on an old question. */
  async function takeAfterEnd(form: Form): Promise<Outcome> {
    const { ctx, draft } = form;
    if (!ctx.message || targetOf(ctx) !== null) return 'left';
    await asking.showOver(form);
    if (draft.status === 'waiting') return 'left';
    const { text = '', contact, location } = ctx.message;
    const wasForForm = contact ?? location ?? MOVES.some((move) => isLabelOf(move, text.trim()));
    return wasForForm ? 'over' : 'left';
  }

  /** A deploy took the dialogue away: the draft is kept, the chat goes on. */
  async function takeForUnknown(ctx: BotContext, draft: Draft): Promise<Outcome> {
    const pressed = ctx.callbackQuery?.data;
    if (pressed !== undefined) {
      if (answerButton.read(pressed)?.draft !== draft.id && leaveButton.read(pressed)?.draft !== draft.id)
        return 'left';
      await drafts.pause(draft, ctx.inboxId);
      await refusePress(ctx, 'bot.dialogue.unknown');
      return 'over';
    }
    await drafts.pause(draft, ctx.inboxId);
    if (!ctx.message || targetOf(ctx) !== null) return 'left';
    await asking.showMenu(ctx, 'bot.dialogue.unknown');
    return 'over';
  }

  async function refusePress(ctx: BotContext, key: TextKey, keep?: number): Promise<void> {
    await ctx.toast(ctx.t.text(key));
    const pressed = ctx.callbackQuery?.message;
    if (pressed && pressed.message_id !== keep) await ctx.client.removeKeyboard(pressed.chat.id, pressed.message_id);
  }

  async function takePress(form: Form, data: string): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    const leave = leaveButton.read(data);
    if (leave?.draft === draft.id) return takeLeave(form, leave.choice, leave.target);
    const pressed = answerButton.read(data);
    if (!pressed && !leave) return 'elsewhere';
    const isAskedHere = draft.asked === null || draft.asked.messenger === ctx.client.name;
    const step = draft.asked ? openStep(form) : currentStep(dialogue, draft);
    if (pressed?.draft === draft.id && step && isOf(step, pressed)) {
      const moved = await makeMove(form, step, pressed.value, pressed.question);
      if (moved) return moved;
      const now = deps.now();
      const reading =
        step.kind === 'question' ? readPress(pressed.value, step.question, draft, { t: ctx.t, now }) : null;
      if (reading && step.kind === 'question') return answering.apply(form, step, reading);
      // Drawn by an older version, or made up: the question as it is now takes its place.
      await ctx.toast(ctx.t.text('bot.dialogue.oldButton'));
      await ask(form, { step, how: 'edit' });
      return 'stay';
    }
    if (pressed?.draft === draft.id && !(isAskedHere && step)) {
      await refusePress(ctx, isAskedHere ? 'bot.dialogue.renewed' : 'bot.dialogue.elsewhere');
      await ask(form);
      return 'stay';
    }
    await refusePress(ctx, 'bot.dialogue.oldButton', isAskedHere ? draft.asked?.messageId : undefined);
    return 'stay';
  }

  async function makeMove(form: Form, step: Step, value: string, key: string): Promise<Outcome | null> {
    const { ctx, dialogue, draft } = form;
    switch (value) {
      case '!cancel':
        await drafts.discard(draft, ctx.inboxId);
        await saysCancelled(form);
        return 'over';
      case '!back': {
        const questions = applicable(dialogue, draft.answers);
        const previous = step.kind === 'question' ? questions[step.number - 2] : questions.at(-1);
        return previous ? goTo(form, step, previous.key) : null;
      }
      case '!edit':
        return step.kind === 'review' && applicable(dialogue, draft.answers).some((one) => one.key === key)
          ? goTo(form, step, key)
          : null;
      case '!skip':
      case '!keep': {
        if (step.kind !== 'question') return null;
        const there = draft.answers[step.question.key];
        if (value === '!keep' ? there === undefined : !step.question.optional) return null;
        return answering.keep(form, step.question, value === '!keep' ? (there ?? null) : null);
      }
      case '!send':
        return step.kind === 'review' ? answering.finish(form) : null;
      default:
        return null;
    }
  }

  async function goTo(form: Form, from: Step, key: string): Promise<Outcome> {
    const { ctx, draft } = form;
    const changed = await drafts.goTo(draft, ctx.inboxId, key);
    if (!changed) return answering.askAgain(form);
    if (ctx.message && from.kind === 'question' && isOnReplyKeyboard(from.question))
      await asking.showMenu(ctx, 'bot.dialogue.goingOn');
    await ask({ ...form, draft: changed }, { how: 'edit' });
    return 'stay';
  }

  async function saysCancelled(form: Form): Promise<void> {
    await asking.showLeft(form, 'bot.dialogue.discarded', 'replace');
    await asking.showMenu(form.ctx, 'bot.prompt');
  }

  async function takeLeave(form: Form, choice: string, target: string): Promise<Outcome> {
    const { ctx, draft } = form;
    if (choice === 'keep' || choice === 'drop') {
      const after =
        choice === 'keep' ? await drafts.pause(draft, ctx.inboxId) : await drafts.discard(draft, ctx.inboxId);
      return goElsewhere({ ...form, draft: after ?? draft }, target);
    }
    await ctx.replace({ text: ctx.t.rich('bot.dialogue.goingOn') });
    await ask(form, { step: openStep(form) ?? currentStep(form.dialogue, draft) });
    return 'stay';
  }

  /** The form has been put by or thrown away; what the member wanted instead is opened by the features. */
  async function goElsewhere(form: Form, target: string): Promise<Outcome> {
    const { ctx, draft } = form;
    await asking.showLeft(form, draft.status === 'waiting' ? 'bot.dialogue.kept' : 'bot.dialogue.discarded', 'replace');
    const step = openStep(form);
    if (step?.kind === 'question' && isOnReplyKeyboard(step.question)) await asking.showMenu(ctx, 'bot.prompt');
    const aim = draft.targets.find((one) => markOf(one) === target) ?? target;
    const [name = 'start', payload = ''] = aim.split('.');
    ctx.pending = { name, payload };
    return 'left';
  }

  async function takeMessage(form: Form): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    const target = targetOf(ctx);
    if (target !== null) {
      const mark = markOf(target);
      if (mark !== target) await drafts.aimAt(draft, target);
      await ctx.show(leaveMessage(dialogue, draft, mark, ctx.t));
      return 'stay';
    }
    const step = openStep(form);
    if (!step || draft.asked?.messenger !== ctx.client.name) return askHere(form);
    const typed = ctx.message?.forward_origin ? '' : (ctx.message?.text?.trim() ?? '');
    const move = MOVES.find((one) => isLabelOf(one, typed));
    if (move) return takeLabel(form, step, move);
    if (step.kind === 'review') {
      await ctx.show({ text: ctx.t.rich('bot.dialogue.error.review') });
      return 'stay';
    }
    if (isRestOfLong(ctx, draft)) {
      await answering.sayWrong(form, wrong('bot.dialogue.error.restOfLong'), step.question);
      return 'stay';
    }
    const album = ctx.message?.media_group_id;
    if (album !== undefined && step.question.kind !== 'files' && isOfAlbum(draft, album)) {
      await answering.sayWrong(form, wrong('bot.dialogue.error.albumFull'), step.question);
      return 'stay';
    }
    return answering.apply(form, step, await readMessage(ctx, step.question, draft, deps));
  }

  /** The words of a button, typed or left on a keyboard, are never an answer. */
  async function takeLabel(form: Form, step: Step, move: Move): Promise<Outcome> {
    const key = step.kind === 'question' ? step.question.key : REVIEW;
    if (movesAt(step, form.draft).includes(move)) {
      const moved = await makeMove(form, step, move, key);
      if (moved) return moved;
      const press = { t: form.ctx.t, now: deps.now() };
      const reading = step.kind === 'question' ? readPress(move, step.question, form.draft, press) : null;
      if (reading && step.kind === 'question') return answering.apply(form, step, reading);
    }
    await ask(form, { step });
    return 'stay';
  }

  /**
   * An answer counts only for a question that was asked, here and by this version. Else the question that is open now is
   * asked, and what was sent is not taken for its answer.
   */
  async function askHere(form: Form): Promise<Outcome> {
    const { ctx, draft } = form;
    if (draft.asked) {
      const isElsewhere = draft.asked.messenger !== ctx.client.name;
      await asking.showMenu(ctx, isElsewhere ? 'bot.dialogue.elsewhere' : 'bot.dialogue.renewed');
    }
    await ask(form);
    return 'stay';
  }

  return {
    take,
    repeat,
    async send(form) {
      await answering.finish(form, { sure: true });
    },
    takeEnded: (ctx) => editing.takeEnded(ctx),
  };
}

const isOf = (step: Step, pressed: { question: string; value: string }): boolean =>
  step.kind === 'review'
    ? pressed.value === '!edit' || pressed.question === REVIEW
    : pressed.question === step.question.key;

/**
 * What was sent before we had refused the message that the messenger cut off is the rest of it, never an answer of its own.
 * Nobody writes again before there is something to read.
 */
const isRestOfLong = ({ client, message }: BotContext, { tried }: Draft): boolean =>
  message?.text !== undefined &&
  tried?.messenger === client.name &&
  tried.restBefore !== null &&
  message.message_id < tried.restBefore;

/** `/start n_12` -> `start.n_12`. */
function commandTarget(text: string): string {
  const command = readCommand(text);
  if (!command || command.name.length > 16) return 'start';
  return command.payload === '' ? command.name : `${command.name}.${command.payload}`;
}

/** What a leave button has room for beside the draft's id. */
const LONGEST_TARGET = 31;

/** A target as the leave button carries it: itself where it fits, else its name and a digest. */
function markOf(target: string): string {
  if (target.length <= LONGEST_TARGET) return target;
  const [name = ''] = target.split('.');
  return `${name}.!${createHash('sha256').update(target).digest('hex').slice(0, 8)}`;
}
