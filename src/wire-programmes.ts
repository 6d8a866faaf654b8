import { randomUUID } from 'node:crypto';
import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { SureActs } from './bot/sure.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import { createLeases } from './database/leases.ts';
import { createRunOnce } from './database/once.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import { agendaSure } from './features/agenda/agenda.sure.ts';
import { programmesSure } from './features/programmes/programmes.sure.ts';
import { agendaChat, agendaMenu, createAgendaRenderer } from './features/agenda/agenda.chat.ts';
import { agendaDialogues } from './features/agenda/agenda.dialogues.ts';
import { LEADERS, READERS, createAgendas, type AgendaNews, type Agendas } from './features/agenda/agenda.service.ts';
import type { Audit } from './features/audit/audit.service.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import { NOBODY, type Member, type Members, type Role } from './features/members/members.service.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import { categoryText } from './features/obstacles/obstacles.views.ts';
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
import { inTehran, toIsoDay } from './language/jalali.ts';
import type { Translator } from './language/translator.ts';
import { TELLING, type Telling } from './wire-cases.ts';

export interface ProgrammesWiring {
  connection: Connection;
  audit: Audit;
  members: Members;
  obstacles: Obstacles;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  /** The moment itself, or the end of the member's quiet hours that it falls into. */
  atWakingHours: (memberId: string, at: Date) => Promise<Date>;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  telling?: Telling | undefined;
  now: () => Date;
}

/** What the council plans and decides. */
export interface CouncilFeatures {
  programmes: Programmes;
  plans: Plans;
  agendas: Agendas;
  /** For everybody, and for who may read the agenda. */
  menus: MenuItem[];
  open: (ctx: BotContext, number: number) => Promise<void>;
  dialogues: Dialogue[];
  chats: Composer<BotContext>[];
  sure: SureActs;
  renderers: Record<string, Renderer>;
  jobs: Job[];
  about: Record<'programmes' | 'agenda', AboutMembers>;
}

const ROUND_MS = 120_000;
const TWELVE_HOURS_MS = 12 * 3_600_000;
const HEARERS: Readonly<Record<AgendaNews, readonly Role[]>> = {
  proposed: LEADERS,
  open: ['council'],
  minutes: READERS,
};

export function wireProgrammes(deps: ProgrammesWiring): CouncilFeatures {
  const { connection, audit, members, obstacles, delivery, recipientOf, begin } = deps;
  const { telling = TELLING, now } = deps;

  const atWakingHours = async (member: Member, at: Date) => (telling.quiet ? deps.atWakingHours(member.id, at) : at);

  const programmes = createProgrammes({
    connection,
    audit,
    now,
    togetherMs: telling.togetherMs,
    casePeople: (id) => obstacles.peopleOf(id),
    async notify({ key, memberId, payload, dueAt }) {
      const member = await members.find(memberId);
      if (!member) return;
      const due = telling.togetherMs === 0 ? {} : { dueAt: await atWakingHours(member, dueAt) };
      await delivery().notify({ key, recipient: recipientOf(member), kind: 'programme', payload, ...due });
    },
  });
  const plans = createPlans({ programmes });
  const chatDeps = { programmes, begin, now };
  /** The forms of a plan offer the programmes that run now. */
  const refreshed: Dialogues['begin'] = async (...args) => {
    await plans.refresh();
    await begin(...args);
  };
  const agendas = createAgendas({
    connection,
    audit,
    obstacles,
    plans: () => plans,
    now,
    council: async () => (await members.withRole(['council'])).map(({ id }) => id),
    async tell(news, agendaId, actorId) {
      const hearers = await members.withRole(HEARERS[news]);
      for (const member of hearers.filter(({ id }) => id !== actorId))
        await delivery().notify({
          key: `agenda:${agendaId}:${news}:${member.id}`,
          recipient: recipientOf(member),
          kind: 'agenda',
          payload: { news, agendaId },
          dueAt: await atWakingHours(member, now()),
        });
    },
  });
  const monthNow = (): string => {
    const { year, month } = inTehran(now());
    return `${year}-${String(month).padStart(2, '0')}`;
  };
  const agendaDeps = { agendas, obstacles, begin: refreshed, categoryText, month: monthNow };
  const renderAgenda = createAgendaRenderer(agendaDeps);
  const runOnce = createRunOnce(connection, now);
  const leases = createLeases(connection);
  const holder = randomUUID();

  return {
    programmes,
    plans,
    agendas,
    menus: [programmesMenu(chatDeps), agendaMenu(agendaDeps)],
    open: (ctx, number) => openProgramme(chatDeps, ctx, number),
    dialogues: [
      ...programmeDialogues({ programmes, caseOf: (actor, code) => obstacles.byCode(actor, code) }),
      ...agendaDialogues({ agendas, plans: () => plans }),
    ],
    chats: [programmesChat(chatDeps), agendaChat(agendaDeps)],
    sure: { ...programmesSure(chatDeps), ...agendaSure(agendaDeps) },
    renderers: {
      agenda: async (payload, { language, memberId }) => {
        const reader = await members.find(memberId);
        const told = payload as { news: AgendaNews; agendaId: string };
        return renderAgenda(told, { t: deps.translatorFor(language), reader: reader ?? { roles: [] } });
      },
      programme: (payload, { language, memberId }) =>
        renderProgress(programmes, payload as { programmeId: string; batch: number }, {
          t: deps.translatorFor(language),
          memberId,
        }),
    },
    jobs: [
      {
        name: 'agenda',
        // Each morning: an agenda that could not be proposed on the month's first day is proposed on the next.
        when: '10 8 * * *',
        madeUpForMs: TWELVE_HOURS_MS,
        async run() {
          const month = monthNow();
          await runOnce(`agenda:${toIsoDay(inTehran(now()))}`, { withinMs: ROUND_MS }, async () => {
            await agendas.propose({ month, origin: `month:${month}`, actor: null });
          });
        },
      },
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
    about: {
      programmes: {
        holds: ['programmes.notes.by', 'programmeFollowers.memberId'],
        move: (from, to) => programmes.moveMember(from, to),
        forget: ({ id }) => programmes.forgetMember(id, NOBODY),
        show: null,
      },
      agenda: {
        holds: ['agendas.items.decision.by', 'agendaVotes.memberId'],
        move: (from, to) => agendas.moveMember(from, to),
        forget: ({ id }) => agendas.forgetMember(id, NOBODY),
        show: null,
      },
    },
  };
}
