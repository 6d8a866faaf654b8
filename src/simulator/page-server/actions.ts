import type { RunningBotServer } from '../bot-server.ts';
import type { Group } from '../people/group.ts';
import type { Person } from '../people/person.ts';
import { PageError } from './page-error.ts';

/** Carries out what someone does on the page. The body names the person, the action and what it needs. */
export function act(server: RunningBotServer, body: Record<string, unknown>): { ok: true } {
  const person = personOf(server, Number(body['person']));
  const where = placeOf(server, { person, chat: Number(body['chat']) });
  try {
    perform(person, where, body);
  } catch (cause) {
    throw new PageError(400, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return { ok: true };
}

function perform(person: Person, where: { in?: Group }, body: Record<string, unknown>): void {
  const text = typeof body['text'] === 'string' ? body['text'] : '';
  const message = { id: Number(body['message']) };
  switch (body['action']) {
    case 'say':
      if (text.trim() === '') throw new Error('Write something first');
      person.say(text, { ...where, ...(body['message'] === undefined ? {} : { replyTo: message }) });
      return;
    case 'press':
      person.pressData(text, message, { ...where, label: String(body['label']) });
      return;
    case 'edit':
      person.editText({ ...message, ...(where.in ? { chatId: where.in.id } : {}) }, text);
      return;
    case 'contact':
      person.shareContact(where);
      return;
    case 'location':
      person.sendLocation({ latitude: Number(body['latitude']), longitude: Number(body['longitude']) }, where);
      return;
    case 'block':
      person.block();
      return;
    case 'unblock':
      person.unblock();
      return;
    default:
      throw new Error('There is no such action');
  }
}

/** Sends an uploaded file; `kind` is photo, video, voice, audio or document. */
export function upload(server: RunningBotServer, query: URLSearchParams, bytes: Buffer): { ok: true } {
  const person = personOf(server, Number(query.get('person')));
  const where = placeOf(server, { person, chat: Number(query.get('chat')) });
  const options = {
    ...where,
    caption: query.get('caption') ?? '',
    name: query.get('name') ?? 'file',
    mimeType: query.get('type') ?? 'application/octet-stream',
  };
  const kind = query.get('kind');
  if (kind === 'photo') person.sendPhoto(bytes, options);
  else if (kind === 'video') person.sendVideo(bytes, options);
  else if (kind === 'voice') person.sendVoice(bytes, options);
  else if (kind === 'audio') person.sendAudio(bytes, options);
  else person.sendDocument(bytes, options);
  return { ok: true };
}

function personOf(server: RunningBotServer, id: number): Person {
  const person = server.findPerson(id);
  if (!person) throw new PageError(404, 'There is no such person');
  return person;
}

function placeOf(server: RunningBotServer, { person, chat }: { person: Person; chat: number }): { in?: Group } {
  if (chat === person.id) return {};
  const group = server.host.world.chats.get(chat)?.group;
  if (!group) throw new PageError(404, 'There is no such chat');
  return { in: server.group({ id: chat, title: group.title }) };
}
