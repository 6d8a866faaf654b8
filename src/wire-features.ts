import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { FeatureChats } from './bot/create-bot.ts';
import { createDialogues, type Dialogues } from './bot/dialogue/engine.ts';
import { createDrafts } from './bot/dialogue/drafts.ts';
import { createMainMenu, type MainMenu } from './bot/main-menu.ts';
import { createSure, type SureActs } from './bot/sure.ts';
import type { MessengerClient, MessengerName } from './messengers/messenger.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { OnOutcome } from './delivery/told.ts';
import type { DisplayRenderer } from './delivery/displays.ts';
import { createAudit, type Audit } from './features/audit/audit.service.ts';
import { approvalChat, registrationsButton } from './features/businesses/approval.chat.ts';
import { approvalSure } from './features/businesses/approval.sure.ts';
import { createApproval, type Approval } from './features/businesses/approval.service.ts';
import {
  createBusinessPeople,
  type BusinessNotice,
  type BusinessPeople,
  type NotifyOfBusiness,
} from './features/businesses/business-people.service.ts';
import { businessCards, businessesChat, businessesMenu, hasRoom } from './features/businesses/businesses.chat.ts';
import { createBusinesses, type Business, type Businesses } from './features/businesses/businesses.service.ts';
import { createDuplicates, type Duplicates } from './features/businesses/duplicates.service.ts';
import { correctionDialogue, editDialogue } from './features/businesses/edit.dialogue.ts';
import { joinDialogue } from './features/businesses/join.dialogue.ts';
import { openInvitation, peopleChat, renderNotice } from './features/businesses/people.chat.ts';
import { askCorrectionDialogue, refusalDialogue } from './features/businesses/review.dialogue.ts';
import { registrationDialogue } from './features/businesses/registration.dialogue.ts';
import type { Categories } from './features/categories/categories.service.ts';
import type { DeskChatDeps } from './features/desk/desk.chat.ts';
import { createOutages, type Outages } from './features/desk/outages.service.ts';
import { renderOutage } from './features/desk/outages.views.ts';
import { homeButton } from './features/desk/desk.views.ts';
import { keepSentFile, storedFileFor } from './features/files/files.chat.ts';
import { createFiles, type Files } from './features/files/files.service.ts';
import { membersChat, membersMenu, type MembersChatDeps } from './features/members/members.chat.ts';
import { createMembers, type Member, type Members } from './features/members/members.service.ts';
import { createMembershipNumbers } from './features/members/membership-number.service.ts';
import { knownOf, PERSON_QUESTIONS } from './features/members/person.questions.ts';
import { proveDialogue } from './features/members/prove.dialogue.ts';
import type { Handovers } from './features/handover/handover.service.ts';
import type { News } from './features/news/news.service.ts';
import {
  askToRegister,
  obstaclesChat,
  obstaclesMenu,
  openByCode,
  showOpenQuestions,
  type ObstaclesChatDeps,
} from './features/obstacles/obstacles.chat.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import { reopenDialogue, reportDialogue } from './features/obstacles/report.dialogue.ts';
import { LANGUAGES, type Language, type TextKey, type Translations, type Translator } from './language/translator.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { FileNames } from './features/members/my-data-file.views.ts';
import type { Job } from './jobs/schedule.ts';
import { wireDatabank, type DatabankFeatures } from './wire-databank.ts';
import { wireBoard } from './wire-board.ts';
import type { Retention } from './retention.ts';
import { TELLING, wireCases, type CaseFeatures, type Telling } from './wire-cases.ts';
import { readerRows, sendButtons, settingsDoor, wireAudience, type AudienceFeatures } from './wire-audience.ts';
import { wireCategories } from './wire-categories.ts';
import { wireHandover } from './wire-handover.ts';
import { wireIdeas } from './wire-ideas.ts';
import { wireFiles } from './wire-files.ts';
import { wireHeld } from './wire-held.ts';
import { wireNews } from './wire-news.ts';
import { wireProgrammes, type CouncilFeatures } from './wire-programmes.ts';
import { wireWeekly, type WeeklyFeatures } from './wire-weekly.ts';
import { toldOf } from './wire-told.ts';
import { wirePacks, type PackFeatures } from './wire-packs.ts';
import { wirePeople, type PeopleDeps, type PeopleFeatures } from './wire-people.ts';

