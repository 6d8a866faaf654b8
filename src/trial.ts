import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './app.ts';
import type { NewsTopic } from './language/taxonomies.ts';
import { makeDataDir, unusablePort } from './config-error.ts';
import type { AccountId, MessengerConfig } from './config.ts';
import type { GivenProgramme } from './features/programmes/programmes.service.ts';

import { castOf, startSimulator, type Simulator } from './simulator/simulator.ts';

/** A start without tokens: the simulator plays both messengers, with a few people and two real news items in it. */
export interface Trial {
  accounts: MessengerConfig[];
  owners: readonly AccountId[];
  simulator: Simulator;
  /** Puts in the seed news and the sample programmes; again, it changes nothing. */
  furnish(app: App): Promise<void>;
  /** What to open and what to try. */
  welcome: string;
  close(): Promise<void>;
}

interface SeedNews {
  origin: string;
  publishedAt: string;
  headline: string;
  lead: string;
  body: string;
  source: string;
  tags: string[];
  topic: NewsTopic;
}

/** Whom the simulator's page plays as officers. */
export const TRIAL_OWNERS: readonly AccountId[] = (['telegram', 'bale'] as const).flatMap((messenger) =>
  castOf(messenger)
    .filter(({ isOfficer }) => isOfficer)
    .map(({ id }) => ({ messenger, userId: id })),
);

/** @throws ConfigError where the page's port is taken or the data folder can't be written */
export async function startTrial({ dataDir, pagePort }: { dataDir: string; pagePort: number }): Promise<Trial> {
  makeDataDir(dataDir);
  const simulator = await startSimulator({ apiPort: 0, pagePort, journalDir: join(dataDir, 'simulator') }).catch(
    (error: unknown) => {
      // The API takes a free port: only the page's can be taken.
      throw unusablePort('SIMULATOR_PORT', pagePort, error) ?? error;
    },
  );
  const servers = [simulator.telegram, simulator.bale];
  const nameOf = (isOfficer: boolean) => {
    const person = castOf('telegram').find((one) => one.isOfficer === isOfficer);
    return `${person?.firstName} ${person?.lastName}`;
  };
  return {
    simulator,
    accounts: servers.map(({ profile, token, apiRoot }) => ({ name: profile, token, apiRoot })),
    owners: TRIAL_OWNERS,
    async furnish(app) {
      await seedNews(app);
      await seedProgrammes(app);
    },
    welcome: [
      '',
      `Khoosheh is ready. Open in a browser: ${simulator.pageUrl}`,
      '',
      'Try this there:',
      `  1. As ${nameOf(false)} on Telegram, press Start, then register a business (the first menu button).`,
      '  2. Report an obstacle with a photo (the second one) and keep the tracking code.',
      `  3. As ${nameOf(true)}, open the desk from the menu, take the case and answer it; the member is told.`,
      '  4. Do the same on Bale; read the council news; as the officer, send an item to all members.',
      '',
      'Ctrl-C stops everything; the data stays, and the next start goes on where this one stopped.',
      '',
    ].join('\n'),
    close: () => simulator.close(),
  };
}

/** The two real news items of the council, into the archive. */
export async function seedNews(app: Pick<App, 'features'>): Promise<void> {
  const items = JSON.parse(readFileSync(new URL('../seed/news.json', import.meta.url), 'utf8')) as SeedNews[];
  for (const { publishedAt, ...item } of items)
    await app.features.news.publish({ ...item, publishedAt: new Date(publishedAt) });
}

/** Nine action programmes of a sample year, made up and marked as such. */
export async function seedProgrammes(app: Pick<App, 'features'>): Promise<void> {
  const programmes = JSON.parse(
    readFileSync(new URL('../seed/programmes.json', import.meta.url), 'utf8'),
  ) as GivenProgramme[];
  for (const programme of programmes) await app.features.council.programmes.takeIn(programme);
}
