import type { Composer } from 'grammy';
import type { TextKey } from '../../language/translator.ts';
import type { BotContext, People } from '../context.ts';
import type { MainMenu } from '../main-menu.ts';
import { createAsking, type Form } from './asking.ts';
import { withKnown } from './known.ts';
import { resumeButton } from './buttons.ts';
import { checkDialogues } from './check-dialogue.ts';
import { inForce, stepOf, type AnswerValue, type Dialogue, type Filled } from './dialogue.ts';
import type { Draft, Drafts } from './drafts.ts';
import type { KeepFile } from './read-answer.ts';
import { createTaking } from './taking.ts';
import { createWaitingPoint } from './waiting-point.ts';

export interface DialogueDeps {
  dialogues: readonly Dialogue[];
  drafts: Drafts;
  people: People;
  keepFile: KeepFile;
  /** Its labels end a dialogue, and its keyboard comes back after one of ours stood in its place. */
  menu: MainMenu;
  labelsOf: (key: TextKey) => readonly string[];
  now: () => Date;
}

export interface Dialogues {
  /** Of every form that there is. */
  names: readonly string[];
  middleware: Composer<BotContext>;
  /**
   * Opens a dialogue for the person: goes on where an earlier draft about the same subject stopped, on whichever
   * messenger, or begins one with `answers`. Another form that was open waits, and the person is told.
   */
  begin(
    ctx: BotContext,
    name: string,
    options?: { subject?: string; answers?: Record<string, AnswerValue | null> },
  ): Promise<void>;
  /** Keeps answers as a draft that waits, without asking anything: what a member sent first is stored before it is talked about. */
  hold(ctx: BotContext, name: string, answers: Record<string, AnswerValue>): Promise<Draft>;
  /** A form of the person that was held up before sending; null where it is gone, discarded, or was sent by another update. */
  held(ctx: BotContext, draftId: string): Promise<Filled | null>;
  /** Sends a form that was held up before sending. False as for {@link held}. */
  send(ctx: BotContext, draftId: string): Promise<boolean>;
  /** Puts an end to a form that was held up: what was in it has gone another way. */
  settle(ctx: BotContext, draftId: string): Promise<void>;
  /** Goes on with a draft of the person's, whatever else is open; false where it is gone or was sent. */
  resume(ctx: BotContext, draftId: string): Promise<boolean>;
  /** Shows each form that the person has left, or has open in another chat, with the way back to it. */
  showWaiting(ctx: BotContext): Promise<void>;
  /** Answers the edit of a message that belongs to a form which was sent or put by; of any other nothing is said. */
  takeEdit(ctx: BotContext): Promise<void>;
  /** How many forms of each dialogue are open or wait; one after the other, about a microsecond of the database's time a form. */
  countUnfinished(): Promise<{ dialogue: string; status: string; count: number }[]>;
}

