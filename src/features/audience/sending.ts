import type { Audience } from './audience.ts';
import type { AudienceCounts } from './audiences.service.ts';
import type { Doing, SendingDocument, SendingState } from './sending.model.ts';

export type { SendingState } from './sending.model.ts';

/** The sending of one news item, from the choice of its audience to its end. */
export interface Sending {
  id: string;
  newsId: string;
  doing: Doing;
  state: SendingState;
  held: boolean;
  audience: Audience;
  segment: string | null;
  at: Date | null;
  by: string;
  /** The item's, as it was asked for or approved. */
  revision: number | null;
  urgent: boolean | null;
  decidedBy: string | null;
  reason: string;
  campaignId: string | null;
}

/** What of a news item a sending goes by. */
export interface NewsToSend {
  id: string;
  headline: string;
  topic: string | null;
  urgent: boolean;
  revision: number;
  recalledAt: Date | null;
  /** Of the sendings that began, in whatever way: they share one. */
  campaignId: string | null;
}

/** What a step goes by beside the state: how the plan was seen, and whether it is for sendings alone. */
export type Seen = Partial<Pick<SendingDocument, 'by' | 'audience' | 'at'>> & { onlySends?: boolean };

/** A sending with all that a yes to it goes by. */
export interface Look {
  sending: Sending;
  item: NewsToSend;
  /** Of a sending that is still to begin; null for everything else. */
  counts: AudienceCounts | null;
  /** How many it reaches: by a message or a digest, or whose message is brought up to date. */
  people: number;
  /** Of all this; another state has another. */
  mark: string;
}

export type SubmitOutcome =
  /** `at` null: it begins now. */
  | { kind: 'awaiting' | 'scheduled' | 'started'; sending: Sending }
  /** The item is being sent or waits for it, or this plan was carried out. */
  | { kind: 'busy' }
  /** The chosen time is over. */
  | { kind: 'late' }
  /** It is not any more what was shown. */
  | { kind: 'changed' }
  /** There is nobody but the author who could approve. */
  | { kind: 'nobody' }
  | { kind: 'forbidden' }
  | { kind: 'gone' };

export type DecideOutcome =
  | { kind: 'approved' | 'refused'; sending: Sending }
  | { kind: 'own' }
  /** It is not any more what was shown; it must be looked at again. */
  | { kind: 'changed' }
  /** Somebody was quicker, or it was called off. */
  | { kind: 'decided' }
  | { kind: 'forbidden' };

export function toSending(document: SendingDocument): Sending {
  const { _id, newsId, state, held, audience, segment, at, by, revision, decidedBy, reason, campaignId } = document;
  const { doing = 'send', urgent = null } = document as Partial<SendingDocument>;
  return {
    id: _id.toHexString(),
    newsId,
    doing,
    state,
    held,
    audience: JSON.parse(audience) as Audience,
    segment,
    at,
    by: by.toHexString(),
    revision,
    urgent,
    decidedBy: decidedBy?.toHexString() ?? null,
    reason,
    campaignId,
  };
}
