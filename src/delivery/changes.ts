import { mongo } from 'mongoose';
import type { MessengerError } from '../messengers/messenger.ts';
import { attemptOf, type Attempt } from './attempt.ts';
import type { CampaignDoc } from './campaign.model.ts';
import { CHAT_PATIENCE_MS, each, keep, refusedBy, type ChangeDeps, type Original } from './changing.ts';
import {
  AT_ONCE,
  queueOf,
  type ChangeAct,
  type DeliveryCollection,
  type DeliveryDoc,
  type Sendable,
  type SentPart,
} from './delivery.model.ts';
import { edit } from './edit.ts';

/*
 * A change of what was sent is a campaign of its own, whose deliveries are made from those of the one it changes: it is
 * paced, paused, resumed after a crash, counted and listed like any other. Editing and deleting come to the same thing
 * when repeated, so a crash leaves nothing in doubt, except where a text that has grown goes on in further messages.
 */

/** Ids of changes begin with a letter that no campaign's has: their queue is served before the campaigns'. */
export const newChangeId = (): string => `x${new mongo.ObjectId().toHexString()}`;

/** What is to be changed at one person, beside what every delivery has. */
const FIELDS = { memberId: 1, language: 1, messenger: 1, chatId: 1, state: 1, parts: 1 } as const;

/**
 * One page of the deliveries that a change makes: for everybody who has something of the campaign, one for each
 * messenger they got it on, in the order of the original's ids. Null at the end.
 */
export async function changesPage(
  deliveries: DeliveryCollection,
  change: CampaignDoc & { changes: NonNullable<CampaignDoc['changes']> },
  options: { limit: number; now: number },
): Promise<{ docs: DeliveryDoc[]; last: string } | null> {
  const { campaignId, act } = change.changes;
  const originals = await deliveries
    .find(
      {
        // ';' comes after ':': all deliveries of the campaign and no others.
        _id: { $gt: change.preparedTo ?? `${campaignId}:`, $lt: `${campaignId};` },
        // What is in hand just now may have been rendered before the change.
        $or: [{ 'parts.0': { $exists: true } }, { state: { $in: ['claimed', 'unknown'] } }],
      },
      { projection: FIELDS },
    )
    .sort({ _id: 1 })
    .limit(options.limit)
    .toArray();
  const last = originals.at(-1);
  if (last === undefined) return null;
  const docs = originals.flatMap((original) =>
    accountsOf(original).map(({ messenger, chatId }): DeliveryDoc => {
      const isLost = original.state === 'unknown' && !original.parts?.some((part) => part.messenger === messenger);
      return {
        _id: `${change._id}:${original._id.slice(campaignId.length + 1)}:${messenger}`,
        queue: queueOf({ class: 'campaign', campaignId: change._id }),
        memberId: original.memberId,
        kind: change.kind,
        language: original.language,
        messenger,
        chatId,
        changes: { _id: original._id, act },
        tries: 0,
        dueAt: AT_ONCE,
        order: change.order,
        ...(isLost
          ? { state: 'failed', outcome: { code: 'no-message-id' }, endedAt: new Date(options.now) }
          : { state: 'waiting' }),
      };
    }),
  );
  return { docs, last: last._id };
}

function accountsOf({ messenger, chatId, parts = [] }: DeliveryDoc): Pick<Sendable, 'messenger' | 'chatId'>[] {
  const all = [...parts, ...(messenger === null || chatId === null ? [] : [{ messenger, chatId }])];
  return all.filter((one, index) => all.findIndex((other) => other.messenger === one.messenger) === index);
}

/** Edits or deletes at one person what was sent to them. Never throws. */
export async function attemptChange(deps: ChangeDeps, delivery: Sendable, payload: unknown): Promise<Attempt> {
  const { _id, act } = delivery.changes!;
  try {
    const original = await deps.deliveries.findOne({ _id }, { projection: { state: 1, parts: 1 } });
    if (original === null) return { result: 'refused', code: 'forgotten', text: 'The delivery is not kept any more' };
    // It goes on once that has ended: until then its parts are not all known.
    if (original.state === 'claimed') return { result: 'not-yet' };
    if (original.state === 'unknown' && !original.parts?.some((part) => part.messenger === delivery.messenger)) {
      return { result: 'refused', code: 'no-message-id', text: 'Nobody knows whether it arrived' };
    }
    return await (act === 'recall' ? recall(deps, delivery, original) : edit(deps, delivery, { original, payload }));
  } catch (error) {
    const result = attemptOf(error, deps.calledOff);
    // Done twice it comes to the same thing; what is sent anew is judged where it is sent.
    return result.result === 'broken' ? { result: 'down', text: result.text } : result;
  }
}

async function recall(deps: ChangeDeps, { messenger, chatId }: Sendable, original: Original): Promise<Attempt> {
  const left: SentPart[] = [];
  let refusal: MessengerError | undefined;
  for (const part of original.parts ?? []) {
    const ids: number[] = [];
    for (const id of part.messenger === messenger ? part.ids : []) {
      const failed = await each(() =>
        deps.client.delete(chatId, id, { lane: 'bulk', chatPatienceMs: CHAT_PATIENCE_MS, ...deps.calledOff }),
      );
      if (failed) ids.push(id);
      refusal ??= failed;
    }
    if (part.messenger !== messenger) left.push(part);
    else if (ids.length > 0) left.push({ ...part, ids });
  }
  await keep(deps, original, { parts: left, recalledAt: new Date(deps.now()) });
  return refusal ? refusedBy(refusal) : { result: 'sent', parts: [] };
}

export const isChange = (
  campaign: CampaignDoc,
): campaign is CampaignDoc & { changes: { campaignId: string; act: ChangeAct } } => campaign.changes !== undefined;
