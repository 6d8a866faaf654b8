import { ApiError } from '../api/api-error.ts';
import type { Host } from '../host.ts';
import { secondsNow } from '../host.ts';
import { checkEntities } from '../wire/entities.ts';
import { parseHtml } from '../wire/html.ts';
import type { Wire } from '../wire/parts.ts';
import { wireMessage } from '../wire/wire.ts';
import type { Entity, StoredMessage } from '../world/records.ts';
import { readMarkup } from './markup.ts';
import { refuse } from './method.ts';
import type { Call } from './method.ts';

export interface StyledText {
  text: string;
  entities: Entity[];
}

/** Whitespace, joiners and direction marks alone are nothing to read. */
const isBlank = (text: string): boolean => /^[\s\u200b-\u200f\u2060\ufeff]*$/u.test(text);

/** Reads `text` or `caption` with its styling. Bale's text stays as sent: it is Markdown that only the view parses. */
export function readStyled(host: Host, source: { text: string; mode: unknown; entities: unknown }): StyledText {
  if (host.profile.name === 'bale') return { text: source.text, entities: [] };
  if (source.mode === undefined || source.mode === '') {
    const text = source.text.trimEnd();
    return { text, entities: checkEntities(source.entities, text, host.strict) };
  }
  if (typeof source.mode === 'string' && source.mode.toLowerCase() === 'html') return parseHtml(source.text);
  throw new ApiError(400, 'Bad Request: unsupported parse_mode');
}

/** The `text` parameter, which must not be empty. */
export function readText(call: Call): StyledText {
  const { host, params } = call;
  const styled = readStyled(host, {
    text: params.text('text') ?? '',
    mode: params.raw('parse_mode'),
    entities: params.structure('entities'),
  });
  if (isBlank(styled.text)) refuse(host, 'text-empty');
  if (styled.text.length > host.profile.limits.text) refuse(host, 'text-too-long');
  return styled;
}

/** The `caption` parameter; empty is fine. */
export function readCaption(call: Call): StyledText {
  const { host, params } = call;
  const styled = readStyled(host, {
    text: params.text('caption') ?? '',
    mode: params.raw('parse_mode'),
    entities: params.structure('caption_entities'),
  });
  if (styled.text.length > host.profile.limits.caption) refuse(host, 'caption-too-long');
  return styled;
}

/** What every sending method reads beside its content: the keyboard and the message replied to. */
export function readEnvelope(call: Call, chat: number): Partial<StoredMessage> {
  const replyTo = readReplyTo(call, chat);
  return { ...readMarkup(call, chat), ...(replyTo === undefined ? {} : { replyTo }) };
}

function readReplyTo(call: Call, chat: number): number | undefined {
  const { host, params } = call;
  let id = params.integer('reply_to_message_id');
  let mayBeMissing = false;
  if (host.profile.name === 'telegram') {
    const reply = params.structure('reply_parameters') as
      | { message_id?: unknown; allow_sending_without_reply?: unknown }
      | undefined;
    id = reply?.message_id === undefined ? id : Number(reply.message_id);
    mayBeMissing = reply?.allow_sending_without_reply === true;
  }
  if (id === undefined) return undefined;
  if (host.world.chats.get(chat)?.messages.has(id)) return id;
  return mayBeMissing ? undefined : refuse(host, 'reply-missing');
}

/** Stores a message of the bot: from here on the person sees it. Returns it as the messenger writes it. */
export function say(host: Host, chat: number, content: Partial<StoredMessage>): Wire {
  const message: StoredMessage = {
    ...content,
    chat,
    id: host.world.messageIdFor(chat),
    from: host.bot.id,
    date: secondsNow(host),
    edits: 0,
  };
  host.world.commit({ t: 'message', message });
  return wireMessage(host, message);
}
