import { concat, join, type RichText } from '../../language/rich-text.ts';
import type { TextKey } from '../../language/translator.ts';
import { refusesChange } from '../../messengers/messenger.ts';
import type { BotContext } from '../context.ts';
import type { MainMenu } from '../main-menu.ts';
import { currentStep, keyOf, valuesOf, type Dialogue, type Step } from './dialogue.ts';
import { leftMessage, stepMessage } from './dialogue.views.ts';
import type { Draft, Drafts } from './drafts.ts';
import { answerText } from './review.views.ts';

/** A draft that was read for this update, with the dialogue that it fills. */
export interface Form {
  ctx: BotContext;
  dialogue: Dialogue;
  draft: Draft;
}

export interface AskOptions {
  /** Default: where the draft stands. */
  step?: Step;
  /** `edit` the message that was pressed, or the one that `asked` before; default `send` a new one. */
  how?: 'send' | 'edit' | 'asked';
  /** Said first, in the same message. */
  before?: RichText | undefined;
}

export type Asking = ReturnType<typeof createAsking>;

/** What a dialogue says. Only what was sent counts as asked. */
export function createAsking({ drafts, menu, now }: { drafts: Drafts; menu: MainMenu; now: () => Date }) {
  async function ask({ ctx, dialogue, draft }: Form, { step, how = 'send', before }: AskOptions = {}): Promise<void> {
    const open = step ?? currentStep(dialogue, draft);
    const message = stepMessage({ dialogue, draft, step: open, t: ctx.t, now: now(), before });
    const place = { key: keyOf(open), messenger: ctx.client.name };
    const pressed = ctx.callbackQuery?.message;
    if (how === 'edit' && pressed) {
      await ctx.replace(message);
      return noted(draft, { ...place, messageId: pressed.message_id });
    }
    if (how === 'asked' && draft.asked) {
      const edited = await changed(ctx, draft.asked.messageId, message);
      if (edited) return;
    }
    const messageId = (await ctx.show(message)).at(-1)?.messageId;
    if (messageId !== undefined) await noted(draft, { ...place, messageId });
  }

  async function noted(draft: Draft, place: NonNullable<Draft['asked']>): Promise<void> {
    const { asked } = draft;
    const isKnown =
      asked?.key === place.key && asked.messenger === place.messenger && asked.messageId === place.messageId;
    if (!isKnown) await drafts.asked(draft, place);
  }

  async function changed(
    ctx: BotContext,
    messageId: number,
    message: ReturnType<typeof stepMessage>,
  ): Promise<boolean> {
    try {
      await ctx.client.edit(ctx.person.chatId, messageId, { direction: ctx.t.direction, ...message });
      return true;
    } catch (error) {
      if (refusesChange(error)) return false;
      throw error;
    }
  }

  /** A reply keyboard of ours gives the menu its place back. */
  async function showMenu(ctx: BotContext, key: TextKey, form?: Form): Promise<void> {
    const values = form ? { title: ctx.t.rich(form.dialogue.title) } : {};
    await ctx.show({ text: ctx.t.rich(key, values), keyboard: menu.keyboard(ctx.t, ctx.person) });
  }

  /** What was pressed stays in the chat as text, and its keyboard goes: an answered question can't be pressed again. */
  async function showChoice({ ctx, dialogue, draft }: Form, key: string): Promise<void> {
    const question = dialogue.questions.find((one) => one.key === key);
    const value = draft.answers[key];
    if (!question || value === undefined) return;
    const chosen = concat('✓ ', answerText(question, draft.answers, value, ctx.t));
    await ctx.replace({ text: join([ctx.t.rich(question.text, valuesOf(question, ctx.t)), chosen], '\n\n') });
  }

  async function showLeft({ ctx, dialogue, draft }: Form, key: TextKey, how: 'show' | 'replace'): Promise<void> {
    await ctx[how](leftMessage(key, dialogue, draft, ctx.t));
  }

  /** The form does not wait for this chat any more: it was put by, sent or thrown away elsewhere. */
  async function showOver(form: Form): Promise<void> {
    const isWaiting = form.draft.status === 'waiting';
    await showMenu(form.ctx, isWaiting ? 'bot.dialogue.putBy' : 'bot.dialogue.ended', form);
    if (isWaiting) await showLeft(form, 'bot.dialogue.waiting', 'show');
  }

  return { ask, showMenu, showChoice, showLeft, showOver };
}
