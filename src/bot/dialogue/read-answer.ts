import { searchKey, tidy, toAsciiDigits } from '../../language/persian-text.ts';
import { mobile } from '../../language/identifiers.ts';
import type { TextKey, TextValue, Translator } from '../../language/translator.ts';
import { mediaOf, type MediaFile } from '../../messengers/media.ts';
import type { BotContext } from '../context.ts';
import type { AnswerValue, ChoiceQuestion, ChoicesQuestion, FileAnswer, Option, Question } from './dialogue.ts';
import type { Draft } from './drafts.ts';

export type Reading =
  | { kind: 'answer'; value: AnswerValue }
  /** The question stays open with this unfinished business, and its keyboard is drawn anew. */
  | {
      kind: 'scratch';
      scratch: { page?: number; search?: string; ticked?: string[]; files?: FileAnswer[] };
      redraw: 'edit' | 'send';
    }
  | { kind: 'wrong'; error: TextKey; values?: Record<string, TextValue> };

const wrong = (error: TextKey, values?: Record<string, TextValue>): Reading =>
  values ? { kind: 'wrong', error, values } : { kind: 'wrong', error };

/** Keeps the bytes of what a member sent; the file must outlive the messenger's id. */
export type KeepFile = (
  ctx: BotContext,
  media: MediaFile,
) => Promise<{ ok: true; storedId: string } | { ok: false; error: TextKey; values?: Record<string, TextValue> }>;

/** Reads a message as the answer to a question: the answer, the next state of the question, or one kind error with a right example. */
export async function readMessage(
  ctx: BotContext,
  question: Question,
  draft: Draft,
  keepFile: KeepFile,
): Promise<Reading> {
  const message = ctx.message;
  if (!message) return wrong('bot.dialogue.error.unreadable');
  switch (question.kind) {
    case 'text':
      return readText(message.text, question);
    case 'number':
      return readNumber(message.text, question);
    case 'contact':
      return readContact(ctx);
    case 'choice':
      return readTypedChoice(message.text, question, draft, ctx.t);
    case 'choices':
      return readTypedTicks(message.text, question, draft, ctx.t);
    case 'files': {
      const media = mediaOf(message);
      if (!media) return wrong('bot.dialogue.error.files');
      if (draft.files.length >= question.max) return wrong('bot.dialogue.error.filesFull', { max: question.max });
      const kept = await keepFile(ctx, media);
      if (!kept.ok) return wrong(kept.error, kept.values);
      const caption = message.caption ? tidy(message.caption).slice(0, 1000) : '';
      const file: FileAnswer = { kind: media.kind, storedId: kept.storedId, ...(caption ? { caption } : {}) };
      const files = [...draft.files, file];
      return files.length >= question.max
        ? { kind: 'answer', value: files }
        : { kind: 'scratch', scratch: { files }, redraw: 'send' };
    }
  }
}

/** Reads a press on the open question's own keyboard. */
export function readPress(value: string, question: Question, draft: Draft, t: Translator): Reading | null {
  if (value.startsWith('!page-')) {
    const page = Number(value.slice('!page-'.length));
    return Number.isInteger(page) && page >= 0 && page < 100
      ? { kind: 'scratch', scratch: { page }, redraw: 'edit' }
      : null;
  }
  if (value === '!all') return { kind: 'scratch', scratch: { search: '', page: 0 }, redraw: 'edit' };
  if (question.kind === 'choice') {
    const option = question.options(draft.answers, t).find(({ code }) => code === value);
    return option ? { kind: 'answer', value: option.code } : null;
  }
  if (question.kind === 'choices') {
    if (value === '!done') return doneTicking(question, draft.ticked);
    const option = question.options(draft.answers, t).find(({ code }) => code === value);
    return option ? tick(question, draft, option.code) : null;
  }
  if (question.kind === 'files' && value === '!done') {
    return draft.files.length > 0 ? { kind: 'answer', value: draft.files } : wrong('bot.dialogue.error.files');
  }
  return null;
}

function doneTicking(question: ChoicesQuestion, ticked: string[]): Reading {
  return ticked.length < question.min
    ? wrong('bot.dialogue.error.tickMore', { min: question.min })
    : { kind: 'answer', value: ticked };
}

