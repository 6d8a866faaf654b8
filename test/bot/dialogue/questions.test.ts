import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { yesNo, type Dialogue, type Question } from '../../../src/bot/dialogue/dialogue.ts';
import type { MessengerName } from '../../../src/messengers/messenger.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { completed, startDialogueWorld, textKey, type DialogueWorld } from '../../support/dialogue-world.ts';

const TEXTS: Record<string, string> = {
  send: 'ارسال',
  q: 'پرسش؟',
  label: 'پاسخ',
  last: 'پرسش آخر؟',
  people_one: '{{count}} نفر',
  people_other: '{{count}} نفر',
  hint: 'مثلاً «تبریز».',
  odd: 'رقم آخر این شناسه با بقیه نمی‌خواند. مطمئنید؟',
  refused: 'این پاسخ پذیرفته نیست؛ مثلاً «الف».',
};
const TODAY = new Date('2024-07-01T12:00:00Z');
/** 23 options, over three pages; the code of the last fits no button. */
const LONG_CODE = `stadt-${'x'.repeat(60)}`;
const CITIES = 'ابپتثجچحخدذرزژسشصضطظع'.split('').map((letter, index) => ({
  code: `c${index}`,
  label: `شهر ${letter}${letter}`,
}));
const OPTIONS = [...CITIES, { code: 'f', label: 'فناوری', also: ['فاوا'] }, { code: LONG_CODE, label: 'دورترین' }];

const base = { text: textKey('q'), label: textKey('label') };
const QUESTIONS: Question[] = [
  { ...base, key: 'q', kind: 'date', tense: 'past' },
  { ...base, key: 'q', kind: 'location', optional: true },
  yesNo({ ...base, key: 'q' }),
  {
    ...base,
    key: 'q',
    kind: 'number',
    min: 1,
    max: 500_000_000,
    unit: textKey('people'),
    units: { نفر: 1 },
    check: (value) => (value > 1000 ? { ok: true, value, warning: textKey('odd') } : { ok: true, value }),
  },
  {
    ...base,
    key: 'q',
    kind: 'text',
    min: 2,
    max: 20,
    hint: textKey('hint'),
    check: (text) => (text === 'ب ب' ? { ok: false, error: textKey('refused') } : { ok: true, value: text }),
  },
  { ...base, key: 'q', kind: 'choice', options: () => OPTIONS },
  { ...base, key: 'q', kind: 'choices', options: () => OPTIONS, min: 2, max: 3 },
];
const NAMES = ['date', 'location', 'yesno', 'number', 'text', 'choice', 'choices'] as const;
/** A dialogue for each kind of question, with one more question behind it. */
const dialogues = QUESTIONS.map((question, index): Dialogue => ({
  name: NAMES[index] ?? '',
  title: textKey(`form${index}`),
  send: textKey('send'),
  questions: [question, { ...base, key: 'last', kind: 'text', text: textKey('last'), min: 1, max: 10 }],
  complete: completed,
}));
for (const index of QUESTIONS.keys()) TEXTS[`form${index}`] = `فرم ${['الف', 'ب', 'پ', 'ت', 'ث', 'ج', 'چ'][index]}`;

