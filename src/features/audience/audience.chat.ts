import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { EVERYBODY } from './audience.ts';
import type { Audiences } from './audiences.service.ts';
import { answersOf, segmentSubject } from './audience.dialogues.ts';
import type { Segments } from './segments.service.ts';
import type { NewsToSend, Sending, SendingNotice, Sendings } from './sendings.service.ts';
import { mayApprove, mayAuthor, maySetRule } from './sending-rights.ts';
import {
  audienceChoice,
  newsSendingButton,
  overview,
  overviewButton,
  segmentButton,
  segmentChoice,
  segmentList,
  segmentScreen,
  SENDING_ACTS,
  sendingButton,
  sendingNotice,
  sendingScreen,
  takeSegmentButton,
  type SendingAct,
} from './sendings.views.ts';

/** How a campaign goes, as the outbox knows it. */
interface Going {
  sent: number;
  total: number;
  paused: boolean;
  over: boolean;
}

export interface AudienceChatDeps {
  sendings: Sendings;
  segments: Segments;
  audiences: Pick<Audiences, 'count'>;
  news: {
    find(id: string): Promise<NewsToSend | null>;
    progress(campaignId: string): Promise<Going | null>;
  };
  begin: Dialogues['begin'];
  /** The item as a reader gets it, on the messenger of this chat. */
  preview: (ctx: BotContext, newsId: string) => Promise<OutgoingMessage[]>;
  /** Shows how a sending that has begun goes, in place of the pressed message. */
  follow: (ctx: BotContext, begun: { newsId: string; campaignId: string }) => Promise<void>;
  /** The way to the item's own screen. */
  newsButton: (t: Translator, newsId: string) => InlineButton;
  now: () => Date;
}

/** One sending, as the person who looks may act on it. */
export function sendingScreens(deps: Pick<AudienceChatDeps, 'sendings' | 'news' | 'newsButton'>) {
  const { sendings, news, newsButton } = deps;

  return async (
    t: Translator,
    sending: Sending,
    person: { id: string; roles: BotContext['person']['roles'] },
  ): Promise<OutgoingMessage> => {
    const looked = await sendings.look(sending.id);
    if (!looked) return { text: t.rich('audience.sending.gone') };
    const going = sending.campaignId === null ? null : await news.progress(sending.campaignId);
    // It may have been paused, or have ended, without this plan's doing.
    const state = sending.state === 'started' && going?.over ? ('over' as const) : sending.state;
    return sendingScreen(t, {
      ...looked,
      sending: { ...looked.sending, state, held: going?.paused ?? sending.held },
      progress: going && { sent: going.sent, total: going.total },
      needsApproval: await sendings.needsSecond(sending),
      mine: sending.by === person.id,
      mayApprove: mayApprove(person),
      back: newsButton(t, looked.item.id),
    });
  };
}

