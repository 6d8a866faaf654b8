import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buttonKind } from '../../src/bot/callback-data.ts';

const answer = buttonKind('a', 1, ['draft', 'question', 'value']);

describe('callback data', () => {
  it('reads back what it wrote', () => {
    const field = fc.stringMatching(/^[\w.!-]{0,18}$/);
    fc.assert(
      fc.property(field, field, field, (draft, question, value) => {
        expect(answer.read(answer.data(draft, question, value))).toEqual({ draft, question, value });
      }),
    );
  });

  it('refuses to draw a button of more than 64 bytes', () => {
    expect(answer.data('x'.repeat(30), 'y'.repeat(20), 'z'.repeat(9))).toHaveLength(64);
    expect(() => answer.data('x'.repeat(30), 'y'.repeat(20), 'z'.repeat(10))).toThrow(RangeError);
  });

  it('refuses letters that count as more than a byte, and the separator', () => {
    expect(() => answer.data('خوشه', '', '')).toThrow(RangeError);
    expect(() => answer.data('a:b', '', '')).toThrow(RangeError);
  });

  it('never reads what another version or a stranger made', () => {
    const old = buttonKind('a', 0, ['draft', 'question', 'value']);
    expect(answer.read(old.data('1', '2', '3'))).toBeNull();
    expect(answer.read('a1:1:2')).toBeNull();
    expect(answer.read('a1:1:2:3:4')).toBeNull();
    expect(answer.read('a1:$gt:2:3')).toBeNull();
    fc.assert(
      fc.property(fc.string(), (data) => {
        const read = answer.read(data);
        expect(read === null || answer.data(read.draft, read.question, read.value) === data).toBe(true);
      }),
    );
  });
});
