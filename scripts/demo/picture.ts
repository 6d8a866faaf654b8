import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUE_COLOUR = 2;

/**
 * A real PNG of a printed page, as somebody photographs a refused tender: lines of text, a frame and a red stamp.
 * Layout: W3C PNG specification, section 5.
 */
export function pictureOfALetter({ width = 240, height = 320 } = {}): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x += 1) row.set(colourAt(x / width, y / height), 1 + x * 3);
    return row;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, TRUE_COLOUR, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colourAt(x: number, y: number): [red: number, green: number, blue: number] {
  if (Math.abs(Math.hypot(x - 0.3, (y - 0.82) * 1.33) - 0.12) < 0.015) return [190, 40, 40];
  const inText = x > 0.12 && x < 0.88 && y > 0.12 && y < 0.66;
  if (inText && (y * 18) % 1 < 0.4 && x > 0.12 + ((Math.floor(y * 18) * 7) % 5) * 0.06) return [70, 70, 80];
  return [250, 248, 240];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
