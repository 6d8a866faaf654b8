import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../src/config.ts';

const TOKEN = '123456789:AAExampleExampleExampleExampleExample';

const messageOf = (env: Record<string, string>): string => {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('settings', () => {
  it('start the simulator and the embedded database when nothing is set', () => {
    const config = parseConfig({});
    expect(config.messengers).toEqual({ kind: 'simulator', pagePort: 8787 });
    expect(config.database.kind).toBe('embedded');
    expect(config.httpPort).toBe(8080);
  });

  it('speak to the messengers that have a token, at their own address', () => {
    const config = parseConfig({
      BALE_BOT_TOKEN: TOKEN,
      OWNER_IDS: 'bale:7, telegram:8',
      MONGODB_URI: 'mongodb://db/khoosheh',
    });
    expect(config.messengers).toEqual({
      kind: 'real',
      accounts: [{ name: 'bale', token: TOKEN, apiRoot: 'https://tapi.bale.ai' }],
    });
    expect(config.owners).toEqual([
      { messenger: 'bale', userId: 7 },
      { messenger: 'telegram', userId: 8 },
    ]);
    expect(config.database).toEqual({ kind: 'server', uri: 'mongodb://db/khoosheh' });
  });

  it('take an empty variable as not set', () => {
    expect(parseConfig({ TELEGRAM_BOT_TOKEN: '', HTTP_PORT: ' ' }).messengers.kind).toBe('simulator');
  });

  it.each([
    ['TELEGRAM_BOT_TOKEN', { TELEGRAM_BOT_TOKEN: 'abc' }],
    ['BALE_API_ROOT', { BALE_API_ROOT: 'tapi.bale.ai' }],
    ['MONGODB_URI', { MONGODB_URI: 'localhost:27017' }],
    ['HTTP_PORT', { HTTP_PORT: '80800' }],
    ['SIMULATOR_PORT', { SIMULATOR_PORT: 'x' }],
    ['OWNER_IDS', { OWNER_IDS: '123' }],
    ['OWNER_IDS', { TELEGRAM_BOT_TOKEN: TOKEN }],
    ['SECRET_KEY', { SECRET_KEY: 'short' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ])('refuse a wrong %s in one line that shows a right value', (name, env) => {
    const message = messageOf(env);
    expect(message).toMatch(new RegExp(`^${name} .*${name}=\\S+`));
    expect(message).not.toContain('\n');
  });
});
