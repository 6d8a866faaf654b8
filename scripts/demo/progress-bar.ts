export interface ProgressBar {
  draw(state: { done: number; total: number; note: string }): void;
  /** Leaves the bar as it stands and goes to the next line. */
  end(): void;
}

const LENGTH = 30;

/** One line, redrawn in a terminal; elsewhere a plain line for each tenth of the way. */
export function createProgressBar(out: { isTTY?: boolean; write: (text: string) => unknown }): ProgressBar {
  let tenth = -1;
  return {
    draw({ done, total, note }) {
      const share = total === 0 ? 0 : done / total;
      const full = Math.floor(share * LENGTH);
      const line = `   ${'█'.repeat(full)}${'░'.repeat(LENGTH - full)} ${done}/${total}  (${note})`;
      if (out.isTTY) {
        out.write(`\r${line}\u001b[K`);
        return;
      }
      const now = Math.floor(share * 10);
      if (now > tenth) out.write(`${line}\n`);
      tenth = Math.max(tenth, now);
    },
    end() {
      if (out.isTTY) out.write('\n');
      tenth = -1;
    },
  };
}
