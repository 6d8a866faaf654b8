import { readdirSync } from 'node:fs';
import { parseBaleMarkdown } from '../../src/simulator/bale-markdown.ts';
import type { ApiCall } from '../../src/simulator/simulator.ts';

const FEATURES = readdirSync(new URL('../../locales/fa/', import.meta.url)).map((file) => file.replace('.json', ''));
/** `bot.dialogue.review`, as it shows where a key has no text. */
const RAW_KEY = new RegExp(`(?<![\\w@/.])(?:${FEATURES.join('|')})\\.[a-z]\\w*`);
const PERSIAN = /[\u0621-\u06CC]/;
/** What is put between LRI and PDI is a code or a phone. */
const LEFT_TO_RIGHT = /\u2066[^\u2069]*\u2069/g;
/** FSI holds people's words, and their digits stay as they typed them; a code of ours there (`03-tabriz`) is a fault. */
const NUMBER_OF_THEIRS = /\u2068[0-9/ .-]+\u2069/g;
const WORDS_OF_THEIRS = /\u2068[^\u2069]*\u2069/g;
const LINK = /(?:https?:\/\/|www\.)\S+/g;

/** What nobody may ever read, in words; empty where the text is fit to be sent. */
export function textFaults(text: string, codes: readonly { offset: number; length: number }[] = []): string[] {
  const faults: string[] = [];
  if (/\{\{|\}\}/.test(text)) faults.push('a placeholder');
  if (/\bundefined\b|\bNaN\b|\[object |(?<![\w$"])null(?!\w)/.test(text)) faults.push('a value that is none');
  if (RAW_KEY.test(text)) faults.push('a raw key');
  const judged = blank(text, codes).replaceAll(LEFT_TO_RIGHT, '').replaceAll(NUMBER_OF_THEIRS, '').replaceAll(LINK, '');
  // A text in another language may name somebody in Persian; one that is nothing but such a name is judged as it is.
  const own = judged.replaceAll(WORDS_OF_THEIRS, '');
  const isPersian = PERSIAN.test(/\p{L}/u.test(own) ? own : judged);
  if (isPersian && /[0-9]/.test(judged)) faults.push('a Latin digit in Persian');
  if (/[٠-٩]/.test(judged)) faults.push('an Arabic digit');
  return faults.map((fault) => `${fault}: ${JSON.stringify(text.slice(0, 300))}`);
}

/** The faults of everything that a call of the bot lets people read: text, caption, keyboard and answer to a press. */
export function callFaults({ method, payload }: ApiCall, messenger: 'telegram' | 'bale'): string[] {
  const faults: string[] = [];
  for (const [field, entitiesField] of [
    ['text', 'entities'],
    ['caption', 'caption_entities'],
  ] as const) {
    const sent = payload[field];
    if (typeof sent !== 'string') continue;
    const entities = (payload[entitiesField] ?? []) as { type: string; offset: number; length: number }[];
    const read = messenger === 'bale' ? parseBaleMarkdown(sent).text : sent;
    faults.push(
      ...textFaults(
        read,
        entities.filter(({ type }) => type === 'code'),
      ),
    );
  }
  const { inline_keyboard = [], keyboard = [] } = (payload['reply_markup'] ?? {}) as Record<
    string,
    { text: string }[][]
  >;
  for (const { text } of [...inline_keyboard.flat(), ...keyboard.flat()]) faults.push(...textFaults(text));
  return faults.map((fault) => `${messenger} ${method}: ${fault}`);
}

function blank(text: string, ranges: readonly { offset: number; length: number }[]): string {
  let out = text;
  for (const { offset, length } of ranges) {
    out = out.slice(0, offset) + ' '.repeat(length) + out.slice(offset + length);
  }
  return out;
}