export interface FeatureDeps {
  connection: Connection;
  translations: Translations;
  /** The outbox; asked for when something is sent, since its renderers are made here. */
  delivery: () => Delivery;
  aside: DeskChatDeps['aside'];
  secretKey: Uint8Array;
  dataDir?: string | null;
  forgetChat: PeopleDeps['forgetChat'];
  /** The version of the notice in force, where it is not the current one. */
  consentVersion?: number;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  telling?: Telling | undefined;
  retention: Retention;
  /** An act that reaches more people than this is sure only when their number has been typed; 50 unless told. */
  typedAbove?: number | undefined;
  now: () => Date;
}

export interface Features {
  audit: Audit;
  members: Members;
  people: PeopleFeatures;
  businesses: Businesses;
  businessPeople: BusinessPeople;
  approval: Approval;
  databank: DatabankFeatures;
  duplicates: Duplicates;
  cases: CaseFeatures;
  council: CouncilFeatures;
  audience: AudienceFeatures;
  weekly: WeeklyFeatures;
  packs: PackFeatures;
  obstacles: Obstacles;
  categories: Categories;
  handover: Handovers;
  news: News;
  files: Files;
  menu: MainMenu;
  dialogues: Dialogues;
  chats: FeatureChats;
  unclaimed: (ctx: BotContext) => Promise<void>;
  /** Takes up what could go nowhere while a person was out of reach. */
  returned: (ctx: BotContext) => Promise<void>;
  /** Hears how each notice ended that was about something. */
  onOutcome: OnOutcome;
  /** How each kind of outgoing notice and campaign is built. */
  renderers: Record<string, Renderer>;
  /** How each kind of message that follows a campaign looks. */
  displays: Record<string, DisplayRenderer>;
  recipientsOf: (audience: unknown, page: { after: string | undefined; limit: number }) => Promise<Recipient[]>;
  outages: Outages;
  /** What the first start puts into the database; again, it adds only what is new in the program. */
  seed: () => Promise<void>;
  jobs: readonly Job[];
  /** Tells every admin that an update was set aside. */
  tellAdmins: (asideId: string) => Promise<void>;
}

/** See {@link FeatureDeps.typedAbove}. */
const TYPED_ABOVE = 50;