/** Whom a news item goes to, when, who agrees, and what can still be done about it. */
export function audienceChat(deps: AudienceChatDeps): Composer<BotContext> {
  const { sendings, segments, news, begin } = deps;
  const chat = new Composer<BotContext>();
  const screenOf = sendingScreens(deps);
  const show = async (ctx: BotContext, sending: Sending | null) =>
    sending ? ctx.replace(await screenOf(ctx.t, sending, ctx.person)) : gone(ctx);
  const gone = (ctx: BotContext) => ctx.toast(ctx.t.text('audience.sending.notYours'));

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const ofNews = newsSendingButton.read(data);
    const ofSending = sendingButton.read(data);
    const take = takeSegmentButton.read(data);
    const ofSegment = segmentButton.read(data);
    const wide = overviewButton.read(data);
    if (!ofNews && !ofSending && !take && !ofSegment && !wide) return next();
    if (!mayAuthor(ctx.person)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (ofNews) return openFor(ctx, ofNews.news);
    if (take) return takeSegment(ctx, take.sending, take.segment);
    if (ofSegment) return onSegment(ctx, ofSegment.segment, ofSegment.act);
    if (wide) return onOverview(ctx, wide.act);
    const sending = ofSending && (await sendings.find(ofSending.sending));
    const act = SENDING_ACTS.find((one) => one === ofSending?.act);
    return sending && act ? acts[act](ctx, sending) : ctx.toast(ctx.t.text('bot.error.staleButton'));
  });

  async function openFor(ctx: BotContext, newsId: string): Promise<void> {
    const item = await news.find(newsId);
    if (!item || item.recalledAt !== null) return ctx.toast(ctx.t.text('audience.sending.gone'));
    const open = await sendings.openFor(newsId);
    if (open === 'busy') return ctx.toast(ctx.t.text('audience.submit.busy'));
    if (open) return show(ctx, open);
    return show(ctx, await sendings.draft(ctx.person, newsId));
  }

  const planned =
    (plan: Parameters<Sendings['plan']>[2]) =>
    async (ctx: BotContext, { id }: Sending): Promise<void> =>
      show(ctx, await sendings.plan(ctx.person, id, plan));
  /** Only what is still being planned, by who plans it. */
  const asking =
    (dialogue: string, answers?: (sending: Sending) => Record<string, string[]>) =>
    async (ctx: BotContext, sending: Sending): Promise<void> => {
      if (sending.state !== 'draft' || sending.by !== ctx.person.id) return gone(ctx);
      await begin(ctx, dialogue, { subject: sending.id, ...(answers ? { answers: answers(sending) } : {}) });
    };
  const changing =
    (change: 'hold' | 'release') =>
    async (ctx: BotContext, { id }: Sending): Promise<void> =>
      show(ctx, await sendings[change](ctx.person, id, ctx.inboxId));

  const acts: Record<SendingAct, (ctx: BotContext, sending: Sending) => Promise<void>> = {
    show,
    audience: (ctx, sending) => (sending.state === 'draft' ? ctx.replace(audienceChoice(ctx.t, sending)) : gone(ctx)),
    all: planned({ audience: EVERYBODY }),
    filter: asking('audience-filter', ({ audience }) => (audience.kind === 'filter' ? answersOf(audience.filter) : {})),
    case: asking('audience-case'),
    people: asking('audience-people'),
    segments: async (ctx, sending) => ctx.replace(segmentChoice(ctx.t, sending, await segments.list(ctx.person))),
    save: asking('segment-name'),
    time: asking('sending-time'),
    now: planned({ at: null }),
    preview,
    async refuse(ctx, sending) {
      if (sending.state !== 'awaiting') return ctx.toast(ctx.t.text('audience.decision.decided'));
      if (sending.by === ctx.person.id) return ctx.toast(ctx.t.text('audience.decision.own'));
      await begin(ctx, 'sending-refusal', { subject: sending.id });
    },
    hold: changing('hold'),
    release: changing('release'),
  };

  async function preview(ctx: BotContext, { newsId }: Sending): Promise<void> {
    for (const message of await deps.preview(ctx, newsId)) await ctx.show(message);
  }

  async function takeSegment(ctx: BotContext, id: string, segmentId: string): Promise<void> {
    const segment = await segments.find(ctx.person, segmentId);
    if (!segment) return ctx.toast(ctx.t.text('audience.segment.gone'));
    const { audience, name } = segment;
    await show(ctx, await sendings.plan(ctx.person, id, { audience, segment: name }));
  }

  async function onSegment(ctx: BotContext, id: string, act: string): Promise<void> {
    const segment = await segments.find(ctx.person, id);
    if (!segment) return ctx.toast(ctx.t.text('audience.segment.gone'));
    switch (act) {
      case 'edit':
        if (segment.audience.kind !== 'filter') return gone(ctx);
        return begin(ctx, 'audience-filter', {
          subject: segmentSubject(id),
          answers: answersOf(segment.audience.filter),
        });
      case 'rename':
        return begin(ctx, 'segment-name', { subject: segmentSubject(id) });
      default:
        return ctx.replace(await segmentScreenFor(deps, ctx, id));
    }
  }

  async function onOverview(ctx: BotContext, act: string): Promise<void> {
    if (act === 'segments') return ctx.replace(segmentList(ctx.t, await segments.list(ctx.person)));
    await ctx.replace(await overviewFor(deps, ctx));
  }

  return chat;
}

/** A saved segment, with how many it would reach by an item that is about nothing in particular. */
export async function segmentScreenFor(
  { segments, audiences, now }: Pick<AudienceChatDeps, 'segments' | 'audiences' | 'now'>,
  ctx: BotContext,
  id: string,
): Promise<OutgoingMessage> {
  const segment = await segments.find(ctx.person, id);
  if (!segment) return { text: ctx.t.rich('audience.segment.gone') };
  const { audience } = segment;
  const frozenAt = now().toISOString();
  const counts = await audiences.count({ audience, frozenAt, newsId: '', topic: null, urgent: true });
  return segmentScreen(ctx.t, segment, counts);
}

/** What waits to be sent and what goes. */
export async function overviewFor(
  { sendings, news }: Pick<AudienceChatDeps, 'sendings' | 'news'>,
  ctx: BotContext,
): Promise<OutgoingMessage> {
  const listed = await Promise.all(
    (await sendings.list(ctx.person)).map(async (sending) => ({
      sending,
      headline: (await news.find(sending.newsId))?.headline ?? '',
    })),
  );
  return overview(ctx.t, {
    sendings: listed.filter(({ headline }) => headline !== ''),
    needsApproval: await sendings.needsApproval(),
    admin: maySetRule(ctx.person),
  });
}

export interface SendingNoticePayload {
  sendingId: string;
  what: SendingNotice;
}

/** What the outbox brings about a sending: to who may approve, the item itself, its audience and how many; to the author, what became of it. */
export async function renderSendingNotice(
  deps: Pick<AudienceChatDeps, 'sendings' | 'news' | 'newsButton'> & {
    rendered: (newsId: string) => Promise<OutgoingMessage[]>;
    rolesOf: (memberId: string) => Promise<BotContext['person']['roles']>;
  },
  { sendingId, what }: SendingNoticePayload,
  { t, memberId }: { t: Translator; memberId: string },
): Promise<OutgoingMessage[]> {
  const sending = await deps.sendings.find(sendingId);
  const item = sending && (await deps.news.find(sending.newsId));
  if (!sending || !item) return [];
  const person = { id: memberId, roles: await deps.rolesOf(memberId) };
  // It may have waited for the morning, or for a messenger: what is not published is for who has the role now.
  if (!(what === 'approve' ? mayApprove(person) : mayAuthor(person))) return [];
  if (what !== 'approve') return [sendingNotice(t, { sending, headline: item.headline, what })];
  return [...(await deps.rendered(item.id)), await sendingScreens(deps)(t, sending, person)];
}
