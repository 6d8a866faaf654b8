import type { ChatMessage } from '../../src/simulator/simulator.ts';
import { FIELDS } from '../../src/messengers/content.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { PICTURE } from '../support/picture.ts';
import type { Random } from '../support/random.ts';
import { COMMANDS, isInForm, kindOfPress } from './trails.ts';
import type { Player } from './player.ts';
import type { MonkeyWorld } from './world.ts';

/** What somebody does, as data, so that it can be done again in another world. */
export type Action =
  | { do: 'command'; name: string; argument?: string }
  | { do: 'say'; text: string }
  | { do: 'key'; label: string }
  | { do: 'press'; label: string; messageId: number }
  | { do: 'press twice'; label: string; messageId: number }
  | { do: 'forge'; data: string; messageId: number }
  | { do: 'send'; what: keyof typeof SENDING }
  | { do: 'paste'; letters: number }
  | { do: 'caption'; text: string }
  | { do: 'other'; field: string }
  | { do: 'reply'; text: string; messageId: number }
  | { do: 'edit'; text: string; back: number }
  | { do: 'forward' }
  | { do: 'in group'; what: GroupAct }
  | { do: 'block and come back' }
  | { do: 'hear twice' };

/** A press, a reply of each kind, a command, and what becomes of the group itself. */
const GROUP_ACTS = [
  'press',
  'reply',
  'long reply',
  'photo',
  'voice',
  'sticker',
  'edit',
  'command',
  'command for another bot',
  'pin',
  'throw the bot out',
  'take the bot in',
  'grow',
] as const;
type GroupAct = (typeof GROUP_ACTS)[number];

/** Kinds of content that are no words and no file, and what a messenger says by itself. */
const OTHER_FIELDS = Object.entries(FIELDS).filter(([, use]) => use === 'unreadable' || use === 'service');
/** How many letters one message holds; a client sends what is longer as several. */
const MESSAGE_LETTERS = 4096;

/** What an action calls for, where it could be done at all. */
export type Expected = 'a message' | 'an answered press' | 'nothing';

const RARE_COMMANDS = ['group', 'nothing_like_it', 'cancel', 'START', 'export'];
const PAYLOADS = 'o_12345678 o_ n_1 n_999999999999 i_AAAAAAAAAAAAAAAAAAAAAA zzz n_-1 b_x p_1 p_-1 p_999999999999'.split(
  ' ',
);
/** Where those with a role work. */
const STAFF_COMMANDS = 'desk desk council programmes sendings handover weekly ideas sheets procurement'.split(' ');
const BYTES = new Uint8Array([0xff, 0xd8, 0xff]);

const SENDING = {
  photo: ({ person, marker }: Player) => person.sendPhoto(PICTURE, marker),
  'photo without words': ({ person }: Player) => person.sendPhoto(BYTES),
  voice: ({ person }: Player) => person.sendVoice(BYTES),
  video: ({ person }: Player) => person.sendVideo(BYTES),
  audio: ({ person }: Player) => person.sendAudio(BYTES),
  sticker: ({ person }: Player) => person.sendSticker(BYTES),
  document: ({ person, marker }: Player) => person.sendDocument(BYTES, { name: `../../${marker}\u202Egpj.exe` }),
  'empty file': ({ person }: Player) => person.sendDocument(new Uint8Array(0)),
  place: ({ person }: Player) => person.sendLocation(),
  'place off the map': ({ person }: Player) => person.sendLocation({ latitude: 912, longitude: -1e9 }),
  contact: ({ person }: Player) => person.shareContact(),
  'contact of nobody': ({ person }: Player) => person.shareContact({ of: { phone: '0000', firstName: '=1+1' } }),
  album: ({ person, marker }: Player) =>
    person.sendAlbum([1, 2, 3].map(() => ({ kind: 'photo', bytes: BYTES, caption: marker }))),
} satisfies Record<string, (player: Player) => unknown>;

const FORGED = [
  '',
  'x',
  ':',
  'a1',
  'a1:',
  '{"$gt":""}',
  'l1:$ne:keep:start',
  'r1:xyz:open',
  'a1:000000000000000000000000:q:!send',
  '\u0000',
  'م'.repeat(32),
  'z'.repeat(64),
  'db1:__proto__:constructor',
  'np1:-1',
  'np1:1e999',
];

