import { mobile } from '../../language/identifiers.ts';
import { toAsciiDigits } from '../../language/persian-text.ts';
import type { TextKey, TextValue, Translator } from '../../language/translator.ts';
import { mediaOf, type MediaFile } from '../../messengers/media.ts';
import type { BotContext } from '../context.ts';
import type { FileAnswer, FilesQuestion, Question } from './dialogue.ts';
import type { Draft } from './drafts.ts';
import { cleanText, cut, wrong, type Reading } from './reading.ts';
import { doneTicking, readPressedOption, readTypedOption } from './read-options.ts';
import { isTyped, joinPieces, readPiece, readTyped } from './read-typed.ts';

/**
 * Keeps the bytes of what a member sent, which must outlive the messenger's id, and says what they are by their content.
 * `from` is told of a file that came earlier: by which bot, and what it is kept once for; else it is of this update.
 */
export type KeepFile = (
  ctx: BotContext,
  media: MediaFile,
  from?: { client: BotContext['client']; source: string },
) => Promise<
  | { ok: true; storedId: string; kind: MediaFile['kind'] }
  | { ok: false; error: TextKey; values?: Record<string, TextValue> }
>;

export interface ReadDeps {
  keepFile: KeepFile;
  now: () => Date;
}

/** UTF-16 units of a file's caption. */
const CAPTION = 1000;

/** Reads a message as the answer to a question: the answer, the next state of the question, or one kind error with a right example. */
export async function readMessage(
  ctx: BotContext,
  question: Question,
  draft: Draft,
  { keepFile, now }: ReadDeps,
): Promise<Reading> {
  const text = ctx.message?.text;
  switch (question.kind) {
    case 'text':
      if (question.pieces) return readPiece(text, question, draft.pieces);
      return readTyped(text, question, { now: now() });
    case 'number':
    case 'date':
      return readTyped(text, question, { now: now() });
    case 'contact':
      return readContact(ctx);
    case 'location':
      return readLocation(ctx);
    case 'choice':
    case 'choices':
      return readTypedOption(text, question, draft, ctx.t);
    case 'files':
      return readFile(ctx, question, draft, keepFile);
  }
}

/** Reads a press on the open question's own keyboard; null for a button of another time. */
export function readPress(
  value: string,
  question: Question,
  draft: Draft,
  { t, now }: { t: Translator; now: Date },
): Reading | null {
  if (question.kind === 'text' && question.pieces && value === '!done')
    return draft.pieces.length > 0 ? readTyped(joinPieces(draft.pieces), question, { now, sure: true }) : null;
  if (isTyped(question))
    return value === '!sure' && draft.doubt !== '' ? readTyped(draft.doubt, question, { now, sure: true }) : null;
  if (question.kind === 'choice' || question.kind === 'choices') {
    const page = /^!page-(\d{1,2})$/.exec(value)?.[1];
    if (page !== undefined) return { kind: 'scratch', scratch: { page: Number(page) }, redraw: 'edit' };
    if (value === '!all') return { kind: 'scratch', scratch: { search: '', page: 0 }, redraw: 'edit' };
    if (value === '!done' && question.kind === 'choices') return doneTicking(question, draft, t);
    return readPressedOption(value, question, draft, t);
  }
  if (question.kind === 'files' && value === '!done')
    return draft.files.length > 0 ? { kind: 'answer', value: draft.files } : nothingSent(question);
  return null;
}

/** Only one's own contact proves a phone: the messenger says whose it is, and that must be the sender. */
function readContact(ctx: BotContext): Reading {
  const contact = ctx.message?.contact;
  if (!contact) return wrong('bot.dialogue.error.contact');
  if (ctx.message.forward_origin || contact.user_id !== ctx.person.userId)
    return wrong('bot.dialogue.error.otherContact');
  const phone = mobile(contact.phone_number);
  if (phone.ok) return { kind: 'answer', value: phone.value };
  // Members abroad have foreign numbers: kept as E.164.
  const foreign = toAsciiDigits(contact.phone_number)
    .replace(/[^\d+]/g, '')
    .replace(/^00/, '+');
  return /^\+?[1-9]\d{7,14}$/.test(foreign)
    ? { kind: 'answer', value: foreign.startsWith('+') ? foreign : `+${foreign}` }
    : wrong('bot.dialogue.error.phone');
}

function readLocation(ctx: BotContext): Reading {
  const point = ctx.message?.location;
  if (!point) return wrong('bot.dialogue.error.location');
  const { latitude, longitude } = point;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return wrong('bot.dialogue.error.location');
  // Five decimals are a metre; more would only look precise.
  const rounded = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
  return { kind: 'answer', value: { latitude: rounded(latitude), longitude: rounded(longitude) } };
}

const nothingSent = (question: FilesQuestion): Reading =>
  wrong(question.optional ? 'bot.dialogue.error.files' : 'bot.dialogue.error.filesNeeded');

async function readFile(ctx: BotContext, question: FilesQuestion, draft: Draft, keepFile: KeepFile): Promise<Reading> {
  const media = mediaOf(ctx.message);
  if (!media) return nothingSent(question);
  if (draft.files.length >= question.max) return wrong('bot.dialogue.error.filesFull', { max: question.max });
  const kept = await keepFile(ctx, media);
  if (!kept.ok) return wrong(kept.error, kept.values);
  const caption = cut(cleanText(ctx.message?.caption ?? '', { multiline: true }), CAPTION);
  const file: FileAnswer = { kind: kept.kind, storedId: kept.storedId, ...(caption ? { caption } : {}) };
  const files = [...draft.files, file];
  return files.length >= question.max
    ? { kind: 'answer', value: files }
    : { kind: 'scratch', scratch: { files }, redraw: 'send' };
}