/** Puts the features together: services first, then the dialogues and chats over them. Nothing here decides anything. */
export function wireFeatures(deps: FeatureDeps): Features {
  const { connection, translations, delivery, aside, now } = deps;
  const { labelsOf } = translations;
  const translatorFor = (language: string) =>
    translations.translator(LANGUAGES.find((one): one is Language => one === language) ?? 'fa');

  const audit = createAudit({ connection, now });
  const members = createMembers({
    connection,
    now,
    ...(deps.consentVersion === undefined ? {} : { consentVersion: deps.consentVersion }),
    finishJoin: (account) => people.joins.finishFor(account),
    withdraw: (account) => delivery().people.withdrawAccount(account),
  });
  const businesses = createBusinesses({ connection, now, waits: (business) => casework.tellWaiting(business) });
  const files = createFiles({ connection, now });
  const drafts = createDrafts({ connection, now, keepDays: deps.retention.unsentDays });
  const newsroom = wireNews({
    connection,
    audit,
    members,
    drafts,
    delivery,
    recipientOf,
    fileFor: storedFileFor(files),
    clients: deps.clients,
    translatorFor,
    begin: (...args) => dialogues.begin(...args),
    sendButtons,
    rule: {
      needsSecond: (newsId) => audience.sendings.needsSecond({ newsId, doing: 'edit' }),
      isCleared: (...what) => audience.sendings.isCleared(...what),
      isLocked: (newsId) => audience.sendings.isLocked(newsId),
    },
    askSecond: (...what) => audience.askSecond(...what),
    readerRows,
    now,
  });
  const { news } = newsroom;
  const audience = wireAudience({
    connection,
    audit,
    members,
    newsroom: () => newsroom,
    obstacles: () => casework.obstacles,
    delivery,
    recipientOf,
    translatorFor,
    begin: (...args) => dialogues.begin(...args),
    keepsQuiet: (deps.telling ?? TELLING).quiet,
    now,
  });
  const sorting = wireCategories({ connection, audit, translations });
  const casework = wireCases({
    connection,
    categories: sorting.categories,
    audit,
    members,
    businesses,
    delivery,
    recipientOf,
    atWakingHours: (memberId, at) => audience.preferences.atWakingHours(memberId, at),
    translatorFor,
    async begin(...args) {
      await council.plans.refresh();
      await dialogues.begin(...args);
    },
    plans: () => council.plans,
    desk: {
      mayWriteNews: (ctx) => news.mayWrite(ctx.person),
      registrations: (ctx) => registrationsButton(approval, ctx),
      databank: async (ctx) => [
        ...(await ideas.deskButtons(ctx)),
        ...(await databank.deskButtons(ctx)),
        ...audience.deskButtons(ctx),
        ...packs.deskButtons(ctx),
      ],
      aside,
    },
    clients: deps.clients,
    persian: translations.translator('fa'),
    keepFile: keepSentFile(files),
    fileFor: storedFileFor(files),
    telling: deps.telling,
    now,
  });
  const { obstacles } = casework;
  const council = wireProgrammes({
    connection,
    audit,
    members,
    obstacles,
    delivery,
    recipientOf,
    atWakingHours: (memberId, at) => audience.preferences.atWakingHours(memberId, at),
    translatorFor,
    begin: (...args) => dialogues.begin(...args),
    telling: deps.telling,
    now,
  });

  const outages = createOutages({
    connection,
    async tell({ key, kind, messenger, since, until }) {
      for (const admin of await members.withRole(['admin'])) {
        const recipient = recipientOf(admin);
        // Through the messenger itself news of its outage would come when it is over.
        const isPast = kind === 'messenger-gap';
        const accounts = recipient.accounts.filter((account) => isPast || account.messenger !== messenger);
        await delivery().notify({
          key: `${key}:${admin.id}`,
          recipient: { ...recipient, accounts },
          kind,
          payload: { messenger, since, ...(until ? { until } : {}) },
          priority: 'direct',
        });
      }
    },
  });
  const notifyOfBusiness: NotifyOfBusiness = async ({ memberId, ...notice }) => {
    const member = await members.find(memberId);
    if (!member) return;
    const { payload } = notice;
    const about = 'businessId' in payload ? { about: `business:${payload.businessId}` } : {};
    await delivery().notify({ ...notice, ...about, recipient: recipientOf(member), priority: 'direct' });
  };
  const told = toldOf({ members, delivery });
  const toldOfReview = async ({ id, version }: Business) =>
    (await told(`business:${id}`)).filter(({ key }) => key.startsWith(`business:${id}:reviewed:${version}:`));
  const numbers = createMembershipNumbers({ connection });
  const duplicates = createDuplicates({
    connection,
    now,
    audit,
    notify: notifyOfBusiness,
    members,
    hasRefused: (one, other) => people.joins.hasRefused(one, other),
    moveCases: (from, into) => obstacles.moveBusiness(from, into),
    joinMembers: (from, to) => people.joins.merge({ from, to }),
  });
  const businessPeople = createBusinessPeople({
    connection,
    now,
    businesses,
    notify: notifyOfBusiness,
    merge: (merge) => duplicates.mergeAgreed(merge),
    giveNumber: (memberId) => numbers.give(memberId),
  });
  const approval = createApproval({
    connection,
    now,
    audit,
    notify: notifyOfBusiness,
    giveNumber: (memberId) => numbers.give(memberId),
  });
  const businessesDeps = {
    members,
    businesses,
    people: businessPeople,
    begin: (...args: Parameters<Dialogues['begin']>) => dialogues.begin(...args),
    more: (...args: Parameters<PackFeatures['businessButtons']>) => packs.businessButtons(...args),
  };
  const placeQuestions = PERSON_QUESTIONS.filter(({ key }) => key === 'province' || key === 'city');

  const keepFile = keepSentFile(files);
  const obstaclesDeps: ObstaclesChatDeps = {
    obstacles,
    businesses,
    dialogues: { begin: (...args) => dialogues.begin(...args) },
    openPublic: (ctx, code) => board.openPublicCase(ctx, code),
    fileFor: storedFileFor(files),
  };
  const membersDeps: MembersChatDeps = {
    members,
    translator: (language) => translations.translator(language),
    menuKeyboard: (ctx) => menu.keyboard(ctx.t, ctx.person),
    deepLinks: {
      o: (ctx, code) => openByCode(obstaclesDeps, ctx, code),
      n: newsroom.open,
      p: (ctx, number) => council.open(ctx, Number(number)),
      v: (ctx, code) => packs.check(ctx, code),
      i: (ctx, token) => openInvitation(businessesDeps, ctx, token),
    },
    async showWaiting(ctx) {
      await dialogues.showWaiting(ctx);
      await showOpenQuestions(obstacles, ctx);
      if (ctx.person.registered) await held.ask(ctx);
      await databank.offerAtStart(ctx);
    },
  };

  const databank = wireDatabank({
    connection,
    now,
    members,
    audit,
    moveInBusinesses: (from, to) => businesses.moveMember(from, to),
    giveNumber: (memberId) => numbers.give(memberId),
    async notifyOfContact({ key, memberId, messageId }) {
      const member = await members.find(memberId);
      if (!member) return false;
      const queued = await delivery().notify({
        key,
        recipient: recipientOf(member),
        kind: 'contact',
        payload: { messageId },
        priority: 'direct',
        about: `contact:${messageId}`,
      });
      return queued !== 'no-account';
    },
    toldOf: told,
    async notifyUndelivered({ memberId, messageId }) {
      const author = await members.find(memberId);
      if (!author) return;
      await delivery().notify({
        key: `contact-undelivered:${messageId}`,
        recipient: recipientOf(author),
        kind: 'contact-undelivered',
        payload: { messageId },
        priority: 'direct',
      });
    },
    translatorFor,
    begin: (...args) => dialogues.begin(...args),
    showWaiting: (ctx) => dialogues.showWaiting(ctx),
    scopeOf: (memberId) => casework.desk.scopeOf(memberId),
    home: homeButton.data(),
  });
  const board = wireBoard({
    obstacles,
    dialogues: {
      begin: (...args) => dialogues.begin(...args),
      held: (...args) => dialogues.held(...args),
      send: (...args) => dialogues.send(...args),
      settle: (...args) => dialogues.settle(...args),
    },
  });
  const weekly = wireWeekly({
    connection,
    audit,
    members,
    obstacles,
    delivery,
    recipientOf,
    translatorFor,
    now,
  });
  const ideas = wireIdeas({ obstacles, begin: (...args) => dialogues.begin(...args), translatorFor });
  const handing = wireHandover({ connection, audit, members, delivery, recipientOf, translatorFor, now });
  const held = wireHeld({
    connection,
    obstacles,
    drafts,
    dialogues: { hold: (...args) => dialogues.hold(...args), resume: (...args) => dialogues.resume(...args) },
    keepFile,
    clients: deps.clients,
    askToRegister,
    consented: (ctx, goOn) => people.consent.before({ ...cases.report, open: goOn }).open(ctx, ''),
    keepDays: deps.retention.unsentDays,
    now,
  });
  const packs = wirePacks({
    connection,
    audit,
    members,
    businesses,
    delivery,
    recipientOf,
    translatorFor,
    begin: (...args) => dialogues.begin(...args),
    askToRegister,
    fileFor: obstaclesDeps.fileFor,
    persian: translations.translator('fa'),
    now,
  });
  const leftovers = wireFiles({
    connection,
    held,
    drafts,
    obstacles,
    procurements: packs.procurements,
    news,
    groupReplies: casework.groupFiles,
    now,
  });
  const tellAdmins: PeopleDeps['tellAdmins'] = async ({ key, kind, payload }) => {
    for (const admin of await members.withRole(['admin']))
      await delivery().notify({ key: `${key}:${admin.id}`, recipient: recipientOf(admin), kind, payload });
  };
  const people = wirePeople({
    connection,
    now,
    tellAdmins,
    members,
    audit,
    businesses,
    obstacles,
    files,
    news,
    drafts,
    delivery,
    dataDir: deps.dataDir ?? null,
    isSomebodyElse: (record, leaver) => databank.claims.hasRefused(leaver, record),
    about: {
      ...casework.about,
      ...databank.about,
      held: held.about,
      ...council.about,
      ...audience.about,
      handover: handing.about,
      ...packs.about,
      // What members say on it belongs to the cases.
      board: null,
      calendar: null,
      categories: null,
      weekly: null,
    },
    translatorFor,
    secretKey: deps.secretKey,
    undoDays: deps.retention.deletionDays,
    forgetChat: deps.forgetChat,
    begin: (...args) => dialogues.begin(...args),
    chat: {
      businessCards: (ctx) => businessCards(businesses, ctx),
      namesIn: ({ t }) => fileNames(t, (name) => all.find((dialogue) => dialogue.name === name)?.title ?? null),
      menuKeyboard: (ctx) => menu.keyboard(ctx.t, ctx.person),
      settings: settingsDoor,
    },
  });
  const { before, beside } = people.consent;

  const approvalDeps = {
    approval,
    duplicates,
    members,
    toldOf: toldOfReview,
    begin: businessesDeps.begin,
    home: homeButton.data(),
  };
  const sureActs: SureActs = {
    ...approvalSure(approvalDeps),
    ...newsroom.sure,
    ...audience.sure,
    ...casework.sure,
    ...council.sure,
  };
  const sure = createSure({
    acts: sureActs,
    begin: (...args) => dialogues.begin(...args),
    typedAbove: deps.typedAbove ?? TYPED_ABOVE,
  });

  const start = membersMenu(membersDeps);
  const cases = obstaclesMenu(obstaclesDeps);
  const ownBusinesses = businessesMenu(businessesDeps);
  const menu = createMainMenu(
    [
      ownBusinesses.register,
      beside(ownBusinesses.mine),
      before(cases.report),
      beside(cases.cases),
      beside(board.menu),
      beside(board.ideasMenu),
      beside(newsroom.menu),
      ...council.menus.map(beside),
      beside(databank.menu),
      before(packs.menu),
      beside(people.me),
      beside(start.help),
      beside(casework.menu),
      beside(weekly.menu),
      beside(databank.sheetsMenu),
      ...audience.menu.map(beside),
      beside(handing.menu),
      beside(start.start),
    ],
    labelsOf,
  );
  const all: Dialogue[] = [
    {
      ...registrationDialogue({
        members,
        businesses,
        duplicates,
        personQuestions: PERSON_QUESTIONS,
        now,
        accepted: async (...answer) => (await people.accepted(...answer)) ?? databank.accepted(...answer),
      }),
      known: knownOf(members),
      admit: async (ctx) => (await hasRoom(businessesDeps, ctx)) && people.consent.admit(ctx),
      afterwards: held.ask,
    },
    editDialogue({ businesses, placeQuestions, now }),
    correctionDialogue({ businesses, placeQuestions, now }),
    {
      ...joinDialogue({ members, people: businessPeople, personQuestions: PERSON_QUESTIONS }),
      known: knownOf(members),
      accepted: people.accepted,
      afterwards: held.ask,
    },
    askCorrectionDialogue({ approval, toldOf: toldOfReview }),
    refusalDialogue({ approval, toldOf: toldOfReview }),
    ...people.dialogues,
    { ...proveDialogue({ members }), afterwards: databank.offerAfterProof },
    ...databank.dialogues,
    {
      ...reportDialogue({ obstacles, businesses, categories: sorting.categories }),
      admit: (ctx) => people.consent.admit(ctx),
      beforeSending: board.beforeSending,
    },
    reopenDialogue({ obstacles }),
    ...casework.dialogues,
    ...council.dialogues,
    ...packs.dialogues,
    ...newsroom.dialogues,
    ...board.dialogues,
    ...ideas.dialogues,
    ...audience.dialogues,
    sure.dialogue,
  ];
  const dialogues = createDialogues({
    dialogues: all,
    drafts,
    people: members,
    keepFile,
    menu,
    labelsOf,
    now,
  });

  return {
    audit,
    members,
    people,
    businesses,
    businessPeople,
    approval,
    databank,
    duplicates,
    cases: casework,
    council,
    audience,
    weekly,
    packs,
    obstacles,
    categories: sorting.categories,
    handover: handing.handovers,
    news,
    files,
    menu,
    dialogues,
    chats: {
      sure: [sure.chat],
      members: [people.consent.chat, membersChat(membersDeps), ...people.chats],
      databank: databank.chats,
      businesses: [businessesChat(businessesDeps), peopleChat(businessesDeps), approvalChat(approvalDeps)],
      news: newsroom.chats,
      audience: audience.chats,
      council: council.chats,
      desk: casework.chats,
      board: board.chats,
      ideas: ideas.chats,
      handover: handing.chats,
      packs: packs.chats,
      obstacles: [obstaclesChat(obstaclesDeps)],
      held: [held.chat],
    },
    unclaimed: held.unclaimed,
    async returned({ person }) {
      const member = await members.find(person.id);
      if (member) await delivery().people.comeBack(recipientOf(member));
      await members.welcomed(person);
    },
    async onOutcome(outcome) {
      await casework.heard(outcome);
      await databank.heard(outcome);
    },
    outages,
    displays: newsroom.displays,
    async seed() {
      await sorting.seed();
      // A form of a plan that is open at a restart still knows what was chosen.
      await council.plans.refresh();
    },
    renderers: {
      'messenger-away': async (payload, { language }) => renderOutage('away', payload, translatorFor(language)),
      'messenger-gap': async (payload, { language }) => renderOutage('gap', payload, translatorFor(language)),
      'messenger-back': async (payload, { language }) => renderOutage('back', payload, translatorFor(language)),
      ...people.renderers,
      ...databank.renderers,
      ...casework.renderers,
      ...ideas.renderers,
      ...handing.renderers,
      ...council.renderers,
      ...packs.renderers,
      business: (payload, { language, memberId }) =>
        renderNotice(businessesDeps, payload as BusinessNotice, { memberId, t: translatorFor(language) }),
      ...newsroom.renderers,
      ...audience.renderers,
      ...weekly.renderers,
      aside: async (_payload, { language }) => [{ text: translatorFor(language).rich('desk.aside.notice') }],
    },
    jobs: [
      ...people.jobs,
      ...casework.jobs,
      ...board.jobs,
      ...ideas.jobs,
      ...handing.jobs,
      ...sorting.jobs,
      ...audience.jobs,
      ...council.jobs,
      ...weekly.jobs,
      ...leftovers.jobs,
    ],
    recipientsOf: audience.recipientsOf,
    tellAdmins: (asideId) => tellAdmins({ key: `aside:${asideId}`, kind: 'aside', payload: {} }),
  };
}

