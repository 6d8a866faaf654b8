import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/**
 * The arguments of a command. `--help` prints the usage and ends with 0; what it does not know, and an operand that is
 * missing or one too many, ends with {@link wrongUsage}.
 * @param options.args by default those of the process
 * @param operands names of those that are needed, as the usage has them: `['FILE']`
 * @param more whether further ones may follow
 */
export function readArguments<const T extends ParseArgsOptionsConfig>(
  usage: string,
  {
    options,
    operands = [],
    more = false,
    args = process.argv.slice(2),
  }: { options: T; operands?: readonly string[]; more?: boolean; args?: string[] },
) {
  const read = () => parseArgs({ args, allowPositionals: true, options: { ...options, ...HELP } });
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

/** A file that the caller named. @throws Error with what is wrong with it, in words */
export async function readGiven(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

const IN_WORDS: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `there is no ${path}: is the name right, and the folder?`,
  EISDIR: (path) => `${path} is a folder: name a file in it`,
  ENOTDIR: (path) => `a part of ${path} is a file, not a folder: is the path right?`,
  EACCES: (path) => `this user may not use ${path}: give it to the user who runs this, or run it as its owner`,
  EPERM: (path) => `this user may not use ${path}: give it to the user who runs this, or run it as its owner`,
  ENOSPC: (path) => `the disk that holds ${path} is full: free some room`,
  EROFS: (path) => `${path} is on a disk that takes no writes: name another place`,
  EEXIST: (path) => `${path} is there already: give another name`,
};

/** For the one line that a command ends with: a stack helps nobody who runs it, and neither does ENOENT. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', path = 'the file' } = error as NodeJS.ErrnoException;
  return IN_WORDS[code]?.(path) ?? error.message;
}
