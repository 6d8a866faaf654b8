import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../src/config.ts';

const root = new URL('../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(`deploy/${name}`, root), 'utf8');
const isThere = (path: string): boolean => existsSync(new URL(path, root));

describe.each(['khoosheh.service', 'khoosheh-backup.service', 'Containerfile'])('deploy/%s', (name) => {
  const text = read(name);

  it('starts scripts that are there', () => {
    const scripts = [...text.matchAll(/(?:src|scripts)\/[\w-]+\.ts/g)].map(([path]) => path);
    expect(scripts).not.toEqual([]);
    expect(scripts.filter((path) => !isThere(path))).toEqual([]);
  });

  it('sets nothing that the bot does not know', () => {
    const lines = [...text.matchAll(/^(?:Environment=|ENV )(.*)$/gm)].map(([, line]) => line ?? '');
    const set = lines.flatMap((line) => [...line.matchAll(/([A-Z_]+)=/g)].map(([, variable]) => variable));
    const known = new Set<string | undefined>([...VARIABLES, 'NODE_ENV']);
    expect(set).toContain('DATA_DIR');
    expect(set.filter((variable) => !known.has(variable))).toEqual([]);
  });
});

it('the service and the container run with the memory that npm start gives', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: { start: string } };
  const flags = (text: string): string[] => text.match(/--max-[\w-]+=\d+/g) ?? [];
  expect(flags(scripts.start)).not.toEqual([]);
  for (const name of ['khoosheh.service', 'Containerfile']) expect(flags(read(name))).toEqual(flags(scripts.start));
});

it('the container gets every folder that the bot reads', () => {
  const copied = [...read('Containerfile').matchAll(/^COPY (\w+) \.\/\w+$/gm)].map(([, folder]) => folder);
  const named = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
    const source = new URL(file, root);
    const paths = readFileSync(source, 'utf8').matchAll(/new URL\(['`](\.\.?\/[^'`$]*)[^)]*, import\.meta\.url\)/g);
    return Array.from(paths, ([, path]) => new URL(path ?? '', source).href.slice(root.href.length).split('/')[0]);
  });
  const folders = new Set([...named, 'src', 'scripts']);
  expect(folders).toContain('assets');
  expect(new Set(copied)).toEqual(folders);
});

it('the service gives the bot longer to stop than it takes at most, and asks nobody but the bot', () => {
  const unit = read('khoosheh.service');
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10);
  expect(unit).toMatch(/^KillMode=mixed$/m);
});
