import type { Connection } from 'mongoose';
import type { MenuItem } from './bot/main-menu.ts';
import { createRunOnce } from './database/once.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import { reachOf } from './delivery/reach.ts';
import type { Audit } from './features/audit/audit.service.ts';
import { createMemberFigures } from './features/members/member-figures.service.ts';
import type { Member, Members } from './features/members/members.service.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import { categoryText } from './features/obstacles/obstacles.views.ts';
import { createWeeklyRenderer, weeklyMenu } from './features/weekly/weekly.chat.ts';
import { WEEKLY_READERS, createWeekly, type WeeklyReports } from './features/weekly/weekly.service.ts';
import type { Job } from './jobs/schedule.ts';
import { inTehran, toIsoDay } from './language/jalali.ts';
import type { Translator } from './language/translator.ts';

export interface WeeklyWiring {
  connection: Connection;
  audit: Audit;
  members: Members;
  obstacles: Obstacles;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  translatorFor: (language: string) => Translator;
  now: () => Date;
}

export interface WeeklyFeatures {
  weekly: WeeklyReports;
  menu: MenuItem;
  renderers: Record<string, Renderer>;
  jobs: Job[];
}

const TOP = 5;
const MAKING_MS = 300_000;
const SIX_DAYS_MS = 6 * 24 * 3_600_000;

/** Puts the council's week together: its figures, its door in the menu, and the job that sends it. */
export function wireWeekly(deps: WeeklyWiring): WeeklyFeatures {
  const { connection, audit, members, obstacles, delivery, recipientOf, now } = deps;
  const weekly = createWeekly({
    connection,
    cases: obstacles.figures,
    members: createMemberFigures({ connection }),
    async top(by) {
      const found = await obstacles.board.page({ group: 'open', sort: by }, { page: 0, size: TOP });
      if (found.kind === 'few') return [];
      return found.cases.map(({ code, title, category, people, totals }) => ({
        code,
        title,
        category,
        people,
        rials: totals.rials,
      }));
    },
    news: (stretch) => reachOf(connection, { kind: 'news', ...stretch }),
    audit,
    now,
  });
  const chatDeps = { weekly, categoryText };
  const render = createWeeklyRenderer(chatDeps);
  const runOnce = createRunOnce(connection, now);

  return {
    weekly,
    menu: weeklyMenu(chatDeps),
    renderers: {
      weekly: async (payload, { language, memberId }) => {
        const reader = await members.find(memberId);
        return render(payload as { day: string }, {
          t: deps.translatorFor(language),
          reader: reader ?? { roles: [] },
        });
      },
    },
    jobs: [
      {
        name: 'weekly',
        // The Iranian week begins on Saturday.
        when: '0 8 * * 6',
        // Late is better than not, until the next one is near.
        madeUpForMs: SIX_DAYS_MS,
        async run(due) {
          const day = toIsoDay(inTehran(due));
          await runOnce(`weekly:${day}`, { withinMs: MAKING_MS }, async () => {
            await weekly.make(day, due);
            for (const reader of await members.withRole(WEEKLY_READERS))
              await delivery().notify({
                key: `weekly:${day}:${reader.id}`,
                recipient: recipientOf(reader),
                kind: 'weekly',
                payload: { day },
              });
          });
        },
      },
    ],
  };
}
