import type { MessengerName } from '../messengers/messenger.ts';
import type { Clock, Recipient } from './contract.ts';
import { AT_ONCE, queueOf, type DeliveryCollection, type DeliveryDoc, type Sendable } from './delivery.model.ts';

export interface Notice {
  /** Names this message to this person for good, such as `case-123-solved:<memberId>`. */
  key: string;
  recipient: Recipient;
  /** Which renderer builds it. */
  kind: string;
  /** Anything that JSON can hold. */
  payload: unknown;
  /** `direct`: the person's own affairs, passes everything else. Default `normal`. */
  priority?: 'direct' | 'normal';
  /** Not before; default at once. */
  dueAt?: Date;
  /**
   * What it is about, as `<kind>:<id>`: its outcome can be asked for by that (`delivery.told`), and is reported. Also
   * where it can go nowhere, and it leaves when the person comes back (`delivery.people.comeBack`).
   */
  about?: string;
}

/**
 * `no-account`: the person has none on a messenger that is served. Without `about` nothing is kept, and a later call may
 * succeed.
 */
export type Queued = 'queued' | 'already-queued' | 'no-account';

/** A delivery to one person, or undefined where none of the accounts is on a messenger that is served. */
export function addressed(
  recipient: Recipient,
  messengers: ReadonlySet<MessengerName>,
): Pick<Sendable, 'memberId' | 'language' | 'messenger' | 'chatId' | 'alternatives'> | undefined {
  const [first, ...others] = recipient.accounts.filter((account) => messengers.has(account.messenger));
  if (first === undefined) return undefined;
  return {
    memberId: recipient.memberId,
    language: recipient.language,
    messenger: first.messenger,
    chatId: first.chatId,
    ...(others.length > 0 ? { alternatives: others.map(({ messenger, chatId }) => ({ messenger, chatId })) } : {}),
  };
}

function nowhere({ memberId, language }: Recipient, clock: Clock) {
  const ended = { state: 'unreachable' as const, outcome: { code: NO_ACCOUNT }, endedAt: new Date(clock.wall()) };
  return { memberId, language, messenger: null, chatId: null, ...ended } satisfies Partial<DeliveryDoc>;
}

export const isDuplicate = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 11000;

/** Campaign deliveries have ids of this shape. */
const CAMPAIGN_DELIVERY = /^x?[0-9a-f]{24}:/;

/** It could go nowhere from the start. */
export const NO_ACCOUNT = 'no-account';

export function createNotify(deps: {
  deliveries: DeliveryCollection;
  clock: Clock;
  messengers: ReadonlySet<MessengerName>;
  nextOrder: () => number;
  wake: () => void;
  /** The update in hand, if there is one. */
  causeNow: () => string | undefined;
}): (notice: Notice) => Promise<Queued> {
  const { deliveries, messengers, nextOrder, wake, causeNow } = deps;

  return async (notice) => {
    if (notice.key === '' || CAMPAIGN_DELIVERY.test(notice.key)) {
      throw new Error(
        `"${notice.key}" can't be a notice's key: give it a name of its own, such as "case-123-solved:456"`,
      );
    }
    const to = addressed(notice.recipient, messengers);
    if (to === undefined && notice.about === undefined) return 'no-account';
    const cause = causeNow();
    try {
      await deliveries.insertOne({
        _id: notice.key,
        queue: queueOf({ class: notice.priority ?? 'normal' }),
        kind: notice.kind,
        payload: JSON.stringify(notice.payload ?? null),
        ...(to ? { ...to, state: 'waiting' as const } : nowhere(notice.recipient, deps.clock)),
        tries: 0,
        dueAt: notice.dueAt ?? AT_ONCE,
        order: nextOrder(),
        ...(cause === undefined ? {} : { cause }),
        // Who asks learns at once that it can go nowhere; every other end is told.
        ...(notice.about === undefined ? {} : { about: notice.about }),
        ...(notice.about === undefined || to === undefined ? {} : { unreported: true as const }),
      });
    } catch (error) {
      if (isDuplicate(error)) return to === undefined ? 'no-account' : 'already-queued';
      throw error;
    }
    if (to === undefined) return 'no-account';
    wake();
    return 'queued';
  };
}
