import { createCanvas } from '@napi-rs/canvas';
import { encode } from 'uqr';
import { expect, it } from 'vitest';
import { paragraph } from '../../src/pictures/block.ts';
import { createPen } from '../../src/pictures/pen.ts';
import { qrCode } from '../../src/pictures/qr.ts';
import { THEMES } from '../../src/pictures/theme.ts';

const LINK = 'https://t.me/example_bot?start=v_314159265352';
const QUIET = 4;

it.each(['fa', 'en'] as const)('draws every module dark on white with a quiet zone, where %s begins', (language) => {
  const { data, size } = encode(LINK, { ecc: 'M', border: 0, boostEcc: false });
  const side = (size + 2 * QUIET) * 5;
  const [width, em] = [side * 4, side / 10];
  const canvas = createCanvas(width, side);
  const ctx = canvas.getContext('2d');
  const pen = createPen(ctx, { theme: THEMES.dark, em, language });
  const block = qrCode(LINK, { ems: 10, beside: [paragraph('کد')] });
  expect(block.height(pen, width)).toBeCloseTo(side);
  block.draw(pen, { x: 0, y: 0, width, height: side });
  const left = language === 'fa' ? width - side : 0;
  const isDark = (column: number, row: number): boolean => {
    const at = (place: number) => Math.floor((place + QUIET + 0.5) * 5);
    const [red = 0, , , alpha = 0] = ctx.getImageData(left + at(column), at(row), 1, 1).data;
    expect(alpha).toBe(255);
    return red < 128;
  };
  const drawn = data.map((cells, row) => cells.map((_cell, column) => isDark(column, row)));
  expect(drawn).toEqual(data);
  for (let place = -QUIET; place < size + QUIET; place++)
    for (const edge of [-QUIET, -1, size, size + QUIET - 1]) {
      expect(isDark(place, edge)).toBe(false);
      expect(isDark(edge, place)).toBe(false);
    }
});
