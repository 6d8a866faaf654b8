import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startWorld } from './support/app.ts';

const root = new URL('../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const text = read('ARCHITECTURE.md');

/** The names in the first column of the tables under a heading. */
function firstColumn(heading: string): string[] {
  const section = text.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''));
}

describe('ARCHITECTURE.md', () => {
  it('gives a reason for every dependency, and for no other', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      object
    >;
    const needed = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(new Set(firstColumn('Libraries'))).toEqual(new Set(needed));
  });

  it('names every collection', async () => {
    const { app } = await startWorld();
    const listed = firstColumn('Storage');
    const kept = Object.values(app.database.connection.models).map(({ collection }) => collection.name);
    expect(kept.filter((name) => !listed.includes(name))).toEqual([]);
    expect(kept.length).toBeGreaterThan(5);
  });

  it('names every room of the house and every feature', () => {
    const rooms = firstColumn('The house');
    for (const name of readdirSync(new URL('src', root)))
      expect(rooms).toContain(name.endsWith('.ts') ? `src/${name}` : `src/${name}/`);
    const features = readdirSync(new URL('src/features', root));
    expect(features.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only files that are there', () => {
    const sources = ['src', 'test', 'scripts'].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    );
    const named = [...text.matchAll(/`([\w./-]+\.(?:ts|cjs|json))`/g)].map(([, name]) => name ?? '');
    const isThere = (name: string) =>
      existsSync(new URL(name, root)) || sources.some((one) => one.endsWith(`/${name}`));
    expect(named.filter((name) => !isThere(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });
});
