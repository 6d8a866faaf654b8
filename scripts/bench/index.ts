import { existsSync, readdirSync } from 'node:fs';

/** `npm run bench -- NAME [options]` runs scripts/bench/NAME.ts, which exports `run`. */
const [name = '', ...args] = process.argv.slice(2);
const file = new URL(`${name}.ts`, import.meta.url);

if (!/^[a-z-]+$/.test(name) || name === 'index' || !existsSync(file)) {
  const names = readdirSync(new URL('.', import.meta.url))
    .filter((entry) => entry.endsWith('.ts') && entry !== 'index.ts')
    .map((entry) => entry.replace(/\.ts$/, ''));
  console.error(`npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
const bench = (await import(file.href)) as { run: (args: string[]) => Promise<void> };
await bench.run(args);
