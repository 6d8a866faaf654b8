import type { Align, Box, Font, Pen } from './pen.ts';

/** Something that takes the width it is given and knows how high it is then. Pictures and pages are lists of blocks. */
export interface Block {
  height(pen: Pen, width: number): number;
  draw(pen: Pen, box: Box): void;
  /** Drawn again where a new page begins with this block: the head of a table. */
  repeats?: Block;
  /** Stays on one page with the block behind it, as a heading does. */
  keepsWithNext?: boolean;
}

const LINE_HEIGHT = 1.6;
export const lineHeightOf = (pen: Pen, font: Font): number => font.size * pen.em * LINE_HEIGHT;

export const TITLE: Font = { size: 1.35, bold: true };
export const RUNNING: Font = { size: 1 };
export const NOTE: Font = { size: 0.82 };

export function gap(ems = 1): Block {
  return { height: (pen) => ems * pen.em, draw() {} };
}

/** Text in as many lines as it needs. */
export function paragraph(
  text: string,
  { font = RUNNING, faint = false, align = 'start' }: { font?: Font; faint?: boolean; align?: Align } = {},
): Block {
  return {
    height: (pen, width) => pen.wrap(text, font, width).length * lineHeightOf(pen, font),
    draw(pen, box) {
      const step = lineHeightOf(pen, font);
      const x = pen.from(box, align === 'start' ? 0 : align === 'middle' ? box.width / 2 : box.width);
      for (const [index, line] of pen.wrap(text, font, box.width).entries())
        pen.write(line, {
          x,
          y: box.y + (index + 0.5) * step,
          align,
          font,
          color: faint ? pen.theme.faint : pen.theme.ink,
        });
    },
  };
}

export const heading = (text: string): Block => ({
  ...paragraph(text, { font: { size: 1.15, bold: true } }),
  keepsWithNext: true,
});

/** Blocks as one, one below the other. */
export function stacked(blocks: readonly Block[]): Block {
  return {
    height: (pen, width) => blocks.reduce((sum, block) => sum + block.height(pen, width), 0),
    draw(pen, box) {
      let { y } = box;
      for (const block of blocks) {
        const height = block.height(pen, box.width);
        block.draw(pen, { ...box, y, height });
        y += height;
      }
    },
  };
}

/** What stands above every chart. */
export function titled({ title, subtitle }: { title: string; subtitle?: string | undefined }, body: Block): Block {
  return stacked([
    paragraph(title, { font: TITLE }),
    ...(subtitle === undefined || subtitle === '' ? [] : [paragraph(subtitle, { font: NOTE, faint: true })]),
    gap(0.7),
    body,
  ]);
}
