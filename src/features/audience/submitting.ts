import { Types } from 'mongoose';
import { EVERYBODY } from './audience.ts';
import type { createDeciding } from './deciding.ts';
import { mayAuthor, type Actor } from './sending-rights.ts';
import type { SendingDocument, SendingModel, SendingState } from './sending.model.ts';
import { toSending, type Look, type NewsToSend, type Seen, type Sending, type SubmitOutcome } from './sending.ts';

export interface SubmittingDeps {
  Stored: SendingModel;
  news: { find: (id: string) => Promise<NewsToSend | null> };
  deciding: Pick<ReturnType<typeof createDeciding>, 'approversBeside' | 'askApprovers'>;
  find: (id: string) => Promise<Sending | null>;
  look: (id: string) => Promise<Look | null>;
  needsSecond: (sending: Pick<Sending, 'newsId' | 'doing'>) => Promise<boolean>;
  isBusy: (item: NewsToSend | null) => Promise<boolean>;
  step: (
    id: string,
    from: readonly SendingState[],
    set: Partial<SendingDocument>,
    seen: Seen,
  ) => Promise<Sending | null>;
  record: (actor: Actor, act: string, sending: Sending, source: string) => Promise<void>;
  begin: (sending: Sending) => Promise<SubmitOutcome>;
  now: () => Date;
}

const DUPLICATE_KEY = 11_000;
const isDuplicate = (error: unknown): boolean => (error as { code?: unknown }).code === DUPLICATE_KEY;

/** How a sending, or a change of what was sent, is asked for: by what was shown, and by nothing else. */
export function createSubmitting(deps: SubmittingDeps) {
  const { Stored, news, deciding, find, look, needsSecond, isBusy, step, record, begin, now } = deps;

  async function refusal(sending: Sending, item: NewsToSend, by: string): Promise<SubmitOutcome | null> {
    if (item.recalledAt !== null || sending.by !== by) return { kind: 'gone' };
    if (sending.state === 'started' || sending.state === 'over' || (await isBusy(item))) return { kind: 'busy' };
    if (sending.state === 'draft' && sending.at !== null && sending.at <= now()) return { kind: 'late' };
    const alone = (await needsSecond(sending)) && (await deciding.approversBeside(by)).length === 0;
    return alone ? { kind: 'nobody' } : null;
  }

  /** The draft asked for as it was seen; null where it is not that any more. */
  async function ask(sending: Sending, item: NewsToSend): Promise<Sending | 'busy' | null> {
    const { revision, urgent } = item;
    const asked = { open: true, revision, urgent, reason: '', held: false, decidedBy: null };
    const waits = await needsSecond(sending);
    try {
      return await step(
        sending.id,
        ['draft'],
        waits ? { ...asked, state: 'awaiting' } : { ...asked, state: 'scheduled', at: sending.at ?? now() },
        { by: new Types.ObjectId(sending.by), audience: JSON.stringify(sending.audience), at: sending.at },
      );
    } catch (error) {
      if (isDuplicate(error)) return 'busy';
      throw error;
    }
  }

  async function asked(edit: Sending): Promise<SubmitOutcome> {
    await deciding.askApprovers(edit, 'edit');
    return { kind: 'awaiting', sending: edit };
  }

  return {
    /**
     * Asks for the sending: it waits for a second person, for its time, or begins.
     * @param options.seen the mark of what was shown, see {@link Look}
     */
    async submit(actor: Actor, id: string, { source, seen }: { source: string; seen: string }): Promise<SubmitOutcome> {
      if (!mayAuthor(actor)) return { kind: 'forbidden' };
      const sending = await find(id);
      const item = sending && (await news.find(sending.newsId));
      if (!sending || !item) return { kind: 'gone' };
      const refused = await refusal(sending, item, actor.id);
      if (refused) return refused;
      let submitted: Sending | 'busy' | null = null;
      if (sending.state === 'draft') {
        const looked = await look(id);
        if (looked?.mark !== seen) return { kind: 'changed' };
        submitted = await ask(looked.sending, looked.item);
        if (submitted === 'busy') return { kind: 'busy' };
      }
      // Pressed again, or worked again after a crash: what follows is done once all the same.
      const after = submitted ?? (await find(id));
      if (!after || !['awaiting', 'scheduled', 'started'].includes(after.state))
        return { kind: after?.state === 'draft' ? 'changed' : 'gone' };
      if (submitted) await record(actor, 'submit', after, source);
      if (after.state === 'awaiting') {
        await deciding.askApprovers(after, source);
        return { kind: 'awaiting', sending: after };
      }
      return begin(after);
    },

    /**
     * Asks a second person to let the item as it is now take the place of what people have.
     * @param options.seen the item's revision that was shown
     */
    async submitEdit(
      actor: Actor,
      newsId: string,
      { source, seen }: { source: string; seen: number },
    ): Promise<SubmitOutcome> {
      if (!mayAuthor(actor)) return { kind: 'forbidden' };
      const item = await news.find(newsId);
      if (!item || item.campaignId === null || item.recalledAt !== null) return { kind: 'gone' };
      if (item.revision !== seen) return { kind: 'changed' };
      if ((await deciding.approversBeside(actor.id)).length === 0) return { kind: 'nobody' };
      const { revision, urgent } = item;
      try {
        const made = await Stored.create({
          newsId,
          doing: 'edit',
          state: 'awaiting',
          open: true,
          audience: JSON.stringify(EVERYBODY),
          by: new Types.ObjectId(actor.id),
          revision,
          urgent,
          updatedAt: now(),
        });
        const sending = toSending(made.toObject());
        await record(actor, 'submit', sending, source);
        return await asked(sending);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        // The same press worked again after a crash finds its own.
        const open = await Stored.findOne({ newsId, open: true, state: 'awaiting', doing: 'edit' }).lean();
        return open?.by.toHexString() === actor.id && open.revision === seen
          ? asked(toSending(open))
          : { kind: 'busy' };
      }
    },
  };
}
