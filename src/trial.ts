import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './app.ts';
import type { AccountId, MessengerConfig } from './config.ts';
import { startSimulator, type Simulator } from './simulator/simulator.ts';

/** A start without tokens: the simulator plays both messengers, with a few people and two real news items in it. */
export interface Trial {
  accounts: MessengerConfig[];
  owners: AccountId[];
  simulator: Simulator;
  /** Puts the seed news into the archive; again, it changes nothing. */
  furnish(app: App): Promise<void>;
  /** What to open and what to try. */
  welcome: string;
  close(): Promise<void>;
}

/** The people of the chat page, on both messengers; the officer is the first admin. */
interface SeedPerson {
  id: number;
  firstName: string;
  lastName: string;
  phone: string;
  officer?: boolean;
}

interface SeedNews {
  origin: string;
  publishedAt: string;
  headline: string;
  lead: string;
  body: string;
  source: string;
}

export async function startTrial({ dataDir, pagePort }: { dataDir: string; pagePort: number }): Promise<Trial> {
  const simulator = await startSimulator({ apiPort: 0, pagePort, journalDir: join(dataDir, 'simulator') });
  const servers = [simulator.telegram, simulator.bale];
  const people = readSeed('people.json') as SeedPerson[];
  for (const server of servers) for (const person of people) server.person(person);
  const nameOf = (person: SeedPerson | undefined) => `${person?.firstName} ${person?.lastName}`;
  const member = nameOf(people.find((person) => !person.officer));
  const officer = nameOf(people.find((person) => person.officer));
  return {
    simulator,
    accounts: servers.map(({ profile, token, apiRoot }) => ({ name: profile, token, apiRoot })),
    owners: servers.flatMap(({ profile }) =>
      people.filter(({ officer }) => officer).map(({ id }) => ({ messenger: profile, userId: id })),
    ),
    furnish: seedNews,
    welcome: [
      '',
      `Khoosheh is ready. Open in a browser: ${simulator.pageUrl}`,
      '',
      'Try this there:',
      `  1. As ${member} on Telegram, press Start, then register a business (the first menu button).`,
      '  2. Report an obstacle with a photo (the second one) and keep the tracking code.',
      `  3. As ${officer}, open the desk from the menu, take the case and answer it; the member is told.`,
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
  for (const { origin, headline, lead, body, source, publishedAt } of readSeed('news.json') as SeedNews[]) {
    await app.features.news.publish({ origin, headline, lead, body, source, publishedAt: new Date(publishedAt) });
  }
}

function readSeed(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../seed/${name}`, import.meta.url), 'utf8'));
}
