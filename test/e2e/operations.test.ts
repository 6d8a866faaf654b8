import { describe, expect, it } from 'vitest';
import { fa, startWorld } from '../support/app.ts';
import { somebody } from '../support/journeys.ts';

describe('operations', () => {
  it('answers a monitor: alive, ready, and with metrics that name nobody', async () => {
    const world = await startWorld({ httpPort: 0 });
    const person = somebody(world, 'telegram');
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    await world.settled();
    const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${world.app.web?.port}${path}`, { method });
    expect((await get('/healthz')).status).toBe(200);
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, checks: { database: 'ok', messengers: 'ok' } });
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/khoosheh_updates_total\{messenger="telegram",outcome="done"\} [1-9]/);
    expect(metrics).not.toContain(String(person.id));
    expect(metrics).not.toContain(world.server('telegram').token);
    expect((await get('/healthz', 'POST')).status).toBe(405);
    expect((await get('/')).status).toBe(404);
  });

  it('slows a flood of one person, says so once, answers all of it, and lets others pass', async () => {
    const world = await startWorld({ flood: { burst: 4, perSecond: 10 } });
    const hasty = somebody(world, 'bale');
    const calm = somebody(world, 'bale', 'جاسم');
    for (let count = 0; count < 12; count += 1) hasty.command('help');
    calm.command('help');
    await calm.waitFor('اینجا چه کارهایی');
    await world.settled();
    const said = hasty.chat.filter(({ from }) => from === 'bot').map(({ text }) => text);
    expect(said.filter((text) => text === fa('bot.error.tooFast'))).toHaveLength(1);
    expect(said.filter((text) => text.includes('اینجا چه کارهایی'))).toHaveLength(12);
  });
});
