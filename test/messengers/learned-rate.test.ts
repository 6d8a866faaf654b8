import { expect, test } from 'vitest';
import { pacerAt, play, wobbly, type PlayOptions } from './limited-messenger.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

/*
 * Broadcasts against the simulated messengers' limiter, which freezes for five seconds when it is overdrawn. Time is the
 * manual clock's, so the figures are the same on every machine.
 */
const FREEZE = { freezeSeconds: 5 };

async function broadcast(
  options: { believed: number; true: number; count: number } & Partial<PlayOptions>,
  clock: ManualClock = manualClock(),
) {
  const { believed, true: perSecond, count } = options;
  const played = await play({
    clock,
    pacer: pacerAt(believed, clock),
    limits: { perSecond, ...FREEZE },
    window: 6,
    delayMs: wobbly(10),
    ...options,
  });
  // What the messenger lets through at once costs no time.
  return { ...played, efficiency: (count - perSecond) / perSecond / played.seconds };
}

test('a known limit is used up and never hit', async () => {
  const { efficiency, refusals } = await broadcast({ believed: 30, true: 30, count: 1000 });
  expect(refusals).toBe(0);
  expect(efficiency).toBeGreaterThan(0.985);
});

test.each([
  [10, 4, 0],
  [30, 6, 150],
  [30, 60, 2000],
  [300, 60, 250],
])('at %i a second, %i under way and up to %i ms of delay it is not hit either', async (rate, window, jitterMs) => {
  const options = { believed: rate, true: rate, count: rate * 20, window };
  expect((await broadcast({ ...options, delayMs: wobbly(jitterMs) })).refusals).toBe(0);
});

test('a connection that is slow to open at first bunches nothing up', async () => {
  const clock = manualClock();
  const openedAt = clock.monotonic() + 900;
  const delayMs = () => Math.max(30, openedAt - clock.monotonic());
  const { refusals } = await broadcast({ believed: 30, true: 30, count: 300, window: 30, delayMs }, clock);
  expect(refusals).toBe(0);
});

test.each([20, 10, 5])('a limit of %i where 30 are believed costs few refusals', async (limit) => {
  const { efficiency, refusals } = await broadcast({ believed: 30, true: limit, count: 600 });
  expect(refusals).toBeLessThanOrEqual(limit === 5 ? 15 : 10);
  expect(efficiency).toBeGreaterThan(0.75);
});

test('the rate that was learned is near the true one, and the next process is refused nothing', async () => {
  const clock = manualClock();
  const pacer = pacerAt(30, clock);
  await broadcast({ believed: 30, true: 20, count: 600, pacer }, clock);
  const { rate } = pacer.snapshot();
  expect(rate).toBeGreaterThan(18.5);
  expect(rate).toBeLessThan(20.5);

  const next = pacerAt(30, clock);
  next.restore({ rate, pausedUntil: 0 });
  const { refusals, efficiency } = await broadcast({ believed: 30, true: 20, count: 600, pacer: next }, clock);
  expect(refusals).toBe(0);
  expect(efficiency).toBeGreaterThan(0.9);
});

test('replies pass at once, and the broadcast keeps what they leave', async () => {
  const count = 1000;
  const { replies, refusals, seconds } = await broadcast({
    believed: 30,
    true: 30,
    count,
    replyEveryMs: 500,
    repliesAtOnce: 3,
  });
  expect(refusals).toBe(0);
  expect(Math.max(...replies)).toBeLessThanOrEqual(82);
  expect(count / seconds).toBeGreaterThan(0.97 * (30 - replies.length / seconds));
});
