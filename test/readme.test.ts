import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../src/config.ts';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

describe.each(['README.md', 'README.fa.md'])('%s', (name) => {
  const text = read(name);

  it('lists every setting, and no other', () => {
    const listed = [...text.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, variable]) => variable);
    expect(new Set(listed)).toEqual(new Set(VARIABLES));
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/`npm run ([\w:-]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => script !== undefined && !(script in scripts))).toEqual([]);
    expect(named).not.toEqual([]);
  });

  it('names every npm script that somebody runs by hand', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    // These are steps of `npm run check`, `npm test` and `npm install`.
    const isPart = (script: string) => script.startsWith('check:') || ['test:run', 'postinstall'].includes(script);
    const missing = Object.keys(scripts).filter(
      (script) => !isPart(script) && !new RegExp(`npm (?:run )?${script}(?![\\w:-])`).test(text),
    );
    expect(missing).toEqual([]);
  });

  it('links only to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target ?? '');
    expect(links).not.toEqual([]);
    for (const link of links) expect(() => readFileSync(new URL(`../${link}`, import.meta.url))).not.toThrow();
  });
});
