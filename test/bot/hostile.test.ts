import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { useDatabase } from '../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../support/dialogue-world.ts';
import { HOSTILE_TEXTS, LIMIT } from '../support/hostile-texts.ts';
import { form, Q, TEXTS } from './dialogue/form.ts';

const BYTES = new Uint8Array([0xff, 0xd8, 0xff]);

/** What may lie in the database of what somebody typed: no control, no bidi mark, no half character, no pile of marks. */
const UNCLEAN =
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]|\p{Surrogate}|\p{M}{4}/u;

/** Sent rather than typed. */
const SENT: [string, (person: Person, other: Person) => unknown][] = [
  ['a sticker', (person) => person.sendSticker(BYTES)],
  ['a voice message', (person) => person.sendVoice(BYTES)],
  ['a photo with a caption of markup', (person) => person.sendPhoto(BYTES, `<b>\u202E${'ا'.repeat(1020)}`)],
  ['a document with a name that turns', (person) => person.sendDocument(BYTES, { name: 'x\u202Egpj.exe' })],
  ['an empty file', (person) => person.sendDocument(new Uint8Array(0))],
  ['a video', (person) => person.sendVideo(BYTES)],
  ['a place off the map', (person) => person.sendLocation({ latitude: 912, longitude: -1e9 })],
  ['a place', (person) => person.sendLocation({ latitude: 38.1234567891, longitude: 46.1 })],
  ['another person’s contact', (person, other) => person.shareContact({ of: other })],
  [
    'a contact from the address book',
    (person) => person.shareContact({ of: { phone: '\u202E+98{"$gt":""}', firstName: '=1+1' } }),
  ],
  ['a forwarded message', (person, other) => forwardOf(person, other)],
  ['a button of somebody else’s form', (person, other) => pressOf(person, other)],
  ['a made-up button', (person) => pressMadeUp(person, 'a1:000000000000000000000000:q:!send')],
  ['a button with operators', (person) => pressMadeUp(person, '{"$gt":""}')],
  ['a button with a draft that is none', (person) => pressMadeUp(person, 'l1:$ne:keep:start')],
  ['a button of a waiting form that is none', (person) => pressMadeUp(person, 'r1:xyz:open')],
];

const newest = (person: Person) => person.chat.findLast(({ from }) => from === 'bot') ?? { id: 1 };
const pressMadeUp = (person: Person, data: string) => person.pressData(data, newest(person));

function pressOf(person: Person, other: Person): unknown {
  const button = other.chat.findLast(({ inlineKeyboard }) => inlineKeyboard.length > 0)?.inlineKeyboard.flat()[0];
  return pressMadeUp(person, button?.data ?? 'x');
}

function forwardOf(person: Person, other: Person): unknown {
  const theirs = other.chat.findLast(({ from }) => from === 'person');
  return theirs && person.forward(theirs);
}

const KINDS: [string, Question][] = [
  ['text', { ...Q.name, max: LIMIT }],
  ['text of several lines', { ...Q.more, max: LIMIT, optional: false }],
  ['number', Q.people],
  ['date', Q.since],
  ['contact', Q.phone],
  ['location', Q.place],
  ['choice', Q.province],
  ['choice with free text', { ...Q.city, freeText: { max: 60 } }],
  ['choices', Q.fields],
  ['files', { ...Q.proof, max: 20 }],
];

/** What is typed takes the same way from either messenger, so the second is tried with a quarter of it. */
const ON = [
  { messenger: 'telegram', typed: HOSTILE_TEXTS },
  { messenger: 'bale', typed: HOSTILE_TEXTS.filter((_text, index) => index % 4 === 0) },
] as const;

it('is enough of it', () => {
  expect(HOSTILE_TEXTS.length + SENT.length).toBeGreaterThanOrEqual(100);
});

/** A hundred updates over HTTP, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

describe.each(ON)('hostile input on $messenger', ({ messenger, typed }) => {
  const database = useDatabase();
  let world: DialogueWorld;
  beforeAll(async () => {
    world = await startDialogueWorld({
      connection: database.connection,
      dialogues: [],
      texts: TEXTS,
      judged: false,
    });
  });
  afterAll(() => world.close());

  it.each(KINDS)(
    'at a question of %s is answered clearly, once each, and leaves nothing unclean',
    async (_kind, question) => {
      await world.restart([form('form', [question, Q.family])]);
      const person = world.server(messenger).person({ firstName: 'سارا', phone: '+989990000001' });
      const other = world.server(messenger).person({ firstName: '\u202Eرضا', phone: '+989990000002' });
      other.command('form');
      other.say('سلام');
      person.command('form');
      await world.work();
      const { id } = await world.memberOf(person, messenger);

      const inputs: [string, () => unknown][] = [
        ...typed.map((text): [string, () => unknown] => [JSON.stringify(text.slice(0, 40)), () => person.say(text)]),
        ...SENT.map(([what, send]): [string, () => unknown] => [what, () => send(person, other)]),
      ];
      for (const [what, send] of inputs) {
        const [messages, presses] = [person.chat.length, person.toasts.length];
        send();
        await world.work();
        const said = person.chat.slice(messages).filter(({ from }) => from === 'bot');
        const toasts = person.toasts.slice(presses).filter(({ text }) => text !== '');
        const draft = await world.draftOf(id);
        const isAnswered = draft.answers[question.key] !== undefined;
        // A shared contact or place is answered by the menu in its keyboard's place, then by the next question.
        const expected = isAnswered && (question.kind === 'contact' || question.kind === 'location') ? 2 : 1;
        expect({ what, answers: said.length + toasts.length }).toEqual({ what, answers: expected });
        expectClean(draft, what);
        if (isAnswered) {
          person.press(world.say('bot.dialogue.button.back'));
          await world.work();
          await database.connection
            .collection('drafts')
            .updateOne({ _id: draft['_id'] as never }, { $unset: { [`answers.${question.key}`]: 1 } });
        }
      }
    },
    TIMEOUT_MS,
  );
});

function expectClean(draft: Record<string, unknown>, what: string): void {
  const { answers, search, doubt, files, ticked } = draft;
  const faults = leaves({ answers, search, doubt, files, ticked }).flatMap(([path, value]) => {
    // A caption is kept whole: messengers take 1,024 letters.
    const limit = path.endsWith('caption') ? 1024 : path.startsWith('answers.') ? LIMIT : 500;
    return [
      ...(/[$\u0000]|__proto__/.test(path) ? [`${path} is a field`] : []),
      ...(typeof value === 'string' && UNCLEAN.test(value) ? [`${path} is ${JSON.stringify(value.slice(0, 60))}`] : []),
      ...(typeof value === 'string' && value.length > limit ? [`${path} has ${value.length} letters`] : []),
    ];
  });
  expect({ what, faults }).toEqual({ what, faults: [] });
}

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
