import { env } from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessengerName } from '../../../src/messengers/messenger.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld } from '../../support/dialogue-world.ts';
import { form, Q, TEXTS } from './form.ts';

/**
 * Random walks of one person through forms, on both messengers. More of them: RESTART_RUNS=500 npx vitest run
 * test/bot/dialogue/restarts.test.ts
 */
const RUNS = Number(env['RESTART_RUNS'] ?? 6);
const WALK = { minLength: 30, maxLength: 45, size: 'max' } as const;
const SEED = 20261122;

const database = useDatabase();
const dialogues = [
  form('form', [Q.name, Q.phone, Q.province, Q.city, Q.fields, Q.since, Q.people, Q.place, Q.proof, Q.more]),
  form('other', [Q.family, Q.proof, Q.more]),
];
const BYTES = new Uint8Array([0xff, 0xd8, 0xff]);

type Act = { messenger: MessengerName } & (
  | { kind: 'say'; text: string }
  | { kind: 'press' | 'stale'; which: number }
  | { kind: 'contact' | 'place' | 'photo' | 'sticker' | 'edit' | 'forward' | 'right' }
);

const words = fc.constantFrom('سارا', 'تبریز', '۱۲', '۱۴۰۳/۰۴/۰۲', 'تمام شد', 'بازگشت', 'رد شدن', 'شبکه', '؟', 'مرند');
const commands = fc.constantFrom('/form', '/other', '/start', '/help');
const acts: fc.Arbitrary<Act> = fc
  .tuple(
    // People mostly stay where they are, and mostly answer what they are asked.
    fc.oneof(
      { weight: 9, arbitrary: fc.constant('telegram' as const) },
      { weight: 1, arbitrary: fc.constant('bale' as const) },
    ),
    fc.oneof(
      { weight: 30, arbitrary: fc.constant({ kind: 'right' as const }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('say' as const), text: words }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('say' as const), text: commands }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('press' as const), which: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('stale' as const), which: fc.nat(30) }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constantFrom('contact', 'place', 'photo', 'sticker', 'edit', 'forward') }),
      },
    ),
  )
  .map(([messenger, act]) => ({ ...act, messenger }));

/** Answers the question that is on the screen, as a person does who reads it. */
function answerRightly(person: Person): void {
  const text = person.chat.findLast(({ from }) => from === 'bot')?.text ?? '';
  const asks = (key: keyof typeof Q) => text.includes(TEXTS[`ask_${key}`] ?? '?');
  if (asks('phone')) person.shareContact();
  else if (asks('place')) person.sendLocation();
  else if (asks('province')) person.say('تبریز');
  else if (asks('city')) person.say('مرند');
  else if (asks('since')) person.say('۱۴۰۳/۰۴/۰۲');
  else if (asks('people')) person.say('۱۲');
  else if (asks('proof')) person.sendPhoto(BYTES);
  else if (asks('fields')) person.say('شبکه');
  else if (asks('name') || asks('family') || asks('more')) person.say('سارای نمونه');
  else if (!pressAny(person, 0)) person.command('form');
}

function pressAny(person: Person, which: number): boolean {
  const message = person.chat.findLast(({ inlineKeyboard }) => inlineKeyboard.length > 0);
  const buttons = message?.inlineKeyboard.flat() ?? [];
  const button = buttons[which % Math.max(1, buttons.length)];
  if (!message || button?.data === undefined) return false;
  person.pressData(button.data, message);
  return true;
}

function perform(person: Person, act: Act): void {
  switch (act.kind) {
    case 'right':
      return answerRightly(person);
    case 'say':
      return void person.say(act.text);
    case 'press':
      return void pressAny(person, act.which);
    case 'stale': {
      // A button that has been on the screen once, the keyboard perhaps gone by now.
      const pressed = person.toasts[act.which % Math.max(1, person.toasts.length)];
      return pressed && void person.pressData(pressed.data, { id: pressed.messageId });
    }
    case 'contact':
      return void person.shareContact();
    case 'place':
      return void person.sendLocation();
    case 'photo':
      return void person.sendPhoto(BYTES);
    case 'sticker':
      return void person.sendSticker(BYTES);
    case 'edit': {
      const last = person.chat.findLast((message) => message.from === 'person' && message.text !== '');
      return last && void person.editText(last, '۱۵');
    }
    case 'forward': {
      const last = person.chat.findLast(({ from }) => from === 'person');
      return last && void person.forward(last);
    }
  }
}

/** Everything the person sees on both messengers at the end of a walk. */
async function walk(steps: Act[], { restart }: { restart: boolean }): Promise<string> {
  await database.connection.dropDatabase();
  const world = await startDialogueWorld({ connection: database.connection, dialogues, texts: TEXTS });
  const people = await world.linked('سارا');
  for (const act of steps) {
    perform(people[act.messenger], act);
    await world.work();
    if (restart) await world.restart();
  }
  const { telegram, bale } = people;
  const seen = [telegram, bale].flatMap((person) => [
    person.transcript(),
    ...person.toasts.map(({ answered, text }) => `${answered} ${text}`),
  ]);
  await world.close();
  return seen.join('\n');
}

test(
  'a person sees the same whether or not the app is restarted after every single update',
  async () => {
    const walks: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(acts, WALK), async (steps) => {
        const straight = await walk(steps, { restart: false });
        expect(await walk(steps, { restart: true })).toBe(straight);
        expect(straight).not.toContain('false ');
        walks.push(straight);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    // Walks that never got anywhere would prove nothing.
    const all = walks.join('\n');
    const asked = Object.keys(Q).filter((key) => all.includes(TEXTS[`ask_${key}`] ?? '?'));
    expect(asked).toEqual(expect.arrayContaining(Object.keys(Q).filter((key) => key !== 'family')));
    for (const text of ['نیمه‌کاره', 'بازبینی', 'پیام‌رسان دیگرتان', 'پاک شد']) expect(all).toContain(text);
  },
  RUNS * 30_000,
);
