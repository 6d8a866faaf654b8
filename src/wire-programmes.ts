import { randomUUID } from 'node:crypto';
import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import { createLeases } from './database/leases.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Audit } from './features/audit/audit.service.ts';
import { afterQuietHours } from './features/calendar/quiet-hours.ts';
import { NOBODY, type Member, type Members } from './features/members/members.service.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import { createPlans, type Plans } from './features/programmes/plans.service.ts';
import {
  openProgramme,
  programmesChat,
  programmesMenu,
  renderProgress,
} from './features/programmes/programmes.chat.ts';
import { programmeDialogues } from './features/programmes/programmes.dialogues.ts';
import { createProgrammes, type Programmes } from './features/programmes/programmes.service.ts';
import type { Job } from './jobs/schedule.ts';
import type { Translator } from './language/translator.ts';
import { TELLING, type Telling } from './wire-cases.ts';

export interface ProgrammesWiring {
  connection: Connection;
  audit: Audit;
  members: Members;
  obstacles: Obstacles;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  telling?: Telling | undefined;
  now?: (() => Date) | undefined;
}

/** What the council plans and decides. */
export interface CouncilFeatures {
  programmes: Programmes;
  plans: Plans;
  menu: MenuItem;
  open: (ctx: BotContext, number: number) => Promise<void>;
  dialogues: Dialogue[];
  chats: Composer<BotContext>[];
  renderers: Record<string, Renderer>;
  jobs: Job[];
  moveMember: (from: string, to: string) => Promise<void>;
  forgetMember: (id: string) => Promise<void>;
}

const ROUND_MS = 120_000;

export function wireProgrammes(deps: ProgrammesWiring): CouncilFeatures {
  const { connection, audit, members, obstacles, delivery, recipientOf, begin } = deps;
  const { telling = TELLING, now = () => new Date() } = deps;
  const atWakingHours = (at: Date) => (telling.quiet === null ? at : afterQuietHours(at, telling.quiet));

  const programmes = createProgrammes({
    connection,
    audit,
    now,
    togetherMs: telling.togetherMs,
    casePeople: (id) => obstacles.peopleOf(id),
    async notify({ key, memberId, payload, dueAt }) {
      const member = await members.find(memberId);
      if (!member) return;
      const due = telling.togetherMs === 0 ? {} : { dueAt: atWakingHours(dueAt) };
      await delivery().notify({ key, recipient: recipientOf(member), kind: 'programme', payload, ...due });
    },
  });
  const plans = createPlans({ programmes });
  const chatDeps = { programmes, begin };
  const leases = createLeases(connection);
  const holder = randomUUID();

  return {
    programmes,
    plans,
    menu: programmesMenu(chatDeps),
    open: (ctx, number) => openProgramme(chatDeps, ctx, number),
    dialogues: programmeDialogues({ programmes, caseOf: (actor, code) => obstacles.byCode(actor, code) }),
    chats: [programmesChat(chatDeps)],
    renderers: {
      programme: (payload, { language }) =>
        renderProgress(programmes, payload as { programmeId: string; batch: number }, deps.translatorFor(language)),
    },
    jobs: [
      {
        name: 'programmes',
        when: '* * * * *',
        async run() {
          await plans.refresh();
          if (!(await leases.acquire('job:programmes', { holder, ttlMs: ROUND_MS }))) return;
          try {
            await programmes.tellUntold();
          } finally {
            await leases.release('job:programmes', holder);
          }
        },
      },
    ],
    moveMember: (from, to) => programmes.moveMember(from, to),
    forgetMember: (id) => programmes.forgetMember(id, NOBODY),
  };
}
