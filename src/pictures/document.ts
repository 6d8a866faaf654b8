import { PDFDocument, createCanvas } from '@napi-rs/canvas';
import type { Language } from '../language/languages.ts';
import { NOTE, type Block } from './block.ts';
import { createPen, type Pen } from './pen.ts';
import { THEMES } from './theme.ts';

export interface DocumentOptions {
  language: Language;
  /** In the file's own description; shown by readers as the window's name. */
  title: string;
  /** What stands below each page: «صفحهٔ ۱ از ۳». */
  footer?: ((page: number, pages: number) => string) | undefined;
}

/** A4 in points. */
const [WIDTH, HEIGHT] = [595, 842];
const MARGIN = 48;
const EM = 10.5;

/**
 * Sets blocks on A4 pages as a PDF with the fonts in it: text stays text and sharp at any size. A block that is higher
 * than a page is cut at the page's end.
 */
export function document(blocks: readonly Block[], { language, title, footer }: DocumentOptions): Uint8Array {
  const look = { theme: THEMES.light, em: EM, language };
  const width = WIDTH - 2 * MARGIN;
  const pages = paginate(blocks, createPen(createCanvas(1, 1).getContext('2d'), look), width);
  const pdf = new PDFDocument({ title });
  for (const [index, page] of pages.entries()) {
    const pen = createPen(pdf.beginPage(WIDTH, HEIGHT), look);
    for (const { block, y, height } of page) block.draw(pen, { x: MARGIN, y: MARGIN + y, width, height });
    if (footer)
      pen.write(footer(index + 1, pages.length), {
        x: WIDTH / 2,
        y: HEIGHT - MARGIN / 2,
        align: 'middle',
        font: NOTE,
        color: look.theme.faint,
      });
    pdf.endPage();
  }
  return pdf.close();
}

interface Placed {
  block: Block;
  y: number;
  height: number;
}

function paginate(blocks: readonly Block[], pen: Pen, width: number): Placed[][] {
  const room = HEIGHT - 2 * MARGIN;
  const pages: Placed[][] = [[]];
  let y = 0;
  const place = (block: Block, height: number): void => {
    pages.at(-1)?.push({ block, y, height });
    y += height;
  };
  for (const [index, block] of blocks.entries()) {
    const height = block.height(pen, width);
    const next = block.keepsWithNext ? blocks[index + 1] : undefined;
    if (y > 0 && y + height + (next?.height(pen, width) ?? 0) > room) {
      pages.push([]);
      y = 0;
      if (block.repeats) place(block.repeats, block.repeats.height(pen, width));
    }
    place(block, Math.min(height, room - y));
  }
  return pages;
}
