import { readFileSync } from 'node:fs';

/** What `npm start` tells Node about its memory: what is measured must be told the same. */
export function productionFlags(): string[] {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}
