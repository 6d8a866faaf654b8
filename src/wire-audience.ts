import type { Composer } from 'grammy';
import type { Connection } from 'mongoose';
import type { BotContext } from './bot/context.ts';
import type { Dialogue } from './bot/dialogue/dialogue.ts';
import type { Dialogues } from './bot/dialogue/engine.ts';
import type { MenuItem } from './bot/main-menu.ts';
import type { SureActs } from './bot/sure.ts';
import type { Recipient, RecipientsOf, Renderer } from './delivery/contract.ts';
import type { Delivery } from './delivery/delivery.ts';
import { EVERYBODY, type FrozenAudience } from './features/audience/audience.ts';
import {
  audienceChat,
  overviewFor,
  renderSendingNotice,
  segmentScreenFor,
  sendingScreens,
  type SendingNoticePayload,
} from './features/audience/audience.chat.ts';
import { audienceSure } from './features/audience/audience.sure.ts';
import { audienceDialogues } from './features/audience/audience.dialogues.ts';
import { createAudiences, type Audiences } from './features/audience/audiences.service.ts';
import { createSegments, type Segments } from './features/audience/segments.service.ts';
import {
  createSendings,
  type NewsToSend,
  type Sendings,
  type SubmitOutcome,
} from './features/audience/sendings.service.ts';
import { newsSendingButton, overviewButton } from './features/audience/sendings.views.ts';
import type { Audit } from './features/audit/audit.service.ts';
import { createBusinessAudience } from './features/businesses/business-audience.service.ts';
import { createMemberPages, type Addressee } from './features/members/member-pages.service.ts';
import type { AboutMembers } from './features/members/about-members.ts';
import { NOBODY, type Members } from './features/members/members.service.ts';
import { accountsButton } from './features/members/my-data.views.ts';
import type { NewsItem } from './features/news/news.service.ts';
import { officeButton } from './features/news/office.views.ts';
import { itemButton } from './features/news/news.views.ts';
import type { SendButtons } from './features/news/sending.views.ts';
import type { Obstacles } from './features/obstacles/obstacles.service.ts';
import { createDigests, type Digests } from './features/preferences/digests.service.ts';
import { createPreferences, type Preferences } from './features/preferences/preferences.service.ts';
import { preferencesChat, preferencesMenu, renderDigest } from './features/preferences/preferences.chat.ts';
import { muteRow, preferenceButton } from './features/preferences/preferences.views.ts';
import type { NewsFeatures } from './wire-news.ts';
import type { Job } from './jobs/schedule.ts';
import type { Translator } from './language/translator.ts';
import type { InlineButton, OutgoingMessage } from './messengers/messenger.ts';

export interface AudienceDeps {
  connection: Connection;
  audit: Audit;
  members: Members;
  newsroom: () => Pick<NewsFeatures, 'news' | 'messages' | 'follow'>;
  obstacles: () => Pick<Obstacles, 'byCode' | 'peopleOf'>;
  delivery: () => Delivery;
  recipientOf: (member: Addressee) => Recipient;
  translatorFor: (language: string) => Translator;
  begin: Dialogues['begin'];
  /** False wakes people by night too. */
  keepsQuiet: boolean;
  now: () => Date;
}

/** What the rooms of audiences and of preferences give. */
export interface AudienceFeatures {
  preferences: Preferences;
  digests: Digests;
  audiences: Audiences;
  segments: Segments;
  sendings: Sendings;
  menu: MenuItem[];
  dialogues: Dialogue[];
  chats: Composer<BotContext>[];
  sure: SureActs;
  /** Asks a second person to let what was sent be brought up to date; says what has become of that. */
  askSecond: (ctx: BotContext, item: Pick<NewsItem, 'id' | 'revision'>) => Promise<OutgoingMessage>;
  renderers: Record<string, Renderer>;
  recipientsOf: RecipientsOf;
  /** For the desk's first screen. */
  deskButtons: (ctx: BotContext) => InlineButton[];
  jobs: Job[];
  about: Record<'audience' | 'preferences', AboutMembers>;
}

/** How an item is sent from its authors' screen. */
export const sendButtons: SendButtons = (t, item) => [
  [
    {
      label: t.text(item.campaignId === null ? 'audience.button.choose' : 'audience.button.further'),
      data: newsSendingButton.data(item.id),
    },
  ],
];
/** What stands under an item that a member reads. */
export const readerRows = (t: Translator, item: NewsItem): InlineButton[][] => [muteRow(t, item.topic)];
/** The door to the settings of news, in «اطلاعات من». */
export const settingsDoor = (t: Translator): InlineButton => ({
  label: t.text('preferences.button.open'),
  data: preferenceButton.data('home', ''),
});

