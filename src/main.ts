import { pino } from 'pino';
import { startApp, type App } from './app.ts';
import { ConfigError } from './config-error.ts';
import { parseConfig, VARIABLES } from './config.ts';
import { refuseInUse } from './database/embedded/engine.ts';
import { loadSettingsFile } from './env-file.ts';
import { misspeltSettings, remarkOf } from './misspelt-settings.ts';
import { secretKeySource } from './secret-key.ts';
import { startTrial, TRIAL_OWNERS, type Trial } from './trial.ts';
import { keptWebhookSecret } from './web/webhook-secret.ts';

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  // A setting is the operator's to mend: one line, no stack.
  console.error(error instanceof ConfigError ? reason : `Khoosheh could not start: ${reason}`);
  process.exit(1);
}

async function main(): Promise<void> {
  const inFile = loadSettingsFile();
  const config = parseConfig(process.env, inFile);
  const logger = pino({ level: config.logLevel });
  for (const one of misspeltSettings(process.env, { known: VARIABLES, inFile })) logger.warn(remarkOf(one));
  const database =
    config.database.kind === 'server' ? { uri: config.database.uri } : { dataDir: config.database.dataDir };
  const { messengers } = config;

  // Before the simulator opens its memory there, which a trial that runs has open.
  if (config.database.kind === 'embedded') await refuseInUse(config.database.dataDir);
  const trial: Trial | null =
    messengers.kind === 'simulator'
      ? await startTrial({ dataDir: config.dataDir, pagePort: messengers.pagePort })
      : null;
  const accounts = messengers.kind === 'real' ? messengers.accounts : (trial?.accounts ?? []);
  const owners = [...config.owners, ...(trial?.owners ?? [])];

  const secretKey = secretKeySource({ configured: config.secretKey, dataDir: config.dataDir });
  // The simulator calls nobody: a trial fetches.
  const webhook =
    config.webhook && messengers.kind === 'real'
      ? { url: config.webhook.url, secret: config.webhook.secret ?? keptWebhookSecret(config.dataDir) }
      : null;
  const { httpPort, httpHost, httpAllowedHosts, sendsPerSecond, inDoubt, typedAbove, retention } = config;
  const app = await startApp({
    accounts,
    database,
    owners,
    use: trial ? 'trial' : 'real',
    trialOwners: TRIAL_OWNERS,
    secretKey,
    dataDir: config.dataDir,
    webhook,
    httpPort,
    httpHost,
    httpAllowedHosts,
    sendsPerSecond,
    inDoubt,
    typedAbove,
    retention,
    logger,
    // Who tries it out plays both sides and waits for what the other one sees.
    ...(trial ? { telling: { togetherMs: 0, quiet: false } } : {}),
  });
  stopOnSignal(app, trial);
  if (trial) {
    await trial.furnish(app);
    console.log(trial.welcome);
  } else {
    logger.info({ messengers: accounts.map(({ name }) => name), port: app.web?.port }, 'Khoosheh is running');
  }
}

/** Ctrl-C and a service manager's SIGTERM finish what is in hand; a second one does not wait. */
function stopOnSignal(app: App, trial: Trial | null): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await app.stop();
    await trial?.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop().catch((error: unknown) => {
        console.error(`Khoosheh did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`);
        process.exit(1);
      });
    });
  }
}