/** Answers to many questions, whoever gives them. */
export const COMMON_ANSWERS: readonly string[] = [
  'آذربایجان شرقی',
  'تبریز',
  '۱۴۰۳/۰۲/۱۵',
  '12',
  '۵',
  '1395',
  'بله',
  'هیچ‌کدام',
  'https://example.com',
  '0912345678',
  '۰۰۱۲۳۴۵۶۷۸',
  '14007654321',
  'سلام',
  'رایانه',
];

/** Some answers, so that forms are not only begun. */
function sensible(random: Random, { marker, person }: Player): string {
  const own = [`${marker} متن`, marker, `مانع ${marker} در کار ما`, `0${person.record.phone?.slice(2) ?? ''}`];
  return random.pick([...own, ...COMMON_ANSWERS]);
}

const buttonsOf = ({ inlineKeyboard }: ChatMessage) => inlineKeyboard.flat().filter(({ data }) => data !== undefined);

/** Labels that lead out of a form, in Persian and English. */
const LEADS_OUT = /انصراف|بازگشت|پاک|حذف|Cancel|Back|Delete|Throw/;

/** What this person does next: mostly what somebody would who fills forms carelessly, now and then anything at all. */
export function choose(random: Random, player: Player, world: MonkeyWorld): Action {
  // Only who means it comes to the end of a form, and then to what lies behind it.
  const care = CARE[player.person.id % CARE.length]!;
  if (!random.chance(care)) return anything(random, player, world);
  const step = care > CARELESS ? world.trails.next(random, player) : undefined;
  return step ?? goOn(random, player, world);
}

const CARELESS = 0.3;
const CARE = [0.95, 0.85, CARELESS];

function goOn(random: Random, player: Player, world: MonkeyWorld): Action {
  const { person } = player;
  const newest = person.chat.findLast(({ from }) => from === 'bot');
  const keys = person.replyKeyboard?.keyboard.flat() ?? [];
  const contact = keys.find((key) => key.request_contact === true);
  if (contact && random.chance(0.8)) return { do: 'key', label: contact.text };
  const wanders = !isInForm(player) || random.chance(0.2);
  if (wanders && player.isStaff && random.chance(0.12)) return { do: 'command', name: random.pick(STAFF_COMMANDS) };
  if (wanders && random.chance(0.1)) {
    const press = rarest(random, player, world);
    if (press) return press;
  }
  const onward = newest ? buttonsOf(newest).filter(({ label }) => !LEADS_OUT.test(label)) : [];
  if (newest && onward.length > 0 && random.chance(0.75))
    return { do: 'press', label: curious(random, onward, world).label, messageId: newest.id };
  if (onward.length === 0 && keys.length > 0 && random.chance(0.4)) return { do: 'key', label: random.pick(keys).text };
  return { do: 'say', text: sensible(random, player) };
}

function anything(random: Random, player: Player, world: MonkeyWorld): Action {
  const ofBot = player.person.chat.filter(({ from }) => from === 'bot');
  const withButtons = ofBot.filter((message) => buttonsOf(message).length > 0);
  const newest = withButtons.at(-1);
  const dice = random.next();
  if (newest && dice < 0.42) return pressOf(random, newest, world);
  if (dice < 0.5) {
    const keys = player.person.replyKeyboard?.keyboard.flat() ?? [];
    if (keys.length > 0) return { do: 'key', label: random.pick(keys).text };
  }
  if (dice < 0.68) return { do: 'say', text: sensible(random, player) };
  if (dice < 0.74) return { do: 'command', name: random.pick(COMMANDS) };
  if (dice < 0.8) return { do: 'say', text: `${random.chance(0.3) ? player.marker : ''}${random.pick(HOSTILE_TEXTS)}` };
  if (withButtons.length > 0 && dice < 0.85) return pressOf(random, random.pick(withButtons), world);
  if (newest && dice < 0.87) return { ...pressOf(random, newest, world), do: 'press twice' };
  if (dice < 0.91) return { do: 'send', what: random.pick(Object.keys(SENDING) as (keyof typeof SENDING)[]) };
  if (dice < 0.945) return { do: 'forge', data: forged(random, world), messageId: ofBot.at(-1)?.id ?? 1 };
  if (dice < 0.962) return wrong(random, player, ofBot);
  if (dice < 0.966) return { do: 'forward' };
  if (dice < 0.977) return { do: 'in group', what: random.pick(GROUP_ACTS) };
  if (dice < 0.98) return { do: 'block and come back' };
  if (dice < 0.985) return { do: 'hear twice' };
  if (dice < 0.993) return { do: 'command', name: 'start', argument: random.pick(PAYLOADS) };
  return { do: 'command', name: random.pick(RARE_COMMANDS) };
}

