import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startBotProcess } from './support/bot-process.ts';

let folder: string;
let other: Server;
let taken: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'khoosheh-start-'));
  writeFileSync(join(folder, 'a-file'), '');
  other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  taken = String((other.address() as AddressInfo).port);
});
afterAll(() => {
  other.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Settings that would do: the simulator on free ports and a server that answers. */
const right = () => ({
  DATA_DIR: folder,
  HTTP_PORT: '0',
  SIMULATOR_PORT: '0',
  // An own database, so that nothing of another test is moved.
  MONGODB_URI: inject('mongoUri').replace('/?', `/start_${process.pid}?`),
});
const real = { BALE_BOT_TOKEN: '123456789:AAExampleExampleExampleExampleExample', OWNER_IDS: 'bale:7' };

describe('a start with a setting that only turns out wrong when it is used', { timeout: 60_000 }, () => {
  it.each([
    [
      'a port of the health page that is taken',
      () => ({ HTTP_PORT: taken }),
      /^HTTP_PORT=\d+ is taken .*HTTP_PORT=\d+$/,
    ],
    [
      'an address that is not here',
      () => ({ HTTP_HOST: '192.0.2.1' }),
      /^HTTP_HOST .*192\.0\.2\.1.*HTTP_HOST=127\.0\.0\.1$/,
    ],
    [
      'a port of the chat page that is taken',
      () => ({ SIMULATOR_PORT: taken }),
      /^SIMULATOR_PORT=\d+ is taken .*SIMULATOR_PORT=\d+$/,
    ],
    [
      'a service without a token',
      () => ({ NODE_ENV: 'production' }),
      /^TELEGRAM_BOT_TOKEN and .*NODE_ENV=production.*TELEGRAM_BOT_TOKEN=\d/,
    ],
    [
      'a token under another name',
      () => ({ TELEGRAM_TOKEN: 'geheim' }),
      /^TELEGRAM_TOKEN is no setting.*TELEGRAM_BOT_TOKEN=\d/,
    ],
    [
      'a token of a letter too few',
      () => ({ BALE_BOT_TOKN: 'geheim' }),
      /^BALE_BOT_TOKN is no setting.*BALE_BOT_TOKEN=\d/,
    ],
    ['a data folder that is a file', () => ({ DATA_DIR: join(folder, 'a-file') }), /^DATA_DIR .*a-file.*DATA_DIR=\//],
    ['the same with tokens', () => ({ ...real, DATA_DIR: join(folder, 'a-file') }), /^DATA_DIR .*DATA_DIR=\//],
    ['a data folder within a file', () => ({ DATA_DIR: join(folder, 'a-file', 'x') }), /^DATA_DIR .*DATA_DIR=\//],
    [
      'a server that does not answer',
      () => ({ MONGODB_URI: 'mongodb://name:geheim@127.0.0.1:1/x' }),
      /^MONGODB_URI .*ECONNREFUSED.*MONGODB_URI=mongodb:/,
    ],
    [
      'an address of a server that can’t be read',
      () => ({ MONGODB_URI: 'mongodb://n:gehe@im@h/x' }),
      /^MONGODB_URI .*MONGODB_URI=mongodb:/,
    ],
  ])('names the setting for %s, in one line', async (_what, wrong, line) => {
    const bot = startBotProcess({ ...right(), ...wrong() });
    expect(await bot.exited).toBe(1);
    expect(bot.stderr.trim()).toMatch(line);
    expect(`${bot.stdout}${bot.stderr}`.trim().split('\n')).toHaveLength(1);
    expect(bot.stderr).not.toContain('geheim');
  });
});
