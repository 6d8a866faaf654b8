import type { MessengerName } from '../../src/messengers/messenger.ts';
import { holds, tally, type Check, type Tally } from './audit.ts';
import type { Sending } from './broadcast.ts';

const COLUMNS = ['telegram', 'bale'] as const satisfies readonly MessengerName[];

/** The figures of one sending as lines of a table: what the database says, what members have, and how long it took. */
export function tableOf(name: string, sending: Sending, rates: Record<MessengerName, number>): string[] {
  const sides = COLUMNS.map((messenger) => tally(messenger, sending));
  const all = tally(null, sending);
  const line = (label: string, cells: (number | string)[]) =>
    `   ${label.padEnd(40)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
  const counts = (label: string, key: keyof Tally) => line(label, [...sides.map((side) => side[key]), all[key]]);
  const seconds = COLUMNS.map((messenger) => sending.seconds[messenger]);
  const ideal = COLUMNS.map((messenger, index) => (sides[index]?.writtenTo ?? 0) / rates[messenger]);
  const times = (label: string, values: number[]) =>
    line(
      label,
      [...values, Math.max(...values)].map((value) => value.toFixed(1)),
    );
  const refused = COLUMNS.map((messenger) => sending.refusedForRate[messenger]);
  return [
    line(name, ['Telegram', 'Bale', 'both']),
    counts('members written to', 'writtenTo'),
    counts('sent, by the database', 'sent'),
    counts('received, by the members', 'received'),
    counts('unreachable (have blocked the bot)', 'unreachable'),
    counts('failed', 'failed'),
    counts('duplicates', 'duplicates'),
    counts('lost', 'lost'),
    line('calls refused for their rate (429)', [...refused, refused.reduce((sum, one) => sum + one, 0)]),
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
