import { describe, expect, it, vi } from 'vitest';
import type { MessengerClient } from '../../src/messengers/messenger.ts';
import type { ChatMessage } from '../../src/simulator/simulator.ts';
import { fa, faBegins, startWorld } from '../support/app.ts';
import { chooseSubject, memberOf, somebody } from '../support/journeys.ts';

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
    expect(await ready.json()).toEqual({
      ready: true,
      checks: { database: 'ok', storage: 'ok', key: 'ok', messengers: 'ok', sender: 'ok' },
      senderLagSeconds: { telegram: 0, bale: 0 },
      secondsSinceLastUpdate: { telegram: expect.any(Number) as number, bale: null },
    });
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/khoosheh_updates_total\{messenger="telegram",outcome="done"\} [1-9]/);
    expect(metrics).not.toContain(String(person.id));
    expect(metrics).not.toContain(world.server('telegram').token);
    expect((await get('/healthz', 'POST')).status).toBe(405);
    expect((await get('/')).status).toBe(404);
  });

  it('measures what is done: by feature, by outcome, what waits, what is tried again', async () => {
    const world = await startWorld({ httpPort: 0 });
    const { person } = await memberOf(world, 'bale');
    // The secretariat has heard of the registration.
    await world.settled();
    world.server('bale').faults.add({ method: 'sendMessage', kind: 'server-error', times: 1 });
    person.command('report');
    await chooseSubject(person);
    await person.waitFor(fa('obstacles.question.title'));
    person.say('تمدید پروانه');
    await person.waitFor(fa('obstacles.question.description'));
    person.press(fa('news.menu.news'));
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.pressData('zz9:old', person.chat.at(-1) as ChatMessage);
    await world.settled();
    const metrics = async () => (await fetch(`http://127.0.0.1:${world.app.web?.port}/metrics`)).text();
    // What the database is asked for comes with the next look where it takes long.
    await expect.poll(metrics, { timeout: 15_000 }).toMatch(/khoosheh_drafts\{dialogue="report",status="open"\} 1/);
    await expect
      .poll(metrics, { timeout: 15_000 })
      .toMatch(/khoosheh_deliveries_waiting\{messenger="bale",kind="notice"\} 0/);
    await expect.poll(metrics, { timeout: 15_000 }).toMatch(/khoosheh_files_bytes \d+/);
    await expect.poll(metrics, { timeout: 15_000 }).toMatch(/khoosheh_database_free_bytes [1-9]\d+/);
    const text = await metrics();
    for (const expected of [
      'khoosheh_update_seconds_count{messenger="bale",feature="menu:report"} 1',
      'khoosheh_messenger_call_retries_total{messenger="bale",method="sendMessage"} 1',
      'khoosheh_sender_lag_seconds{messenger="bale"} 0',
      'khoosheh_inbox_in_memory 0',
      'khoosheh_inbox_stored{state="waiting"} 0',
      'khoosheh_inbox_stored{state="aside"} 0',
    ])
      expect(text).toContain(expected);
    expect(text).toMatch(/khoosheh_last_update_timestamp_seconds\{messenger="bale"\} \d{10}/);
    // Only names that the program gives, so there are never more of them than it has features, items and forms.
    const { chats } = world.app.features;
    const features = new Set([...text.matchAll(/feature="([^"]+)"/g)].map(([, name = '']) => name));
    expect(
      [...features].filter((name) => !/^(?:nobody|group|(?:menu|form):[a-z_-]+)$/i.test(name) && !(name in chats)),
    ).toEqual([]);
    expect(features).toContain('form:report');
  });

  it('is not ready while a notice has waited for five minutes, and says at which messenger', async () => {
    let later = 0;
    const world = await startWorld({ httpPort: 0, now: () => new Date(Date.now() + later) });
    const { person, id } = await memberOf(world, 'bale');
    await world.settled();
    const ready = async () => {
      const answer = await fetch(`http://127.0.0.1:${world.app.web?.port}/readyz`);
      return { status: answer.status, body: (await answer.json()) as { checks: { sender: string } } };
    };
    // Nothing leaves for Bale, and no call is made that would tell.
    vi.spyOn(world.app.clients.get('bale') as MessengerClient, 'send').mockImplementation(() => new Promise(() => {}));
    const recipient = { memberId: id, language: 'fa', accounts: [{ messenger: 'bale' as const, chatId: person.id }] };
    for (const key of ['first', 'second'])
      await world.app.delivery.notify({ key, recipient, kind: 'aside', payload: {}, priority: 'direct' });
    expect((await ready()).status).toBe(200);
    later = 299_000;
    expect((await ready()).status).toBe(200);
    later = 400_000;
    await expect
      .poll(ready)
      .toMatchObject({ status: 503, body: { checks: { sender: expect.stringMatching(/^bale: /) as string } } });
    expect((await ready()).body).toMatchObject({ senderLagSeconds: { telegram: 0 } });
    vi.restoreAllMocks();
  }, 60_000);

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
