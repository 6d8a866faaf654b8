import { createCanvas } from '@napi-rs/canvas';
import type { Language } from '../language/languages.ts';
import { stacked, type Block } from './block.ts';
import { createPen } from './pen.ts';
import { THEMES, type ThemeName } from './theme.ts';

export interface PictureOptions {
  language: Language;
  theme?: ThemeName;
  /** Pixels, 320 to 1200. Default 1080: three for each point of a common phone. */
  width?: number;
}

/** Both messengers show a photo scaled down; a longer one would be cut or unreadable. */
const MOST_HEIGHT = 4000;
/** So much of the width is one em: 34 pixels of 1080, 11 points on a phone. */
const EM = 34 / 1080;

/**
 * Draws blocks below each other as one PNG.
 * @throws {RangeError} where the width is out of bounds, or the blocks need more than 4000 pixels of height: show fewer
 */
export async function picture(blocks: readonly Block[], options: PictureOptions): Promise<Uint8Array> {
  const { language, width = 1080 } = options;
  if (!(width >= 320 && width <= 1200)) throw new RangeError(`A picture is 320 to 1200 pixels wide, not ${width}`);
  const theme = THEMES[options.theme ?? 'light'];
  const em = width * EM;
  const margin = em * 1.3;
  const inner = width - 2 * margin;
  const whole = stacked(blocks);
  const measured = whole.height(createPen(createCanvas(1, 1).getContext('2d'), { theme, em, language }), inner);
  const height = Math.ceil(measured + 2 * margin);
  if (height > MOST_HEIGHT)
    throw new RangeError(`The picture would be ${height} pixels high, at most ${MOST_HEIGHT}: show fewer things`);
  const canvas = createCanvas(width, height);
  const pen = createPen(canvas.getContext('2d'), { theme, em, language });
  pen.paint({ x: 0, y: 0, width, height }, theme.ground);
  whole.draw(pen, { x: margin, y: margin, width: inner, height: measured });
  return canvas.encode('png');
}
