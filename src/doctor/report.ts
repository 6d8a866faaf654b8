import { maskToken } from '../messengers/index.ts';

/** `info`: good to know, nothing to do. `open`: nothing is wrong, but only a person can see the answer. */
export type Verdict = 'ok' | 'info' | 'warning' | 'error' | 'open';

export interface Finding {
  what: string;
  verdict: Verdict;
  detail: string;
}

/** Runs a check; one that throws is an error of its own and ends none of the others. */
export async function finding(
  what: string,
  check: () => Promise<Omit<Finding, 'what'>> | Omit<Finding, 'what'>,
): Promise<Finding> {
  try {
    return { what, ...(await check()) };
  } catch (error) {
    return { what, verdict: 'error', detail: error instanceof Error ? error.message : String(error) };
  }
}

const MARKS: Readonly<Record<Verdict, string>> = {
  ok: 'ok     ',
  info: 'info   ',
  warning: 'WARNING',
  error: 'ERROR  ',
  open: 'look   ',
};
const LEGEND =
  'ok: as it should be; info: good to know; look: see it in the chat; WARNING: works, but look into it; ERROR: keeps the bot from working';
const LONGEST_DETAIL = 400;

/** Passwords stand in addresses, tokens anywhere. */
const masked = (text: string): string => maskToken(text).replace(/\b(\w+:\/\/)[^\s/@]+@/g, '$1***@');

/** Plain text to be pasted into an issue: no token, no password, one line for each finding. */
export function renderReport(sections: Readonly<Record<string, readonly Finding[]>>): string {
  const lines = Object.entries(sections).flatMap(([title, findings]) => [
    '',
    `== ${title}`,
    ...findings.map(({ what, verdict, detail }) => {
      const line = masked(detail).replace(/\s+/g, ' ').slice(0, LONGEST_DETAIL);
      return `${MARKS[verdict]} ${what}: ${line}`;
    }),
  ]);
  return `${lines.join('\n').trim()}\n\n${LEGEND}\n`;
}
