import type { Logger } from 'pino';
import { inTime, LONG_ANSWER_MS } from '../database/in-time.ts';
import {
  MessengerError,
  type MessengerClient,
  type MessengerName,
  type OutgoingMessage,
} from '../messengers/messenger.ts';
import type { CampaignCollection, CampaignDoc, DisplayDoc } from './campaign.model.ts';
import type { Clock } from './contract.ts';
import type { Progress } from './progress.ts';
import { createWaker } from './waker.ts';

/** A message of the bot that shows somebody how a campaign goes. */
export interface Display {
  memberId: string;
  language: string;
  messenger: MessengerName;
  chatId: number;
  messageId: number;
  /** Which of `displays` draws it. */
  kind: string;
  /** Anything that JSON can hold. */
  payload: unknown;
}

/** Draws a display: the way so far, or the report once `progress.isOver`. Null ends it as it stands. */
export type DisplayRenderer = (
  payload: unknown,
  progress: Progress,
  target: { memberId: string; language: string; messenger: MessengerName },
) => Promise<OutgoingMessage | null>;

/**
 * Keeps displays up to date, in one process at a time: edited in place where something has changed, no more often than
 * `everyMs`, one edit after the other, the last one with the final figures. They are stored with the campaign, so another
 * process goes on with them.
 */
export interface Displays {
  add: (campaignId: string, display: Display) => Promise<void>;
  /** Until the signal is aborted, which calls off the edit in hand: it may be waiting for the end of a long pause. */
  run: (held: AbortSignal) => Promise<void>;
}

/** How late one that another process has added may be seen. */
const LOOK_MS = 1000;
/** Of the time, so much at most goes into counting: a campaign of a million takes seconds to count. */
const COUNTING_SHARE = 1 / 20;

export function createDisplays(deps: {
  campaigns: CampaignCollection;
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  renderers: Readonly<Record<string, DisplayRenderer>>;
  progress: (campaignId: string) => Promise<Progress | null>;
  clock: Clock;
  logger: Logger;
  everyMs: number;
}): Displays {
  const { campaigns, clients, renderers, progress, clock, logger, everyMs } = deps;
  const waker = createWaker();
  /** What each campaign's displays show, and when they are to be looked at again. */
  const known = new Map<string, { shown: string; nextAt: number }>();

  async function bringUpToDate(campaign: CampaignDoc, held: AbortSignal): Promise<void> {
    const before = known.get(campaign._id);
    const startedAt = clock.monotonic();
    if (before !== undefined && startedAt < before.nextAt) return;
    const now = await inTime(progress(campaign._id), LONG_ANSWER_MS);
    const tookMs = clock.monotonic() - startedAt;
    if (now === null) return;
    const displays = campaign.displays ?? [];
    const text = JSON.stringify([now, displays]);
    known.set(campaign._id, { shown: text, nextAt: startedAt + Math.max(everyMs, tookMs / COUNTING_SHARE) });
    if (text === before?.shown) return;
    for (const display of displays) {
      if ((await draw(display, now, held)) === 'ended' || now.isOver) await remove(campaign._id, display);
    }
  }

  /** @throws where it is to be tried again, and where it was called off */
  async function draw(display: DisplayDoc, now: Progress, held: AbortSignal): Promise<'shown' | 'ended'> {
    const { memberId, language, messenger, chatId, messageId } = display;
    const client = clients.get(messenger);
    if (client === undefined) return 'shown';
    try {
      const message = await renderers[display.kind]?.(JSON.parse(display.payload), now, {
        memberId,
        language,
        messenger,
      });
      if (!message) return 'ended';
      await client.edit(chatId, messageId, message, { lane: 'bulk', signal: held });
      return 'shown';
    } catch (error) {
      if (held.aborted) throw error;
      const isPassing = error instanceof MessengerError && ['down', 'rate-limited', 'bad-token'].includes(error.kind);
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ messenger, error: reason, isPassing }, 'the progress of a sending could not be shown');
      // The way so far is shown again by the next look; the report has to come through.
      if (isPassing && now.isOver) throw error;
      return isPassing ? 'shown' : 'ended';
    }
  }

  async function remove(_id: string, { messenger, chatId, messageId, revision }: DisplayDoc): Promise<void> {
    // One that was added anew meanwhile stays.
    await campaigns.updateOne({ _id }, { $pull: { displays: { messenger, chatId, messageId, revision } } });
  }

  async function look(held: AbortSignal): Promise<void> {
    const shown = await inTime(campaigns.find({ 'displays.memberId': { $exists: true } }).toArray());
    const ids = new Set(shown.map(({ _id }) => _id));
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    for (const campaign of shown) {
      if (held.aborted) return;
      try {
        await bringUpToDate(campaign, held);
      } catch (error) {
        // Whoever leads next shows it.
        if (held.aborted) return;
        known.set(campaign._id, { shown: '', nextAt: clock.monotonic() + everyMs });
        logger.warn({ campaignId: campaign._id, error: (error as Error).message }, 'a display is tried again');
      }
    }
  }

  return {
    async add(campaignId, { memberId, language, messenger, chatId, messageId, kind, payload }) {
      const display = {
        memberId,
        language,
        messenger,
        chatId,
        messageId,
        kind,
        payload: JSON.stringify(payload ?? null),
      };
      const revision = clock.wall();
      await campaigns.updateOne({ _id: campaignId }, { $pull: { displays: { messenger, chatId, messageId } } });
      await campaigns.updateOne({ _id: campaignId }, { $push: { displays: { ...display, revision } } });
      known.delete(campaignId);
      waker.wake();
    },
    async run(held) {
      held.addEventListener('abort', waker.wake, { once: true });
      known.clear();
      while (!held.aborted) {
        try {
          await look(held);
        } catch (error) {
          logger.warn({ error: (error as Error).message }, 'displays could not be read');
        }
        if (!held.aborted) await waker.wait(Math.min(everyMs, LOOK_MS));
      }
      held.removeEventListener('abort', waker.wake);
    },
  };
}
