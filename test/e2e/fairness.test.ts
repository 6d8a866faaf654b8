import { describe, expect, it } from 'vitest';
import { MESSENGERS, fa, startWorld } from '../support/app.ts';
import { memberOf, somebody } from '../support/journeys.ts';

const HELP = 'اینجا چه کارهایی';
/** A second and a half between one's updates, after the first two. */
const SLOW = { burst: 2, perSecond: 0.2 };
const FAST = { burst: 100_000, perSecond: 100_000 };

describe.each(MESSENGERS)('on %s', (messenger) => {
  it('a press that waits for its turn is answered before that, and what its work says then is a message', async () => {
    const world = await startWorld({ flood: SLOW });
    const hasty = somebody(world, messenger);
    const stale = fa('bot.error.staleButton');
    const said = () => hasty.chat.filter(({ from, text }) => from === 'bot' && text.includes(stale)).length;
    for (let times = 0; times < 4; times += 1) hasty.command('help');
    await hasty.waitFor(HELP);
    for (let times = 0; times < 3; times += 1) hasty.pressData('zz1:nothing', { id: 1 });
    await hasty.waitUntil(() => hasty.toasts.length === 3 && hasty.toasts.every(({ answered }) => answered));
    // Two messages more wait before them, at five seconds each.
    expect([said(), hasty.toasts.map(({ text }) => text)]).toEqual([0, ['', '', '']]);
    await world.restart({ flood: FAST });
    await world.settled();
    expect(hasty.toasts).toHaveLength(3);
  });

  it('what a press says that was answered early is not lost', async () => {
    const world = await startWorld({ flood: { burst: 2, perSecond: 0.5 } });
    const hasty = somebody(world, messenger);
    const stale = fa('bot.error.staleButton');
    hasty.command('help');
    hasty.command('help');
    hasty.pressData('zz1:nothing', { id: 1 });
    await hasty.waitFor((message) => message.text.includes(stale), { timeoutMs: 15_000 });
    expect(hasty.toasts.map(({ answered, text }) => ({ answered, text }))).toEqual([{ answered: true, text: '' }]);
    const answers = world
      .server(messenger)
      .calls.filter(({ method }) => method.toLowerCase() === 'answercallbackquery');
    expect(answers).toHaveLength(1);
  });

  it('fifty people who wait for their turns keep nobody else waiting', async () => {
    const world = await startWorld({ flood: SLOW });
    const hasty = Array.from({ length: 60 }, () => somebody(world, messenger));
    for (const person of hasty) for (let times = 0; times < 4; times += 1) person.command('help');
    // All of them have had their first, and wait.
    for (const person of hasty) await person.waitFor(HELP, { timeoutMs: 20_000 });
    const calm = somebody(world, messenger);
    calm.command('help');
    await calm.waitFor(HELP);
    const waiting = await world.app.inbox.backlog();
    expect(waiting.waiting).toBeGreaterThan(50);
    await world.restart({ flood: FAST });
    await world.settled();
    for (const person of hasty)
      expect(person.chat.filter(({ from, text }) => from === 'bot' && text.includes(HELP))).toHaveLength(4);
  }, 90_000);

  it('a member whose chat is refused holds up no news to the others, and gets it afterwards', async () => {
    const world = await startWorld();
    const server = world.server(messenger);
    const { person: refused } = await memberOf(world, messenger);
    const others = [await memberOf(world, messenger), await memberOf(world, messenger)];
    await world.settled();
    const mend = server.faults.add({
      method: 'sendMessage',
      kind: 'rate-limited',
      retryAfter: 3,
      chatId: refused.id,
    });
    refused.command('help');
    await server.waitForCall(({ fault }) => fault === 'rate-limited');
    for (const { person } of others) {
      person.command('help');
      await person.waitFor(HELP, { timeoutMs: 2_900 });
    }
    mend();
    await refused.waitFor(HELP, { timeoutMs: 20_000 });
    expect(server.calls.filter(({ fault }) => fault === 'rate-limited').length).toBeLessThanOrEqual(2);
  }, 60_000);
});