/** Whom the outbox writes to: the accounts that can be reached, the preferred one first, else the one that was there first. */
function recipientOf(member: Pick<Member, 'id' | 'language' | 'preferredMessenger' | 'accounts'>): Recipient {
  const reachable = member.accounts.filter((account) => account.reachable);
  const isFirst = ({ messenger }: { messenger: string }) => messenger === member.preferredMessenger;
  return {
    memberId: member.id,
    language: member.language ?? 'fa',
    accounts: [...reachable.filter(isFirst), ...reachable.filter((account) => !isFirst(account))].map(
      ({ messenger, chatId }) => ({ messenger, chatId }),
    ),
  };
}

/** How the file of one's own data calls the codes of other features. */
function fileNames(t: Translator, titleOf: (dialogue: string) => TextKey | null): FileNames {
  return {
    kind: (code) => t.text(`taxonomy.kinds.${code}` as 'taxonomy.kinds.company'),
    field: (code) => t.text(`taxonomy.fields.${code}` as 'taxonomy.fields.other'),
    document: (code) => t.text(`taxonomy.documents.${code}` as 'taxonomy.documents.enamad'),
    category: (code) => t.text(`taxonomy.categories.${code}` as 'taxonomy.categories.other'),
    part: (code) => t.text(`taxonomy.subtopics.${code}` as 'taxonomy.subtopics.license.delay'),
    reportKind: (code) => t.text(`taxonomy.reports.${code}`),
    body: (code) => t.text(`taxonomy.bodies.${code}` as 'taxonomy.bodies.other'),
    visibility: (code) => t.text(`obstacles.visibility.${code}`),
    status: (status) => t.text(`obstacles.status.${status}`),
    workplace: (code) => t.text(`taxonomy.workplaces.${code}` as 'taxonomy.workplaces.office'),
    businessStatus: (status) => t.text(`businesses.status.${status}`),
    businessRole: (role) => t.text(`businesses.role.${role}`),
    dialogue(name) {
      const title = titleOf(name);
      return title === null ? name : t.text(title);
    },
  };
}
