import type { MessengerName } from '../../src/messengers/messenger.ts';
import { holds, tally, type Check, type Tally } from './audit.ts';
import type { Sending } from './broadcast.ts';

const COLUMNS = ['telegram', 'bale'] as const satisfies readonly MessengerName[];

/** The figures of one sending as lines of a table: what the database says, what members have, and how long it took. */
export function tableOf(name: string, sending: Sending, rates: Record<MessengerName, number>): string[] {
  const sides = COLUMNS.map((messenger) => tally(messenger, sending));
  const all = tally(null, sending);
  const line = (label: string, cells: (number | string)[]) =>
    `   ${label.padEnd(42)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
  const counts = (label: string, key: keyof Tally) => line(label, [...sides.map((side) => side[key]), all[key]]);
  const seconds = COLUMNS.map((messenger) => sending.seconds[messenger]);
  const ideal = COLUMNS.map((messenger, index) => (sides[index]?.writtenTo ?? 0) / rates[messenger]);
  const times = (label: string, values: number[]) =>
    line(
      label,
      [...values, Math.max(...values)].map((value) => value.toFixed(1)),
    );
  const sum = (values: number[]) => [...values, values.reduce((total, one) => total + one, 0)];
  const leftOut = COLUMNS.map((messenger) => sending.knownUnreachable[messenger]);
  const refused = COLUMNS.map((messenger) => sending.refusedForRate[messenger]);
  return [
    line(name, ['Telegram', 'Bale', 'both']),
    line('left out: known to have blocked the bot', sum(leftOut)),
    counts('written to', 'writtenTo'),
    counts('sent, by the database', 'sent'),
    counts('received, by the members', 'received'),
    counts('unreachable: found to have blocked it', 'unreachable'),
    counts('failed', 'failed'),
    counts('duplicates', 'duplicates'),
    counts('lost', 'lost'),
    line('calls refused for their rate (429)', sum(refused)),
    times('seconds, from the press to the last', seconds),
    times('seconds, ideally', ideal),
  ];
}

/** Only what does not hold is told in full. */
export function verdictOf(checks: readonly Check[]): string[] {
  const off = checks.filter((check) => !holds(check));
  if (off.length === 0) return [`All ${checks.length} checks hold: the database and the members agree.`];
  return [
    `${off.length} of ${checks.length} checks do not hold:`,
    ...off.map(({ what, expected, found }) => `   ✗ ${what}: ${found} instead of ${expected}`),
  ];
}
