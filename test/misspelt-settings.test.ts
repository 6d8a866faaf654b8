import { describe, expect, it } from 'vitest';
import { parseConfig, VARIABLES } from '../src/config.ts';
import { misspeltSettings, nearestSetting, remarkOf } from '../src/misspelt-settings.ts';

const nearest = (name: string) => nearestSetting(name, VARIABLES);

describe('a name that nothing reads', () => {
  it.each([
    ['TELEGRAM_TOKEN', 'TELEGRAM_BOT_TOKEN'],
    ['TELGRAM_BOT_TOKEN', 'TELEGRAM_BOT_TOKEN'],
    ['telegram_bot_token', 'TELEGRAM_BOT_TOKEN'],
    ['TELEGRAM-BOT-TOKEN', 'TELEGRAM_BOT_TOKEN'],
    ['\ufeffTELEGRAM_BOT_TOKEN', 'TELEGRAM_BOT_TOKEN'],
    ['TG_BOT_TOKEN', 'TELEGRAM_BOT_TOKEN'],
    ['TELEGRAM_API_KEY', 'TELEGRAM_BOT_TOKEN'],
    ['TELEGRAM_BOT_TOKENS', 'TELEGRAM_BOT_TOKEN'],
    ['BALE_BOT_TOKN', 'BALE_BOT_TOKEN'],
    ['BALE_TOKEN', 'BALE_BOT_TOKEN'],
    ['BLAE_BOT_TOKEN', 'BALE_BOT_TOKEN'],
    ['BOT_TOKEN', 'BALE_BOT_TOKEN'],
    ['MONGO_URI', 'MONGODB_URI'],
    ['MONGODB_URL', 'MONGODB_URI'],
    ['DATADIR', 'DATA_DIR'],
    ['DATA_DRI', 'DATA_DIR'],
    ['DATA_DIRECTORY', 'DATA_DIR'],
    ['OWNERS', 'OWNER_IDS'],
    ['OWNER_ID', 'OWNER_IDS'],
    ['SECRETKEY', 'SECRET_KEY'],
    ['WEBHOOK_URI', 'WEBHOOK_URL'],
    ['HTTP_ALLOWED_HOST', 'HTTP_ALLOWED_HOSTS'],
    ['KEEP_UNSENT_DAY', 'KEEP_UNSENT_DAYS'],
    ['TELEGRAM_SEND_PER_SECOND', 'TELEGRAM_SENDS_PER_SECOND'],
  ])('%s was meant to be %s', (name, setting) => expect(nearest(name)).toBe(setting));

  it.each([
    'PATH',
    'HOME',
    'PWD',
    'LOGNAME',
    'HTTP_PROXY',
    'https_proxy',
    'NODE_ENV',
    'NODE_OPTIONS',
    'XDG_DATA_DIRS',
    'TZ',
    'GITHUB_TOKEN',
    'NPM_TOKEN',
    'JOURNAL_STREAM',
    'INVOCATION_ID',
    'STATE_DIRECTORY',
    'SYSTEMD_EXEC_PID',
    'LANG',
    'PORT',
    'HOSTNAME',
    'DBUS_SESSION_BUS_ADDRESS',
    'SSH_AUTH_SOCK',
    'npm_lifecycle_event',
    'API_KEY',
    'LS_COLORS',
    'HOSTTYPE',
  ])('%s belongs to others', (name) => expect(nearest(name)).toBeNull());

  it('is named when it stands in our own file, whatever it is like, but for what Node and the system read', () => {
    const found = misspeltSettings(
      { FANCY: '1', NODE_OPTIONS: '', TZ: 'UTC', EDITOR: 'vi', OWNER_ID: 'telegram:1', DATA_DIR: './data' },
      { known: VARIABLES, inFile: ['FANCY', 'NODE_OPTIONS', 'TZ', 'OWNER_ID', 'DATA_DIR', 'BALE_BOT_TOKEN'] },
    );
    expect(found).toEqual([
      { name: 'FANCY', nearest: null },
      { name: 'OWNER_ID', nearest: 'OWNER_IDS' },
      { name: 'BALE_BOT_TOKEN', nearest: 'BALE_BOT_TOKEN' },
    ]);
    expect(found.map(remarkOf).join('\n')).not.toContain('telegram:1');
  });
});

describe('a trial that nobody meant', () => {
  const token = '123456789:AAExampleExampleExampleExampleExample';

  it.each(['TELEGRAM_TOKEN', 'BALE_BOT_TOKN', '\ufeffBALE_BOT_TOKEN', 'TG_TOKEN'])(
    'does not begin where a token stands under %s',
    (name) => {
      expect(() => parseConfig({ [name]: token })).toThrow(/_BOT_TOKEN is meant.*_BOT_TOKEN=\d/);
      expect(() => parseConfig({ [name]: 'geheim' })).not.toThrow(/geheim/);
      // With a right one beside it, it is a remark.
      expect(parseConfig({ [name]: token, BALE_BOT_TOKEN: token, OWNER_IDS: 'bale:7' }).messengers.kind).toBe('real');
    },
  );

  it('does not begin where a token stands before a colon', () => {
    expect(() => parseConfig({}, ['BALE_BOT_TOKEN'])).toThrow(/BALE_BOT_TOKEN=…/);
  });

  it('does not begin where the bot is a service', () => {
    for (const NODE_ENV of ['production', ' Production '])
      expect(() => parseConfig({ NODE_ENV })).toThrow(/NODE_ENV=production.*TELEGRAM_BOT_TOKEN=\d/);
    expect(parseConfig({ NODE_ENV: 'development' }).messengers.kind).toBe('simulator');
  });
});
