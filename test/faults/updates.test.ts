import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MESSENGERS, fa, startWorld } from '../support/app.ts';
import { memberOf, somebody } from '../support/journeys.ts';
import { createRandom } from '../support/random.ts';
import { FORM, inForm } from './form.ts';
import { seen } from './seen.ts';

const HELP = 'اینجا چه کارهایی';
const PATIENT = { timeoutMs: 120_000 };

describe.each(MESSENGERS)('updates on %s', (messenger) => {
  it('row 11: that come again, at once, out of order, after a restart and with ids that begin anew, take effect once', async (context) => {
    const world = await startWorld();
    const server = world.server(messenger);
    const random = createRandom(FORM.seed);
    const people = await Promise.all(Array.from({ length: 6 }, () => memberOf(world, messenger)));
    const ids = people.flatMap(({ person }) => [person.command('help'), person.say('این را برای دبیرخانه بنویسید')]);
    for (const id of random.shuffled(ids)) server.redeliver(id);
    await world.settled();
    await world.restart();
    for (const id of random.shuffled(ids)) server.redeliver(id);
    server.resetUpdateIds(3);
    for (const { person } of people) person.command('me');
    await world.settled();
    for (const { person } of people) {
      const said = (words: string) =>
        person.chat.filter(({ from, text }) => from === 'bot' && text.includes(words)).length;
      expect([said(HELP), said(fa('obstacles.unclaimed.ask'))]).toEqual([1, 1]);
      expect(person.lastMessage?.from).toBe('bot');
    }
    seen(context, `${ids.length} updates three times each: 0 further answers; 6 of 6 answered after smaller ids`);
  }, 60_000);

  it('row 13: five messages of each person at once are answered in their order', async (context) => {
    const world = await startWorld();
    const count = inForm(20, 400);
    const people = Array.from({ length: count }, () => somebody(world, messenger));
    for (const person of people) for (const name of ['help', 'news', 'help', 'me', 'cases']) person.command(name);
    await world.settled();
    const orders = people.map((person) => {
      const bot = person.chat.filter(({ from }) => from === 'bot').map(({ text }) => text);
      return bot.map((text) => (text.includes(HELP) ? 'help' : 'other')).join(' ');
    });
    // The same for everybody, with the help before and after the news.
    expect(new Set(orders).size).toBe(1);
    expect(orders[0]).toMatch(/^help other( other)* help other( other)*$/);
    seen(context, `${count * 5} messages of ${count} people at once: 0 out of order`);
  }, 240_000);

  it('row 16: that are malformed in every way cost nobody an answer', async (context) => {
    const world = await startWorld();
    const server = world.server(messenger);
    const person = somebody(world, messenger);
    person.command('help');
    await person.waitFor(HELP);
    const cases = inForm(400, 5_000);
    const before = server.calls.length;
    const raws = fc.sample(malformed(person.id), { numRuns: cases, seed: FORM.seed });
    for (const [place, raw] of raws.entries()) {
      server.inject(raw);
      if (place % 100 === 99) await server.waitUntil(() => server.pendingUpdates.length < 100, PATIENT);
    }
    await server.waitUntil(() => server.pendingUpdates.length === 0, PATIENT);
    await world.settled();
    person.command('help');
    await person.waitFor(HELP, PATIENT);
    const aside = await world.app.inbox.listAside(1_000);
    const refused = server.calls.slice(before).filter(({ ok, method }) => !ok && method !== 'getUpdates');
    expect(aside).toEqual([]);
    expect(
      refused.filter(({ method }) => method !== 'answerCallbackQuery').map(({ error }) => error?.description),
    ).toEqual([]);
    seen(context, `${cases} malformed updates: 0 crashes, 0 set aside, the next message answered`);
  }, 240_000);

  it('row 16: a queue of 2,000 updates after a night away is worked whole, each chat in its order', async (context) => {
    const world = await startWorld({ flood: { burst: 30, perSecond: 200 } });
    const server = world.server(messenger);
    await world.app.stop();
    const [count, each] = [inForm(40, 200), 10];
    const people = Array.from({ length: count }, () => somebody(world, messenger));
    // In turns, as a night brings them.
    for (let turn = 0; turn < each; turn += 1) {
      for (const person of people) person.say(`پیام ${'الف'.repeat(turn + 1)} از شب`);
    }
    expect(server.pendingUpdates).toHaveLength(count * each);
    await world.restart();
    await server.waitUntil(() => server.pendingUpdates.length === 0, PATIENT);
    await world.settled();
    const stored = await world.app.database.connection.collection('held').countDocuments({});
    const kept = people.map(
      (person) =>
        person.chat.filter(({ from, text }) => from === 'bot' && text === fa('obstacles.unclaimed.kept')).length,
    );
    expect(kept).toEqual(people.map(() => each));
    expect(stored).toBe(count * each);
    seen(
      context,
      `${count * each} updates of ${count} chats: ${stored} kept, ${kept.reduce((a, b) => a + b)} answered`,
    );
  }, 240_000);
});

/** An update with some parts true and others of any kind at all. */
function malformed(personId: number): fc.Arbitrary<Record<string, unknown>> {
  const junk = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      'x',
      0,
      -1,
      1e308,
      {},
      [],
      [null],
      { $gt: '' },
      { __proto__: null },
      { constructor: 1 },
    ),
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.integer({ min: 1, max: 60 }).map((depth) => {
      let deep: unknown = 'x';
      for (let level = 0; level < depth * 10; level += 1) deep = { deep };
      return deep;
    }),
  );
  const or = (right: unknown) => fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: junk });
  const user = fc.record({ id: or(personId), is_bot: or(false), first_name: or('مریم') }, { requiredKeys: [] });
  const chat = fc.record({ id: or(personId), type: or('private') }, { requiredKeys: [] });
  const content = fc.dictionary(
    fc.constantFrom(
      'text',
      'caption',
      'photo',
      'document',
      'voice',
      'contact',
      'location',
      'entities',
      'reply_to_message',
      'forward_origin',
      'media_group_id',
      'sticker',
      'new_field',
    ),
    junk,
    { maxKeys: 4 },
  );
  const message = fc
    .tuple(
      fc.record(
        { message_id: or(1), date: or(1), chat: fc.oneof(chat, junk), from: fc.oneof(user, junk) },
        { requiredKeys: [] },
      ),
      content,
    )
    .map(([envelope, rest]) => ({ ...rest, ...envelope }));
  const press = fc.record(
    { id: junk, from: fc.oneof(user, junk), message: fc.oneof(message, junk), data: junk, chat_instance: junk },
    { requiredKeys: [] },
  );
  const member = fc.record(
    { chat: fc.oneof(chat, junk), from: user, date: or(1), new_chat_member: junk },
    { requiredKeys: [] },
  );
  return fc
    .record(
      {
        message: fc.oneof(message, junk),
        edited_message: fc.oneof(message, junk),
        callback_query: fc.oneof(press, junk),
        my_chat_member: fc.oneof(member, junk),
        future_kind: junk,
      },
      { requiredKeys: [] },
    )
    .map((update) => JSON.parse(JSON.stringify(update)) as Record<string, unknown>);
}
