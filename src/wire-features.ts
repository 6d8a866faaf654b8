import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import { createDialogues, type Dialogues } from './bot/dialogue/engine.ts';
import { createDrafts } from './bot/dialogue/drafts.ts';
import { createMainMenu, type MainMenu } from './bot/main-menu.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import { createAudit, type Audit } from './features/audit/audit.service.ts';
import { businessCards, businessesMenu } from './features/businesses/businesses.chat.ts';
import { createBusinesses, type Businesses } from './features/businesses/businesses.service.ts';
import { registrationDialogue } from './features/businesses/registration.dialogue.ts';
import { createCalendar, type Calendar } from './features/calendar/calendar.service.ts';
import { DEFAULT_QUIET_HOURS, afterQuietHours, type QuietHours } from './features/calendar/quiet-hours.ts';
import { cardChat } from './features/desk/card.chat.ts';
import { bulkAnswerDialogue, caseActDialogues } from './features/desk/case-acts.ts';
import { renderDailyList, renderStaffNotice, type StaffNotice } from './features/desk/deadlines.chat.ts';
import { deskChat, deskMenu, type DeskChatDeps } from './features/desk/desk.chat.ts';
import { createDesk, type Desk } from './features/desk/desk.service.ts';
import { settingsChat } from './features/desk/settings.chat.ts';
import { settingsDialogues } from './features/desk/settings.dialogues.ts';
import { keepSentFile, storedFileFor } from './features/files/files.chat.ts';
import { createFiles, type Files } from './features/files/files.service.ts';
import { membersChat, membersMenu, type MembersChatDeps } from './features/members/members.chat.ts';
import { createMembers, type Member, type Members } from './features/members/members.service.ts';
import { PERSON_QUESTIONS } from './features/members/person.questions.ts';
import { newsChat, newsMenu, openNews, renderNews } from './features/news/news.chat.ts';
import { createNews, type News } from './features/news/news.service.ts';
import { writeDialogue } from './features/news/write.dialogue.ts';
import {
  obstaclesChat,
  obstaclesMenu,
  openByCode,
  renderChange,
  renderClockQuestion,
  unclaimedAsReport,
  type ObstaclesChatDeps,
} from './features/obstacles/obstacles.chat.ts';
import {
  createObstacles,
  type DueNotice,
  type Hearer,
  type Obstacles,
} from './features/obstacles/obstacles.service.ts';
import { caseText, categoryText, evidenceButton } from './features/obstacles/obstacles.views.ts';
import { explainDialogue, reopenDialogue, reportDialogue } from './features/obstacles/report.dialogue.ts';
import { placeName } from './language/places.ts';
import { OBSTACLE_CATEGORIES } from './language/taxonomies.ts';
import { LANGUAGES, type Language, type Translations, type Translator } from './language/translator.ts';

export interface FeatureDeps {
  connection: Connection;
  translations: Translations;
  /** The outbox; asked for when something is sent, since its renderers are made here. */
  delivery: () => Delivery;
  aside: DeskChatDeps['aside'];
  now?: () => Date;
  telling?: Telling;
}

/** When members are told of changes. */
export interface Telling {
  /** Changes within this time become one message. Default ten minutes. */
  togetherMs: number;
  /** Null tells by night as well. */
  quiet: QuietHours | null;
}

const TELLING: Telling = { togetherMs: 600_000, quiet: DEFAULT_QUIET_HOURS };

export interface Features {
  audit: Audit;
  members: Members;
  businesses: Businesses;
  obstacles: Obstacles;
  news: News;
  files: Files;
  calendar: Calendar;
  desk: Desk;
  menu: MainMenu;
  dialogues: Dialogues;
  chats: Composer<BotContext>[];
  unclaimed: (ctx: BotContext) => Promise<void>;
  /** How each kind of outgoing notice and campaign is built. */
  renderers: Record<string, Renderer>;
  recipientsOf: (audience: unknown, page: { after: string | undefined; limit: number }) => Promise<Recipient[]>;
  /** Queues what the clock has to say of a case; again, it queues nothing twice. */
  tellDue: (notice: DueNotice) => Promise<void>;
  /** Queues the list of the day for every officer who has something open. */
  tellDailyLists: (day: string) => Promise<void>;
  /** Tells every admin that an update was set aside. */
  tellAdmins: (asideId: string) => Promise<void>;
}

