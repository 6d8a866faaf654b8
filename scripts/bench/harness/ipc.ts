import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { productionFlags } from './production-flags.ts';

/** What one process offers the one that started it: each by its name, one argument that JSON can hold. */
export type Offer = Record<string, (argument: never) => unknown>;

interface Question {
  id: number;
  name: string;
  argument: unknown;
}
interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

/** In the process that was started: answers until the other one is gone. */
export function offer(functions: Offer): void {
  async function answer({ id, name, argument }: Question): Promise<void> {
    try {
      process.send?.({ id, result: await functions[name]!(argument as never) } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  process.on('message', (question: Question) => void answer(question));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ id: 0 } satisfies Answer);
}

type Asked<Functions extends Offer> = {
  [Name in keyof Functions]: (
    ...argument: Parameters<Functions[Name]>
  ) => Promise<Awaited<ReturnType<Functions[Name]>>>;
};

export interface Started<Functions extends Offer> {
  ask: Asked<Functions>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a process and waits until it has something to offer. */
export async function start<Functions extends Offer>(file: URL, options: unknown): Promise<Started<Functions>> {
  const child = fork(file, [JSON.stringify(options)], { execArgv: productionFlags() });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  child.on('message', ({ id, result, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} has ended`));
  });
  await Promise.race([once(child, 'message'), failed(child, file)]);
  let next = 1;
  const ask = new Proxy({} as Asked<Functions>, {
    get: (_, name: string) => (argument: unknown) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        child.send({ id, name, argument } satisfies Question);
      }),
  });
  return {
    ask,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function failed(child: ChildProcess, file: URL): Promise<never> {
  await once(child, 'exit');
  throw new Error(`${file.pathname} ended before it was ready`);
}
