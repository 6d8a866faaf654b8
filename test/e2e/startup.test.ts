import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { fa, MESSENGERS, startWorld } from '../support/app.ts';
import { freePort } from '../support/free-port.ts';
import { somebody } from '../support/journeys.ts';

describe('the start', () => {
  it('serves one messenger while the other is away, says so, and serves that one too when it is back', async () => {
    // A simulator whose port is free again: nobody answers there until it is started anew.
    const away = await startSimulator({ apiPort: 0 });
    const port = Number(new URL(away.telegram.apiRoot).port);
    const { token, apiRoot } = away.telegram;
    await away.close();

    const world = await startWorld({ httpPort: 0 }, { telegram: { token, apiRoot } });
    const ready = () => fetch(`http://127.0.0.1:${world.app.web?.port}/readyz`);
    const person = somebody(world, 'bale');
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    const notYet = await ready();
    expect(notYet.status).toBe(503);
    expect(await notYet.json()).toMatchObject({
      checks: { messengers: expect.stringContaining('telegram') as string },
    });

    const back = await startSimulator({ apiPort: port, tokens: { telegram: token } });
    try {
      const other = back.telegram.person({ firstName: 'مریم' });
      other.command('start');
      await other.waitFor(fa('bot.prompt'), { timeoutMs: 25_000 });
      expect((await ready()).status).toBe(200);
    } finally {
      await back.close();
    }
  }, 60_000);

  it('is refused with the name of the variable where a messenger does not know the token', async () => {
    const refused = startWorld({}, { bale: { token: '900000001:not-the-right-token-00000000000' } });
    await expect(refused).rejects.toThrow(/^BALE_BOT_TOKEN was refused/);
  });
});

describe.each(MESSENGERS)('a token that %s refuses while the bot runs', (messenger) => {
  const readiness = async (port: number | undefined): Promise<{ status: number; messengers: string }> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    const { checks } = (await answer.json()) as { checks: { messengers: string } };
    return { status: answer.status, messengers: checks.messengers };
  };

  it('makes /readyz fail and say so, and what waited is answered after a start with a token that is known', async () => {
    const world = await startWorld({ httpPort: 0 });
    const server = world.server(messenger);
    const ready = () => readiness(world.app.web?.port);
    const mend = server.faults.add({ method: '*', kind: 'token-revoked' });
    // Ends the long poll that is open.
    const person = somebody(world, messenger);
    person.command('help');
    await expect.poll(ready, { timeout: 20_000 }).toEqual({ status: 503, messengers: `${messenger}: bad-token` });
    // Else it is asked again once a minute.
    mend();
    await world.restart();
    await person.waitFor(
      fa('bot.help')
        .split('\n')[0]!
        .replaceAll(/<\/?b>/g, ''),
      { timeoutMs: 20_000 },
    );
    expect(await ready()).toMatchObject({ status: 200 });
  }, 60_000);

  it('is noticed at once where updates come by webhook, with which nothing else asks the messenger', async () => {
    const httpPort = await freePort();
    const webhook = { url: `http://127.0.0.1:${httpPort}/khoosheh`, secret: 'only-for-this-test-and-long-enough' };
    const world = await startWorld({ httpPort, webhook });
    const server = world.server(messenger);
    await expect.poll(() => readiness(httpPort)).toMatchObject({ status: 200 });
    const mend = server.faults.add({ method: '*', kind: 'token-revoked' });
    somebody(world, messenger).command('help');
    await expect
      .poll(() => readiness(httpPort), { timeout: 20_000 })
      .toEqual({ status: 503, messengers: `${messenger}: bad-token` });
    mend();
  }, 60_000);
});
