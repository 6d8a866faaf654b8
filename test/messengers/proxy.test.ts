import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plain } from '../../src/language/rich-text.ts';
import { createMessengerClient, isProxyUrl } from '../../src/messengers/index.ts';
import { MessengerError, type MessengerClient } from '../../src/messengers/messenger.ts';
import { TEST_CERTIFICATE } from '../support/certificate.ts';
import { startHttpProxy, startSocksProxy, type ProxyDouble } from '../support/proxy.ts';
import { startApiDouble, type ApiDouble } from './api-double.ts';
import { systemClock } from '../../src/system-clock.ts';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent };
const TOKEN = '42:AAExampleExampleExampleExampleExample';
const LOGIN = { name: 'khoosheh', password: 'p@ss:wörd' };

let api: ApiDouble;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  api = await startApiDouble();
  closing.push(() => api.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function clientThrough(proxy: string): MessengerClient {
  const client = createMessengerClient({
    clock: systemClock,
    name: 'telegram',
    token: TOKEN,
    apiRoot: api.apiRoot,
    proxy,
    logger,
  });
  closing.push(() => client.close());
  return client;
}

const withLogin = (url: string, { name, password } = LOGIN): string =>
  url.replace('://', `://${encodeURIComponent(name)}:${encodeURIComponent(password)}@`);

const failure = async (call: Promise<unknown>): Promise<MessengerError> => {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof MessengerError)) throw new Error('it did not fail as a call to a messenger does');
  return error;
};

describe.each([
  { kind: 'http', start: startHttpProxy },
  { kind: 'socks5', start: startSocksProxy },
])('an $kind proxy', ({ start }) => {
  const started = async (options: Parameters<typeof start>[0] = {}): Promise<ProxyDouble> => {
    const proxy = await start(options);
    closing.push(() => proxy.close());
    return proxy;
  };

  test('carries every call and every file', async () => {
    const proxy = await started();
    const client = clientThrough(proxy.url);
    await client.connect();
    await client.send(7, { text: plain('سلام') });
    api.files.set('photos/1.jpg', Buffer.from('bytes'));
    expect((await client.download('f')).bytes.toString()).toBe('bytes');
    expect(api.calls.map(({ method }) => method)).toEqual(['getMe', 'sendMessage', 'getFile']);
    expect(new Set(proxy.targets)).toEqual(new Set([new URL(api.apiRoot).host]));
  });

  test('is given the name and the password that stand in its address', async () => {
    const proxy = await started({ login: LOGIN });
    await clientThrough(withLogin(proxy.url)).connect();
    expect(proxy.targets).toContain(new URL(api.apiRoot).host);
  });

  test('that refuses the login counts as a messenger out of reach, and nothing says the password', async () => {
    const proxy = await started({ login: LOGIN });
    const wrong = await failure(clientThrough(withLogin(proxy.url, { ...LOGIN, password: 'geheim' })).connect());
    expect(wrong).toMatchObject({ kind: 'down', ambiguous: false });
    expect(wrong.message).toMatch(/proxy/i);
    expect(wrong.message).not.toContain('geheim');
    expect(await failure(clientThrough(proxy.url).connect())).toMatchObject({ kind: 'down', ambiguous: false });
  });

  test('that is cut fails cleanly, and the next call finds the way again', async () => {
    const proxy = await started();
    const client = clientThrough(proxy.url);
    await client.connect();
    proxy.cut();
    expect(await failure(client.send(7, { text: plain('سلام') }))).toMatchObject({ kind: 'down' });
    proxy.mend();
    await client.send(7, { text: plain('سلام') });
    expect(api.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
  });
});

test('an https proxy is spoken to over TLS, and one whose certificate nobody vouches for is not', async () => {
  const proxy = await startHttpProxy({ tls: TEST_CERTIFICATE });
  closing.push(() => proxy.close());
  expect(await failure(clientThrough(proxy.url).connect())).toMatchObject({ kind: 'down', ambiguous: false });
  const trusted = getCACertificates('default');
  closing.push(() => Promise.resolve(setDefaultCACertificates(trusted)));
  setDefaultCACertificates([...trusted, TEST_CERTIFICATE.cert]);
  await clientThrough(proxy.url).connect();
  expect(proxy.targets).toContain(new URL(api.apiRoot).host);
});

test('a proxy where nobody listens counts as a messenger out of reach', async () => {
  expect(await failure(clientThrough('socks5://127.0.0.1:1').connect())).toMatchObject({ kind: 'down' });
});

test.each([
  ['http://127.0.0.1:3128', true],
  ['https://name:secret@proxy.example:443', true],
  ['socks5://127.0.0.1:1080', true],
  ['socks4://127.0.0.1:1080', false],
  ['127.0.0.1:1080', false],
  ['http://', false],
])('%s is a proxy address: %s', (url, expected) => {
  expect(isProxyUrl(url)).toBe(expected);
});
