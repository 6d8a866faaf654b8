import { encode } from 'uqr';
import { stacked, type Block } from './block.ts';

/** ISO/IEC 18004, 6.3.8: four modules without a mark on every side. */
const QUIET = 4;
const GAP_EMS = 1;

/**
 * A QR code where reading starts, with blocks beside it. Black on white whatever the theme: many readers take no other.
 * It bears damage to 15 % (level M).
 */
export function qrCode(text: string, { ems, beside }: { ems: number; beside: readonly Block[] }): Block {
  const { data, size } = encode(text, { ecc: 'M', border: 0, boostEcc: false });
  const words = stacked(beside);
  return {
    height: (pen, width) => Math.max(ems * pen.em, words.height(pen, width - (ems + GAP_EMS) * pen.em)),
    draw(pen, box) {
      const side = ems * pen.em;
      const square = { ...pen.part(box, 0, side), height: side };
      const module = side / (size + 2 * QUIET);
      pen.paint(square, '#ffffff');
      const { ctx } = pen;
      ctx.fillStyle = '#000000';
      // One path: modules that were filled one by one would show light lines between them.
      ctx.beginPath();
      for (const [row, cells] of data.entries())
        for (const [column, isDark] of cells.entries())
          if (isDark)
            ctx.roundRect(square.x + (QUIET + column) * module, square.y + (QUIET + row) * module, module, module, 0);
      ctx.fill();
      const taken = side + GAP_EMS * pen.em;
      const rest = pen.part(box, taken, box.width - taken);
      const height = words.height(pen, rest.width);
      words.draw(pen, { ...rest, y: box.y + Math.max(0, (box.height - height) / 2), height });
    },
  };
}
