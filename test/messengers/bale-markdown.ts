/**
 * A reader of Bale's Markdown for tests, written from the public description and not from the renderer: `*bold*` and
 * `_italic_` open after white space or at the start of a line and close before white space or at the end of one,
 * `[text](url)` anywhere, three backticks begin a box. It reads as much as it can as markup, as a hostile reader would.
 */
export interface ShownLetter {
  letter: string;
  style: 'bold' | 'italic' | 'link' | 'box' | undefined;
  url?: string;
}

export function readBaleMarkdown(source: string): ShownLetter[] {
  return source.split('\n').flatMap((line) => readLine(line, undefined));
}

function readLine(line: string, style: ShownLetter['style']): ShownLetter[] {
  const shown: ShownLetter[] = [];
  let index = 0;
  while (index < line.length) {
    const rest = line.slice(index);
    const opens = index === 0 || /\s/.test(line.charAt(index - 1));
    const link = /^\[([^\]]*)\]\(([^)\s]*)\)/.exec(rest);
    const box = /^```/.exec(rest);
    const bold = opens ? /^\*(\S(?:[^*]*[^*\s])?)\*(?=\s|$)/.exec(rest) : null;
    const italic = opens ? /^_(\S(?:.*?\S)??)_(?=\s|$)/s.exec(rest) : null;
    if (box !== null) {
      shown.push({ letter: '```', style: 'box' });
      index += 3;
    } else if (link !== null) {
      for (const letter of link[1]!) shown.push({ letter, style: 'link', url: link[2]! });
      index += link[0].length;
    } else if (bold !== null || italic !== null) {
      const match = (bold ?? italic)!;
      shown.push(...readLine(match[1]!, bold === null ? 'italic' : 'bold'));
      index += match[0].length;
    } else {
      const letter = String.fromCodePoint(line.codePointAt(index)!);
      shown.push({ letter, style });
      index += letter.length;
    }
  }
  return shown;
}