/** What people do by mistake, in haste, or because their client lets them. */
function wrong(random: Random, player: Player, ofBot: readonly ChatMessage[]): Action {
  const text = random.chance(0.5) ? sensible(random, player) : `${player.marker} ${random.pick(HOSTILE_TEXTS)}`;
  const messageId = ofBot.length > 0 ? random.pick(ofBot).id : 1;
  return random.pick<Action>([
    { do: 'paste', letters: 4000 + random.int(6000) },
    { do: 'caption', text },
    { do: 'other', field: random.pick(OTHER_FIELDS)[0] },
    { do: 'reply', text, messageId },
    { do: 'edit', text, back: random.int(6) },
    { do: 'edit', text, back: 0 },
  ]);
}

function pressOf(random: Random, message: ChatMessage, world: MonkeyWorld): Extract<Action, { do: 'press' }> {
  return { do: 'press', label: curious(random, buttonsOf(message), world).label, messageId: message.id };
}

/** What was pressed least of all that may still be pressed: so it comes to what lies deep. */
function rarest(random: Random, { person }: Player, { pressed }: MonkeyWorld): Action | undefined {
  const all = random.shuffled(
    person.chat
      .filter(({ from }) => from === 'bot')
      .flatMap((message) =>
        buttonsOf(message).map(({ label, data = '' }) => ({ message, label, kind: kindOfPress(data) })),
      ),
  );
  const timesOf = ({ kind }: { kind: string }): number => pressed.get(kind) ?? 0;
  const least = all.reduce<(typeof all)[number] | undefined>(
    (rare, one) => (rare && timesOf(rare) <= timesOf(one) ? rare : one),
    undefined,
  );
  return least && { do: 'press', label: least.label, messageId: least.message.id };
}

/** Of some at random the one whose kind was pressed least, so that what is rare is not left out. */
function curious(random: Random, buttons: ReturnType<typeof buttonsOf>, { pressed }: MonkeyWorld) {
  // What ends a form or brings it nearer its end never loses its charm.
  const timesOf = ({ data = '' }: { data?: string | undefined }) =>
    /!(?:send|skip|done)$/.test(data) ? 0 : (pressed.get(kindOfPress(data)) ?? 0);
  const some = Array.from({ length: 3 }, () => random.pick(buttons));
  return some.reduce((least, one) => (timesOf(one) < timesOf(least) ? one : least));
}

/** Made up; or a true button of anybody, whole or with one part exchanged. */
function forged(random: Random, world: MonkeyWorld): string {
  if (random.chance(0.3)) return random.pick(FORGED);
  const another = random.pick(world.people);
  const data = another.person.chat.flatMap(buttonsOf).map((button) => button.data ?? '');
  if (data.length === 0) return random.pick(FORGED);
  const taken = random.pick(data);
  if (random.chance(0.5)) return taken;
  const parts = taken.split(':');
  parts[random.int(parts.length)] = random.pick([
    '',
    '0',
    '-1',
    '999999',
    '$ne',
    '__proto__',
    'ffffffffffffffffffffffff',
  ]);
  return parts.join(':').slice(0, 64);
}