describe.each(['telegram', 'bale'] as const)('a question on %s', (messenger: MessengerName) => {
  const database = useDatabase();
  let world: DialogueWorld;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues, texts: TEXTS, now: () => TODAY });
  });
  afterAll(() => world.close());

  async function at(name: (typeof NAMES)[number]): Promise<Person> {
    const person = world.server(messenger).person({ firstName: 'سارا', phone: '+989990000001' });
    await send(person, () => person.command(name));
    return person;
  }

  /** What the bot answers to it. */
  async function send(person: Person, act: () => void): Promise<string> {
    const last = person.chat.at(-1)?.id ?? 0;
    act();
    await world.work();
    const said = person.chat.filter(({ from, id }) => from === 'bot' && id > last);
    return said.map(({ text }) => text.replaceAll(/[\u2066-\u2069]/g, '')).join('\n---\n');
  }

  const kept = async (person: Person) => {
    const { id } = await world.memberOf(person, messenger);
    return (await world.draftOf(id)).answers['q'];
  };
  const labels = (person: Person) => person.lastMessage?.inlineKeyboard.flat().map(({ label }) => label) ?? [];

  it('of a date takes what people type and says back what was understood', async () => {
    const person = await at('date');
    const said = await send(person, () => person.say('۲ تیر ۱۴۰۳'));
    expect(said).toContain('✓ پاسخ: شنبه ۲ تیر ۱۴۰۳');
    expect(said).toContain(TEXTS['last']);
    expect(await kept(person)).toBe('2024-06-22');
  });

  it.each([
    ['هفتهٔ پیش', 'bot.dialogue.error.date'],
    ['2024-06-22', 'bot.dialogue.error.gregorian'],
    ['۱۴۰۳/۰۷/۳۱', 'bot.dialogue.error.noSuchDay'],
    ['۱۴۰۳/۰۴/۱۲', 'bot.dialogue.error.dayAhead'],
  ] as const)('of a past date answers «%s» with a right example', async (typed, error) => {
    const person = await at('date');
    expect(await send(person, () => person.say(typed))).toBe(world.say(error));
    expect(await kept(person)).toBeUndefined();
  });

  it('of a place takes a point of the map from the reply keyboard, and gives the menu its place back', async () => {
    const person = await at('location');
    expect(person.replyKeyboard?.keyboard.flat()[0]).toMatchObject({ request_location: true });
    const said = await send(person, () => person.sendLocation({ latitude: 38.0796123, longitude: 46.2891999 }));
    expect(said).toContain('38.07961, 46.2892');
    expect(await kept(person)).toEqual({ latitude: 38.07961, longitude: 46.2892 });
    expect(person.replyKeyboard?.keyboard.flat().map(({ text }) => text)).toContain(world.say('bot.menu.help'));
  });

  it('of a place is skipped by its button', async () => {
    const person = await at('location');
    expect(await send(person, () => person.say('خیابان اول'))).toBe(world.say('bot.dialogue.error.location'));
    await send(person, () => person.press(world.say('bot.dialogue.button.skip')));
    expect(await kept(person)).toBeNull();
  });

  it('of yes or no takes the button and the word', async () => {
    const typed = await at('yesno');
    await send(typed, () => typed.say('بله'));
    expect(await kept(typed)).toBe('yes');
    const pressed = await at('yesno');
    await send(pressed, () => pressed.press(world.say('bot.dialogue.button.no')));
    expect(await kept(pressed)).toBe('no');
  });

  it('of a number takes its unit and says it back with it', async () => {
    const person = await at('number');
    expect(await send(person, () => person.say('١٢ نفر'))).toContain('✓ پاسخ: ۱۲ نفر');
    expect(await kept(person)).toBe(12);
  });

  it('asks "sure?" where a check only doubts, and takes the answer that the member stands by', async () => {
    const person = await at('number');
    const said = await send(person, () => person.say('۲ میلیون نفر'));
    expect(said).toContain(TEXTS['odd']);
    expect(said).toContain('۲٬۰۰۰٬۰۰۰ نفر');
    expect(await kept(person)).toBeUndefined();
    await world.restart();
    await send(person, () => person.press(world.say('bot.dialogue.button.sure')));
    expect(await kept(person)).toBe(2_000_000);
  });

  it('takes a corrected answer in the place of a doubted one', async () => {
    const person = await at('number');
    await send(person, () => person.say('5000'));
    await send(person, () => person.say('50'));
    expect(await kept(person)).toBe(50);
  });

  it('says its example again with an error', async () => {
    const person = await at('text');
    expect(person.lastMessage?.text).toContain(TEXTS['hint']);
    expect(await send(person, () => person.say('ا'))).toContain(TEXTS['hint']);
    expect(await send(person, () => person.say('ب ب'))).toContain(TEXTS['refused']);
  });

  it('of a long list is paged, searched by typing, and comes back whole', async () => {
    const person = await at('choice');
    expect(labels(person)).toContain('شهر اا');
    await send(person, () => person.press(world.say('bot.button.nextPage')));
    expect(labels(person)).not.toContain('شهر اا');
    await send(person, () => person.say('شهر'));
    expect(labels(person)).toContain('شهر اا');
    expect(labels(person)).not.toContain('دورترین');
    await send(person, () => person.press(world.say('bot.dialogue.button.showAll')));
    await send(person, () => person.press(world.say('bot.button.nextPage')));
    await send(person, () => person.press(world.say('bot.button.nextPage')));
    await send(person, () => person.press('دورترین'));
    expect(await kept(person)).toBe(LONG_CODE);
  });

  it('of a long list leads back to all where nothing is found', async () => {
    const person = await at('choice');
    await send(person, () => person.say('پاریس'));
    expect(person.lastMessage?.text).toContain('پاریس');
    await send(person, () => person.press(world.say('bot.dialogue.button.showAll')));
    await send(person, () => person.press('شهر بب'));
    expect(await kept(person)).toBe('c1');
  });

  it('of a list knows an option by another name of it', async () => {
    const person = await at('choice');
    expect(await send(person, () => person.say('فاوا'))).toContain('✓ پاسخ: فناوری');
    expect(await kept(person)).toBe('f');
  });

  it('of several choices ticks what is typed or pressed, within its limits', async () => {
    const person = await at('choices');
    await send(person, () => person.press('شهر اا'));
    await send(person, () => person.press(world.say('bot.dialogue.button.done')));
    expect(person.toasts.at(-1)?.text).toContain('دست‌کم');
    await send(person, () => person.say('دورترین'));
    await send(person, () => person.say('فاوا'));
    await send(person, () => person.press('شهر بب'));
    expect(person.toasts.at(-1)?.text).toContain('حداکثر');
    await send(person, () => person.say(world.say('bot.dialogue.button.done')));
    expect(await kept(person)).toEqual(['c0', LONG_CODE, 'f']);
  });
});
