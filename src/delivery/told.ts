import type { Logger } from 'pino';
import type { DeliveryCollection, DeliveryDoc } from './delivery.model.ts';
import { NO_ACCOUNT } from './notices.ts';

/**
 * Where a notice is. `waiting`: it leaves at `at`, or is being tried; `arrived`; `nothing`: there was nothing left to say
 * when it was due; `blocked`: the person has shut the bot out; `no-messenger`: there was no account to send it to;
 * `failed`: refused, or given up; `unknown`: it may have arrived.
 */
export type ToldState = 'waiting' | 'arrived' | 'nothing' | 'blocked' | 'no-messenger' | 'failed' | 'unknown';

/** What became of one notice about a thing. */
export interface Told {
  key: string;
  about: string;
  memberId: string;
  kind: string;
  /** As it was given to `notify`. */
  payload: unknown;
  state: ToldState;
  /** When it ended; while it waits, when it is due. */
  at: Date;
}

/** Hears how a notice ended. Told again where it failed or its process died: it must bear that. */
export type OnOutcome = (told: Told) => Promise<void>;

export interface ToldDeps {
  deliveries: DeliveryCollection;
  logger: Logger;
  onOutcome: OnOutcome;
}

/** What became of what was sent about a thing. */
export interface ToldOf {
  /**
   * The newest first, at most 50.
   * @param about `<kind>:<id>`, as it was given to `notify`
   */
  of(about: string): Promise<Told[]>;
  /** Tells of every end that has not been told: what a process that died left, and what ended outside of sending. */
  report(): Promise<void>;
}

const MOST_TOLD = 50;
const PAGE = 200;

export function createTold({ deliveries, logger, onOutcome }: ToldDeps): ToldOf & {
  /** Tells of one that may have ended. */
  reportOne: (id: string) => Promise<void>;
} {
  async function tell(delivery: DeliveryDoc): Promise<void> {
    const told = toTold(delivery);
    if (told.state === 'waiting') return;
    try {
      await onOutcome(told);
      // With its end: what has been taken up again meanwhile is told again when that ends.
      const { _id, endedAt } = delivery;
      await deliveries.updateOne({ _id, ...(endedAt ? { endedAt } : {}) }, { $unset: { unreported: '' } });
    } catch (error) {
      logger.warn({ delivery: delivery._id, error: (error as Error).name }, 'an outcome was not told yet');
    }
  }

  return {
    async of(about) {
      const found = deliveries.find({ about }).sort({ order: -1 }).limit(MOST_TOLD);
      return (await found.toArray()).map(toTold);
    },
    async report() {
      const ended = deliveries.find({ unreported: true, endedAt: { $type: 'date' } }).limit(PAGE);
      for (const delivery of await ended.toArray()) await tell(delivery);
    },
    async reportOne(id) {
      const found = await deliveries.findOne({ _id: id, unreported: true });
      if (found) await tell(found);
    },
  };
}

function toTold(delivery: DeliveryDoc): Told {
  const { _id, about = '', memberId, kind, payload, dueAt, order, endedAt } = delivery;
  return {
    key: _id,
    about,
    memberId,
    kind,
    payload: payload === undefined ? null : JSON.parse(payload),
    state: stateOf(delivery),
    // One that nobody asked a time for is due from the moment it was queued, which its order tells in microseconds.
    at: endedAt ?? new Date(Math.max(dueAt.getTime(), Math.floor(order / 1000))),
  };
}

function stateOf({ state, parts, outcome }: DeliveryDoc): ToldState {
  switch (state) {
    case 'waiting':
    case 'claimed':
      return 'waiting';
    case 'sent':
      return (parts ?? []).length > 0 ? 'arrived' : 'nothing';
    case 'unreachable':
      return outcome?.code === NO_ACCOUNT ? 'no-messenger' : 'blocked';
    // The account was taken from the person, and there was no other.
    case 'cancelled':
      return 'no-messenger';
    case 'failed':
    case 'unknown':
      return state;
  }
}
