import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { WorldEvent } from './records.ts';

/** An append-only file of events, one JSON line for each change that must survive whole. */
export interface Journal {
  /** Feeds every event of the file, oldest first. A last line cut short by a kill is left out. */
  replay(apply: (event: WorldEvent) => void): void;
  /** Replaces the file by these events, so that it doesn't grow from start to start. */
  compact(events: Iterable<WorldEvent>): void;
  /** Returns after the operating system has the line: a killed process loses nothing that it acknowledged. */
  append(events: WorldEvent[]): void;
  close(): void;
}

export function openJournal(directory: string, name: string): Journal {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.jsonl`);
  let file: number | null = null;
  let isClosed = false;

  return {
    replay(apply) {
      if (!existsSync(path)) return;
      const lines = readFileSync(path, 'utf8').split('\n');
      // What follows the last line end was being written when the process died.
      lines.pop();
      for (const [index, line] of lines.entries()) {
        for (const event of readLine(line, path, index + 1)) apply(event);
      }
    },

    compact(events) {
      const draft = `${path}.new`;
      const out = openSync(draft, 'w');
      for (const event of events) writeSync(out, `${JSON.stringify([event])}\n`);
      fsyncSync(out);
      closeSync(out);
      renameSync(draft, path);
    },

    append(events) {
      if (isClosed) throw new Error('The simulator is closed; start it again before anyone acts');
      file ??= openSync(path, 'a');
      writeSync(file, `${JSON.stringify(events)}\n`);
    },

    close() {
      isClosed = true;
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function readLine(line: string, path: string, number: number): WorldEvent[] {
  try {
    return JSON.parse(line) as WorldEvent[];
  } catch (cause) {
    throw new Error(`The simulator's journal ${path} is broken at line ${number}; move the file away to start afresh`, {
      cause,
    });
  }
}
