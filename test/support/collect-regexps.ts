import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSync } from '@swc/core';

/**
 * Prints every regular expression of src/ and scripts/ as JSON: what stands there as a literal, and what `new RegExp` makes of
 * its parts, which only running it tells. A process of its own, so that each module is loaded under the watched constructor.
 */
export interface Collected {
  expressions: { where: string; source: string; flags: string }[];
  /** Places that make an expression and were not seen to: they need a line in `MADE_WHEN_CALLED`. */
  unseen: string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is made at import is seen anyway. */
const MADE_WHEN_CALLED: Readonly<Record<string, (module: Record<string, unknown>) => unknown>> = {
  'src/language/eraser.ts': ({ createEraser }) =>
    (createEraser as (known: object) => unknown)({ names: ['مریم احمدی'], numbers: ['9120000011'], alone: true }),
  'src/language/redact.ts': ({ redact }) => (redact as (text: string, names: string[]) => string)('', ['مریم احمدی']),
  'src/simulator/api/multipart.ts': ({ parseMultipart }) =>
    (parseMultipart as (body: Buffer, boundary: string) => unknown)(
      Buffer.from('--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'),
      'x',
    ),
};

const files = globSync('{src,scripts}/**/*.ts', { cwd: ROOT });
const expressions = files.flatMap((file) => literalsIn(file, readFileSync(`${ROOT}${file}`, 'utf8')));
const sites = files.flatMap((file) =>
  readFileSync(`${ROOT}${file}`, 'utf8')
    .split('\n')
    .flatMap((line, index) => (/\bRegExp\(/.test(line) ? [`${file}:${index + 1}`] : [])),
);
const made = new Map<string, Set<string>>();
globalThis.RegExp = new Proxy(RegExp, {
  construct(target, parts: [string, string?]) {
    const expression = new target(...parts);
    const where = siteIn(new Error('where').stack ?? '');
    if (where !== null)
      made.set(where, (made.get(where) ?? new Set()).add(JSON.stringify([expression.source, expression.flags])));
    return expression;
  },
});
for (const file of new Set(sites.map((site) => site.replace(/:\d+$/, '')))) {
  if (!file.startsWith('src/')) continue;
  const module = (await import(pathToFileURL(`${ROOT}${file}`).href)) as Record<string, unknown>;
  MADE_WHEN_CALLED[file]?.(module);
}
for (const [where, all] of made) {
  for (const one of all) {
    const [source, flags] = JSON.parse(one) as [string, string];
    expressions.push({ where, source, flags });
  }
}
const collected: Collected = { expressions, unseen: sites.filter((site) => !made.has(site)) };
process.stdout.write(JSON.stringify(collected));

function literalsIn(file: string, code: string): Collected['expressions'] {
  const found: Collected['expressions'] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && node.type === 'RegExpLiteral') {
      const { pattern, flags } = node as unknown as { pattern: string; flags: string };
      found.push({ where: file, source: pattern, flags });
    }
    for (const child of Object.values(node)) walk(child);
  };
  walk(parseSync(code, { syntax: 'typescript', target: 'es2024' }));
  return found;
}

/** The first place of ours that a stack passes. */
function siteIn(stack: string): string | null {
  for (const [, path = '', line = ''] of stack.matchAll(/file:\/\/([^:\s]+):(\d+):\d+/g))
    if (path.startsWith(`${ROOT}src/`)) return `${path.slice(ROOT.length)}:${line}`;
  return null;
}
