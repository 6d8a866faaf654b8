import { randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import type { Leases } from '../../database/leases.ts';
import type { Members } from '../members/members.service.ts';
import type { Audience, FrozenAudience } from './audience.ts';
import type { Actor } from './sending-rights.ts';
import type { SendingModel, SendingState, SendingDocument } from './sending.model.ts';
import { toSending, type NewsToSend, type Sending, type SubmitOutcome } from './sending.ts';

export interface BeginningDeps {
  Stored: SendingModel;
  leases: Leases;
  members: Pick<Members, 'find' | 'withRole'>;
  news: {
    find: (id: string) => Promise<NewsToSend | null>;
    /** Makes the campaign and starts it; once for each source. */
    send: (
      actor: Actor,
      id: string,
      options: { source: string; audience: FrozenAudience; approvedBy: string },
    ) => Promise<{ kind: 'started'; campaignId: string } | { kind: 'already' | 'recalled' | 'forbidden' | 'gone' }>;
    stopSending: (actor: Actor, id: string, source: string) => Promise<boolean>;
    pauseSending: (actor: Actor, id: string, source: string) => Promise<boolean>;
    resumeSending: (actor: Actor, id: string, source: string) => Promise<boolean>;
    /** Brings what was sent up to date, with the second person's yes; null where there is nothing to bring up to date. */
    editEverywhere: (
      actor: Actor,
      id: string,
      options: { source: string; seen: number; cleared: true },
    ) => Promise<string | null>;
    /** How the campaign ended; null while something of it is to leave. */
    ended: (campaignId: string) => Promise<'done' | 'cancelled' | null>;
  };
  tell: (notice: { key: string; memberId: string; sendingId: string; what: 'started' | 'stopped' }) => Promise<void>;
  drop: (newsId: string) => Promise<void>;
  now: () => Date;
  find: (id: string) => Promise<Sending | null>;
  step: (id: string, from: readonly SendingState[], set: Partial<SendingDocument>) => Promise<Sending | null>;
  /** Asks those who approve once more: the item was changed after the yes. */
  askAgain: (sending: Sending, round: string) => Promise<void>;
}

const BEGUN_WITHIN_MS = 60_000;
const AT_A_TIME = 20;

/** What begins a sending when its time has come: under a lease, and under one source, so that it begins once. */
export function createBeginning(deps: BeginningDeps) {
  const { Stored, leases, members, news, now, find, step } = deps;
  const holder = randomUUID();

  function freeze(item: NewsToSend, audience: Audience): FrozenAudience {
    return {
      audience,
      frozenAt: now().toISOString(),
      newsId: item.id,
      sentIn: item.campaignId,
      topic: item.topic,
      urgent: item.urgent,
    };
  }

  /** Begins what is due; what is not waits for {@link beginDue}. */
  async function begin(scheduled: Sending): Promise<SubmitOutcome> {
    if (scheduled.at !== null && scheduled.at > now()) return { kind: 'scheduled', sending: scheduled };
    const lease = `sending:${scheduled.id}`;
    const own = `${holder}:${randomUUID()}`;
    // Another process is at it.
    if (!(await leases.acquire(lease, { holder: own, ttlMs: BEGUN_WITHIN_MS })))
      return { kind: 'started', sending: scheduled };
    try {
      const sending = await find(scheduled.id);
      if (!sending || sending.state !== 'scheduled' || sending.held)
        return sending?.state === 'started' ? { kind: 'started', sending } : { kind: 'gone' };
      return await start(sending);
    } finally {
      await leases.release(lease, own);
    }
  }

  /** What a second person said yes to and has been changed since waits for them again; null where it is as it was. */
  async function askedAgain(sending: Sending, item: NewsToSend): Promise<SubmitOutcome | null> {
    const isSame = item.revision === sending.revision && item.urgent === (sending.urgent ?? item.urgent);
    if (sending.decidedBy === null || isSame) return null;
    const { revision, urgent } = item;
    const again = await step(sending.id, ['scheduled'], { state: 'awaiting', decidedBy: null, revision, urgent });
    if (!again) return { kind: 'gone' };
    await deps.askAgain(again, `revision-${revision}-${urgent}`);
    return { kind: 'awaiting', sending: again };
  }

  async function start(sending: Sending): Promise<SubmitOutcome> {
    const { id, newsId, by, decidedBy } = sending;
    const item = await news.find(newsId);
    const again = item && (await askedAgain(sending, item));
    if (again) return again;
    const actorId = decidedBy ?? by;
    // The rights of this moment: who lost the role since sends nothing.
    const actor = { id: actorId, roles: (await members.find(actorId))?.roles ?? [] };
    if (sending.doing === 'edit') return startEdit(sending, actor);
    const sent = item
      ? await news.send(actor, newsId, { source: id, audience: freeze(item, sending.audience), approvedBy: actorId })
      : { kind: 'gone' as const };
    if (sent.kind !== 'started') {
      const stopped = await step(id, ['scheduled'], { state: 'cancelled', open: false, reason: sent.kind });
      if (stopped) await deps.tell({ key: `sending-stopped:${id}`, memberId: by, sendingId: id, what: 'stopped' });
      return sent.kind === 'forbidden' ? { kind: 'forbidden' } : { kind: sent.kind === 'already' ? 'busy' : 'gone' };
    }
    const started = await step(id, ['scheduled'], { state: 'started', campaignId: sent.campaignId });
    // Held in the same moment.
    if (started?.held) await news.pauseSending(actor, newsId, id);
    if (started) return { kind: 'started', sending: started };
    // Called off in the same moment: what has left has left.
    await news.stopSending(actor, newsId, id);
    await deps.drop(newsId);
    return { kind: 'gone' };
  }

  async function startEdit({ id, newsId, by, revision }: Sending, actor: Actor): Promise<SubmitOutcome> {
    const change = await news.editEverywhere(actor, newsId, { source: id, seen: revision ?? 0, cleared: true });
    if (change === null) {
      const stopped = await step(id, ['scheduled'], { state: 'cancelled', open: false });
      if (stopped) await deps.tell({ key: `sending-stopped:${id}`, memberId: by, sendingId: id, what: 'stopped' });
      return { kind: 'gone' };
    }
    const started = await step(id, ['scheduled'], { state: 'started', campaignId: change });
    return started ? { kind: 'started', sending: started } : { kind: 'gone' };
  }

  /** Closes one that has begun and is over. Another one may then be asked for, for those who don't have the item. */
  async function close({ id, newsId, doing, campaignId }: Sending): Promise<boolean> {
    const ended = campaignId === null ? null : await news.ended(campaignId);
    if (ended === null) return false;
    // Stopped from the message that shows how it goes: digests have nothing more to bring either.
    if (ended === 'cancelled' && doing === 'send') await deps.drop(newsId);
    await step(id, ['started'], { state: 'over', open: false });
    return true;
  }

  return {
    freeze,
    begin,
    close,

    /** By the clock: begins what is due, asks again about what was changed, closes what is over. Safe in several processes. */
    beginDue: async (): Promise<void> => {
      for (const document of await Stored.find({ state: 'scheduled', decidedBy: trusted({ $ne: null }) })
        .sort({ at: 1 })
        .limit(AT_A_TIME)
        .lean()) {
        const item = await news.find(document.newsId);
        if (item) await askedAgain(toSending(document), item);
      }
      const due = await Stored.find({ state: 'scheduled', held: false, at: trusted({ $lte: now() }) })
        .sort({ at: 1 })
        .limit(AT_A_TIME)
        .lean();
      for (const document of due) {
        const outcome = await begin(toSending(document));
        if (outcome.kind === 'started' && outcome.sending.state === 'started' && outcome.sending.doing === 'send')
          await deps.tell({
            key: `sending-started:${outcome.sending.id}`,
            memberId: outcome.sending.by,
            sendingId: outcome.sending.id,
            what: 'started',
          });
      }
      for (const one of await Stored.find({ state: 'started' }).limit(AT_A_TIME).lean()) await close(toSending(one));
    },
  };
}
