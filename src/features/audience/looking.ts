import { markOf } from '../../language/mark.ts';
import type { FrozenAudience } from './audience.ts';
import type { AudienceCounts } from './audiences.service.ts';
import type { Look, NewsToSend, Sending } from './sending.ts';

export interface LookingDeps {
  find: (id: string) => Promise<Sending | null>;
  news: {
    find: (id: string) => Promise<NewsToSend | null>;
    /** How many have the item now. */
    reached: (campaignId: string) => Promise<number>;
  };
  freeze: (item: NewsToSend, audience: Sending['audience']) => FrozenAudience;
  count: (frozen: FrozenAudience, begins: Date) => Promise<AudienceCounts>;
  needsSecond: (sending: Pick<Sending, 'newsId' | 'doing'>) => Promise<boolean>;
  now: () => Date;
}

const STILL_TO_BEGIN: readonly Sending['state'][] = ['draft', 'awaiting', 'scheduled'];

/**
 * Looks at a sending as it is at this moment, with a mark of all that a yes goes by: what is done, its audience and how
 * many that are, its time, and the item's words. The hours in which somebody sleeps are no part of it: they go by the
 * clock, and nobody is reached or left out by them.
 */
export function createLooking({ find, news, freeze, count, needsSecond, now }: LookingDeps) {
  async function peopleOf({ doing }: Sending, item: NewsToSend, counts: AudienceCounts | null): Promise<number> {
    if (doing === 'edit') return item.campaignId === null ? 0 : news.reached(item.campaignId);
    return counts ? counts.telegram + counts.bale + counts.digest : 0;
  }

  return async function look(id: string): Promise<Look | null> {
    const sending = await find(id);
    const item = sending && (await news.find(sending.newsId));
    if (!sending || !item) return null;
    const { doing, state, audience, at } = sending;
    const isCounted = doing === 'send' && STILL_TO_BEGIN.includes(state);
    const counts = isCounted ? await count(freeze(item, audience), at ?? now()) : null;
    const people = await peopleOf(sending, item, counts);
    const reached = counts && [counts.telegram, counts.bale, counts.digest];
    const mark = markOf(
      [doing, state, audience, at, item.revision, item.urgent, item.recalledAt],
      [reached, await needsSecond(sending)],
    );
    return { sending, item, counts, people, mark };
  };
}
