import { fileURLToPath } from 'node:url';
import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { DIRECTIONS, type Language } from '../language/languages.ts';
import { createValueFormatter } from '../language/text-value.ts';
import type { Theme } from './theme.ts';

/** Where something is drawn, in the canvas's units: `x` is its left edge whatever the direction. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Font {
  /** In ems of the page: 1 is running text. */
  size: number;
  bold?: boolean;
}

/** `start` is where reading starts: the right edge in Persian. */
export type Align = 'start' | 'end' | 'middle';

/** What is drawn on: a picture's canvas or a document's page. */
export type Surface = Pick<
  SKRSContext2D,
  | 'font'
  | 'direction'
  | 'measureText'
  | 'fillText'
  | 'textAlign'
  | 'textBaseline'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'roundRect'
  | 'fill'
  | 'stroke'
>;

/** A canvas with a direction, a theme and a size of text; everything that is drawn is measured with it first. */
export interface Pen {
  readonly ctx: Surface;
  readonly theme: Theme;
  /** The height of running text, in the canvas's units; all other measures are multiples of it. */
  readonly em: number;
  readonly rtl: boolean;
  /** In the language's digits, with thousands separators. */
  number(n: number): string;
  /** The x that lies `distance` behind the edge of a box where reading starts. */
  from(box: Box, distance: number): number;
  /** A part of a box that begins `distance` behind its start and is `width` wide. */
  part(box: Box, distance: number, width: number): Box;
  widthOf(text: string, font: Font): number;
  /** The text, or as much of it as fits into `width` with an ellipsis. */
  fit(text: string, font: Font, width: number): string;
  /** Lines that fit into `width`; a last one that is cut where there would be more than `most`. */
  wrap(text: string, font: Font, width: number, most?: number): string[];
  /** Writes one line; `y` is its middle. */
  write(text: string, at: { x: number; y: number; align?: Align; font: Font; color?: string }): void;
  /** Fills a box; the radius rounds its corners. */
  paint(box: Box, color: string, radius?: number): void;
}

/** Isolates and marks do nothing in a line that has a direction, and emoji have no glyph in the font. */
const UNDRAWN = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|\uFE0F|\p{Extended_Pictographic}/gu;
const drawn = (text: string): string => text.replace(UNDRAWN, '').trim();

const FAMILY = 'Vazirmatn';

/** The font comes with the project: what a machine has installed changes nothing. Again, it does nothing. */
function ensureFonts(): void {
  if (GlobalFonts.has(FAMILY)) return;
  for (const weight of ['Regular', 'Bold']) {
    const file = fileURLToPath(new URL(`../../assets/fonts/Vazirmatn-${weight}.ttf`, import.meta.url));
    if (!GlobalFonts.registerFromPath(file, FAMILY))
      throw new Error(`${file} can't be read as a font: take assets/fonts from the repository again`);
  }
}

export interface PenOptions {
  theme: Theme;
  em: number;
  language: Language;
}

export function createPen(ctx: Surface, { theme, em, language }: PenOptions): Pen {
  ensureFonts();
  const rtl = DIRECTIONS[language] === 'rtl';
  const { number } = createValueFormatter(language);
  const choose = ({ size, bold }: Font): void => {
    ctx.font = `${bold ? 'bold ' : ''}${size * em}px ${FAMILY}`;
    // Resizing and restoring reset it; without it «(G4B)» at a line's end lands on the wrong side.
    ctx.direction = rtl ? 'rtl' : 'ltr';
  };
  const widthOf = (text: string, font: Font): number => {
    choose(font);
    return ctx.measureText(drawn(text)).width;
  };

  function fit(text: string, font: Font, width: number): string {
    const whole = drawn(text);
    if (widthOf(whole, font) <= width) return whole;
    const letters = [...new Intl.Segmenter().segment(whole)].map(({ segment }) => segment);
    let [low, high] = [0, letters.length];
    const cut = (count: number): string => `${letters.slice(0, count).join('').trimEnd()}…`;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (widthOf(cut(middle), font) <= width) low = middle;
      else high = middle - 1;
    }
    return cut(low);
  }

  function wrap(text: string, font: Font, width: number, most = Number.POSITIVE_INFINITY): string[] {
    const lines: string[] = [];
    for (const paragraph of text.split('\n')) {
      let line = '';
      for (const word of drawn(paragraph).split(/ +/)) {
        const longer = line === '' ? word : `${line} ${word}`;
        if (line !== '' && widthOf(longer, font) > width) {
          lines.push(line);
          line = word;
        } else {
          line = longer;
        }
      }
      lines.push(line);
    }
    const kept = lines.length <= most ? lines : [...lines.slice(0, most - 1), lines.slice(most - 1).join(' ')];
    return kept.map((line) => fit(line, font, width));
  }

  return {
    ctx,
    theme,
    em,
    rtl,
    number,
    from: (box, distance) => (rtl ? box.x + box.width - distance : box.x + distance),
    part: (box, distance, width) => ({
      ...box,
      x: rtl ? box.x + box.width - distance - width : box.x + distance,
      width,
    }),
    widthOf,
    fit,
    wrap,
    write(text, { x, y, align = 'start', font, color = theme.ink }) {
      choose(font);
      ctx.fillStyle = color;
      ctx.textBaseline = 'middle';
      ctx.textAlign = align === 'middle' ? 'center' : (align === 'start') === rtl ? 'right' : 'left';
      // The font's middle lies above that of its letters and digits.
      ctx.fillText(drawn(text), x, y + font.size * em * 0.08);
    },
    paint({ x, y, width, height }, color, radius = 0) {
      if (width <= 0 || height <= 0) return;
      ctx.fillStyle = color;
      ctx.beginPath();
      ctx.roundRect(x, y, width, height, Math.min(radius, width / 2, height / 2));
      ctx.fill();
    },
  };
}
