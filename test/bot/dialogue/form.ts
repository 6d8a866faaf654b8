import type { Dialogue, Question } from '../../../src/bot/dialogue/dialogue.ts';
import type { MessengerName } from '../../../src/messengers/messenger.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { completed, textKey, type DialogueWorld } from '../../support/dialogue-world.ts';

/** Texts of the forms below; a question of key `x` asks `ask_x`. */
export const TEXTS: Record<string, string> = {
  form: 'فرم نخست',
  other: 'فرم دیگر',
  held: 'فرم نگه‌داشته',
  send: 'ارسال فرم',
  ask_name: 'نام؟',
  ask_family: 'نام خانوادگی؟',
  ask_phone: 'شماره؟',
  ask_province: 'استان؟',
  ask_city: 'شهر؟',
  ask_fields: 'زمینه‌ها؟',
  ask_since: 'از کی؟',
  ask_people: 'چند نفر؟',
  ask_place: 'کجا؟',
  ask_proof: 'مدرک؟',
  ask_more: 'توضیح؟',
  name: 'نام',
  family: 'نام خانوادگی',
  phone: 'شماره',
  province: 'استان',
  city: 'شهر',
  fields: 'زمینه‌ها',
  since: 'تاریخ',
  people: 'نفر',
  place: 'مکان',
  proof: 'مدرک',
  more: 'توضیح',
};

const options =
  (...labels: string[]) =>
  () =>
    labels.map((label, index) => ({ code: `o${index}`, label }));
const base = (key: string) => ({ key, text: textKey(`ask_${key}`), label: textKey(key) });

/** One question of each kind. */
export const Q = {
  name: { ...base('name'), kind: 'text', min: 2, max: 50 },
  family: { ...base('family'), kind: 'text', min: 2, max: 50 },
  phone: { ...base('phone'), kind: 'contact' },
  province: { ...base('province'), kind: 'choice', options: options('تبریز', 'خوزستان') },
  city: {
    ...base('city'),
    kind: 'choice',
    options: ({ province }) =>
      province === 'o0' ? [{ code: 'mar', label: 'مرند' }] : [{ code: 'ahv', label: 'اهواز' }],
  },
  fields: { ...base('fields'), kind: 'choices', options: options('نرم‌افزار', 'شبکه', 'آموزش'), min: 1, max: 3 },
  since: { ...base('since'), kind: 'date' },
  people: { ...base('people'), kind: 'number', min: 1, max: 1000 },
  place: { ...base('place'), kind: 'location', optional: true },
  proof: { ...base('proof'), kind: 'files', max: 3, optional: true },
  more: { ...base('more'), kind: 'text', min: 2, max: 3000, multiline: true, optional: true },
} satisfies Record<string, Question>;

export function form(name: 'form' | 'other' | 'held', questions: readonly Question[]): Dialogue {
  return { name, title: textKey(name), send: textKey('send'), questions, complete: completed };
}

/** What the bot says in answer to an act: its messages, then the answer to a press. Messages edited count too. */
export async function said(
  world: DialogueWorld,
  person: Person,
  act: () => Promise<void> | number | undefined,
): Promise<string[]> {
  const since = person.lastMessage?.revision ?? 0;
  const presses = person.toasts.length;
  await act();
  await world.work();
  const messages = person.chat.filter(({ from, revision }) => from === 'bot' && revision > since);
  const toasts = person.toasts.slice(presses).filter(({ text }) => text !== '');
  return [...messages, ...toasts].map(({ text }) => text.replaceAll(/[\u2066-\u2069]/g, ''));
}

export async function answersOf(
  world: DialogueWorld,
  person: Person,
  messenger: MessengerName,
): Promise<Record<string, unknown>> {
  const { id } = await world.memberOf(person, messenger);
  return (await world.draftOf(id)).answers;
}

export const replyLabels = (person: Person): string[] =>
  person.replyKeyboard?.keyboard.flat().map(({ text }) => text) ?? [];
