import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { relayedDatabase } from '../faults/relay.ts';
import { fa, faBegins, MESSENGERS, startWorld } from '../support/app.ts';
import { memberOf, officerOf, PICTURE } from '../support/journeys.ts';

interface Line {
  msg: string;
  update?: string;
  [field: string]: unknown;
}

/** A logger whose lines can be read, and heard as they are written. */
function listening() {
  const lines: Line[] = [];
  let listener: (line: Line) => void = () => {};
  const write = (text: string) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    listener(line);
  };
  return {
    lines,
    logger: pino({ level: 'info' }, { write }),
    said: (msg: string, from = 0): Line[] => lines.slice(from).filter((line) => line.msg === msg),
    hear: (next: (line: Line) => void): void => {
      listener = next;
    },
  };
}

afterEach(() => vi.restoreAllMocks());

describe.each(MESSENGERS)('the log of an update on %s', (messenger) => {
  it('names it where a call, a database write and the telling of the admins fail, under one id', async () => {
    const { lines, logger, said } = listening();
    const world = await startWorld({ logger });
    const server = world.server(messenger);
    const { person } = await memberOf(world, messenger);
    await officerOf(world, messenger, { role: 'admin' });
    const other = await memberOf(world, messenger);
    await world.settled();

    const from = lines.length;
    // A call that succeeds at its second try; then a fault of ours in a service; then a notice that is refused.
    server.faults.add({ method: 'getFile', kind: 'server-error', times: 1 });
    vi.spyOn(world.app.features.renderers, 'aside').mockRejectedValue(new TypeError('broken on purpose'));
    vi.spyOn(world.app.features.files, 'keep').mockRejectedValue(new TypeError('broken on purpose'));
    person.sendPhoto(PICTURE, 'برگهٔ جریمهٔ فروشگاه ما');
    other.person.command('help');
    await person.waitFor(faBegins('bot.error.failed'));
    await vi.waitUntil(() => said('not delivered', from).length > 0, { timeout: 10_000 });

    const id = said('an update was set aside', from)[0]?.update;
    expect(id).toMatch(new RegExp(`^${messenger}:`));
    const STEPS = [
      'A call to the messenger is tried again',
      'An update failed',
      'an update failed; it will be tried again',
      'an update was set aside',
      'not delivered',
    ];
    expect(STEPS.map((msg) => [...new Set(said(msg, from).map(({ update }) => update))])).toEqual(
      STEPS.map(() => [id]),
    );
    // Nobody else's way is named by it: the other one's went well, and the poller's lines are nobody's.
    expect(lines.slice(from).filter(({ update }) => update !== undefined && update !== id)).toEqual([]);
  }, 90_000);

  it('names it while the database is away, and the connection’s own lines name nobody', async () => {
    const { relay, uri } = await relayedDatabase();
    const { lines, logger, said, hear } = listening();
    const world = await startWorld({ logger, database: { uri, dbName: `test_${randomUUID().replaceAll('-', '')}` } });
    const { person } = await memberOf(world, messenger);
    await world.settled();

    const from = lines.length;
    // The database goes while the update is in hand.
    hear(({ msg }) => msg === 'A call to the messenger is tried again' && relay.cut());
    world.server(messenger).faults.add({ method: 'getFile', kind: 'server-error', times: 1 });
    person.sendPhoto(PICTURE, 'برگهٔ جریمهٔ فروشگاه ما');
    await vi.waitUntil(() => said('the inbox can’t be written; trying on', from).length > 0, { timeout: 20_000 });
    hear(() => {});
    relay.mend();
    await person.waitFor(fa('obstacles.unclaimed.ask'), { timeoutMs: 20_000 });

    const id = said('A call to the messenger is tried again', from)[0]?.update;
    expect(id).toMatch(new RegExp(`^${messenger}:`));
    for (const msg of [
      'An update failed',
      'an update failed; it will be tried again',
      'the inbox can’t be written; trying on',
    ])
      expect(said(msg, from).map(({ update }) => update)).toContain(id);
    const ofConnection = lines.slice(from).filter(({ msg }) => msg.startsWith('the database is'));
    expect(ofConnection.filter(({ update }) => update !== undefined)).toEqual([]);
    await world.app.database.connection.dropDatabase();
  }, 90_000);
});
