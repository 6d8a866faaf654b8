import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext, GroupContext } from './bot/context.ts';
import type { KeepFile } from './bot/dialogue/read-answer.ts';
import type { FileFor } from './bot/show-stored-file.ts';
import type { SureActs } from './bot/sure.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import { createLeases } from './database/leases.ts';
import { createRunOnce } from './database/once.ts';
import type { Recipient, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { OnOutcome, Told } from './delivery/told.ts';
import type { Audit } from './features/audit/audit.service.ts';
import type { Business, Businesses } from './features/businesses/businesses.service.ts';
import { categoriesButton } from './features/categories/categories.views.ts';
import { categoriesChat } from './features/categories/categories.chat.ts';
import { categoriesSure } from './features/categories/categories.sure.ts';
import { categoryDialogues } from './features/categories/categories.dialogues.ts';
import { labelIn, type Categories } from './features/categories/categories.service.ts';
import { createCalendar, type Calendar } from './features/calendar/calendar.service.ts';
import { followerRows, supportLines } from './features/board/case.views.ts';
import { cardChat } from './features/desk/card.chat.ts';
import type { Reach } from './features/desk/card.views.ts';
import { bulkAnswerDialogue } from './features/desk/bulk-answer.dialogue.ts';
import { caseActDialogues } from './features/desk/case-acts.ts';
import { renderDailyList, renderFreed, renderStaffNotice, type StaffNotice } from './features/desk/deadlines.chat.ts';
import { deskChat, deskMenu, type DeskChatDeps } from './features/desk/desk.chat.ts';
import { createDesk, type Desk } from './features/desk/desk.service.ts';
import { settingsButton } from './features/desk/desk.views.ts';
import { settingsChat } from './features/desk/settings.chat.ts';
import { settingsSure } from './features/desk/settings.sure.ts';
import { asideSure } from './features/desk/aside.sure.ts';
import { createGroupCards, staffBehindIn, staffGroupChat } from './features/desk/staff-group.chat.ts';
import { groupLoss, groupSure, type GroupChoosingDeps, type GroupNews } from './features/desk/staff-group.choosing.ts';
import { createStaffGroups, type ReplyFile, type StaffGroups } from './features/desk/staff-group.service.ts';
import { groupFileMessage, groupNotice } from './features/desk/staff-group.views.ts';
import { settingsDialogues } from './features/desk/settings.dialogues.ts';
import { handoverButton } from './features/handover/handover.views.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import { NOBODY, type Member, type Members } from './features/members/members.service.ts';
import { DEFAULT_DEADLINES } from './features/obstacles/case-clock.ts';
import { renderChange, renderClockQuestion } from './features/obstacles/obstacles.chat.ts';
import {
  createObstacles,
  DESK_ROLES,
  type DueNotice,
  type Hearer,
  type Obstacle,
  type Obstacles,
} from './features/obstacles/obstacles.service.ts';
import { caseText, evidenceButton, reportFacts, statusText } from './features/obstacles/obstacles.views.ts';
import { explainDialogue } from './features/obstacles/report.dialogue.ts';
import { categoriesFor, readReport, reportQuestions } from './features/obstacles/report.questions.ts';
import { caseJobs } from './jobs/case-jobs.ts';
import type { Job } from './jobs/schedule.ts';
import { placeName } from './language/places.ts';
import type { Plans } from './features/programmes/plans.service.ts';
import type { Translator } from './language/translator.ts';
import type { MessengerClient, MessengerName } from './messengers/messenger.ts';
import { wireDeskNews } from './wire-desk-news.ts';
import { tellOfficialBy } from './wire-ideas.ts';
import { nowhereOf } from './wire-told.ts';

/** When members are told of changes. */
export interface Telling {
  /** Changes within this time become one message. Default ten minutes. */
  togetherMs: number;
  /** False tells by night as well. */
  quiet: boolean;
}

export const TELLING: Telling = { togetherMs: 600_000, quiet: true };

export interface CasesDeps {
  connection: Connection;
  audit: Audit;
  members: Members;
  businesses: Businesses;
  categories: Categories;
  delivery: () => Delivery;
  recipientOf: (member: Member) => Recipient;
  /** The moment itself, or the end of the member's quiet hours that it falls into. */
  atWakingHours: (memberId: string, at: Date) => Promise<Date>;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  /** For the cards in the staff groups, which are edited in place: the outbox only sends. */
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  /** What is spoken in a staff group. */
  persian: Translator;
  keepFile: KeepFile;
  fileFor: FileFor;
  desk: Pick<DeskChatDeps, 'mayWriteNews' | 'registrations' | 'databank' | 'aside'>;
  /** The programmes that cases are planned in. */
  plans: () => Plans;
  telling?: Telling | undefined;
  now: () => Date;
}

export interface CaseFeatures {
  obstacles: Obstacles;
  calendar: Calendar;
  desk: Desk;
  menu: MenuItem;
  chats: Composer<BotContext>[];
  sure: SureActs;
  group: Composer<GroupContext>;
  /** Files that wait to be sent from a staff group. */
  groupFiles: Pick<StaffGroups, 'filesAmong'>;
  dialogues: Dialogue[];
  renderers: Record<string, Renderer>;
  jobs: Job[];
  /** How the telling of a case's reporter ended. */
  heard: OnOutcome;
  /** Tells the secretariat that a business waits for its review. */
  tellWaiting: (business: Business) => Promise<void>;
  about: Record<'obstacles' | 'desk', AboutMembers>;
}

const aboutCase = (id: string): string => `obstacle:${id}`;

/** Whether any messenger reaches somebody. */
function reachOf(member: Member | null): Reach {
  if (!member) return 'gone';
  return member.accounts.some(({ reachable }) => reachable) ? 'reachable' : nowhereOf(member);
}

/** All of a person's cases; nobody has more. */
const MOST_CASES = 10_000;

const STAGES = { 1: 'soon', 2: 'overdue', 3: 'escalated' } as const;

/** Puts the life of cases together: the rules, the desk over them, and what the clock does. */
export function wireCases(deps: CasesDeps): CaseFeatures {
  const { connection, audit, members, categories, delivery, recipientOf, translatorFor, begin } = deps;
  const { telling = TELLING, now } = deps;
  const atWakingHours = async (member: Member, at: Date) => (telling.quiet ? deps.atWakingHours(member.id, at) : at);

  const calendar = createCalendar({ connection, audit, now });
  const desk = createDesk({
    connection,
    members,
    audit,
    now,
    leftTheDesk: (leaver, by) => freeCasesOf(leaver.id, { name: leaver.name, by }),
  });
  const obstacles = createObstacles({
    connection,
    audit,
    calendar,
    now,
    togetherMs: telling.togetherMs,
    scopeOf: (memberId) => desk.scopeOf(memberId),
    async deadlinesOf(category) {
      const own = await categories.deadlinesOf(category);
      return {
        firstAnswerDays: own?.firstAnswerDays ?? DEFAULT_DEADLINES.firstAnswerDays,
        nextWordDays: own?.nextWordDays ?? DEFAULT_DEADLINES.nextWordDays,
      };
    },
    // Not waited for: what can't be drawn now is drawn by the job.
    memberActed: (act) => news.memberActed(act),
    changed: (obstacle) => void cards.draw(obstacle).catch(() => {}),
    async namesOf({ memberId, businessId }) {
      const [member, business] = await Promise.all([
        members.find(memberId),
        businessId === null ? null : deps.businesses.find(businessId),
      ]);
      // Without the first name as well: people sign with their surname.
      const surname = member?.name?.split(' ').slice(1).join(' ');
      return [member?.name, surname, business?.name].filter((name) => typeof name === 'string');
    },
    tellOfficial: tellOfficialBy({ members, delivery, recipientOf, dueAt: (member) => atWakingHours(member, now()) }),
    cityOf: async (memberId) => (await members.find(memberId))?.cityCode ?? null,
    async notify({ memberId, urgent, dueAt, ...notice }) {
      const member = await members.find(memberId);
      if (!member) return { state: 'gone', at: now() };
      const isAtOnce = urgent || telling.togetherMs === 0;
      const due = isAtOnce ? now() : await atWakingHours(member, dueAt);
      const { hearer, obstacleId } = notice.payload;
      const queued = await delivery().notify({
        ...notice,
        ...(isAtOnce ? {} : { dueAt: due }),
        recipient: recipientOf(member),
        priority: 'direct',
        ...(hearer === 'reporter' ? { about: aboutCase(obstacleId) } : {}),
      });
      if (queued !== 'no-account') return { state: 'waiting', at: due };
      return { state: nowhereOf(member), at: now() };
    },
  });

  const news = wireDeskNews({
    connection,
    members,
    businesses: deps.businesses,
    obstacles: () => obstacles,
    scopeOf: (memberId) => desk.scopeOf(memberId),
    delivery,
    recipientOf,
    togetherMs: telling.togetherMs,
    atWakingHours: async (memberId, at) => (telling.quiet ? deps.atWakingHours(memberId, at) : at),
    now,
  });

  async function tellStaff(member: Member, notice: StaffNotice, key: string): Promise<void> {
    const recipient = recipientOf(member);
    const dueAt = await atWakingHours(member, now());
    await delivery().notify({ key: `${key}:${member.id}`, recipient, kind: 'staff-notice', payload: notice, dueAt });
  }

  async function tellDue(notice: DueNotice): Promise<void> {
    const { obstacle } = notice;
    if (notice.what !== 'deadline') {
      const member = await members.find(obstacle.reporterId);
      if (!member) return;
      await delivery().notify({
        key: `case-${notice.what}:${obstacle.id}:${obstacle.history.length}`,
        recipient: recipientOf(member),
        kind: 'case-question',
        about: aboutCase(obstacle.id),
        payload: { obstacleId: obstacle.id, what: notice.what },
        priority: 'direct',
        dueAt: await atWakingHours(member, now()),
      });
      return;
    }
    const key = `case-due:${obstacle.id}:${notice.due.getTime()}:${notice.stage}`;
    const assignee = obstacle.assigneeId === null ? null : await members.find(obstacle.assigneeId);
    const leaders = notice.stage === 3 ? await members.withRole(['head', 'admin']) : [];
    // The officer as well, who should know that it has gone up.
    const hearers = assignee ? [assignee, ...leaders.filter(({ id }) => id !== assignee.id)] : leaders;
    for (const member of hearers) await tellStaff(member, { obstacleId: obstacle.id, what: STAGES[notice.stage] }, key);
  }

  async function heard({ about, kind, payload, memberId, state, at }: Told): Promise<void> {
    const [, id] = /^obstacle:([0-9a-f]{24})$/.exec(about) ?? [];
    const said = payload as { batch: number } | { what: string } | null;
    if (id === undefined || state === 'waiting' || said === null) return;
    const what = kind === 'case-changed' && 'batch' in said ? String(said.batch) : 'what' in said ? said.what : '';
    const member = await members.find(memberId);
    const nowhere = member ? nowhereOf(member) : 'gone';
    await obstacles.heard(id, what, { state: state === 'no-messenger' || !member ? nowhere : state, at });
  }

  /** Back to the queue, and those who lead the desk are told how many. */
  async function freeCasesOf(id: string, { name, by }: { name: string | null; by: string | null }): Promise<void> {
    const count = await obstacles.freeing.freeCasesOf(id, by);
    if (count === 0) return;
    for (const member of await members.withRole(['head', 'admin'])) {
      await delivery().notify({
        key: `freed:${id}:${now().getTime()}:${member.id}`,
        recipient: recipientOf(member),
        kind: 'cases-freed',
        payload: { count, name },
        dueAt: await atWakingHours(member, now()),
      });
    }
  }

  /** Whoever left the desk by another way than the desk's own: deleted, merged, shut out, or out of reach. */
  async function freeWhatNobodyHas(): Promise<void> {
    for (const id of await obstacles.freeing.assignees()) {
      const member = await members.find(id);
      const isThere = member?.roles.some((role) => DESK_ROLES.includes(role)) && reachOf(member) === 'reachable';
      if (!isThere) await freeCasesOf(id, { name: member?.name ?? null, by: null });
    }
  }

  async function tellDailyLists(day: string): Promise<void> {
    for (const officer of await members.withRole(['officer', 'head', 'admin'])) {
      const { open } = await obstacles.followUp.dayOf(officer.id);
      if (open === 0) continue;
      const recipient = recipientOf(officer);
      await delivery().notify({ key: `daily-list:${day}:${officer.id}`, recipient, kind: 'daily-list', payload: {} });
    }
  }

  /** Whoever had a case when a notice was put out may have left the desk when it is sent. */
  const hearerOf = async (id: string) => ({ id, roles: (await members.find(id))?.roles ?? [] });
  const nameOf = async (memberId: string, t: Translator) =>
    (await members.find(memberId))?.name ?? t.text('desk.card.colleague');
  const deskDeps: DeskChatDeps = {
    ...deps.desk,
    obstacles,
    desk,
    begin,
    // Retired ones too: old cases have them.
    categories: async (t) =>
      (await categories.all(null)).map(({ code, labels }) => ({ code, label: labelIn(labels, t.language) })),
    cities: async (t) =>
      (await obstacles.openCities())
        .filter((code) => /^[\w-]{1,20}$/.test(code))
        .slice(0, 60)
        .map((code) => ({ code, label: placeName(code, t.language) })),
    now,
  };
  const card = cardChat({
    obstacles,
    desk,
    begin,
    nameOf,
    async supportOf(obstacle, { t, person }) {
      const found = await obstacles.endorsementsOf({ id: person.id, roles: person.roles }, obstacle.id);
      const said = found.filter(({ comment }) => comment !== '');
      const named = await Promise.all(said.map(async (one) => ({ ...one, by: await nameOf(one.memberId, t) })));
      return supportLines(t, obstacle.support, named);
    },
    async reporterOf(obstacle, t) {
      const [reporter, business] = await Promise.all([
        members.find(obstacle.reporterId),
        obstacle.businessId === null ? null : deps.businesses.find(obstacle.businessId),
      ]);
      return {
        name: reporter?.name ?? null,
        city: reporter?.cityCode ? placeName(reporter.cityCode, t.language) : '',
        business: business?.name ?? null,
        reach: reachOf(reporter),
        assignee: obstacle.assigneeId === null ? null : await nameOf(obstacle.assigneeId, t),
      };
    },
    caseText: (t, obstacle, extra) => caseText(t, obstacle, { extra, forDesk: true }),
    phoneOf: async (memberId) => (await members.find(memberId))?.phone ?? null,
    evidenceButton: (t, obstacle) =>
      obstacle.evidence.length > 0 || obstacle.support.people > 1
        ? { label: t.text('desk.button.evidence'), data: evidenceButton.data(obstacle.id) }
        : null,
    checklistOf: async (category, t) =>
      (await categories.checklistOf(category)).map(({ code, labels }) => ({
        code,
        label: labelIn(labels, t.language),
      })),
    async tellAssigned(obstacle, memberId) {
      const member = await members.find(memberId);
      const key = `assigned:${obstacle.id}:${obstacle.history.length}`;
      if (member) await tellStaff(member, { obstacleId: obstacle.id, what: 'assigned' }, key);
    },
    now,
  });
  const groups = createStaffGroups({ connection, audit, now });
  const tellAdmins: GroupChoosingDeps['tellAdmins'] = async (news, { key, but }) => {
    for (const admin of await members.withRole(['admin']))
      if (admin.id !== but) {
        const recipient = recipientOf(admin);
        await delivery().notify({ key: `${key}:${admin.id}`, recipient, kind: 'staff-group', payload: news });
      }
  };
  const choosing = { groups, members, clients: deps.clients, persian: deps.persian, translatorFor, tellAdmins };
  const groupDeps = {
    ...choosing,
    obstacles,
    t: deps.persian,
    factsOf: reportFacts,
    statusText,
    nameOf,
    staffBehind: staffBehindIn(members),
    lost: groupLoss(choosing),
    keepFile: deps.keepFile,
    async sendFile({ id, reporterId }: Obstacle, file: ReplyFile, replyId: string) {
      const member = await members.find(reporterId);
      if (!member) return;
      await delivery().notify({
        key: `group-file:${replyId}`,
        recipient: recipientOf(member),
        kind: 'case-file',
        payload: { obstacleId: id, file },
        priority: 'direct',
        // Behind the words that it goes with.
        dueAt: await atWakingHours(member, new Date(now().getTime() + telling.togetherMs)),
      });
    },
  };
  const cards = createGroupCards(groupDeps);
  const acts = { obstacles, calendar: () => calendar.working(), plans: deps.plans, now };

  return {
    obstacles,
    calendar,
    desk,
    heard,
    tellWaiting: (business) => news.tellWaiting(business),
    menu: deskMenu(deskDeps),
    chats: [
      deskChat(deskDeps),
      card,
      settingsChat({ desk, calendar, members, begin, more: (t) => [categoriesButton(t), handoverButton(t)] }),
      categoriesChat({ categories, begin, home: settingsButton.data('home', '') }),
    ],
    sure: {
      ...settingsSure({ desk, calendar, members }),
      ...categoriesSure({ categories, home: settingsButton.data('home', '') }),
      ...groupSure(choosing),
      ...asideSure(deskDeps),
    },
    group: staffGroupChat({ ...groupDeps, redraw: () => cards.redraw() }),
    groupFiles: groups,
    about: {
      obstacles: {
        holds: [
          'obstacles.reporterId',
          'obstacles.assigneeId',
          'obstacles.history.actorId',
          'obstacles.notes.by',
          'endorsements.memberId',
          'followings.memberId',
        ],
        move: (from, to) => obstacles.moveMember(from, to),
        forget: ({ id }) => obstacles.forgetMember(id, NOBODY),
        show: async (id) => ({
          cases: await obstacles.ofReporter(id, { limit: MOST_CASES }),
          messages: (await obstacles.support.ofMember(id))
            .filter(({ comment }) => comment !== '')
            .map(({ at, comment }) => ({ at, text: comment })),
        }),
      },
      desk: {
        holds: ['desk_scopes._id', 'desk_selections._id', 'group_replies.officerId', 'desk_news.hearerId'],
        async move(from, to) {
          await desk.moveMember(from, to);
          await groups.moveMember(from, to);
          await news.moveMember(from, to);
        },
        async forget({ id }) {
          await desk.forgetMember(id);
          await groups.forgetMember(id);
          await news.forgetMember(id);
        },
        show: null,
      },
    },
    dialogues: [
      explainDialogue({ obstacles }),
      ...caseActDialogues(acts),
      bulkAnswerDialogue(acts),
      ...categoryDialogues(categories),
      ...settingsDialogues({
        desk,
        calendar,
        members,
        obstacles,
        categories: () => categories.all(null),
        report: {
          questions: reportQuestions(),
          questionsFor: async (answers) => reportQuestions(await categoriesFor(categories, answers)),
          read: (answers) => readReport(categories, answers),
        },
        now,
      }),
    ],
    renderers: {
      'case-changed': (payload, { language, memberId }) =>
        renderChange(obstacles, payload as { obstacleId: string; batch: number; hearer: Hearer }, {
          t: translatorFor(language),
          memberId,
          rowsForOthers: (t, { id, publicTitle }) => followerRows(t, id, { isPublic: publicTitle !== null }),
        }),
      'case-question': (payload, { language }) =>
        renderClockQuestion(
          obstacles,
          payload as { obstacleId: string; what: 'confirm' | 'check-back' },
          translatorFor(language),
        ),
      'staff-notice': async (payload, { language, memberId }) =>
        renderStaffNotice(obstacles, payload as StaffNotice, {
          hearer: await hearerOf(memberId),
          t: translatorFor(language),
        }),
      'staff-group': async (payload, { language, memberId }) => {
        // Who is no admin any more hears nothing of it.
        const isAdmin = (await members.find(memberId))?.roles.includes('admin') ?? false;
        return isAdmin ? [groupNotice(translatorFor(language), payload as GroupNews)] : [];
      },
      'case-file': async (payload, { language, messenger }) => {
        const { obstacleId, file } = payload as { obstacleId: string; file: ReplyFile };
        const obstacle = await obstacles.find(obstacleId);
        const stored = obstacle && (await deps.fileFor(file.storedId, messenger));
        return obstacle && stored
          ? [groupFileMessage(translatorFor(language), obstacle, { ...file, source: stored.source })]
          : [];
      },
      'desk-news': (payload, { language, memberId }) =>
        news.render(payload as { slot: string }, { memberId, t: translatorFor(language) }),
      'cases-freed': async (payload, { language, memberId }) =>
        renderFreed(payload as { count: number; name: string | null }, {
          hearer: await hearerOf(memberId),
          t: translatorFor(language),
        }),
      'daily-list': async (_payload, { language, memberId }) =>
        renderDailyList(obstacles, { hearer: await hearerOf(memberId), t: translatorFor(language) }),
    },
    jobs: [
      { name: 'free cases', when: '*/5 * * * *', run: freeWhatNobodyHas },
      { name: 'report outcomes', when: '* * * * *', run: () => delivery().told.report() },
      ...caseJobs({
        followUp: obstacles.followUp,
        tell: tellDue,
        tellDailyLists,
        redrawCards: () => cards.redraw(),
        calendar: () => calendar.working(),
        leases: createLeases(connection),
        runOnce: createRunOnce(connection, now),
      }),
    ],
  };
}
