/** A variable that is set and that nothing reads. */
export interface MisspeltSetting {
  name: string;
  /** The setting that was meant, as far as can be told. */
  nearest: string | null;
}

/** Read by Node, by the system or by libraries; near to one of ours or likely to stand in our file. */
const OTHERS =
  /^(?:(?:HTTPS?|ALL|NO|FTP)_PROXY|NODE_\w+|NPM_\w+|TZ|LANG|LC_\w+|PATH|HOME|USER|SHELL|TERM|NO_COLOR|FORCE_COLOR)$/i;
/** What a bot's token is called elsewhere; with one of these words beside `TOKEN`, it is a token of ours. */
const TOKEN_WORDS: ReadonlySet<string> = new Set(['TOKEN', 'BOT', 'API', 'KEY', 'TG', 'TELEGRAM', 'BALE', 'KHOOSHEH']);
const LONGEST_NAME = 60;

const compact = (name: string): string => name.toUpperCase().replace(/[^A-Z\d]/g, '');

/** Letters to change, add, leave out or swap with the next one (Damerau and Levenshtein). */
function distance(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= b.length; at += 1) {
      const changed = (last[at - 1] ?? 0) + (a[row - 1] === b[at - 1] ? 0 : 1);
      const isSwapped = row > 1 && at > 1 && a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1];
      const swapped = isSwapped ? (before[at - 2] ?? 0) + 1 : changed;
      next.push(Math.min(changed, swapped, (last[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}

/** `BOT_TOKEN`, `TG_TOKEN`, `BALE_API_KEY`, `TELEGRAM_KEY` and the like, by the whole words of the name. */
function isCalledToken(words: readonly string[]): boolean {
  const isMessengers = words.some((word) => ['TG', 'TELEGRAM', 'BALE', 'BOT'].includes(word));
  return (
    words.every((word) => TOKEN_WORDS.has(word)) &&
    (words.includes('TOKEN') || (isMessengers && words.includes('KEY'))) &&
    (isMessengers || words.length === 1)
  );
}

/** The setting that a name is near to: a letter in four may be wrong. Null for what is like none. */
export function nearestSetting(name: string, known: readonly string[]): string | null {
  if (OTHERS.test(name) || name.length > LONGEST_NAME) return null;
  const written = compact(name.replace(/^TG(?=_)/i, 'TELEGRAM'));
  const words = name
    .toUpperCase()
    .split(/[^A-Z\d]+/)
    .filter((word) => word !== '');
  const isToken = isCalledToken(words);
  const near = known
    .map((setting) => ({ setting, off: distance(written, compact(setting)) }))
    .filter(({ setting, off }) =>
      isToken
        ? setting.endsWith('_TOKEN')
        : off <= Math.ceil(compact(setting).length / 4) || startsLike(written, compact(setting)),
    )
    .toSorted((a, b) => a.off - b.off);
  return near[0]?.setting ?? null;
}

/** `DATA_DIRECTORY`, `OWNER_IDS_LIST`. */
const startsLike = (written: string, setting: string): boolean => setting.length >= 7 && written.startsWith(setting);

/**
 * What is set and was meant to be one of the settings: in the file that is ours, everything that is none; elsewhere only what
 * is near to one, since the environment belongs to others as well.
 * @param known the names of all settings
 * @param inFile names in `.env`
 */
export function misspeltSettings(
  env: Record<string, string | undefined>,
  { known, inFile = [] }: { known: readonly string[]; inFile?: readonly string[] },
): MisspeltSetting[] {
  const given = Object.keys(env).filter((name) => env[name]?.trim());
  return [...new Set([...inFile, ...given])].flatMap((name) => {
    if (known.includes(name) && given.includes(name)) return [];
    const nearest = known.includes(name) ? name : nearestSetting(name, known);
    const isOurs = inFile.includes(name) && !OTHERS.test(name);
    return nearest !== null || isOurs ? [{ name, nearest }] : [];
  });
}

/** For a log or a report: names, never values. */
export const remarkOf = ({ name, nearest }: MisspeltSetting): string =>
  nearest === null
    ? `${name} is no setting and is not read`
    : name === nearest
      ? `${name} stands in .env and sets nothing: write it as ${name}=…`
      : `${name} is no setting and is not read: ${nearest} is meant?`;
