import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mongoose';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { examine } from '../../src/doctor/examine.ts';
import type { Person, Simulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { checkDatabase } from '../../src/doctor/surroundings.ts';
import { defineModels } from '../../src/wire-models.ts';
import { MESSENGERS, startWorld } from '../support/app.ts';
import { systemNow } from '../../src/system-clock.ts';

let simulator: Simulator;
let dataDir: string;
beforeEach(async () => {
  simulator = await startSimulator({ apiPort: 0 });
  dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-doctor-'));
});
afterEach(async () => {
  await simulator.close();
  rmSync(dataDir, { recursive: true });
});

const settings = () => ({
  TELEGRAM_BOT_TOKEN: simulator.telegram.token,
  TELEGRAM_API_ROOT: simulator.telegram.apiRoot,
  BALE_BOT_TOKEN: simulator.bale.token,
  BALE_API_ROOT: simulator.bale.apiRoot,
  OWNER_IDS: 'telegram:1',
  MONGODB_URI: inject('mongoUri'),
  DATA_DIR: dataDir,
});

describe('the doctor', () => {
  it('finds a bot that can work healthy, and shows no token', async () => {
    const { report, healthy } = await examine({ now: systemNow, env: settings(), chats: [] });
    expect(report).not.toMatch(/^ERROR/m);
    expect(healthy).toBe(true);
    for (const part of ['== Settings', '== Machine', '== Database', '== telegram', '== bale', '@khoosheh_bot']) {
      expect(report).toContain(part);
    }
    expect(report).not.toContain(simulator.telegram.token);
    expect(simulator.telegram.calls.filter(({ method }) => /^(?:send|set|delete)/.test(method))).toEqual([]);
  });

  it('says which setting is wrong, and goes no further', async () => {
    const { report, healthy } = await examine({ now: systemNow, env: { ...settings(), OWNER_IDS: 'me' }, chats: [] });
    expect(healthy).toBe(false);
    expect(report).toContain('OWNER_IDS must list');
  });

  it('says that a token is refused and that a database is not there, each without stopping at it', async () => {
    const wrong = '7000000001:WRONG-token-0000000000000000000000';
    const env = { ...settings(), TELEGRAM_BOT_TOKEN: wrong, MONGODB_URI: 'mongodb://name:geheim@127.0.0.1:1/x' };
    const { report, healthy } = await examine({ now: systemNow, env, chats: [] });
    expect(healthy).toBe(false);
    expect(report).toMatch(/ERROR +getMe: getMe: bad-token/);
    expect(report).toMatch(/ERROR +Connection/);
    expect(report).toContain('@khoosheh_bot');
    expect(report).not.toContain(wrong);
    expect(report).not.toContain('geheim');
  });

  it.each(MESSENGERS)('asks its questions in one chat on %s and nowhere else', async (messenger) => {
    const server = simulator[messenger];
    const person: Person = server.person({ firstName: 'گرداننده', started: true });
    const { report } = await examine({ now: systemNow, env: settings(), chats: [{ messenger, userId: person.id }] });
    expect(report).toMatch(/ok +Upload with a Persian file name/);
    expect(report).toMatch(/ok +Album of two uploads/);
    expect(report).toMatch(/ok +Message to somebody who never started the bot: refused: sendMessage: unreachable/);
    expect(report).toMatch(/look +Form of a shared contact: needs a person/);
    expect(report).not.toMatch(/^(?:ERROR|WARNING)/m);
    expect(report.includes('Markdown as it is')).toBe(server.profile === 'bale');
    const reached = server.calls.filter(({ method, ok }) => method.startsWith('send') && ok);
    expect(new Set(reached.map(({ payload }) => String(payload.chat_id)))).toEqual(new Set([String(person.id)]));
    const other = simulator[messenger === 'telegram' ? 'bale' : 'telegram'];
    expect(other.calls.filter(({ method }) => method.startsWith('send'))).toEqual([]);
  });

  it.each([
    ['telegram' as const, 'phone_number "+dddddddddddd", begins with 98, with the user’s id'],
    ['bale' as const, 'phone_number "dddddddddddd", begins with 98, with the user’s id'],
  ])(
    'says how %s gives a contact, and leaves what waits for the bot where it is',
    async (messenger, form) => {
      const server = simulator[messenger];
      const person = server.person({ firstName: 'گرداننده', started: true, phone: '989141234567' });
      const examining = examine({
        now: systemNow,
        env: settings(),
        chats: [{ messenger, userId: person.id }],
        waitSeconds: 60,
      });
      await person.waitFor('doctor: press the button below to share your contact', { timeoutMs: 30_000 });
      person.shareContact();
      const { report } = await examining;
      expect(report).toContain(`Form of a shared contact: ${form}`);
      expect(report).not.toContain('989141234567');
      expect(server.pendingUpdates).toHaveLength(1);
    },
    60_000,
  );

  it('looks at the indexes of every collection that a start makes', async () => {
    const { app } = await startWorld();
    const names = (connection: Connection) =>
      Object.values(connection.models)
        .map(({ collection }) => collection.name)
        .toSorted();
    const looking = createConnection();
    defineModels(looking, systemNow);
    expect(names(looking)).toEqual(names(app.database.connection));
    await looking.close();

    const { collections } = app.database.connection;
    await collections['members']?.dropIndexes();
    const found = await checkDatabase(app.database.connection, systemNow);
    expect(found.filter(({ verdict }) => verdict === 'warning').map(({ what }) => what)).toEqual([
      'Indexes of members',
    ]);
  });
});
