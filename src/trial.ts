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

/** The people of the chat page: three members-to-be and an officer, on both messengers. */
const PEOPLE = [
  { id: 1001, firstName: 'مریم', lastName: 'احمدی', phone: '+989990000001' },
  { id: 1002, firstName: 'جاسم', lastName: 'کعبی', phone: '+989990000002' },
  { id: 1003, firstName: 'آیدین', lastName: 'صادقی', phone: '+989990000003' },
  { id: 1009, firstName: 'کارشناس', lastName: 'دبیرخانه', phone: '+989990000009' },
] as const;
const OFFICER_ID = 1009;

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
  for (const server of servers) for (const person of PEOPLE) server.person(person);
  return {
    simulator,
    accounts: servers.map(({ profile, token, apiRoot }) => ({ name: profile, token, apiRoot })),
    owners: servers.map(({ profile }) => ({ messenger: profile, userId: OFFICER_ID })),
    furnish: seedNews,
    welcome: [
      '',
      `خوشه آماده است. این نشانی را در مرورگر باز کنید:  ${simulator.pageUrl}`,
      `Khoosheh is ready. Open in a browser:             ${simulator.pageUrl}`,
      '',
      'Try: pick مریم احمدی on Telegram, send /start, and register a business (ثبت کسب‌وکار);',
      '     report an obstacle (گزارش مانع) with a photo; then pick کارشناس دبیرخانه and answer it at the desk (/desk);',
      '     read the council news (اخبار شورا), and as the officer send an item to all members.',
      'The data stays in DATA_DIR; Ctrl-C stops everything.',
      '',
    ].join('\n'),
    close: () => simulator.close(),
  };
}

/** The two real news items of the council, into the archive. */
export async function seedNews(app: Pick<App, 'features'>): Promise<void> {
  const items = JSON.parse(readFileSync(new URL('../seed/news.json', import.meta.url), 'utf8')) as SeedNews[];
  for (const { origin, headline, lead, body, source, publishedAt } of items) {
    await app.features.news.publish({ origin, headline, lead, body, source, publishedAt: new Date(publishedAt) });
  }
}