/** @throws {DialogueError} where a dialogue can't work as it is written */
export function createDialogues(deps: DialogueDeps): Dialogues {
  const { drafts, people, menu, labelsOf, keepFile, now } = deps;
  checkDialogues(deps.dialogues, { labelsOf });
  const byName = new Map(deps.dialogues.map((dialogue) => [dialogue.name, dialogue]));
  const asking = createAsking({ drafts, menu, now });
  const taking = createTaking({ byName, drafts, asking, menu, labelsOf, keepFile, now });
  const waitingPoint = createWaitingPoint({ people, take: (...update) => taking.take(...update) });
  const { middleware } = waitingPoint;

  /** The one way into every form: what is known is filled in, however it was begun. */
  async function open(begun: Form): Promise<void> {
    const { ctx, draft, dialogue: given } = await withKnown(begun, drafts);
    await waitingPoint.enter(ctx, draft.id);
    const dialogue = await inForce(given, draft.answers);
    const step = draft.asked ? stepOf(dialogue, draft, draft.asked.key) : null;
    await asking.ask({ ctx, dialogue, draft }, step ? { step } : {});
  }

  middleware.on('callback_query:data', async (ctx, next) => {
    const outcome = await taking.repeat(ctx);
    if (outcome !== null && outcome !== 'left') return;
    await next();
  });
  middleware.on('callback_query:data', async (ctx, next) => {
    const pressed = resumeButton.read(ctx.callbackQuery.data);
    if (!pressed) return next();
    const { id } = ctx.person;
    const draft =
      pressed.act === 'drop' ? await drafts.drop(pressed.draft, id) : await drafts.reopen(pressed.draft, id);
    const dialogue = draft && byName.get(draft.dialogue);
    if (!dialogue) {
      if (draft?.status === 'open') await drafts.pause(draft, ctx.inboxId);
      await ctx.toast(ctx.t.text(draft ? 'bot.dialogue.unknown' : 'bot.error.staleButton'));
      const { message } = ctx.callbackQuery;
      if (message) await ctx.client.removeKeyboard(message.chat.id, message.message_id);
      return;
    }
    const form = { ctx, dialogue, draft };
    if (pressed.act === 'drop') return asking.showLeft(form, 'bot.dialogue.discarded', 'replace');
    await ctx.replace({ text: ctx.t.rich('bot.dialogue.goingOn') });
    return open(form);
  });

  async function showWaiting(ctx: BotContext): Promise<void> {
    for (const draft of await drafts.unfinished(ctx.person.id)) {
      const dialogue = byName.get(draft.dialogue);
      if (dialogue) await asking.showLeft({ ctx, dialogue, draft }, 'bot.dialogue.waiting', 'show');
    }
  }

  /** Whoever pressed a button twice, or an old one, finds the form gone; the same update worked again finds it. */
  async function heldForm(ctx: BotContext, draftId: string): Promise<Form | null> {
    const draft = await drafts.load(draftId, ctx.person.id);
    const dialogue = draft && byName.get(draft.dialogue);
    if (!dialogue || draft.status === 'discarded') return null;
    if (draft.status === 'sent' && draft.lastUpdate !== ctx.inboxId) return null;
    return { ctx, dialogue: await inForce(dialogue, draft.answers), draft };
  }

  return {
    names: [...byName.keys()],
    middleware,
    async held(ctx, draftId) {
      const form = await heldForm(ctx, draftId);
      return form && { draftId, subject: form.draft.subject, answers: form.draft.answers };
    },
    async send(ctx, draftId) {
      const form = await heldForm(ctx, draftId);
      if (!form) return false;
      await taking.send(form);
      return true;
    },
    async settle(ctx, draftId) {
      const form = await heldForm(ctx, draftId);
      if (form) await drafts.settle(form.draft, ctx.inboxId);
    },
    async begin(ctx, name, { subject = '', answers = {} } = {}) {
      const dialogue = byName.get(name);
      if (!dialogue) throw new Error(`There is no dialogue "${name}": register it where the features are wired`);
      if (dialogue.admit && !(await dialogue.admit(ctx))) return;
      const memberId = ctx.person.id;
      const { draft, paused } = await drafts.open({ memberId, dialogue: name, subject, answers, update: ctx.inboxId });
      const other = paused && byName.get(paused.dialogue);
      if (other) await asking.showLeft({ ctx, dialogue: other, draft: paused }, 'bot.dialogue.kept', 'show');
      if (draft) return open({ ctx, dialogue, draft });
      await asking.showMenu(ctx, 'bot.dialogue.tooMany');
      await showWaiting(ctx);
    },
    hold: (ctx, name, answers) =>
      drafts.hold({ memberId: ctx.person.id, dialogue: name, answers, update: ctx.inboxId }),
    async resume(ctx, draftId) {
      const draft = await drafts.reopen(draftId, ctx.person.id);
      const dialogue = draft && byName.get(draft.dialogue);
      if (!dialogue) return false;
      await open({ ctx, dialogue, draft });
      return true;
    },
    async takeEdit(ctx) {
      await taking.takeEnded(ctx);
    },
    async countUnfinished() {
      const counts: { dialogue: string; status: string; count: number }[] = [];
      for (const dialogue of byName.keys())
        for (const [status, count] of Object.entries(await drafts.countUnfinished(dialogue)))
          if (count > 0) counts.push({ dialogue, status, count });
      return counts;
    },
    showWaiting,
  };
}
