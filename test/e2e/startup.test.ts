import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { fa, startWorld } from '../support/app.ts';
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

    const back = await startSimulator({ apiPort: port });
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
