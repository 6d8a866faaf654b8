import { expect, onTestFinished, test } from 'vitest';
import { plain } from '../../src/language/rich-text.ts';
import { createMessengerClient, createPacer, limitsOf } from '../../src/messengers/index.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { MESSENGERS } from '../support/app.ts';
import { silentLogger } from '../support/database.ts';
import { manualClock } from './manual-clock.ts';

const PEOPLE = 12;

/** A client and people on a messenger that bears so much in each chat, all on one clock that a test moves. */
async function begin(messenger: MessengerName, chat: { perSecond: number; burst: number; freezeSeconds?: number }) {
  const clock = manualClock();
  const simulator = await startSimulator({ apiPort: 0, clock: () => clock.wall() });
  onTestFinished(() => simulator.close());
  const server = simulator[messenger];
  server.setLimits({ chat });
  const pacer = createPacer({ ratePerSecond: limitsOf(messenger).sendsPerSecond, clock });
  const client = createMessengerClient({
    name: messenger,
    token: server.token,
    apiRoot: server.apiRoot,
    logger: silentLogger,
    clock,
    pacer,
  });
  onTestFinished(() => client.close());
  const people = Array.from({ length: PEOPLE }, (_, number) =>
    server.person({ firstName: `مریم ${number}`, started: true }),
  );
  /** Moves time on until all of it is done; calls on their way cost none of it. Gives seconds. */
  const passUntil = async (work: Promise<unknown>): Promise<number> => {
    const startedAt = clock.monotonic();
    let isOver = false;
    void work.finally(() => (isOver = true));
    for (;;) {
      const calls = server.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (isOver) return (clock.monotonic() - startedAt) / 1000;
      if (server.calls.length === calls) clock.advance(100);
    }
  };
  const refusals = () => server.calls.filter(({ error }) => error?.code === 429).length;
  return { clock, client, pacer, people, refusals, passUntil };
}

test.each(MESSENGERS)(
  'on %s people who are answered faster than a chat bears bring about no refusal',
  async (messenger) => {
    const { client, people, refusals, passUntil } = await begin(messenger, { perSecond: 1, burst: 3 });
    const seconds = await passUntil(
      Promise.all(
        people.flatMap(({ id }) =>
          Array.from({ length: 10 }, (_, number) => client.send(id, { text: plain(`${number}`) })),
        ),
      ),
    );
    expect(refusals()).toBe(0);
    expect(
      people.map(({ chat }) => chat.filter(({ from }) => from === 'bot').map(({ text }) => text.replace(/\D/g, ''))),
    ).toEqual(people.map(() => Array.from({ length: 10 }, (_, number) => String(number))));
    // Each at a message a second after a short burst, all side by side.
    expect(seconds).toBeLessThan(9);
  },
);

test.each(MESSENGERS)(
  'on %s what goes to many is sent at full rate after many refusals of single chats',
  async (messenger) => {
    // It bears less than is believed of it.
    const { clock, client, pacer, people, refusals, passUntil } = await begin(messenger, {
      perSecond: 0.5,
      burst: 1,
      freezeSeconds: 2,
    });
    const answering = people.map(async ({ id }) => {
      for (let number = 0; number < 5; number += 1) await client.send(id, { text: plain(`${number}`) });
    });
    await passUntil(Promise.all(answering));
    expect(refusals()).toBeGreaterThanOrEqual(PEOPLE);
    expect(pacer.snapshot()).toMatchObject({ rate: limitsOf(messenger).sendsPerSecond, pausedUntil: 0 });
    clock.advance(10_000);
    const before = refusals();
    const seconds = await passUntil(
      Promise.all(people.map(({ id }) => client.send(id, { text: plain('خبر') }, { lane: 'bulk' }))),
    );
    expect(refusals()).toBe(before);
    expect(seconds).toBeLessThanOrEqual(PEOPLE / limitsOf(messenger).sendsPerSecond + 0.1);
  },
);
