import { existsSync } from 'node:fs';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/**
 * The arguments of a command. `--help` prints the usage and ends with 0; what it does not know, and an operand that is
 * missing or one too many, ends with {@link wrongUsage}.
 * @param operands names of those that are needed, as the usage has them: `['FILE']`
 * @param more whether further ones may follow
 */
export function readArguments<const T extends ParseArgsOptionsConfig>(
  usage: string,
  { options, operands = [], more = false }: { options: T; operands?: readonly string[]; more?: boolean },
) {
  const read = () => parseArgs({ allowPositionals: true, options: { ...options, ...HELP } });
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read();
  } catch (error) {
    return wrongUsage(usage, reasonOf(error));
  }
  const { values, positionals } = parsed;
  if ((values as { help?: boolean }).help) {
    console.log(usage);
    process.exit(0);
  }
  const missing = operands[positionals.length];
  if (missing !== undefined) wrongUsage(usage, `${missing} is missing`);
  if (!more && positionals.length > operands.length)
    wrongUsage(usage, `«${positionals[operands.length]}» is one argument too many`);
  return { values, positionals };
}

/** Says what is wrong with the call and how it is right, and ends with 2. */
export function wrongUsage(usage: string, reason: string): never {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

/** Nothing is written over what is there: says so of a file that is, and ends with 2. */
export function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  console.error(`${file} is there already: give another name`);
  process.exit(2);
}

/** For the one line that a command ends with: a stack helps nobody who runs it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