function tick(question: ChoicesQuestion, draft: Draft, code: string): Reading {
  if (code === question.none) return { kind: 'answer', value: [code] };
  const others = draft.ticked.filter((one) => one !== code && one !== question.none);
  const ticked = draft.ticked.includes(code) ? others : [...others, code];
  if (ticked.length > question.max) return wrong('bot.dialogue.error.tickFewer', { max: question.max });
  return { kind: 'scratch', scratch: { ticked }, redraw: 'edit' };
}

function readText(typed: string | undefined, question: Question & { kind: 'text' }): Reading {
  if (typed === undefined) return wrong('bot.dialogue.error.text');
  const text = tidy(typed, { multiline: question.multiline ?? false });
  if (text.length < question.min) return wrong('bot.dialogue.error.tooShort', { min: question.min });
  if (text.length > question.max)
    return wrong('bot.dialogue.error.tooLong', { max: question.max, length: text.length });
  if (!/[\p{L}\p{N}]/u.test(text)) return wrong('bot.dialogue.error.text');
  const checked = question.check?.(text) ?? { ok: true, value: text };
  if (checked.ok) return { kind: 'answer', value: checked.value };
  return wrong(checked.error, checked.values);
}

function readNumber(typed: string | undefined, question: Question & { kind: 'number' }): Reading {
  const digits = toAsciiDigits(tidy(typed ?? '', { multiline: false })).replace(/[\s٬,،]/g, '');
  const range = { min: question.min, max: question.max };
  if (!/^\d{1,15}$/.test(digits)) return wrong('bot.dialogue.error.number', range);
  const value = Number(digits);
  return value >= question.min && value <= question.max
    ? { kind: 'answer', value }
    : wrong('bot.dialogue.error.number', range);
}

/** Only one's own contact proves a phone: the messenger says whose it is, and that must be the sender. */
function readContact(ctx: BotContext): Reading {
  const contact = ctx.message?.contact;
  if (!contact) return wrong('bot.dialogue.error.contact');
  if (ctx.message.forward_origin) return wrong('bot.dialogue.error.otherContact');
  if (contact.user_id !== ctx.person.userId) return wrong('bot.dialogue.error.otherContact');
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

/** Options whose label holds what was typed, however it was typed. */
export function matching(options: Option[], search: string): Option[] {
  const key = searchKey(search).replaceAll(' ', '');
  if (key === '') return options;
  return options.filter(({ label }) => searchKey(label).replaceAll(' ', '').includes(key));
}

function exactly(options: Option[], typed: string): Option | undefined {
  const key = searchKey(typed).replaceAll(' ', '');
  return options.find(({ label }) => searchKey(label).replaceAll(' ', '') === key);
}

function readTypedChoice(typed: string | undefined, question: ChoiceQuestion, draft: Draft, t: Translator): Reading {
  if (typed === undefined) return wrong('bot.dialogue.error.choice');
  const options = question.options(draft.answers, t);
  const search = tidy(typed, { multiline: false }).slice(0, 100);
  if (searchKey(search) === '') return wrong('bot.dialogue.error.choice');
  const exact = exactly(options, search);
  if (exact) return { kind: 'answer', value: exact.code };
  const found = matching(options, search);
  if (found.length > 0) return { kind: 'scratch', scratch: { search, page: 0 }, redraw: 'send' };
  if (question.freeText && /\p{L}/u.test(search) && search.length <= question.freeText.max)
    return { kind: 'answer', value: search };
  return wrong('bot.dialogue.error.notFound', { typed: search });
}

function readTypedTicks(typed: string | undefined, question: ChoicesQuestion, draft: Draft, t: Translator): Reading {
  if (typed === undefined) return wrong('bot.dialogue.error.choice');
  const options = question.options(draft.answers, t);
  const search = tidy(typed, { multiline: false }).slice(0, 100);
  if (searchKey(search) === '') return wrong('bot.dialogue.error.choice');
  const exact = exactly(options, search);
  if (exact) {
    const reading = tick(question, draft, exact.code);
    return reading.kind === 'scratch'
      ? { ...reading, scratch: { ...reading.scratch, search: '' }, redraw: 'send' }
      : reading;
  }
  return matching(options, search).length > 0
    ? { kind: 'scratch', scratch: { search, page: 0 }, redraw: 'send' }
    : wrong('bot.dialogue.error.notFound', { typed: search });
}
