import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { AnswerValue, FileAnswer } from '../../bot/dialogue/dialogue.ts';
import type { Draft, Drafts } from '../../bot/dialogue/drafts.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import { tidy } from '../../language/persian-text.ts';
import type { TextKey, TextValue } from '../../language/translator.ts';
import { contentOf, wordsOf } from '../../messengers/content.ts';
import { mediaOf } from '../../messengers/media.ts';
import { filesOfHeld, textOfHeld, type Held, type HeldFile, type KeptFile } from './held.service.ts';
import {
  actorOf,
  additionOf,
  askAbout,
  caseOfReply,
  casesOf,
  choicesOf,
  evidenceOf,
  goneOrFull,
  readChoice,
  takeChoice,
  type ChoiceDeps,
} from './case-choice.ts';
import { fetchFiles, noted, type FetchDeps } from './fetch-files.ts';
import { heldButton, heldQuestion, whichCase } from './held.views.ts';

export interface HeldChatDeps extends FetchDeps, ChoiceDeps {
  drafts: Pick<Drafts, 'load' | 'revise'>;
  dialogues: Pick<Dialogues, 'hold' | 'resume'>;
  askToRegister: (ctx: BotContext) => Promise<void>;
  /** Goes on where the member agrees to the notice in force; asks first where not. */
  consented: (ctx: BotContext, goOn: () => Promise<void>) => Promise<void>;
}

/** Shorter messages are greetings, not reports. */
const MIN_LETTERS = 10;

/** What is said to what can't be kept; greetings and words that nobody understands get the menu. */
const UNKEPT: Partial<Record<ReturnType<typeof contentOf>, TextKey>> = {
  contact: 'obstacles.unclaimed.contact',
  unreadable: 'obstacles.unclaimed.unreadable',
};

const isKept = (file: HeldFile | null): file is KeptFile => file !== null && file.storedId !== null;
const keptIn = (file: HeldFile | null): KeptFile[] => (isKept(file) ? [file] : []);

interface Read {
  text: string;
  file: HeldFile | null;
  /** Why a file was not kept. */
  refused: { error: TextKey; values?: Record<string, TextValue> } | null;
}

/** What a message brings, its file kept; null for a greeting, a command that nobody knows, a sticker. */
async function read(deps: HeldChatDeps, ctx: BotContext, { min }: { min: number }): Promise<Read | null> {
  const message = ctx.message ?? ctx.editedMessage;
  if (!message || message.text?.startsWith('/')) return null;
  const text = tidy(wordsOf(message), { multiline: true });
  const media = mediaOf(message);
  if (!media) return text.length >= min ? { text, file: null, refused: null } : null;
  const kept = ctx.person.registered ? await deps.keepFile(ctx, media) : noted(ctx, media);
  if (!kept.ok) return { text, file: null, refused: kept };
  const { storedId, kind } = kept;
  return { text, file: storedId === null ? { storedId, kind, sent: media } : { storedId, kind }, refused: null };
}

/** What was sent outside every form is stored first; then the member says what becomes of it. */
export function keepUnclaimed(deps: HeldChatDeps): (ctx: BotContext) => Promise<void> {
  return async (ctx) => {
    const { message } = ctx;
    const about = await caseOfReply(deps, ctx);
    const min = about ? 1 : MIN_LETTERS;
    const sent = message ? await read(deps, ctx, { min }) : null;
    if (!message || !sent) {
      await ctx.show({ text: ctx.t.rich(UNKEPT[contentOf(message)] ?? 'bot.error.unclaimed') });
      return;
    }
    const { text, file, refused } = sent;
    if (refused) await ctx.show({ text: ctx.t.rich(refused.error, refused.values) });
    if (!file && text.length < min) return;
    const place = { ...placeOf(ctx), messageId: message.message_id, album: message.media_group_id ?? null };
    if (await deps.held.isFull(ctx.person.id, place)) {
      await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.full') });
      return;
    }
    const { held, isFirst } = await deps.held.keep(ctx.person.id, {
      ...place,
      source: ctx.inboxId,
      text,
      file,
    });
    // Who works on cases may be no member.
    const mayName = about !== null && (ctx.person.registered || about.reporterId !== ctx.person.id);
    if (mayName && isFirst) return askAbout(deps, ctx, held, about);
    if (held.state !== 'waiting') return passOn(deps, ctx, held, { text, files: keptIn(file) });
    if (!isFirst) return;
    if (!ctx.person.registered) {
      await ctx.show({ text: ctx.t.rich(`obstacles.unclaimed.${file ? 'keptWithFile' : 'kept'}`) });
      return deps.askToRegister(ctx);
    }
    await ctx.show(heldQuestion(ctx.t, held.id, await choicesOf(deps, ctx)));
  };
}

