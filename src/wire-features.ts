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
import { answerDialogue, solutionDialogue } from './features/desk/answer.dialogue.ts';
import { createOutages, type Outages } from './features/desk/outages.service.ts';
import { renderOutage } from './features/desk/outages.views.ts';
import { deskChat, deskMenu, type DeskChatDeps } from './features/desk/desk.chat.ts';
import { keepSentFile, storedFileFor } from './features/files/files.chat.ts';
import { createFiles, type Files } from './features/files/files.service.ts';
import { membersChat, membersMenu, type MembersChatDeps } from './features/members/members.chat.ts';
import { createMembers, type Member, type Members } from './features/members/members.service.ts';
import { PERSON_QUESTIONS } from './features/members/person.questions.ts';
import { newsChat, newsMenu, openNews, renderNews } from './features/news/news.chat.ts';
import { createNews, type News } from './features/news/news.service.ts';
import { writeDialogue } from './features/news/write.dialogue.ts';
import { DESK_ROLES, mayMove } from './features/obstacles/obstacle-status.ts';
import {
  obstaclesChat,
  obstaclesMenu,
  openByCode,
  renderChange,
  unclaimedAsReport,
  type ObstaclesChatDeps,
} from './features/obstacles/obstacles.chat.ts';
import { createObstacles, type Obstacles } from './features/obstacles/obstacles.service.ts';
import { caseText, evidenceButton } from './features/obstacles/obstacles.views.ts';
import { reopenDialogue, reportDialogue } from './features/obstacles/report.dialogue.ts';
import { placeName } from './language/places.ts';
import { LANGUAGES, type Language, type Translations } from './language/translator.ts';

export interface FeatureDeps {
  connection: Connection;
  translations: Translations;
  /** The outbox; asked for when something is sent, since its renderers are made here. */
  delivery: () => Delivery;
  aside: DeskChatDeps['aside'];
}

export interface Features {
  audit: Audit;
  members: Members;
  businesses: Businesses;
  obstacles: Obstacles;
  news: News;
  files: Files;
  menu: MainMenu;
  dialogues: Dialogues;
  chats: Composer<BotContext>[];
  unclaimed: (ctx: BotContext) => Promise<void>;
  /** How each kind of outgoing notice and campaign is built. */
  renderers: Record<string, Renderer>;
  recipientsOf: (audience: unknown, page: { after: string | undefined; limit: number }) => Promise<Recipient[]>;
  outages: Outages;
  /** Tells every admin that an update was set aside. */
  tellAdmins: (asideId: string) => Promise<void>;
}

/** Puts the features together: services first, then the dialogues and chats over them. Nothing here decides anything. */
export function wireFeatures({ connection, translations, delivery, aside }: FeatureDeps): Features {
  const { labelsOf } = translations;
  const translatorFor = (language: string) =>
    translations.translator(LANGUAGES.find((one): one is Language => one === language) ?? 'fa');

  const audit = createAudit({ connection });
  const members = createMembers({ connection });
  const businesses = createBusinesses({ connection });
  const files = createFiles({ connection });
  const news = createNews({ connection, campaigns: () => delivery().campaigns });
  const obstacles = createObstacles({
    connection,
    async notify({ memberId, ...notice }) {
      const member = await members.find(memberId);
      if (member) await delivery().notify({ ...notice, recipient: recipientOf(member), priority: 'direct' });
    },
  });

  const outages = createOutages({
    connection,
    async tell({ key, kind, messenger, since }) {
      for (const admin of await members.withRole(['admin'])) {
        // Through the messenger itself it would come when it is over.
        const recipient = recipientOf(admin);
        const accounts = recipient.accounts.filter((account) => account.messenger !== messenger);
        await delivery().notify({
          key: `${key}:${admin.id}`,
          recipient: { ...recipient, accounts },
          kind,
          payload: { messenger, since },
          priority: 'direct',
        });
      }
    },
  });

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
  const deskDeps: DeskChatDeps = {
    obstacles,
    begin: (...args) => dialogues.begin(...args),
    isStaff: (ctx) => ctx.person.roles.some((role) => DESK_ROLES.includes(role)),
    mayWriteNews: (ctx) => news.mayWrite(ctx.person),
    mayMove: (from, to) => mayMove(from, to, 'staff'),
    async reporterOf(obstacle, t) {
      const [reporter, assignee, business] = await Promise.all([
        members.find(obstacle.reporterId),
        obstacle.assigneeId === null ? null : members.find(obstacle.assigneeId),
        obstacle.businessId === null ? null : businesses.find(obstacle.businessId),
      ]);
      return {
        name: reporter?.name ?? null,
        city: reporter?.cityCode ? placeName(reporter.cityCode, t.language) : '',
        business: business?.name ?? null,
        assignee: obstacle.assigneeId === null ? null : (assignee?.name ?? t.text('desk.card.colleague')),
      };
    },
    caseText,
    evidenceButton: (t, obstacle) =>
      obstacle.evidence.length > 0
        ? { label: t.text('desk.button.evidence'), data: evidenceButton.data(obstacle.id) }
        : null,
    aside,
    now: () => new Date(),
  };
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
      answerDialogue(obstacles),
      solutionDialogue(obstacles),
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
    menu,
    dialogues,
    chats: [membersChat(membersDeps), newsChat(newsDeps), deskChat(deskDeps), obstaclesChat(obstaclesDeps)],
    unclaimed: unclaimedAsReport(obstaclesDeps),
    outages,
    renderers: {
      'messenger-away': async (payload, { language }) => renderOutage('away', payload, translatorFor(language)),
      'messenger-back': async (payload, { language }) => renderOutage('back', payload, translatorFor(language)),
      'case-changed': async (payload, { language }) =>
        renderChange(obstacles, payload as Record<string, unknown>, translatorFor(language)),
      news: (payload, { language }) => renderNews(news, payload as { newsId: string }, translatorFor(language)),
      aside: async (_payload, { language }) => [{ text: translatorFor(language).rich('desk.aside.notice') }],
    },
    async recipientsOf(_audience, { after, limit }) {
      return (await members.reachablePage({ after: after ?? null, limit })).map(recipientOf);
    },
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
