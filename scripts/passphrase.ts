import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * A passphrase from the first line of a file, or of the standard input; a terminal does not show what is typed.
 * It is never an argument: those can be read by everybody on the machine.
 */
export async function readPassphrase(file: string | undefined, question = 'Passphrase: '): Promise<string> {
  if (file !== undefined) return firstLine(readFileSync(file, 'utf8'));
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTerminal });
  try {
    for await (const line of lines) return firstLine(line);
    return '';
  } finally {
    lines.close();
    if (isTerminal) process.stderr.write('\n');
  }
}

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? '';
