import { pino } from 'pino';
import { startApp } from '../../../src/app.ts';
import { webhookSecretFor } from '../../../src/web/webhook-routes.ts';
import { begin, type Surroundings } from './contender.ts';

const SECRET = 'a secret of the measurement';

/** The bot as it runs in production: inbox, rights, logging and all. */
await begin(async ({ apiRoot, token, mongoUri, dbName, webhook }: Surroundings) => {
  const app = await startApp({
    accounts: [{ name: 'telegram', token, apiRoot }],
    database: { uri: mongoUri, dbName },
    owners: [],
    webhook: webhook ? { url: 'https://bench.example/hook', secret: SECRET } : null,
    secretKey: Buffer.alloc(32, 'bench'),
    httpPort: webhook ? 0 : null,
    logger: pino({ level: 'info' }, pino.destination({ dest: '/dev/null', sync: false })),
    sendsPerSecond: { telegram: 1_000_000 },
    flood: { burst: 1_000_000, perSecond: 1_000_000 },
  });
  return app.web && webhook
    ? { port: app.web.port, path: '/hook/telegram', secret: webhookSecretFor(SECRET, 'telegram') }
    : {};
});
