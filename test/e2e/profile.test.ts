import { describe, expect, it } from 'vitest';
import { fa, MESSENGERS, startWorld } from '../support/app.ts';

describe.each(MESSENGERS)('the bot’s profile on %s', (messenger) => {
  it('has its commands when the bot has started, and what else the messenger keeps of a bot in each language', async () => {
    const world = await startWorld();
    const server = world.server(messenger);
    const { capabilities } = world.app.clients.get(messenger)!;
    const isSet = (method: string) => server.waitForCall((call) => call.method === method && call.ok);
    const { payload } = await isSet('setMyCommands');
    expect(payload).toMatchObject({
      commands: expect.arrayContaining([{ command: 'report', description: fa('bot.command.report') }]),
    });
    if (capabilities.botProfile) {
      await isSet('setChatMenuButton');
      const languages = server.calls
        .filter(({ method }) => method === 'setMyDescription')
        .map(({ payload }) => payload.language_code ?? 'default');
      expect(languages).toEqual(['default', 'en', 'az', 'ar']);
      await isSet('setMyShortDescription');
    }
    expect(server.calls.filter(({ method, ok }) => /^set(?:My|Chat)/.test(method) && !ok)).toEqual([]);
  });

  it('that can’t be set keeps nobody waiting', async () => {
    const world = await startWorld();
    const server = world.server(messenger);
    for (const method of ['setMyCommands', 'setMyDescription']) server.faults.add({ method, kind: 'server-error' });
    await world.restart();
    const person = server.person({ firstName: 'مریم' });
    person.command('help');
    await person.waitFor(() => true);
    expect(person.chat.some(({ from }) => from === 'bot')).toBe(true);
  });
});