/** Undefined where it can't be done (any more). */
export function perform(action: Action, player: Player, world: MonkeyWorld): Expected | undefined {
  const { person, messenger } = player;
  const server = world.simulator[messenger];
  switch (action.do) {
    case 'command':
      person.command(action.name, action.argument);
      return 'a message';
    case 'say':
      if (action.text === '') return undefined;
      person.say(action.text);
      return 'a message';
    case 'key':
      return pressKey(action.label, player);
    case 'press':
    case 'press twice': {
      const message = messageWith(player, action);
      if (!message) return undefined;
      for (let times = action.do === 'press' ? 1 : 2; times > 0; times -= 1) {
        const button = buttonsOf(message).find(({ label }) => label === action.label)!;
        person.pressData(button.data!, message, { label: button.label });
        const kind = kindOfPress(button.data!);
        world.pressed.set(kind, (world.pressed.get(kind) ?? 0) + 1);
      }
      return 'an answered press';
    }
    case 'forge':
      person.pressData(action.data, { id: action.messageId }, { label: 'forged' });
      return 'an answered press';
    case 'send':
      SENDING[action.what](player);
      return 'a message';
    case 'paste':
      for (let left = action.letters; left > 0; left -= MESSAGE_LETTERS)
        person.say(`${player.marker} متن بلند `.repeat(400).slice(0, Math.min(left, MESSAGE_LETTERS)));
      return 'a message';
    case 'caption':
      person.sendPhoto(BYTES, action.text.slice(0, 1024));
      return 'a message';
    case 'other':
      person.sendOther({ [action.field]: {} });
      return FIELDS[action.field as keyof typeof FIELDS] === 'service' ? 'nothing' : 'a message';
    case 'reply':
      if (action.text === '') return undefined;
      person.say(action.text, { replyTo: action.messageId });
      return 'a message';
    case 'edit': {
      const own = person.chat.filter(({ from, text }) => from === 'person' && text !== '').at(-1 - action.back);
      if (!own || action.text === '') return undefined;
      person.editText(own, action.text);
      return 'nothing';
    }
    case 'forward': {
      const any = person.chat.findLast(({ service }) => service === null);
      if (!any) return undefined;
      person.forward(any);
      return 'a message';
    }
    case 'in group':
      return actInGroup(action.what, player, world);
    case 'block and come back':
      person.block();
      person.unblock();
      return 'nothing';
    case 'hear twice': {
      const last = server.calls.findLast(
        ({ method, result }) => method === 'getUpdates' && Array.isArray(result) && result.length > 0,
      );
      const id = (last?.result as number[] | undefined)?.at(-1);
      if (id === undefined) return undefined;
      server.redeliver(id);
      return 'nothing';
    }
  }
}

function pressKey(label: string, { person }: Player): Expected | undefined {
  const key = person.replyKeyboard?.keyboard.flat().find(({ text }) => text === label);
  if (!key) return undefined;
  if (key.request_contact) person.shareContact();
  else if (key.request_location) person.sendLocation();
  else person.say(key.text);
  return 'a message';
}

function messageWith(
  { person }: Player,
  { label, messageId }: { label: string; messageId: number },
): ChatMessage | undefined {
  const fits = (message: ChatMessage) => buttonsOf(message).some((button) => button.label === label);
  const { chat } = person;
  return chat.find((message) => message.id === messageId && fits(message)) ?? chat.findLast(fits);
}

function actInGroup(what: GroupAct, player: Player, world: MonkeyWorld): Expected | undefined {
  const group = world.groups.get(player.messenger);
  if (!group) return undefined;
  const { person, marker } = player;
  const card = group.chat.findLast((message) => buttonsOf(message).length > 0);
  const reply = { in: group, ...(card ? { replyTo: card } : {}) };
  try {
    switch (what) {
      case 'press': {
        const button = card && buttonsOf(card)[0];
        if (!card || !button) return undefined;
        person.pressData(button.data!, card, { in: group, label: button.label });
        return 'an answered press';
      }
      case 'reply':
        person.say(`${marker} پاسخ`, reply);
        return 'nothing';
      case 'long reply':
        person.say(`${marker} پاسخ بلند `.repeat(200), reply);
        return 'nothing';
      case 'photo':
        person.sendPhoto(PICTURE, { ...reply, caption: marker });
        return 'nothing';
      case 'voice':
        person.sendVoice(BYTES, reply);
        return 'nothing';
      case 'sticker':
        person.sendSticker(BYTES, reply);
        return 'nothing';
      case 'edit': {
        const own = group.chat.findLast(({ from, text }) => from === 'person' && text.includes(marker));
        if (!own) return undefined;
        person.editText({ id: own.id, chatId: group.id }, `${marker} پاسخ دیگر`);
        return 'nothing';
      }
      case 'command':
        person.command('group', undefined, { in: group });
        return 'nothing';
      case 'command for another bot':
        person.command('group@another_bot', undefined, { in: group });
        return 'nothing';
      case 'pin':
        person.sendOther({ pinned_message: {} }, { in: group });
        return 'nothing';
      case 'throw the bot out':
        group.setBotRank(null);
        return 'nothing';
      case 'take the bot in':
        group.setBotRank('administrator');
        return 'nothing';
      case 'grow':
        world.groups.set(player.messenger, group.migrate());
        return 'nothing';
    }
  } catch {
    // Who is not in the group can't, nor can a group that has grown grow again.
    return undefined;
  }
}

/** For the log of what led to a finding. */
export function describeAction(action: Action): string {
  const { do: what, ...rest } = action;
  const details = Object.entries(rest).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return [what, ...details].join(', ');
}
