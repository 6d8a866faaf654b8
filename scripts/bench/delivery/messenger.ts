import { startSimulator, type Fault, type Limits } from '../../../src/simulator/simulator.ts';
import { offer } from '../harness/ipc.ts';
import { FIRST_ID } from './recipients.ts';

/** The messenger, in a process of its own: its work is not the bot's. */
const TALKER_ID = 500_000;
const LONG_MS = 60_000;

const { limits } = JSON.parse(process.argv[2] ?? '{}') as { limits: Limits };
const simulator = await startSimulator({
  apiPort: 0,
  limits: { telegram: limits },
  keep: { messagesPerChat: 20, calls: 400_000 },
});
const { telegram } = simulator;

/** How often each of the first `count` recipients has got a message. */
const receivedBy = (count: number): number[] =>
  Array.from(
    { length: count },
    (_, n) => telegram.findPerson(FIRST_ID + n)?.chat.filter((message) => message.from === 'bot').length ?? 0,
  );

const functions = {
  address: () => ({ apiRoot: telegram.apiRoot, token: telegram.token }),

  people({ count, blockedEvery }: { count: number; blockedEvery?: number }): void {
    for (let n = 0; n < count; n += 1) {
      const person = telegram.person({ id: FIRST_ID + n, firstName: 'گیرنده', started: true });
      if (blockedEvery !== undefined && n % blockedEvery === 0) person.block();
    }
  },

  limits: (next: Limits): void => telegram.setLimits(next),

  fault(fault: Fault): void {
    telegram.faults.add(fault);
  },

  /** Sends that arrived since a time, and refusals for their rate. */
  calls({ since }: { since: number }): { first: number | null; last: number | null; sent: number; refused: number } {
    const sends = telegram.calls.filter(({ method, at }) => method === 'sendMessage' && at >= since);
    const arrived = sends.filter((call) => call.ok);
    return {
      first: arrived[0]?.at ?? null,
      last: arrived.at(-1)?.at ?? null,
      sent: arrived.length,
      refused: sends.filter((call) => call.error?.code === 429).length,
    };
  },

  counts({ count, except = [] }: { count: number; except?: number[] }): {
    lost: number[];
    twice: number;
    arrived: number;
  } {
    const spared = new Set(except);
    const received = receivedBy(count);
    return {
      lost: received.flatMap((times, n) => (times === 0 && !spared.has(n) ? [n] : [])),
      twice: received.reduce((sum, times) => sum + Math.max(0, times - 1), 0),
      arrived: received.reduce((sum, times) => sum + times, 0),
    };
  },

  /** People write, each when the last answer is there, `perSecond` in all; milliseconds until the answer. */
  async talk({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<number[]> {
    const took: number[] = [];
    const until = performance.now() + seconds * 1000;
    const talkers = Array.from({ length: perSecond }, (_, index) =>
      telegram.person({ id: TALKER_ID + index, firstName: 'پرسنده', started: true }),
    );
    await Promise.all(
      talkers.map(async (person, index) => {
        await sleep((index / perSecond) * 1000);
        while (performance.now() < until) {
          const askedAt = performance.now();
          person.say('سلام');
          await person
            .waitFor(() => true, { timeoutMs: LONG_MS })
            .then(
              () => took.push(performance.now() - askedAt),
              () => took.push(LONG_MS),
            );
          await sleep(Math.max(0, askedAt + 1000 - performance.now()));
        }
      }),
    );
    return took;
  },
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export type Messenger = typeof functions;
offer(functions);
