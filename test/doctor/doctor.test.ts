import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { examine } from '../../src/doctor/examine.ts';
import type { Person, Simulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { MESSENGERS } from '../support/app.ts';

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
    const { report, healthy } = await examine({ env: settings(), chats: [] });
    expect(report).not.toMatch(/^ERROR/m);
    expect(healthy).toBe(true);
    for (const part of ['== Settings', '== Machine', '== Database', '== telegram', '== bale', '@khoosheh_bot']) {
      expect(report).toContain(part);
    }
    expect(report).not.toContain(simulator.telegram.token);
    expect(report).not.toContain('SIMULATED');
    expect(simulator.telegram.calls.filter(({ method }) => /^(?:send|set|delete)/.test(method))).toEqual([]);
  });

  it('says which setting is wrong, and goes no further', async () => {
    const { report, healthy } = await examine({ env: { ...settings(), OWNER_IDS: 'me' }, chats: [] });
    expect(healthy).toBe(false);
    expect(report).toContain('OWNER_IDS must list');
  });

  it('says that a token is refused and that a database is not there, each without stopping at it', async () => {
    const wrong = '7000000001:WRONG-token-0000000000000000000000';
    const env = { ...settings(), TELEGRAM_BOT_TOKEN: wrong, MONGODB_URI: 'mongodb://name:geheim@127.0.0.1:1/x' };
    const { report, healthy } = await examine({ env, chats: [] });
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
    const { report } = await examine({ env: settings(), chats: [{ messenger, userId: person.id }] });
    expect(report).toMatch(/ok +Upload with a Persian file name/);
    expect(report).toMatch(/ok +Album of two uploads/);
    expect(report).toMatch(/WARNING +Message to somebody who never started the bot: sendMessage: unreachable/);
    expect(report).not.toMatch(/^ERROR/m);
    expect(report.includes('Markdown as it is')).toBe(server.profile === 'bale');
    const reached = server.calls.filter(({ method, ok }) => method.startsWith('send') && ok);
    expect(new Set(reached.map(({ payload }) => String(payload.chat_id)))).toEqual(new Set([String(person.id)]));
    const other = simulator[messenger === 'telegram' ? 'bale' : 'telegram'];
    expect(other.calls.filter(({ method }) => method.startsWith('send'))).toEqual([]);
  });
});
