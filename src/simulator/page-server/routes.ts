import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MessengerName } from '../../messengers/messenger.ts';
import { readBody } from '../api/request-body.ts';
import type { RunningBotServer } from '../bot-server.ts';
import { act, upload } from './actions.ts';
import { castOf } from './cast.ts';
import { PageError } from './page-error.ts';

/** So many people are listed: the cast in its own order, then those whose chats changed last. */
const LISTED = 100;
const SHOWN_MESSAGES = 200;
const SHOWN_PRESSES = 30;
/** Kinds of file that the browser shows itself; anything else it saves. */
const SHOWN_TYPES = /^(?:image\/(?:png|jpeg|gif|webp)|audio\/[\w.-]+|video\/[\w.-]+)$/;

export interface PageRequest {
  servers: Readonly<Record<MessengerName, RunningBotServer>>;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

/** Answers one `/page/…` request; undefined where the answer was written already. */
export async function handlePageRoute(page: PageRequest): Promise<unknown> {
  const { request, url } = page;
  const server = serverOf(page);
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /page/people':
      return people(server);
    case 'GET /page/chat':
      return chat(server, { person: numberOf(url, 'person'), chat: numberOf(url, 'chat') });
    case 'GET /page/file':
      return sendFile(page, server);
    case 'POST /page/people':
      return newPerson(server, await readJson(request));
    case 'POST /page/act':
      return act(server, await readJson(request));
    case 'POST /page/upload':
      return upload(server, url.searchParams, await readBody(request));
    default:
      throw new PageError(404, 'There is no such route');
  }
}

function serverOf({ servers, url }: PageRequest): RunningBotServer {
  const name = url.searchParams.get('messenger');
  if (name === 'telegram' || name === 'bale') return servers[name];
  throw new PageError(400, 'Name the messenger: telegram or bale');
}

function numberOf(url: URL, name: string): number {
  return Number(url.searchParams.get(name) ?? Number.NaN);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new PageError(415, 'Send application/json');
  }
  return JSON.parse((await readBody(request, 100_000)).toString('utf8')) as Record<string, unknown>;
}

function people(server: RunningBotServer): unknown {
  const { world, bot } = server.host;
  const notes = new Map(castOf(server.profile).map(({ id, note }) => [id, note]));
  const listed = server.people
    .map((person) => {
      const chat = world.chats.get(person.id);
      const messages = [...(chat?.messages.values() ?? [])];
      return {
        id: person.id,
        name: person.name,
        phone: person.record.phone ?? null,
        note: notes.get(person.id) ?? null,
        isCast: notes.has(person.id),
        at: (messages.at(-1)?.date ?? 0) * 1000,
        lastFromBot: messages.findLast(({ from }) => from === bot.id)?.id ?? 0,
        preview: person.lastMessage?.text.slice(0, 60) ?? '',
      };
    })
    .sort((a, b) => Number(b.isCast) - Number(a.isCast) || (a.isCast ? a.id - b.id : b.at - a.at));
  return { bot: { name: bot.firstName, username: bot.username }, people: listed.slice(0, LISTED) };
}

function chat(server: RunningBotServer, ids: { person: number; chat: number }): unknown {
  const person = server.findPerson(ids.person);
  if (!person) throw new PageError(404, 'There is no such person');
  const { world } = server.host;
  const groups = [...world.chats.values()]
    .map(({ group }) => group)
    .filter((group) => group !== null)
    .filter(({ members }) => members.some(([id]) => id === person.id));
  const group = groups.find(({ id }) => id === ids.chat);
  const view = group ? server.group({ id: group.id, title: group.title }).view : person.view;
  return {
    chatId: view.chatId,
    title: group?.title ?? null,
    groups: groups.map(({ id, title }) => ({ id, title })),
    messages: view.messages().slice(-SHOWN_MESSAGES),
    keyboard: group ? null : person.replyKeyboard,
    keyboardFrom: world.chats.get(view.chatId)?.keyboardFrom ?? 0,
    presses: person.record.oldClient ? [] : person.toasts.slice(-SHOWN_PRESSES),
    blocked: person.record.blocked ?? false,
    hasPhone: person.record.phone !== undefined,
  };
}

function newPerson(server: RunningBotServer, body: Record<string, unknown>): unknown {
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name].trim() : '');
  const [firstName = '', ...rest] = text('name').split(/\s+/);
  if (firstName === '') throw new PageError(400, 'نام را بنویسید.');
  const phone = text('phone');
  const person = server.person({
    firstName,
    ...(rest.length > 0 ? { lastName: rest.join(' ') } : {}),
    ...(phone === '' ? {} : { phone }),
  });
  return { id: person.id };
}

function sendFile({ response, url }: PageRequest, server: RunningBotServer): undefined {
  const file = server.host.files.find(url.searchParams.get('id') ?? '');
  if (!file) throw new PageError(404, 'There is no such file');
  const bytes = server.host.files.bytes(file);
  const isShown = SHOWN_TYPES.test(file.mime);
  response.writeHead(200, {
    'content-type': isShown ? file.mime : 'application/octet-stream',
    'content-length': bytes.length,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  response.end(bytes);
  return undefined;
}
