import { describe, expect, it } from 'vitest';
import { ConfigError } from '../src/config-error.ts';
import { parseConfig } from '../src/config.ts';
import { RETENTION } from '../src/retention.ts';

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

  it('keep things as long as they are told, and notices and acts for good unless they are', () => {
    expect(parseConfig({}).retention).toEqual(RETENTION);
    const days = { KEEP_NOTICES_DAYS: '365', KEEP_AUDIT_DAYS: '0', KEEP_UNSENT_DAYS: '30', DELETION_DAYS: '14' };
    expect(parseConfig({ ...days, KEEP_UPDATE_IDS_HOURS: '72' }).retention).toEqual({
      updateIdsHours: 72,
      unsentDays: 30,
      noticesDays: 365,
      auditDays: null,
      deletionDays: 14,
    });
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
    ['HTTP_ALLOWED_HOSTS', { HTTP_ALLOWED_HOSTS: 'https://bot.example.ir' }],
    ['HTTP_ALLOWED_HOSTS', { HTTP_ALLOWED_HOSTS: 'bot.example.ir:443' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['BALE_SENDS_PER_SECOND', { BALE_SENDS_PER_SECOND: 'schnell' }],
    ['TELEGRAM_SENDS_PER_SECOND', { TELEGRAM_SENDS_PER_SECOND: '0' }],
    ['SEND_IN_DOUBT', { SEND_IN_DOUBT: 'vielleicht' }],
    ['KEEP_UPDATE_IDS_HOURS', { KEEP_UPDATE_IDS_HOURS: '12' }],
    ['KEEP_UNSENT_DAYS', { KEEP_UNSENT_DAYS: 'immer' }],
    ['KEEP_NOTICES_DAYS', { KEEP_NOTICES_DAYS: '1' }],
    ['KEEP_AUDIT_DAYS', { KEEP_AUDIT_DAYS: '-1' }],
    ['DELETION_DAYS', { DELETION_DAYS: '0' }],
  ])('refuse a wrong %s in one line that shows a right value', (name, env) => {
    const message = messageOf(env);
    expect(message).toMatch(new RegExp(`^${name} .*${name}=\\S+`));
    expect(message).not.toContain('\n');
  });

  const real = { TELEGRAM_BOT_TOKEN: TOKEN, BALE_BOT_TOKEN: TOKEN, OWNER_IDS: 'bale:7' };

  it('take a proxy for Telegram alone', () => {
    const { messengers } = parseConfig({ ...real, TELEGRAM_PROXY: 'socks5://127.0.0.1:1080' });
    expect(messengers).toMatchObject({ accounts: [{ name: 'telegram', proxy: 'socks5://127.0.0.1:1080' }, {}] });
    expect(messengers.kind === 'real' && messengers.accounts[1]).not.toHaveProperty('proxy');
    expect(messageOf({ ...real, TELEGRAM_PROXY: '127.0.0.1:1080' })).toContain('TELEGRAM_PROXY=socks5://');
  });

  it('fetch updates unless there is an address for webhooks', () => {
    expect(parseConfig(real).webhook).toBeNull();
    expect(parseConfig({ ...real, WEBHOOK_URL: 'https://bot.example.ir/khoosheh/' }).webhook).toEqual({
      url: 'https://bot.example.ir/khoosheh',
      secret: null,
    });
  });

  it.each([
    ['http://bot.example.ir', 'https address'],
    ['https://bot.example.ir/?x=1', 'https address'],
    ['https://bot.example.ir:444', 'where telegram does not call: use one of 443, 80, 88, 8443'],
    ['https://bot.example.ir:8443', 'where bale does not call: use one of 443, 88'],
  ])('refuse %s for webhooks', (url, reason) => {
    expect(messageOf({ ...real, WEBHOOK_URL: url })).toContain(reason);
  });

  it('allow each messenger its own ports', () => {
    const { BALE_BOT_TOKEN: _, ...onlyTelegram } = real;
    expect(parseConfig({ ...onlyTelegram, WEBHOOK_URL: 'https://bot.example.ir:8443' }).webhook).not.toBeNull();
    expect(parseConfig({ ...real, WEBHOOK_URL: 'https://bot.example.ir:88' }).webhook).not.toBeNull();
  });

  it('say how a key is made, since nothing expands a command in an env file', () => {
    const message = messageOf({ SECRET_KEY: 'short' });
    expect(message).toMatch(/^SECRET_KEY .*openssl rand -base64 32$/);
    expect(message).not.toContain('$(');
  });

  it('refuse a webhook secret that could be guessed', () => {
    expect(messageOf({ ...real, WEBHOOK_SECRET: 'geheim' })).toContain('WEBHOOK_SECRET');
  });
});
