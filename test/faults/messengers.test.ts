import { describe, expect, it, vi } from 'vitest';
import { createMessengerClient, createPacer } from '../../src/messengers/index.ts';
import { MessengerError } from '../../src/messengers/messenger.ts';
import { ADMIN_ID, MESSENGERS, fa, startWorld } from '../support/app.ts';
import { memberOf, officerOf, somebody } from '../support/journeys.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { manualClock } from '../messengers/manual-clock.ts';
import { silentLogger } from '../support/database.ts';
import { FORM, inForm } from './form.ts';
import { startRelay } from './relay.ts';
import { seen } from './seen.ts';
import { systemClock } from '../../src/system-clock.ts';

describe.each(MESSENGERS)('a fault of %s', (messenger) => {
  it.each([1, 30, 10_072])(
    'row 06: 429 with %i seconds is kept to the millisecond by what goes to many, also by the next process',
    async (seconds) => {
      const clock = manualClock();
      const first = createPacer({ ratePerSecond: 10, clock });
      first.penalise(await first.take('bulk'), seconds);
      const half = Math.floor(seconds / 2) * 1000;
      clock.advance(half);
      const next = createPacer({ ratePerSecond: 10, clock });
      next.restore(first.snapshot());
      let isGranted = false;
      void next.take('bulk').then(() => (isGranted = true));
      clock.advance(seconds * 1000 - half - 1);
      await settle();
      expect(isGranted).toBe(false);
      // The burst counts as spent: one more interval of the slower rate at most.
      clock.advance(1 + 120);
      await settle();
      expect(isGranted).toBe(true);
    },
  );

  it('row 06: 429 of one messenger leaves the other alone', async (context) => {
    const world = await startWorld();
    const other = messenger === 'telegram' ? 'bale' : 'telegram';
    const [here, there] = [somebody(world, messenger), somebody(world, other)];
    world.server(messenger).faults.add({ method: 'sendMessage', kind: 'rate-limited', retryAfter: 2, times: 1 });
    here.command('help');
    await world.server(messenger).waitForCall(({ fault }) => fault === 'rate-limited');
    there.command('help');
    await there.waitFor('اینجا چه کارهایی', { timeoutMs: 1_900 });
    await here.waitFor('اینجا چه کارهایی', { timeoutMs: 15_000 });
    expect(here.chat.filter(({ from }) => from === 'bot')).toHaveLength(1);
    seen(context, 'the other answered within the pause; after it 1 answer');
  });

  it('row 07: three failed sends of every kind in a row cost an answer nothing but time, and show it once', async (context) => {
    const world = await startWorld();
    const kinds = ['server-error', 'bad-gateway', 'drop-before', 'rate-limited-text'] as const;
    for (const kind of kinds) {
      const person = somebody(world, messenger);
      world.server(messenger).faults.add({ method: 'sendMessage', kind, times: 3, chatId: person.id });
      person.command('help');
      await person.waitFor('اینجا چه کارهایی', { timeoutMs: 20_000 });
      await world.settled();
      expect({ kind, times: person.chat.filter(({ from }) => from === 'bot').length }).toEqual({ kind, times: 1 });
    }
    seen(context, `${kinds.length} kinds of failure, 3 each: answered 1 of 1`);
  });

  it('row 10: a messenger that was away answers again as soon as it is back', async (context) => {
    const world = await startWorld();
    const server = world.server(messenger);
    const { person } = await memberOf(world, messenger);
    const mend = server.faults.add({ method: '*', kind: 'drop-before' });
    // Ends the open poll, whose answer is lost.
    person.command('help');
    await server.waitForCall(({ fault }) => fault === 'drop-before', { timeoutMs: 45_000 });
    for (let failures = 0; failures < 4; failures += 1) await nextFault(server);
    mend();
    const backAt = performance.now();
    await person.waitFor('اینجا چه کارهایی', { timeoutMs: 10_000 });
    const answeredMs = performance.now() - backAt;
    if (FORM.isLong) expect(answeredMs).toBeLessThan(1_000);
    seen(context, `first answer ${answeredMs.toFixed(0)} ms after it was back`);
    expect(person.chat.filter(({ text }) => text.includes(fa('bot.error.tooFast')))).toEqual([]);
  }, 90_000);
});

it('row 10: more than a day without updates, of which some may be lost, is told to the admins once, from when to when', async (context) => {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const world = await startWorld({ now });
  const admin = await officerOf(world, 'bale', { userId: ADMIN_ID, role: 'admin' });
  const notices = () => admin.chat.filter(({ text }) => text.includes('دریافت نشد')).map(({ text }) => text);
  const heard = async () => {
    const receptions = world.app.database.connection.collection('receptions');
    const since = new Date(Date.now() + ahead - 3_600_000);
    await vi.waitUntil(async () => (await receptions.countDocuments({ at: { $gt: since } })) === 2, {
      timeout: 15_000,
    });
  };
  await heard();
  for (const hours of [23, 46]) {
    ahead = hours * 3_600_000;
    await world.restart();
    await heard();
    await world.settled();
  }
  expect(notices()).toEqual([]);
  ahead += 25 * 3_600_000;
  await world.restart();
  await admin.waitUntil(() => notices().length === 2, { timeoutMs: 15_000, what: 'a notice for each messenger' });
  await heard();
  await world.restart();
  await world.settled();
  expect(notices()).toHaveLength(2);
  for (const messenger of MESSENGERS)
    expect(notices().some((text) => text.includes(fa(`desk.messenger.${messenger}`)))).toBe(true);
  seen(context, 'away 25 h: 1 notice for each messenger, none for 23 h');
}, 60_000);

/** It takes the forty seconds that a connection is given. */
describe.each(inForm([], [...MESSENGERS]))('a connection to %s', (messenger) => {
  it('row 10: that passes nothing more is given up, and what was lost in it comes again', async (context) => {
    const simulator = await startSimulator({ apiPort: 0 });
    context.onTestFinished(() => simulator.close());
    const server = simulator[messenger];
    const relay = await startRelay({ port: Number(new URL(server.apiRoot).port), host: '127.0.0.1' });
    const root = new URL(server.apiRoot);
    root.port = String(relay.port);
    const others = { name: messenger, token: server.token, apiRoot: root.href };
    const client = createMessengerClient({ clock: systemClock, ...others, logger: silentLogger });
    context.onTestFinished(() => client.close());
    const signal = AbortSignal.timeout(120_000);
    await client.connect();
    const startedAt = performance.now();
    const poll = client.getUpdates({ offset: undefined, timeout: 25, signal });
    poll.catch(() => {});
    await server.waitUntil(() => server.waitingPolls === 1);
    relay.freeze();
    server.person({ firstName: 'مریم' }).command('help');
    const error = await poll.then(
      () => expect.fail('nothing can have come through'),
      (failure: unknown) => failure,
    );
    const noticedMs = performance.now() - startedAt;
    expect(error).toBeInstanceOf(MessengerError);
    expect(error).toMatchObject({ kind: 'down' });
    const again = await client.getUpdates({ offset: undefined, timeout: 0, signal });
    expect(again).toHaveLength(1);
    expect(noticedMs).toBeLessThan(45_000);
    seen(context, `noticed after ${(noticedMs / 1000).toFixed(1)} s of 45 s allowed; the update came again`);
  }, 120_000);
});

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function nextFault(server: {
  calls: readonly { fault?: string }[];
  waitUntil: (condition: () => boolean) => Promise<void>;
}) {
  const before = server.calls.filter(({ fault }) => fault !== undefined).length;
  await server.waitUntil(() => server.calls.filter(({ fault }) => fault !== undefined).length > before);
}