const placeOf = (ctx: BotContext) => ({ messenger: ctx.client.name, chatId: ctx.person.chatId });

/** Asks again about what waits: after a registration, and at a start. */
export function askAboutHeld(deps: HeldChatDeps): (ctx: BotContext) => Promise<void> {
  return async (ctx) => {
    const waiting = await deps.held.waitingOf(ctx.person.id);
    if (waiting.length === 0) return;
    const choices = await choicesOf(deps, ctx);
    for (const there of waiting) {
      const one = await fetchFiles(deps, ctx, there);
      await ctx.show(
        heldQuestion(ctx.t, one.id, {
          ...choices,
          again: textOfHeld(one) || ctx.t.text('bot.dialogue.value.files', { count: filesOfHeld(one).length }),
        }),
      );
    }
  };
}

export function heldChat(deps: HeldChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const pressed = heldButton.read(data);
    const choice = readChoice(data);
    if (!pressed && !choice) return next();
    const there = await deps.held.find(pressed?.id ?? choice?.held ?? '', ctx.person.id);
    if (!there) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    if (choice?.about === 'note') return takeChoice(deps, ctx, there, choice);
    if (!ctx.person.registered) return deps.askToRegister(ctx);
    const found = await fetchFiles(deps, ctx, there);
    if (choice) return deps.consented(ctx, () => takeChoice(deps, ctx, found, choice));
    switch (pressed?.act ?? '') {
      case 'report':
        return deps.consented(ctx, () => makeReport(ctx, found));
      case 'add':
        return ctx.replace(whichCase(ctx.t, found.id, { cases: (await casesOf(deps, ctx)).open, about: 'add' }));
      case 'reopen':
        return ctx.replace(whichCase(ctx.t, found.id, { cases: (await casesOf(deps, ctx)).ended, about: 'reopen' }));
      case 'nothing':
        await deps.held.settle(found, { state: 'nothing' });
        return ctx.replace({ text: ctx.t.rich('obstacles.unclaimed.dismissed') });
      case 'ask':
        return ctx.replace(heldQuestion(ctx.t, found.id, await choicesOf(deps, ctx)));
      default:
        return ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
  });

  chat.on('edited_message', async (ctx, next) => {
    const place = { ...placeOf(ctx), messageId: ctx.editedMessage.message_id };
    const sent = (await deps.held.holds(place)) ? await read(deps, ctx, { min: 1 }) : null;
    if (!sent) return next();
    const edited = await deps.held.edit({
      ...place,
      source: ctx.inboxId,
      text: sent.text,
      file: sent.file,
    });
    if (!edited) return next();
    const { before, after } = edited;
    if (after.state === 'waiting') return void (await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.edited') }));
    if (after.state === 'nothing')
      return void (await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.editedNothing') }));
    const draft = after.draftId === null ? null : await deps.drafts.load(after.draftId, ctx.person.id);
    if (draft && draft.status !== 'sent') {
      if (await deps.drafts.revise(draft, revised(draft, before, after)))
        await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.edited') });
      return;
    }
    return passOn(deps, ctx, after, { text: textOfHeld(after), files: keptIn(sent.file) });
  });

  async function makeReport(ctx: BotContext, held: Held): Promise<void> {
    if (held.state === 'added') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    let { draftId } = held;
    if (draftId === null) {
      draftId = (await deps.dialogues.hold(ctx, 'report', answersOf(held))).id;
      await deps.held.settle(held, { state: 'report', draftId });
    }
    if ((await deps.drafts.load(draftId, ctx.person.id))?.status === 'sent')
      return ctx.toast(ctx.t.text('bot.error.staleButton'));
    await ctx.replace({ text: ctx.t.rich('bot.dialogue.goingOn') });
    if (!(await deps.dialogues.resume(ctx, draftId))) await ctx.show({ text: ctx.t.rich('bot.error.staleButton') });
  }

  return chat;
}

/** What came to a held message after it went somewhere, goes there too: to the case, with what was there before. */
async function passOn(
  { obstacles, drafts }: HeldChatDeps,
  ctx: BotContext,
  held: Held,
  { text, files }: { text: string; files: readonly KeptFile[] },
): Promise<void> {
  const actor = actorOf(ctx);
  const draft = held.draftId === null ? null : await drafts.load(held.draftId, ctx.person.id);
  if (draft && draft.status !== 'sent') {
    // One more file of an album whose form is open already.
    const evidence = [...filesIn(draft), ...files.map(({ storedId, kind }): FileAnswer => ({ storedId, kind }))];
    await drafts.revise(draft, { evidence });
    return;
  }
  const obstacleId =
    held.obstacleId ?? (held.draftId === null ? null : (await obstacles.ofDraft(actor, held.draftId))?.id) ?? null;
  if (obstacleId === null) return;
  const addition = { source: ctx.inboxId, text, evidence: evidenceOf(files) };
  let outcome = await obstacles.amend(actor, obstacleId, additionOf(held), addition);
  if (outcome.kind === 'forbidden')
    outcome = await obstacles.add(actor, obstacleId, { ...addition, source: additionOf(held) });
  // Of a colleague's note that was edited, the new words are a note beside it.
  if (outcome.kind === 'forbidden' && text !== '') {
    const noted = await obstacles.note(actor, obstacleId, { text, source: ctx.inboxId });
    if (noted === true) return void (await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.noted') }));
  }
  if (outcome.kind !== 'moved') {
    const key = outcome.kind === 'moved-on' ? goneOrFull(outcome.obstacle) : 'obstacles.unclaimed.gone';
    await ctx.show({ text: ctx.t.rich(key) });
    return;
  }
  await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.editedCase', { title: outcome.obstacle.title }) });
}

function answersOf(held: Held): Record<string, AnswerValue> {
  const text = textOfHeld(held);
  const files = filesOfHeld(held).map(({ storedId, kind }): FileAnswer => ({ storedId, kind }));
  return {
    ...(text.length >= MIN_LETTERS ? { description: text } : {}),
    ...(files.length > 0 ? { evidence: files } : {}),
  };
}

const filesIn = ({ answers }: Draft): FileAnswer[] =>
  Array.isArray(answers['evidence']) ? (answers['evidence'] as FileAnswer[]) : [];

/** What an edit changes in the form that the message became; what the member has rewritten there stays. */
function revised(draft: Draft, before: Held, after: Held): Record<string, AnswerValue> {
  const [old, now] = [answersOf(before), answersOf(after)];
  const gone = new Set(filesOfHeld(before).map(({ storedId }) => storedId));
  const others = filesIn(draft).filter(({ storedId }) => !gone.has(storedId));
  return {
    ...(draft.answers['description'] === old['description'] && now['description'] !== undefined
      ? { description: now['description'] }
      : {}),
    ...(now['evidence'] === undefined ? {} : { evidence: [...(now['evidence'] as FileAnswer[]), ...others] }),
  };
}
