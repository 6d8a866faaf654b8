import { type RangeStyle, type RichText, type TextRange } from '../../language/rich-text.ts';
import { accepted, type ApiAnswer, type ApiCall, isRecord, refused, type Upload } from '../api-call.ts';
import { withoutNulls } from '../clean.ts';
import { kindOfRefusal } from '../errors.ts';
import type { Dialect } from '../transport.ts';
import { clip } from '../split.ts';
import { BALE_CHAT_ACTIONS, BALE_PARAMS, LOOPED_ON_BALE, RENAMED_ON_BALE, SKIPPED_ON_BALE } from './params.ts';
import { renderBale } from './render.ts';

type Params = Record<string, unknown>;

const ANSWER_LIMIT = 200;

/** Calls in Telegram's terms, made the way Bale wants them, and its answers made the way Telegram's look. */
export const baleDialect: Dialect = async (call, next) => {
  if (SKIPPED_ON_BALE.has(call.method) || isScopedCommands(call)) return accepted(true);
  const single = LOOPED_ON_BALE[call.method];
  if (single !== undefined) return oneByOne(call, single, next);

  const method = RENAMED_ON_BALE[call.method] ?? call.method;
  const allowed = BALE_PARAMS[method];
  if (allowed === undefined)
    return refused(501, `Bale has no method ${method}: ask the messenger's capabilities first`);
  if (call.params.parse_mode !== undefined)
    return refused(400, 'Bale has no parse_mode: send the text with its entities');

  const answer = await next({ method, ...translate(method, call, allowed) });
  // Updates stay as they came: one that can't be cleaned must not keep the others from being read.
  if (method === 'getUpdates') return answer;
  return answer.ok ? accepted(withOwnId(withoutNulls(answer.result), call.params)) : answer;
};

/** Whether Bale knows scopes and languages of commands isn't known; without them one list would replace the other. */
const isScopedCommands = ({ method, params }: ApiCall): boolean =>
  method === 'setMyCommands' && (params.scope !== undefined || params.language_code !== undefined);

async function oneByOne(
  { params }: ApiCall,
  method: string,
  next: (call: ApiCall) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const results: unknown[] = [];
  const ids = Array.isArray(params.message_ids) ? params.message_ids : [];
  for (const id of ids) {
    const each: ApiCall = { method, params: { ...params, message_id: id as unknown } };
    const answer = await baleDialect(each, next);
    if (answer.ok) results.push(answer.result);
    // As in the plural methods, a message that is gone is passed over.
    else if (kindOfRefusal(answer, method) !== 'message-gone') return answer;
  }
  return accepted(method === 'deleteMessage' ? true : results);
}

function translate(
  method: string,
  { params, uploads = [] }: ApiCall,
  allowed: readonly string[],
): Pick<ApiCall, 'params' | 'uploads'> {
  const own: Params = { ...params };
  if (typeof params.text === 'string') {
    own.text =
      method === 'answerCallbackQuery' ? clip(params.text, ANSWER_LIMIT) : markdownOf(params.text, params.entities);
  }
  if (typeof params.caption === 'string') own.caption = markdownOf(params.caption, params.caption_entities);
  if (isRecord(params.reply_parameters)) own.reply_to_message_id = params.reply_parameters.message_id;
  if (isRecord(params.reply_markup)) own.reply_markup = keyboardOf(params.reply_markup);
  // A list is refused as "malformed request" even inside JSON.
  if (Array.isArray(params.media)) own.media = JSON.stringify(params.media.map(albumItem));
  if (method === 'sendChatAction') {
    // A number is accepted and does nothing (Balethon).
    own.chat_id = String(params.chat_id);
    if (!BALE_CHAT_ACTIONS.has(params.action)) own.action = 'typing';
  }
  const named = uploads.map((upload) => nameUpload(upload, own));
  return {
    params: Object.fromEntries(allowed.filter((name) => own[name] !== undefined).map((name) => [name, own[name]])),
    uploads: named,
  };
}

function markdownOf(text: string, entities: unknown): string {
  return renderBale(toRichText(text, entities));
}

const STYLES: Readonly<Record<string, 'bold' | 'italic' | 'code'>> = {
  bold: 'bold',
  italic: 'italic',
  code: 'code',
  pre: 'code',
};

function toRichText(text: string, entities: unknown): RichText {
  const ranges: TextRange[] = [];
  for (const entity of Array.isArray(entities) ? entities : []) {
    if (!isRecord(entity)) continue;
    const style = styleOf(entity);
    if (style !== null) ranges.push({ offset: Number(entity.offset), length: Number(entity.length), ...style });
  }
  return { text, ranges };
}

function styleOf(entity: Params): RangeStyle | null {
  if (entity.type === 'text_link' && typeof entity.url === 'string') return { style: 'link', url: entity.url };
  const style = STYLES[String(entity.type)];
  return style === undefined ? null : { style };
}

function albumItem(item: unknown): unknown {
  if (!isRecord(item)) return item;
  const caption = typeof item.caption === 'string' ? markdownOf(item.caption, item.caption_entities) : undefined;
  return { type: item.type, media: item.media, caption };
}

const INLINE_BUTTON = ['text', 'url', 'callback_data', 'web_app', 'copy_text'];
const REPLY_BUTTON = ['text', 'request_contact', 'request_location', 'web_app'];

/** Only the fields Bale knows: no persistence, placeholder, colour or icon, and no demand for a reply. */
function keyboardOf(markup: Params): Params | undefined {
  if (Array.isArray(markup.inline_keyboard))
    return { inline_keyboard: pickRows(markup.inline_keyboard, INLINE_BUTTON) };
  if (markup.remove_keyboard === true) return { remove_keyboard: true };
  if (!Array.isArray(markup.keyboard)) return undefined;
  return {
    keyboard: pickRows(markup.keyboard, REPLY_BUTTON),
    // Not documented, accepted live; without it phones show keys as tall as the screen allows.
    ...(markup.resize_keyboard === true ? { resize_keyboard: true } : {}),
    ...(markup.one_time_keyboard === true ? { one_time_keyboard: true } : {}),
  };
}

const pickRows = (rows: unknown[], fields: readonly string[]): unknown[] =>
  rows.map((row) => (Array.isArray(row) ? row.map((button: unknown) => pick(button, fields)) : row));

function pick(value: unknown, fields: readonly string[]): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(fields.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]));
}

/**
 * A single file goes in a part named after its parameter, as every client made for Bale does; whether Bale follows
 * `attach://` there is unknown. Inside an album it is the documented way, and the part keeps its name.
 */
function nameUpload(upload: Upload, params: Params): Upload {
  const param = Object.keys(params).find((name) => params[name] === `attach://${upload.name}`);
  const fileName = asciiName(upload.fileName, param ?? 'file');
  if (param === undefined) return { ...upload, fileName };
  delete params[param];
  return { ...upload, name: param, fileName };
}

function asciiName(fileName: string, fallback: string): string {
  if (/^[\w.-]+$/.test(fileName)) return fileName;
  const extension = /\.([a-z0-9]{1,8})$/i.exec(fileName)?.[1];
  return extension === undefined ? fallback : `${fallback}.${extension}`;
}

/** An edit answers with a stub whose message id is 0; whoever keeps it gets the id that was edited. */
function withOwnId(result: unknown, params: Params): unknown {
  if (!isRecord(result) || result.message_id !== 0 || params.message_id === undefined) return result;
  return { ...result, message_id: params.message_id };
}
