import type { Audience } from './audience.ts';
import type { SendingDocument, SendingState } from './sending.model.ts';

export type { SendingState } from './sending.model.ts';

/** The sending of one news item, from the choice of its audience to its end. */
export interface Sending {
  id: string;
  newsId: string;
  state: SendingState;
  held: boolean;
  audience: Audience;
  segment: string | null;
  at: Date | null;
  by: string;
  /** The item's, as it was asked for or approved. */
  revision: number | null;
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

export type SubmitOutcome =
  /** `at` null: it begins now. */
  | { kind: 'awaiting' | 'scheduled' | 'started'; sending: Sending }
  /** The item is being sent or waits for it, or this plan was carried out. */
  | { kind: 'busy' }
  /** The chosen time is over. */
  | { kind: 'late' }
  /** There is nobody but the author who could approve. */
  | { kind: 'nobody' }
  | { kind: 'forbidden' }
  | { kind: 'gone' };

export type DecideOutcome =
  | { kind: 'approved' | 'refused'; sending: Sending }
  | { kind: 'own' }
  /** The item was changed since it was asked for; it must be looked at again. */
  | { kind: 'changed' }
  /** Somebody was quicker, or it was called off. */
  | { kind: 'decided' }
  | { kind: 'forbidden' };

export function toSending(document: SendingDocument): Sending {
  const { _id, newsId, state, held, audience, segment, at, by, revision, decidedBy, reason, campaignId } = document;
  return {
    id: _id.toHexString(),
    newsId,
    state,
    held,
    audience: JSON.parse(audience) as Audience,
    segment,
    at,
    by: by.toHexString(),
    revision,
    decidedBy: decidedBy?.toHexString() ?? null,
    reason,
    campaignId,
  };
}
