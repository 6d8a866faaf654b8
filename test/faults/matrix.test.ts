import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MATRIX } from './matrix.ts';

it('the fault matrix has every row once, and each names tests that exist', () => {
  expect(MATRIX.map(({ row }) => row)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const missing = MATRIX.flatMap(({ row, proofs }) =>
    proofs
      .filter(([file, name]) => !readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').includes(name))
      .map(([file, name]) => `row ${row}: ${file} has no «${name}»`),
  );
  expect(missing).toEqual([]);
  expect(MATRIX.filter(({ proofs }) => proofs.length === 0)).toEqual([]);
});