/** Puts the features together: services first, then the dialogues and chats over them. Nothing here decides anything. */
export function wireFeatures({
  connection,
  translations,
  delivery,
  aside,
  now = () => new Date(),
  telling = TELLING,
}: FeatureDeps): Features {
  const { labelsOf } = translations;
  const translatorFor = (language: string) =>
    translations.translator(LANGUAGES.find((one): one is Language => one === language) ?? 'fa');

  const audit = createAudit({ connection });
  const members = createMembers({ connection });
  const businesses = createBusinesses({ connection });
  const files = createFiles({ connection });
  const news = createNews({ connection, campaigns: () => delivery().campaigns });
  const calendar = createCalendar({ connection, now });
  const desk = createDesk({ connection, members, audit, now });
  const atWakingHours = (at: Date) => (telling.quiet === null ? at : afterQuietHours(at, telling.quiet));
  const obstacles = createObstacles({
    connection,
    audit,
    calendar,
    now,
    togetherMs: telling.togetherMs,
    scopeOf: (memberId) => desk.scopeOf(memberId),
    cityOf: async (memberId) => (await members.find(memberId))?.cityCode ?? null,
    async notify({ memberId, urgent, dueAt, ...notice }) {
      const member = await members.find(memberId);
      if (!member) return;
      const due = urgent || telling.togetherMs === 0 ? {} : { dueAt: atWakingHours(dueAt) };
      await delivery().notify({ ...notice, ...due, recipient: recipientOf(member), priority: 'direct' });
    },
  });
  const tellStaff = async (member: Member, notice: StaffNotice, key: string) => {
    await delivery().notify({
      key: `${key}:${member.id}`,
      recipient: recipientOf(member),
      kind: 'staff-notice',
      payload: notice,
      dueAt: atWakingHours(now()),
    });
  };
  const STAGES = { 1: 'soon', 2: 'overdue', 3: 'escalated' } as const;
  async function tellDue(notice: DueNotice): Promise<void> {
    const { obstacle } = notice;
    if (notice.what !== 'deadline') {
      const member = await members.find(obstacle.reporterId);
      if (!member) return;
      await delivery().notify({
        key: `case-${notice.what}:${obstacle.id}:${obstacle.history.length}`,
        recipient: recipientOf(member),
        kind: 'case-question',
        payload: { obstacleId: obstacle.id, what: notice.what },
        priority: 'direct',
        dueAt: atWakingHours(now()),
      });
      return;
    }
    const key = `case-due:${obstacle.id}:${notice.due.getTime()}:${notice.stage}`;
    const what = STAGES[notice.stage];
    const assignee = obstacle.assigneeId === null ? null : await members.find(obstacle.assigneeId);
    if (assignee && notice.stage < 3) await tellStaff(assignee, { obstacleId: obstacle.id, what }, key);
    if (notice.stage < 3) return;
    for (const head of await members.withRole(['head', 'admin']))
      await tellStaff(head, { obstacleId: obstacle.id, what }, key);
  }
  async function tellDailyLists(day: string): Promise<void> {
    for (const officer of await members.withRole(['officer', 'head'])) {
      const { open } = await obstacles.followUp.dayOf(officer.id);
      if (open === 0) continue;
      const recipient = recipientOf(officer);
      await delivery().notify({ key: `daily-list:${day}:${officer.id}`, recipient, kind: 'daily-list', payload: {} });
    }
  }

  const keepFile = keepSentFile(files);
  const newsDeps = {
    news,
    members,
    onProgress: (...args: Parameters<Delivery['onProgress']>) => delivery().onProgress(...args),
    now: () => performance.now(),
  };
  const obstaclesDeps: ObstaclesChatDeps = {
    obstacles,
    businesses,
    dialogues: { begin: (...args) => dialogues.begin(...args), hold: (...args) => dialogues.hold(...args) },
    keepFile,
    fileFor: storedFileFor(files),
  };
  const begin: Dialogues['begin'] = (...args) => dialogues.begin(...args);
  const categories = (t: Translator) => OBSTACLE_CATEGORIES.map(({ code }) => ({ code, label: categoryText(t, code) }));
  const deskDeps: DeskChatDeps = {
    obstacles,
    desk,
    begin,
    mayWriteNews: (ctx) => news.mayWrite(ctx.person),
    categories,
    cities: async (t) =>
      (await obstacles.openCities())
        .filter((code) => /^[\w-]{1,20}$/.test(code))
        .slice(0, 60)
        .map((code) => ({ code, label: placeName(code, t.language) })),
    aside,
    now,
  };
  const nameOf = async (memberId: string, t: Translator) =>
    (await members.find(memberId))?.name ?? t.text('desk.card.colleague');
  const card = cardChat({
    obstacles,
    desk,
    begin,
    nameOf,
    async reporterOf(obstacle, t) {
      const [reporter, business] = await Promise.all([
        members.find(obstacle.reporterId),
        obstacle.businessId === null ? null : businesses.find(obstacle.businessId),
      ]);
      return {
        name: reporter?.name ?? null,
        city: reporter?.cityCode ? placeName(reporter.cityCode, t.language) : '',
        business: business?.name ?? null,
        assignee: obstacle.assigneeId === null ? null : await nameOf(obstacle.assigneeId, t),
      };
    },
    caseText,
    evidenceButton: (t, obstacle) =>
      obstacle.evidence.length > 0
        ? { label: t.text('desk.button.evidence'), data: evidenceButton.data(obstacle.id) }
        : null,
    checklistOf: () => Promise.resolve([]),
    async tellAssigned(obstacle, memberId) {
      const member = await members.find(memberId);
      const key = `assigned:${obstacle.id}:${obstacle.history.length}`;
      if (member) await tellStaff(member, { obstacleId: obstacle.id, what: 'assigned' }, key);
    },
    now,
  });
  const acts = { obstacles, calendar: () => calendar.working(), now };
  const membersDeps: MembersChatDeps = {
    members,
    translator: (language) => translations.translator(language),
    menuKeyboard: (ctx) => menu.keyboard(ctx.t, ctx.person),
    placeOf: (member, t) =>
      member.provinceCode && member.cityCode
        ? { province: placeName(member.provinceCode, t.language), city: placeName(member.cityCode, t.language) }
        : null,
    businessCards: (ctx) => businessCards(businesses, ctx),
    deepLinks: {
      o: (ctx, code) => openByCode(obstaclesDeps, ctx, code),
      n: (ctx, number) => openNews(newsDeps, ctx, Number(number)),
    },
    showWaiting: (ctx) => dialogues.showWaiting(ctx),
  };

  const people = membersMenu(membersDeps);
  const cases = obstaclesMenu(obstaclesDeps);
  const menu = createMainMenu(
    [
      businessesMenu({ members, begin: (...args) => dialogues.begin(...args) }),
      cases.report,
      cases.cases,
      newsMenu(newsDeps),
      people.me,
      people.help,
      deskMenu(deskDeps),
      people.start,
    ],
    labelsOf,
  );
  const dialogues = createDialogues({
    dialogues: [
      registrationDialogue({ members, businesses, personQuestions: PERSON_QUESTIONS }),
      reportDialogue({ obstacles, businesses }),
      reopenDialogue({ obstacles }),
      explainDialogue({ obstacles }),
      ...caseActDialogues(acts),
      bulkAnswerDialogue(acts),
      ...settingsDialogues({ desk, calendar, members, obstacles, categories, now }),
      writeDialogue({ news }),
    ],
    drafts: createDrafts({ connection }),
    people: members,
    keepFile,
    menu,
    labelsOf,
  });

  return {
    audit,
    members,
    businesses,
    obstacles,
    news,
    files,
    calendar,
    desk,
    menu,
    dialogues,
    chats: [
      membersChat(membersDeps),
      newsChat(newsDeps),
      deskChat(deskDeps),
      card,
      settingsChat({ desk, calendar, members, begin }),
      obstaclesChat(obstaclesDeps),
    ],
    unclaimed: unclaimedAsReport(obstaclesDeps),
    renderers: {
      'case-changed': async (payload, { language }) =>
        renderChange(
          obstacles,
          payload as { obstacleId: string; batch: number; hearer: Hearer },
          translatorFor(language),
        ),
      'case-question': (payload, { language }) =>
        renderClockQuestion(
          obstacles,
          payload as { obstacleId: string; what: 'confirm' | 'check-back' },
          translatorFor(language),
        ),
      'staff-notice': (payload, { language }) =>
        renderStaffNotice(obstacles, payload as StaffNotice, translatorFor(language)),
      'daily-list': (_payload, { language, memberId }) => renderDailyList(obstacles, memberId, translatorFor(language)),
      news: (payload, { language }) => renderNews(news, payload as { newsId: string }, translatorFor(language)),
      aside: async (_payload, { language }) => [{ text: translatorFor(language).rich('desk.aside.notice') }],
    },
    async recipientsOf(_audience, { after, limit }) {
      return (await members.reachablePage({ after: after ?? null, limit })).map(recipientOf);
    },
    tellDue,
    tellDailyLists,
    async tellAdmins(asideId) {
      for (const admin of await members.withRole(['admin'])) {
        await delivery().notify({
          key: `aside:${asideId}:${admin.id}`,
          recipient: recipientOf(admin),
          kind: 'aside',
          payload: {},
        });
      }
    },
  };
}

/** Whom the outbox writes to: the accounts that can be reached, the first one first. */
function recipientOf(member: Member): Recipient {
  return {
    memberId: member.id,
    language: member.language ?? 'fa',
    accounts: member.accounts
      .filter(({ reachable }) => reachable)
      .map(({ messenger, chatId }) => ({ messenger, chatId })),
  };
}
