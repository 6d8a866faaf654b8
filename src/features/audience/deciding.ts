import { Types } from 'mongoose';
import type { Members } from '../members/members.service.ts';
import type { BeginningDeps } from './beginning.ts';
import { APPROVERS, mayApprove, mayAuthor, type Actor } from './sending-rights.ts';
import type { SendingDocument, SendingState } from './sending.model.ts';
import type { DecideOutcome, Look, Seen, Sending, SubmitOutcome } from './sending.ts';

export interface DecidingDeps {
  members: Pick<Members, 'withRole'>;
  news: BeginningDeps['news'];
  tell: (notice: {
    key: string;
    memberId: string;
    sendingId: string;
    what: 'approve' | 'approved' | 'refused';
  }) => Promise<void>;
  drop: (newsId: string) => Promise<void>;
  now: () => Date;
  find: (id: string) => Promise<Sending | null>;
  look: (id: string) => Promise<Look | null>;
  step: (
    id: string,
    from: readonly SendingState[],
    set: Partial<SendingDocument>,
    seen?: Seen,
  ) => Promise<Sending | null>;
  record: (actor: Actor, act: string, sending: Sending, source: string) => Promise<void>;
  begin: (sending: Sending) => Promise<SubmitOutcome>;
}

/** What becomes of a sending that was asked for: a second person's yes or no, and holding, going on and calling off. */
export function createDeciding(deps: DecidingDeps) {
  const { members, news, tell, now, find, look, step, record } = deps;

  const approversBeside = async (authorId: string) =>
    (await members.withRole(APPROVERS)).filter(({ id }) => id !== authorId);

  /** Asks all who may approve; the first answer counts. Asked again in the same round, nobody is told twice. */
  async function askApprovers(sending: Sending, round: string): Promise<void> {
    for (const { id } of await approversBeside(sending.by))
      await tell({
        key: `sending-approve:${sending.id}:${round}:${id}`,
        memberId: id,
        sendingId: sending.id,
        what: 'approve',
      });
  }

  async function decidable(actor: Actor, id: string): Promise<DecideOutcome | Sending> {
    if (!mayApprove(actor)) return { kind: 'forbidden' };
    const sending = await find(id);
    if (sending?.state !== 'awaiting') return { kind: 'decided' };
    return sending.by === actor.id ? { kind: 'own' } : sending;
  }

  const decisions = {
    /**
     * A second person's yes: it begins, now or at its time.
     * @param options.seen the mark of what was shown, see {@link Look}
     */
    async approve(
      actor: Actor,
      id: string,
      { source, seen }: { source: string; seen: string },
    ): Promise<DecideOutcome> {
      const found = await decidable(actor, id);
      if ('kind' in found) return found;
      const looked = await look(id);
      if (looked?.mark !== seen) return { kind: 'changed' };
      const { audience, at } = looked.sending;
      const approved = await step(
        id,
        ['awaiting'],
        {
          state: 'scheduled',
          revision: looked.item.revision,
          urgent: looked.item.urgent,
          decidedBy: new Types.ObjectId(actor.id),
          at: at ?? now(),
        },
        { audience: JSON.stringify(audience), at },
      );
      if (!approved) return { kind: 'decided' };
      await record(actor, 'approve', approved, source);
      await tell({ key: `sending-approved:${id}:${source}`, memberId: found.by, sendingId: id, what: 'approved' });
      await deps.begin(approved);
      return { kind: 'approved', sending: approved };
    },

    /** A second person's no, with the reason that the author reads; the plan is a draft again. */
    async refuse(
      actor: Actor,
      id: string,
      { source, reason }: { source: string; reason: string },
    ): Promise<DecideOutcome> {
      const found = await decidable(actor, id);
      if ('kind' in found) return found;
      const decidedBy = new Types.ObjectId(actor.id);
      // What was sent stays as it is; a sending goes back to its author as a plan.
      const state = found.doing === 'edit' ? 'cancelled' : 'draft';
      const refused = await step(id, ['awaiting'], { state, open: false, decidedBy, reason });
      if (!refused) return { kind: 'decided' };
      await record(actor, 'refuse', refused, source);
      await tell({ key: `sending-refused:${id}:${source}`, memberId: found.by, sendingId: id, what: 'refused' });
      return { kind: 'refused', sending: refused };
    },

    /** Holds what is scheduled, or what is being sent. Null where there is nothing to hold, or the actor may not. */
    async hold(actor: Actor, id: string, source: string): Promise<Sending | null> {
      if (!mayAuthor(actor)) return null;
      const held = await step(id, ['scheduled', 'started'], { held: true }, { onlySends: true });
      if (!held) return null;
      if (held.state === 'started') await news.pauseSending(actor, held.newsId, source);
      await record(actor, 'hold', held, source);
      return held;
    },

    /** Goes on with what was held; what should have begun meanwhile begins now. */
    async release(actor: Actor, id: string, source: string): Promise<Sending | null> {
      if (!mayAuthor(actor)) return null;
      const released = await step(id, ['scheduled', 'started'], { held: false }, { onlySends: true });
      if (!released) return null;
      await record(actor, 'release', released, source);
      if (released.state === 'started') await news.resumeSending(actor, released.newsId, source);
      else await deps.begin(released);
      return find(id);
    },

    /** Calls it off; what has left has left, and what waits for digests is dropped. */
    async cancel(actor: Actor, id: string, source: string): Promise<Sending | null> {
      if (!mayAuthor(actor)) return null;
      const before = await step(id, ['awaiting', 'scheduled'], { state: 'cancelled', open: false });
      const cancelled = before ?? (await step(id, ['started'], { state: 'over', open: false }, { onlySends: true }));
      if (!cancelled) return null;
      if (!before) {
        await news.stopSending(actor, cancelled.newsId, source);
        await deps.drop(cancelled.newsId);
      }
      await record(actor, 'cancel', cancelled, source);
      return cancelled;
    },
  };
  return { approversBeside, askApprovers, decisions };
}
