import type { Finding } from './finding.ts';

/** Rows under one another, as wide as they need. */
export function tableOf(findings: readonly Finding[]): string {
  const lines = [
    ['', 'required', 'measured', 'met'],
    ...findings.map(({ what, required, measured, isMet }) => [what, required, measured, isMet ? 'yes' : 'NO']),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
