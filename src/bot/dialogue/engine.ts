import { conversations, createConversation, type Conversation } from '@grammyjs/conversations';
import { Composer } from 'grammy';
import type { Context } from 'grammy';
import type { BotContext, People } from '../context.ts';
import { readCommand, type MainMenu } from '../main-menu.ts';
import { applicable, currentStep, type AnswerValue, type Dialogue } from './dialogue.ts';
import {
  answerButton,
  leaveButton,
  leaveMessage,
  leftMessage,
  resumeButton,
  stepMessage,
  answerText,
} from './dialogue.views.ts';
import type { Draft, Drafts } from './drafts.ts';
import { readMessage, readPress, type KeepFile, type Reading } from './read-answer.ts';
import { concat, join } from '../../language/rich-text.ts';
import type { TextKey } from '../../language/translator.ts';

/** What a dialogue did with an update. `elsewhere`: not meant for it, features get it and the dialogue goes on. `left`: the dialogue is over and features get the update. */
type Outcome = 'stay' | 'elsewhere' | 'left' | 'over';

export interface DialogueDeps {
  dialogues: readonly Dialogue[];
  drafts: Drafts;
  people: People;
  keepFile: KeepFile;
  /** Its labels end a dialogue, and its keyboard comes back after one of ours stood in its place. */
  menu: MainMenu;
  labelsOf: (key: TextKey) => string[];
}

export interface Dialogues {
  middleware: Composer<BotContext>;
  /** Opens a dialogue for the person: goes on where an earlier draft about the same subject stopped, or begins one with `answers`. */
  begin(
    ctx: BotContext,
    name: string,
    options?: { subject?: string; answers?: Record<string, AnswerValue> },
  ): Promise<void>;
  /** Keeps answers as a draft that waits, without asking anything: what a member sent first is stored before it is talked about. */
  hold(ctx: BotContext, name: string, answers: Record<string, AnswerValue>): Promise<Draft>;
  /** Shows each form that the person has left, with the way back to it. */
  showWaiting(ctx: BotContext): Promise<void>;
}

/** The only conversation there is; a chat waits in it at one point, so nothing is ever replayed but its first line. */
const CONVERSATION = 'dialogue';