export function wireAudience(deps: AudienceDeps): AudienceFeatures {
  const { connection, audit, members, newsroom, obstacles, delivery, translatorFor, begin, keepsQuiet } = deps;
  const { now } = deps;

  const preferences = createPreferences({
    connection,
    now,
    ...(keepsQuiet ? { quietChanged: (...chosen) => delivery().people.keepQuiet(...chosen) } : {}),
  });
  const digests = createDigests({
    connection,
    now,
    async notify({ key, memberId, newsIds }) {
      const member = await members.find(memberId);
      if (!member) return true;
      const recipient = deps.recipientOf(member);
      return (await delivery().notify({ key, recipient, kind: 'digest', payload: { newsIds } })) !== 'no-account';
    },
  });
  const pages = createMemberPages({ connection });
  const audiences = createAudiences({
    pages,
    businesses: createBusinessAudience({ connection }),
    preferences,
    digests,
    peopleOfCase: (caseId) => obstacles().peopleOf(caseId),
    async haveIt(campaignId, ids) {
      const former = await pages.formerIds(ids);
      const reached = await delivery().campaigns.reached(campaignId, [...ids, ...former.keys()]);
      return new Set([...reached].map((id) => former.get(id) ?? id));
    },
    keepsQuiet,
  });
  const segments = createSegments({ connection, audit, now });

  const toSend = ({ id, headline, topic, urgent, revision, recalledAt, campaignId }: NewsItem): NewsToSend => ({
    id,
    headline,
    topic,
    urgent,
    revision,
    recalledAt,
    campaignId,
  });
  const news = {
    find: async (id: string) => {
      const item = await newsroom().news.find(id);
      return item && toSend(item);
    },
    async progress(campaignId: string) {
      const progress = await newsroom().news.progress({ campaignId });
      if (!progress) return null;
      const { state, byState, total } = progress;
      return { sent: byState.sent, total, paused: state === 'paused', over: state === 'done' || state === 'cancelled' };
    },
  };
  const sendings = createSendings({
    connection,
    audit,
    members,
    now,
    count: (...whom) => audiences.count(...whom),
    drop: (newsId) => digests.drop(newsId),
    news: {
      find: news.find,
      reached: async (campaignId) => (await news.progress(campaignId))?.sent ?? 0,
      editEverywhere: (...what) => newsroom().news.editEverywhere(...what),
      send: (...what) => newsroom().news.send(...what),
      stopSending: (...what) => newsroom().news.stopSending(...what),
      pauseSending: (...what) => newsroom().news.pauseSending(...what),
      resumeSending: (...what) => newsroom().news.resumeSending(...what),
      async ended(campaignId) {
        const progress = await newsroom().news.progress({ campaignId });
        if (!progress) return 'done';
        // A cancelled one has ended when all that waited is marked so: only then may it go on to others.
        if (!progress.finishedAt) return null;
        return progress.state === 'cancelled' ? 'cancelled' : 'done';
      },
    },
    async tell({ key, memberId, sendingId, what }) {
      const member = await members.find(memberId);
      if (!member) return;
      const payload: SendingNoticePayload = { sendingId, what };
      const dueAt = keepsQuiet ? { dueAt: await preferences.atWakingHours(memberId, now()) } : {};
      await delivery().notify({ key, recipient: deps.recipientOf(member), kind: 'sending', payload, ...dueAt });
    },
  });

  const newsButton = (t: Translator, newsId: string): InlineButton => ({
    label: t.text('bot.button.back'),
    data: officeButton.data(newsId, ''),
  });
  const screens = { sendings, audiences, news, newsButton };
  const screenOf = sendingScreens(screens);
  const chatDeps = {
    ...screens,
    segments,
    begin,
    now,
    async preview(ctx: BotContext, newsId: string) {
      const item = await newsroom().news.find(newsId);
      return item ? [await newsroom().messages.forReader(ctx.t, item, ctx.client.name)] : [];
    },
    async follow(ctx: BotContext, { newsId, campaignId }: { newsId: string; campaignId: string }) {
      const item = await newsroom().news.find(newsId);
      if (item) await newsroom().follow(ctx, { item, campaignId, doing: 'send' });
    },
  };
  const preferenceDeps = {
    preferences,
    accounts: (t: Translator): InlineButton => ({
      label: t.text('preferences.button.accounts'),
      data: accountsButton.data(),
    }),
    guestNews: {
      of: async (memberId: string) => Boolean((await members.find(memberId))?.consent),
      set: (memberId: string, wanted: boolean) =>
        wanted ? members.giveConsent(memberId) : members.withdrawConsent(memberId),
    },
  };

  return {
    preferences,
    digests,
    audiences,
    segments,
    sendings,
    menu: [
      preferencesMenu(preferenceDeps),
      {
        name: 'sendings',
        label: 'audience.menu.sendings',
        hidden: true,
        allowed: (person) => person.roles.length > 0,
        async open(ctx) {
          await ctx.show(await overviewFor(chatDeps, ctx));
        },
      },
    ],
    dialogues: audienceDialogues({
      sendings,
      segments,
      members: pages,
      caseByCode: async (ctx, code) => (await obstacles().byCode(ctx.person, code))?.id ?? null,
      show: (ctx, sending) => screenOf(ctx.t, sending, ctx.person),
      showSegment: (ctx, id) => segmentScreenFor(chatDeps, ctx, id),
      now,
    }),
    chats: [audienceChat(chatDeps), preferencesChat(preferenceDeps)],
    sure: audienceSure(chatDeps),
    async askSecond(ctx, { id, revision }) {
      const outcome = await sendings.submitEdit(ctx.person, id, { source: ctx.inboxId, seen: revision });
      if (outcome.kind === 'awaiting') return screenOf(ctx.t, outcome.sending, ctx.person);
      if (outcome.kind === 'changed') return { text: ctx.t.rich('bot.sure.stale') };
      return { text: ctx.t.rich(`audience.submit.${refusalOf(outcome)}`) };
    },
    renderers: {
      digest: (payload, { language }) =>
        renderDigest(
          {
            openNews: (newsId) => itemButton.data(newsId),
            async entryOf(newsId, t) {
              const item = await newsroom().news.find(newsId);
              return item && item.recalledAt === null ? { id: item.id, headline: headlineIn(item, t) } : null;
            },
          },
          payload as { newsIds: string[] },
          translatorFor(language),
        ),
      sending: (payload, { language, memberId, messenger }) =>
        renderSendingNotice(
          {
            ...screens,
            async rendered(newsId) {
              const item = await newsroom().news.find(newsId);
              return item ? [await newsroom().messages.forReader(translatorFor(language), item, messenger)] : [];
            },
            rolesOf: async (id) => (await members.find(id))?.roles ?? [],
          },
          payload as SendingNoticePayload,
          { t: translatorFor(language), memberId },
        ),
    },
    async recipientsOf(audience, page) {
      const found = await audiences.page(isFrozen(audience) ? audience : everybodyNow(now()), page);
      return found.map(({ quiet, ...member }) => ({ ...deps.recipientOf(member), ...(quiet ? { quiet } : {}) }));
    },
    deskButtons: (ctx) => [{ label: ctx.t.text('audience.button.list'), data: overviewButton.data('list') }],
    jobs: [
      { name: 'begin sendings', when: '* * * * *', run: () => sendings.beginDue() },
      { name: 'digests', when: '*/5 * * * *', run: () => digests.runDue() },
    ],
    about: {
      preferences: {
        holds: ['preferences._id', 'digestItems.memberId'],
        async move(from, to) {
          await preferences.moveMember(from, to);
          await digests.moveMember(from, to);
        },
        async forget({ id }) {
          await preferences.forgetMember(id);
          await digests.forgetMember(id);
        },
        show: null,
      },
      audience: {
        holds: ['sendings.by', 'sendings.decidedBy', 'segments.by'],
        async move(from, to) {
          await sendings.moveMember(from, to);
          await segments.moveMember(from, to);
        },
        async forget({ id }) {
          await sendings.forgetMember(id, NOBODY);
          await segments.forgetMember(id, NOBODY);
        },
        show: null,
      },
    },
  };
}

const refusalOf = ({ kind }: SubmitOutcome) =>
  kind === 'nobody' || kind === 'busy' || kind === 'forbidden' ? kind : ('gone' as const);

const isFrozen = (audience: unknown): audience is FrozenAudience =>
  typeof audience === 'object' && audience !== null && 'audience' in audience;

/** What a campaign that was made by a program, without a plan, means: every registered member, now. */
const everybodyNow = (at: Date): FrozenAudience => ({
  audience: EVERYBODY,
  frozenAt: at.toISOString(),
  newsId: '',
  topic: null,
  urgent: true,
});

const headlineIn = (item: NewsItem, { language }: Translator): string => {
  const translations: Partial<Record<string, { headline: string }>> = item.translations;
  return translations[language]?.headline ?? item.headline;
};
