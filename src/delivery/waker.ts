/** A wait that can be cut short; a wake that comes before the wait is not lost. */
export interface Waker {
  wake: () => void;
  /** Resolves after `ms`, or at the next wake, or at once if there was one since the last wait. */
  wait(ms: number): Promise<void>;
}

export function createWaker(): Waker {
  let woken = false;
  let end: (() => void) | undefined;
  return {
    wake() {
      woken = true;
      end?.();
    },
    wait(ms) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), Math.min(ms, 2 ** 31 - 1));
        end = () => {
          clearTimeout(timer);
          end = undefined;
          woken = false;
          resolve();
        };
        if (woken) end();
      });
    },
  };
}
