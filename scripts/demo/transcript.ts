import type { Translator } from '../../src/language/translator.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';

/** Makes a terminal that knows bidirectional text lay the line out from the right, whatever it begins with. */
const FROM_THE_RIGHT = '\u200f';
/** A news item fills a screen; the rest of it is in the archive. */
const LONGEST = 14;

export interface Transcript {
  /** Writes what came or changed in a person's chat since the last time. */
  show(person: Person, messenger: MessengerName): void;
  /** Writes that a button was pressed, which leaves no message. */
  pressed(person: Person, messenger: MessengerName, label: string): void;
}

/** Writes chats as their people see them: who, on which messenger, and buttons in brackets in reading order. */
export function createTranscript({ write, t }: { write: (line: string) => void; t: Translator }): Transcript {
  const seen = new Map<Person, { revision: number; texts: Map<number, string> }>();
  let speaking: Person | undefined;

  const line = (text: string) => write(text === '' ? '' : `${FROM_THE_RIGHT}${text}`);
  const seenOf = (person: Person) => {
    const known = seen.get(person) ?? { revision: 0, texts: new Map<number, string>() };
    seen.set(person, known);
    return known;
  };
  const announce = (person: Person, messenger: MessengerName) => {
    if (speaking === person) return;
    speaking = person;
    line('');
    line(`┈┈┈ ${person.name} · ${t.text(`desk.messenger.${messenger}`)} ┈┈┈`);
  };

  function showMessage(message: ChatMessage, before: string | undefined): void {
    const text = contentOf(message);
    const who = message.from === 'bot' ? t.text('bot.name') : message.author;
    if (before === undefined) {
      const [first = '', ...rest] = clipped(text.split('\n'));
      line(`${who}: ${first}`);
      for (const each of rest) line(each);
    } else if (before !== text) {
      const [first = '', ...rest] = clipped(newsOf(text.split('\n'), before.split('\n')));
      line(`${who} ✎ ${first}`);
      for (const each of rest) line(each);
    }
    if (before !== text) for (const row of rowsOf(message.inlineKeyboard)) line(`    ${row}`);
  }

  return {
    show(person, messenger) {
      const known = seenOf(person);
      const changed = person.chat
        .filter(({ revision }) => revision > known.revision)
        .toSorted((a, b) => a.revision - b.revision);
      if (changed.length > 0) announce(person, messenger);
      for (const message of changed) {
        showMessage(message, known.texts.get(message.id));
        known.texts.set(message.id, contentOf(message));
        known.revision = message.revision;
      }
    },
    pressed(person, messenger, label) {
      announce(person, messenger);
      line(`${person.name}: [${label}]`);
    },
  };
}

function contentOf({ text, media, contact }: ChatMessage): string {
  const parts = [contact ? `[☎ ${contact.phone}]` : '', media ? `[🖼 ${media.name}, ${media.size} B]` : '', text];
  return parts.filter((part) => part !== '').join(' ');
}

/** Of an edited message what is new in it; all of it where little was left as it was. */
function newsOf(lines: string[], before: string[]): string[] {
  const written = lines.filter((line) => line !== '');
  const added = written.filter((line) => !before.includes(line));
  return added.length * 2 > written.length ? lines : added;
}

function clipped(lines: string[]): string[] {
  return lines.length <= LONGEST ? lines : [...lines.slice(0, LONGEST - 1), '…'];
}

/** A messenger draws each row from the left; whoever reads from the right begins with its last button. */
function rowsOf(keyboard: ChatMessage['inlineKeyboard']): string[] {
  return keyboard.map((row) =>
    row
      .toReversed()
      .map(({ label }) => `[${label}]`)
      .join(' '),
  );
}
