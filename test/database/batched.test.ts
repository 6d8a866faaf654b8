import { describe, expect, it, vi } from 'vitest';
import { batched } from '../../src/database/batched.ts';

/** Work that ends when the test says so. */
function controlled() {
  const batches: { items: number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const ask = batched(
    (items: number[]) =>
      new Promise<string[]>((resolve, reject) => {
        batches.push({ items, end: () => resolve(items.map((item) => `result ${item}`)), fail: reject });
      }),
  );
  const begun = (count: number) => vi.waitUntil(() => batches.length === count, { interval: 1 });
  return { batches, ask, begun };
}

describe('what many ask for at once', () => {
  it('goes together where it is of the same moment or came meanwhile, each getting its own result', async () => {
    const { batches, ask, begun } = controlled();
    const first = [ask(1), ask(2)];
    await begun(1);
    const others = [ask(3), ask(4)];
    batches[0]?.end();
    expect(await Promise.all(first)).toEqual(['result 1', 'result 2']);
    await begun(2);
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    batches[1]?.end();
    expect(await Promise.all(others)).toEqual(['result 3', 'result 4']);
  });

  it('is never answered by what was under way when it was asked for', async () => {
    let stored = 'old';
    const seen: (() => void)[] = [];
    const read = batched(async (keys: string[]) => {
      const value = stored;
      await new Promise<void>((resolve) => seen.push(resolve));
      return keys.map(() => value);
    });
    const before = read('a');
    await vi.waitUntil(() => seen.length === 1, { interval: 1 });
    stored = 'new';
    const after = read('a');
    seen[0]?.();
    await vi.waitUntil(() => seen.length === 2, { interval: 1 });
    seen[1]?.();
    expect([await before, await after]).toEqual(['old', 'new']);
  });

  it('fails together, and what comes after does not', async () => {
    const { batches, ask, begun } = controlled();
    const first = ask(1);
    await begun(1);
    const second = Promise.allSettled([ask(2), ask(3)]);
    batches[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await begun(2);
    batches[1]?.fail(new Error('still away'));
    expect((await second).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const third = ask(4);
    await begun(3);
    batches[2]?.end();
    expect(await third).toBe('result 4');
  });

  it('is held up by no round trip that is stuck', async () => {
    const asked: number[][] = [];
    const ask = batched((items: number[]) => {
      asked.push(items);
      return asked.length === 1 ? new Promise<number[]>(() => {}) : Promise.resolve(items);
    });
    // Given up long after the test.
    ask(1).catch(() => {});
    await vi.waitUntil(() => asked.length === 1, { interval: 1 });
    expect(await Promise.all([ask(2), ask(3)])).toEqual([2, 3]);
  });
});
