import { existsSync, readdirSync } from 'node:fs';
import { wrongUsage } from '../arguments.ts';

const here = new URL('.', import.meta.url);
const names = readdirSync(here)
  .filter((entry) => entry.endsWith('.ts') && entry !== 'index.ts')
  .map((entry) => entry.replace(/\.ts$/, ''));
const USAGE = `npm run bench -- NAME [options]

Runs a measurement, scripts/bench/NAME.ts, which says at its head what it measures and which options it takes.
NAME is one of: ${names.join(', ')}`;

const [name = '', ...args] = process.argv.slice(2);
if ([name, ...args].some((one) => one === '--help' || one === '-h')) {
  console.log(USAGE);
  process.exit(0);
}
const file = new URL(`${name}.ts`, here);
if (!names.includes(name) || !existsSync(file))
  wrongUsage(USAGE, name === '' ? 'NAME is missing' : `There is no «${name}»`);
const bench = (await import(file.href)) as { run: (args: string[]) => Promise<void> };
try {
  await bench.run(args);
} catch (error) {
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) wrongUsage(USAGE, message);
  throw error;
}
