import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppOptions } from '../../src/app.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, registerFreelancer, startWorld, type World } from '../support/app.ts';
import { freePort } from '../support/free-port.ts';
import { PICTURE, report, somebody } from '../support/journeys.ts';

const SECRET = 'only-for-this-test-and-long-enough';

async function webhookOptions(): Promise<Partial<AppOptions>> {
  const httpPort = await freePort();
  return { httpPort, webhook: { url: `http://127.0.0.1:${httpPort}/khoosheh`, secret: SECRET } };
}

/** One thing that somebody does; `press` takes a button of the last message, if it has one. */
type Act =
  | { do: 'command'; name: string }
  | { do: 'say'; text: string }
  | { do: 'press'; nth: number }
  | { do: 'sticker' }
  | { do: 'photo' };

const acts = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('command' as const),
      name: fc.constantFrom('start', 'help', 'register', 'report', 'cases', 'news', 'me', 'nonsense'),
    }),
    fc.record({
      do: fc.constant('say' as const),
      text: fc.constantFrom('سلام', 'مریم احمدی', '۱۲', '*_[متن](https://example.ir)', 'تبریز'),
    }),
    { weight: 3, arbitrary: fc.record({ do: fc.constant('press' as const), nth: fc.nat(5) }) },
    fc.constant({ do: 'sticker' as const }),
    fc.constant({ do: 'photo' as const }),
  ),
  { minLength: 8, maxLength: 12 },
);

function perform(person: Person, act: Act): void {
  switch (act.do) {
    case 'command':
      person.command(act.name);
      return;
    case 'say':
      person.say(act.text);
      return;
    case 'sticker':
      person.sendSticker(PICTURE);
      return;
    case 'photo':
      person.sendPhoto(PICTURE);
      return;
    case 'press':
      break;
  }
  const last = person.chat.findLast((message) => message.from === 'bot');
  const buttons = (last?.inlineKeyboard ?? []).flat().filter(({ data }) => data !== undefined);
  const button = buttons[act.nth % Math.max(1, buttons.length)];
  if (last && button?.data !== undefined) person.pressData(button.data, last, { label: button.label });
}

/** Ids and codes are chance, everything else is not. */
const withoutChance = (transcript: string): string =>
  transcript.replaceAll(/[\d۰-۹]{8,}/g, '#').replaceAll(/(?:telegram|bale):[\w:.-]+/g, '#');

async function play(world: World, messenger: MessengerName, script: readonly Act[]): Promise<string> {
  const person = somebody(world, messenger);
  for (const act of script) {
    perform(person, act);
    await world.settled();
  }
  return withoutChance(person.transcript());
}

describe.each(MESSENGERS)('a webhook on %s', (messenger) => {
  it('gives the same conversations as polling', async () => {
    const polling = await startWorld();
    const webhook = await startWorld(await webhookOptions());
    await fc.assert(
      fc.asyncProperty(acts, async (script) => {
        const [polled, pushed] = await Promise.all([
          play(polling, messenger, script),
          play(webhook, messenger, script),
        ]);
        expect(pushed).toBe(polled);
        expect(pushed.length).toBeGreaterThan(script.length);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(webhook.server(messenger).calls.filter(({ method }) => method === 'getUpdates')).toEqual([]);
  });

  it('carries a registration and a report, and goes back to polling with the next start', async () => {
    const world = await startWorld(await webhookOptions());
    const person = somebody(world, messenger);
    await registerFreelancer(person);
    await report(person);
    await world.settled();
    await world.restart({ webhook: null });
    person.command('help');
    await world.settled();
    expect(world.server(messenger).calls.some(({ method }) => method === 'getUpdates')).toBe(true);
    expect(world.server(messenger).calls.filter(({ method, ok }) => method === 'deleteWebhook' && ok)).toHaveLength(1);
  });
});