export function createDialogues(deps: DialogueDeps): Dialogues {
  const { drafts, people } = deps;
  const byName = new Map(deps.dialogues.map((dialogue) => [dialogue.name, dialogue]));

  const dialogueOf = (draft: Draft): Dialogue => {
    const dialogue = byName.get(draft.dialogue);
    if (!dialogue)
      throw new Error(`Draft ${draft.id} belongs to the dialogue "${draft.dialogue}", which is not registered`);
    return dialogue;
  };

  async function ask(ctx: BotContext, draft: Draft, how: 'send' | 'edit' = 'send'): Promise<void> {
    const dialogue = dialogueOf(draft);
    const message = stepMessage(dialogue, draft, currentStep(dialogue, draft), ctx.t);
    if (how === 'edit' && ctx.callbackQuery) return ctx.replace(message);
    const sent = await ctx.show(message);
    const last = sent.at(-1);
    if (last) await drafts.asked(draft, last.messageId);
  }

  const isAtContact = (draft: Draft): boolean => {
    const step = currentStep(dialogueOf(draft), draft);
    return step.kind === 'question' && step.question.kind === 'contact';
  };

  /** A reply keyboard of ours (contact) gives the menu its place back; only a new message can bring one. */
  async function giveMenuBack(ctx: BotContext, text: TextKey): Promise<void> {
    await ctx.show({ text: ctx.t.rich(text), keyboard: deps.menu.keyboard(ctx.t, ctx.person) });
  }

  async function afterAnswer(ctx: BotContext, before: Draft, after: Draft): Promise<void> {
    const step = currentStep(dialogueOf(before), before);
    if (isAtContact(before) && ctx.message) await giveMenuBack(ctx, 'bot.dialogue.contactTaken');
    else if (ctx.callbackQuery && step.kind === 'question') {
      await showChoice(ctx, before, after, step.question.key);
    }
    await ask(ctx, after);
  }

  /** What was pressed stays in the chat as text, and its keyboard goes: an answered question can't be pressed again. */
  async function showChoice(ctx: BotContext, before: Draft, after: Draft, key: string): Promise<void> {
    const dialogue = dialogueOf(before);
    const question = dialogue.questions.find((one) => one.key === key);
    const value = after.answers[key];
    if (!question || value === undefined) return;
    await ctx.replace({
      text: join(
        [ctx.t.rich(question.text, question.values), concat('✓ ', answerText(question, after.answers, value, ctx.t))],
        '\n\n',
      ),
    });
  }

  async function finish(ctx: BotContext, draft: Draft): Promise<Outcome> {
    const dialogue = dialogueOf(draft);
    const asked = new Set(applicable(dialogue, draft.answers).map((question) => question.key));
    const answers = Object.fromEntries(Object.entries(draft.answers).filter(([key]) => asked.has(key)));
    const message = await dialogue.complete(ctx, { draftId: draft.id, subject: draft.subject, answers });
    if (draft.status === 'open') await drafts.send(draft, ctx.inboxId);
    if (ctx.callbackQuery)
      await ctx.replace({ text: ctx.t.rich('bot.dialogue.sent', { title: ctx.t.rich(dialogue.title) }) });
    await ctx.show(message);
    return 'over';
  }

  function keepAnswer(ctx: BotContext, draft: Draft, key: string, value: AnswerValue): Promise<Draft | null> {
    const { resets = [] } = dialogueOf(draft).questions.find((question) => question.key === key) ?? {};
    const isSame = JSON.stringify(draft.answers[key]) === JSON.stringify(value);
    return drafts.answer(draft, ctx.inboxId, { key, value, resets: isSame ? [] : resets });
  }

  async function apply(ctx: BotContext, draft: Draft, key: string, reading: Reading): Promise<Outcome> {
    switch (reading.kind) {
      case 'answer': {
        const after = await keepAnswer(ctx, draft, key, reading.value);
        if (after) await afterAnswer(ctx, draft, after);
        return 'stay';
      }
      case 'scratch': {
        const after = await drafts.scratch(draft, ctx.inboxId, reading.scratch);
        if (after) await ask(ctx, after, reading.redraw);
        return 'stay';
      }
      case 'wrong':
        if (ctx.callbackQuery) await ctx.toast(ctx.t.text(reading.error, reading.values));
        else await ctx.show({ text: ctx.t.rich(reading.error, reading.values) });
        return 'stay';
    }
  }

  async function move(ctx: BotContext, draft: Draft, value: string, questionKey: string): Promise<Outcome | null> {
    const dialogue = dialogueOf(draft);
    const step = currentStep(dialogue, draft);
    switch (value) {
      case '!cancel': {
        await drafts.discard(draft, ctx.inboxId);
        await ctx.replace(leftMessage('bot.dialogue.discarded', dialogue, draft, ctx.t));
        await giveMenuBack(ctx, 'bot.prompt');
        return 'over';
      }
      case '!back': {
        const questions = applicable(dialogue, draft.answers);
        const previous = step.kind === 'question' ? questions[step.number - 2] : questions.at(-1);
        if (!previous) return null;
        const after = await drafts.goTo(draft, ctx.inboxId, previous.key);
        if (after && isAtContact(draft)) await giveMenuBack(ctx, 'bot.dialogue.goingOn');
        if (after) await ask(ctx, after, 'edit');
        return 'stay';
      }
      case '!skip':
      case '!keep': {
        if (step.kind !== 'question') return null;
        const there = draft.answers[step.question.key];
        if (value === '!keep' ? there === undefined : !step.question.optional) return null;
        const after = await drafts.answer(draft, ctx.inboxId, { key: step.question.key, value: there ?? null });
        if (after) await afterAnswer(ctx, draft, after);
        return 'stay';
      }
      case '!edit': {
        if (step.kind !== 'review' || !applicable(dialogue, draft.answers).some(({ key }) => key === questionKey))
          return null;
        const after = await drafts.goTo(draft, ctx.inboxId, questionKey);
        if (after) await ask(ctx, after, 'edit');
        return 'stay';
      }
      case '!send':
        return step.kind === 'review' ? finish(ctx, draft) : null;
      default:
        return null;
    }
  }

  async function takePress(ctx: BotContext, draft: Draft, data: string): Promise<Outcome> {
    const leave = leaveButton.read(data);
    if (leave && leave.draft === draft.id) return takeLeave(ctx, draft, leave.choice, leave.target);
    const answer = answerButton.read(data);
    if (!answer) return 'elsewhere';
    const step = currentStep(dialogueOf(draft), draft);
    const isOpen =
      step.kind === 'review'
        ? answer.value === '!edit' || answer.question === '!review'
        : answer.question === step.question.key;
    if (answer.draft === draft.id && isOpen) {
      const moved = await move(ctx, draft, answer.value, answer.question);
      if (moved) return moved;
      const reading = step.kind === 'question' ? readPress(answer.value, step.question, draft, ctx.t) : null;
      if (reading && step.kind === 'question') return apply(ctx, draft, step.question.key, reading);
    }
    await staleButton(ctx);
    return 'stay';
  }

  async function takeLeave(ctx: BotContext, draft: Draft, choice: string, target: string): Promise<Outcome> {
    const dialogue = dialogueOf(draft);
    if (choice === 'keep' || choice === 'drop') {
      if (choice === 'keep') await drafts.pause(draft, ctx.inboxId);
      else await drafts.discard(draft, ctx.inboxId);
      await ctx.replace(
        leftMessage(choice === 'keep' ? 'bot.dialogue.kept' : 'bot.dialogue.discarded', dialogue, draft, ctx.t),
      );
      if (isAtContact(draft)) await giveMenuBack(ctx, 'bot.prompt');
      const [name = 'start', payload = ''] = target.split('.');
      ctx.pending = { name, payload };
      return 'left';
    }
    await ctx.replace({ text: ctx.t.rich('bot.dialogue.goingOn') });
    await ask(ctx, draft);
    return 'stay';
  }

  async function takeMessage(ctx: BotContext, draft: Draft): Promise<Outcome> {
    const text = ctx.message?.text ?? '';
    const dialogue = dialogueOf(draft);
    const step = currentStep(dialogue, draft);
    const target = text.startsWith('/') ? commandTarget(text) : deps.menu.itemOf(text);
    if (target !== null) {
      await ctx.show(leaveMessage(dialogue, draft, target, ctx.t));
      return 'stay';
    }
    if (step.kind === 'review') {
      await ctx.show({ text: ctx.t.rich('bot.dialogue.error.review') });
      return 'stay';
    }
    if (step.question.kind === 'contact') {
      if (deps.labelsOf('bot.dialogue.button.cancel').includes(text))
        return (await move(ctx, draft, '!cancel', step.question.key)) ?? 'stay';
      if (deps.labelsOf('bot.dialogue.button.back').includes(text))
        return (await move(ctx, draft, '!back', step.question.key)) ?? 'stay';
    }
    return apply(ctx, draft, step.question.key, await readMessage(ctx, step.question, draft, deps.keepFile));
  }

  async function take(ctx: BotContext, draftId: string): Promise<Outcome> {
    const draft = await drafts.load(draftId, ctx.person.id);
    if (!draft) return 'left';
    if (draft.lastUpdate === ctx.inboxId) {
      // Worked before, and cut off before it was marked done: say again what the person would have read.
      if (draft.status === 'sent') return finish(ctx, draft);
      if (draft.status !== 'open') return 'left';
      await ask(ctx, draft);
      return 'stay';
    }
    if (draft.status !== 'open') return 'left';
    if (ctx.callbackQuery?.data !== undefined) return takePress(ctx, draft, ctx.callbackQuery.data);
    return ctx.message ? takeMessage(ctx, draft) : 'elsewhere';
  }

  /**
   * One waiting point, rolled back after each update (`skip`), so the stored state is the same small record at question 40
   * as at question 5. A failure must not cost the chat its place in the dialogue: it is carried out of the conversation
   * and thrown behind it, where the inbox tries the update again.
   */
  const failures = new WeakMap<object, unknown>();

  async function waitInDialogue(conversation: Conversation<BotContext>, _ctx: Context, draftId: string): Promise<void> {
    await conversation.wait();
    const outcome = await conversation.external(async (ctx): Promise<Outcome> => {
      try {
        return await take(ctx, draftId);
      } catch (error) {
        failures.set(ctx.update, error);
        return 'stay';
      }
    });
    if (outcome === 'stay') await conversation.skip();
    if (outcome === 'elsewhere') await conversation.skip({ next: true });
    await conversation.halt({ next: outcome === 'left' });
  }

  async function enter(ctx: BotContext, draft: Draft): Promise<void> {
    await ctx.conversation.exitAll();
    await ctx.conversation.enter(CONVERSATION, draft.id);
    await ask(ctx, draft);
  }

  async function staleButton(ctx: BotContext): Promise<void> {
    await ctx.toast(ctx.t.text('bot.error.staleButton'));
    const pressed = ctx.callbackQuery?.message;
    if (pressed) await ctx.client.removeKeyboard(pressed.chat.id, pressed.message_id);
  }

  const middleware = new Composer<BotContext>();
  middleware.use(
    conversations<BotContext, Context>({
      storage: {
        type: 'context',
        adapter: {
          read: (ctx) => (ctx.person.conversation === null ? undefined : JSON.parse(ctx.person.conversation)),
          write: (ctx, state) => people.saveConversation(ctx.person, JSON.stringify(state)),
          delete: (ctx) => people.saveConversation(ctx.person, null),
        },
      },
    }),
  );
  middleware.use(async (ctx, next) => {
    // The inbox tries again with the same update: an earlier try's failure is not this one's.
    failures.delete(ctx.update);
    await next();
    if (failures.has(ctx.update)) throw failures.get(ctx.update);
  });
  middleware.use(createConversation<BotContext, Context>(waitInDialogue, { id: CONVERSATION }));
  middleware.on('callback_query:data', async (ctx, next) => {
    const resume = resumeButton.read(ctx.callbackQuery.data);
    if (!resume) return next();
    if (resume.act === 'drop') {
      const dropped = await drafts.drop(resume.draft, ctx.person.id);
      if (!dropped) return staleButton(ctx);
      return ctx.replace(leftMessage('bot.dialogue.discarded', dialogueOf(dropped), dropped, ctx.t));
    }
    const draft = await drafts.reopen(resume.draft, ctx.person.id);
    if (!draft) return staleButton(ctx);
    await ctx.replace({ text: ctx.t.rich('bot.dialogue.goingOn') });
    return enter(ctx, draft);
  });

  return {
    middleware,
    async begin(ctx, name, { subject = '', answers = {} } = {}) {
      const draft = await drafts.open({
        memberId: ctx.person.id,
        dialogue: name,
        subject,
        answers,
        update: ctx.inboxId,
      });
      await enter(ctx, draft);
    },
    hold: (ctx, name, answers) =>
      drafts.hold({ memberId: ctx.person.id, dialogue: name, answers, update: ctx.inboxId }),
    async showWaiting(ctx) {
      for (const draft of await drafts.waiting(ctx.person.id)) {
        const dialogue = byName.get(draft.dialogue);
        if (dialogue) await ctx.show(leftMessage('bot.dialogue.waiting', dialogue, draft, ctx.t));
      }
    },
  };
}

/** `/start n_12` -> `start.n_12`: what a leave button can carry. A payload that doesn't fit is left out. */
function commandTarget(text: string): string {
  const command = readCommand(text);
  if (!command || command.name.length > 16) return 'start';
  return command.payload !== '' && command.payload.length <= 14 ? `${command.name}.${command.payload}` : command.name;
}
