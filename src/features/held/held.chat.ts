import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { AnswerValue, FileAnswer } from '../../bot/dialogue/dialogue.ts';
import type { Draft, Drafts } from '../../bot/dialogue/drafts.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { KeepFile } from '../../bot/dialogue/read-answer.ts';
import { tidy } from '../../language/persian-text.ts';
import type { TextKey, TextValue } from '../../language/translator.ts';
import { mediaOf } from '../../messengers/media.ts';
import { OPEN, type Actor, type Obstacle, type Obstacles } from '../obstacles/obstacles.service.ts';
import { filesOfHeld, textOfHeld, type Held, type HeldFile, type HeldMessages } from './held.service.ts';
import { heldButton, heldCaseButton, heldQuestion, whichCase } from './held.views.ts';

export interface HeldChatDeps {
  held: HeldMessages;
  obstacles: Obstacles;
  drafts: Pick<Drafts, 'load' | 'revise'>;
  dialogues: Pick<Dialogues, 'hold' | 'resume'>;
  keepFile: KeepFile;
  askToRegister: (ctx: BotContext) => Promise<void>;
  /** Goes on where the member agrees to the notice in force; asks first where not. */
  consented: (ctx: BotContext, goOn: () => Promise<void>) => Promise<void>;
}

/** Shorter messages are greetings, not reports. */
const MIN_LETTERS = 10;
const MAX_LETTERS = 3000;

const actorOf = (ctx: BotContext): Actor => ({ id: ctx.person.id, roles: ctx.person.roles });
const additionOf = (held: Held): string => `held:${held.id}`;
const evidenceOf = (files: readonly HeldFile[]) =>
  files.map(({ storedId, kind }) => ({ fileId: storedId, kind, caption: '' }));

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
  const text = tidy(message.text ?? message.caption ?? '', { multiline: true }).slice(0, MAX_LETTERS);
  const media = mediaOf(message);
  if (!media) return text.length >= min ? { text, file: null, refused: null } : null;
  const kept = await deps.keepFile(ctx, media);
  if (!kept.ok) return { text, file: null, refused: kept };
  return { text, file: { storedId: kept.storedId, kind: kept.kind }, refused: null };
}

const openCases = async ({ obstacles }: HeldChatDeps, ctx: BotContext): Promise<Obstacle[]> =>
  (await obstacles.ofReporter(ctx.person.id, { limit: 50 })).filter(({ status }) => OPEN.includes(status));

/** What was sent outside every form is stored first; then the member says what becomes of it. */
export function keepUnclaimed(deps: HeldChatDeps): (ctx: BotContext) => Promise<void> {
  return async (ctx) => {
    const { message } = ctx;
    const sent = message ? await read(deps, ctx, { min: MIN_LETTERS }) : null;
    if (!message || !sent) {
      await ctx.show({ text: ctx.t.rich('bot.error.unclaimed') });
      return;
    }
    const { text, file, refused } = sent;
    if (refused) await ctx.show({ text: ctx.t.rich(refused.error, refused.values) });
    if (!file && text.length < MIN_LETTERS) return;
    const { held, isFirst } = await deps.held.keep(ctx.person.id, {
      ...placeOf(ctx),
      messageId: message.message_id,
      album: message.media_group_id ?? null,
      source: ctx.inboxId,
      text,
      file,
    });
    if (held.state !== 'waiting') return passOn(deps, ctx, held, { text, files: file ? [file] : [] });
    if (!isFirst) return;
    if (!ctx.person.registered) {
      await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.kept') });
      return deps.askToRegister(ctx);
    }
    await ctx.show(heldQuestion(ctx.t, held.id, { mayAdd: (await openCases(deps, ctx)).length > 0 }));
  };
}

const placeOf = (ctx: BotContext) => ({ messenger: ctx.client.name, chatId: ctx.person.chatId });

/** Asks again about what waits: after a registration, and at a start. */
export function askAboutHeld(deps: HeldChatDeps): (ctx: BotContext) => Promise<void> {
  return async (ctx) => {
    const waiting = await deps.held.waitingOf(ctx.person.id);
    if (waiting.length === 0) return;
    const mayAdd = (await openCases(deps, ctx)).length > 0;
    for (const one of waiting)
      await ctx.show(
        heldQuestion(ctx.t, one.id, {
          mayAdd,
          again: textOfHeld(one) || ctx.t.text('bot.dialogue.value.files', { count: filesOfHeld(one).length }),
        }),
      );
  };
}

export function heldChat(deps: HeldChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const pressed = heldButton.read(data);
    const chosen = heldCaseButton.read(data);
    if (!pressed && !chosen) return next();
    const found = await deps.held.find(pressed?.id ?? chosen?.held ?? '', ctx.person.id);
    if (!found) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    if (!ctx.person.registered) return deps.askToRegister(ctx);
    if (chosen) return deps.consented(ctx, () => addTo(ctx, found, chosen.case));
    switch (pressed?.act ?? '') {
      case 'report':
        return deps.consented(ctx, () => makeReport(ctx, found));
      case 'add':
        return ctx.replace(whichCase(ctx.t, found.id, await openCases(deps, ctx)));
      case 'nothing':
        await deps.held.settle(found, { state: 'nothing' });
        return ctx.replace({ text: ctx.t.rich('obstacles.unclaimed.dismissed') });
      case 'ask':
        return ctx.replace(heldQuestion(ctx.t, found.id, { mayAdd: (await openCases(deps, ctx)).length > 0 }));
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
    if (after.state === 'nothing') return;
    const draft = after.draftId === null ? null : await deps.drafts.load(after.draftId, ctx.person.id);
    if (draft && draft.status !== 'sent') {
      if (await deps.drafts.revise(draft, revised(draft, before, after)))
        await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.edited') });
      return;
    }
    return passOn(deps, ctx, after, { text: textOfHeld(after), files: sent.file ? [sent.file] : [] });
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

  async function addTo(ctx: BotContext, held: Held, caseId: string): Promise<void> {
    if (held.state === 'report' || (held.state === 'added' && held.obstacleId !== caseId))
      return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const outcome = await deps.obstacles.add(actorOf(ctx), caseId, {
      source: additionOf(held),
      text: textOfHeld(held),
      evidence: evidenceOf(filesOfHeld(held)),
    });
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('obstacles.act.gone'));
    if (outcome.kind === 'moved-on') {
      await ctx.toast(ctx.t.text('obstacles.unclaimed.gone'));
      return ctx.replace(heldQuestion(ctx.t, held.id, { mayAdd: (await openCases(deps, ctx)).length > 0 }));
    }
    await deps.held.settle(held, { state: 'added', obstacleId: caseId });
    await ctx.replace({ text: ctx.t.rich('obstacles.unclaimed.added', { title: outcome.obstacle.title }) });
  }

  return chat;
}

/** What came to a held message after it went somewhere, goes there too: to the case, with what was there before. */
async function passOn(
  { obstacles, drafts }: HeldChatDeps,
  ctx: BotContext,
  held: Held,
  { text, files }: { text: string; files: readonly HeldFile[] },
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
  if (outcome.kind !== 'moved') {
    await ctx.show({ text: ctx.t.rich('obstacles.unclaimed.gone') });
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
