import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Account, Member, Members } from '../members/members.service.ts';
import { CHECKLIST, SIDES, type Side } from './checklist.ts';
import {
  isFit,
  itemOf,
  leads,
  LEADS,
  toHandover,
  type Actor,
  type BeginOutcome,
  type ConfirmOutcome,
  type Handover,
  type HandoverNews,
  type TickOutcome,
} from './handover.ts';
import { handoverModel, type HandoverDocument } from './handover.model.ts';

export { SIDES, type ChecklistItem, type Side } from './checklist.ts';
export type { Actor, BeginOutcome, ConfirmOutcome, Handover, HandoverNews, TickOutcome } from './handover.ts';

export interface HandoverDeps {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  members: Pick<Members, 'find' | 'withRole' | 'passAdmin' | 'grant'>;
  /** Tells a member once for each key. */
  tell: (notice: {
    key: string;
    memberId: string;
    what: HandoverNews;
    outgoingId: string;
    incomingId: string;
  }) => Promise<void>;
  now: () => Date;
}

const MOST_TRIES = 5;

export type Handovers = ReturnType<typeof createHandovers>;

/**
 * Passes the whole from who runs it to who will: a checklist, a yes of both, and the roles at the end. Each step is one
 * update guarded by the state and the revision; from the second yes on it can only go on, and whoever finds it goes on.
 */
export function createHandovers({ connection, audit, members, tell, now }: HandoverDeps) {
  const Model = handoverModel(connection);

  const load = async (id: string): Promise<HandoverDocument | null> =>
    Types.ObjectId.isValid(id) ? Model.findById(new Types.ObjectId(id)).lean() : null;

  const sideOf = (actor: Actor, { outgoingId, incomingId }: HandoverDocument): Side | null =>
    outgoingId.equals(actor.id) ? 'outgoing' : incomingId.equals(actor.id) ? 'incoming' : null;

  const record = (
    actorId: string | null,
    act: string,
    there: HandoverDocument,
    also: Pick<Parameters<Audit['record']>[0], 'before' | 'after' | 'source'>,
  ) =>
    audit.record({
      actorId,
      act: `handover.${act}`,
      subject: { kind: 'handover', id: there._id.toHexString() },
      ...also,
    });

  async function tellAll(
    there: HandoverDocument,
    what: HandoverNews,
    people: readonly string[],
    round = '',
  ): Promise<void> {
    const handoverId = there._id.toHexString();
    const pair = { outgoingId: there.outgoingId.toHexString(), incomingId: there.incomingId.toHexString() };
    for (const memberId of new Set(people))
      await tell({ key: `handover:${handoverId}:${what}:${round}:${memberId}`, memberId, what, ...pair });
  }

  /** The two, while each has what it takes. */
  async function fitPair({
    outgoingId,
    incomingId,
  }: HandoverDocument): Promise<{ outgoing: Member; incoming: Member } | null> {
    const [outgoing, incoming] = await Promise.all([
      members.find(outgoingId.toHexString()),
      members.find(incomingId.toHexString()),
    ]);
    if (!outgoing?.roles.includes('admin') || !incoming || !isFit(incoming)) return null;
    return { outgoing, incoming };
  }

  /** One change of what is still prepared, guarded by what was seen; it takes back what was confirmed. */
  const change = (there: HandoverDocument, update: { $set?: object; $addToSet?: object; $pull?: object }) =>
    Model.findOneAndUpdate(
      { _id: there._id, state: 'preparing', revision: there.revision },
      { ...update, $set: { ...update.$set, confirmed: [] }, $inc: { revision: 1 } },
      { returnDocument: 'after', lean: true },
    );

  /** From two confirmations on: the point of no return, then the switch. Null where it is not so far. */
  async function goOn(there: HandoverDocument): Promise<HandoverDocument | 'unfit' | null> {
    let switching: HandoverDocument | null = there;
    if (there.state === 'preparing') {
      if (!SIDES.every((side) => there.confirmed.includes(side))) return null;
      const pair = await fitPair(there);
      if (!pair) {
        await change(there, {});
        return 'unfit';
      }
      const before = { outgoing: [...pair.outgoing.roles], incoming: [...pair.incoming.roles] };
      switching = await Model.findOneAndUpdate(
        { _id: there._id, state: 'preparing', revision: there.revision, confirmed: trusted({ $all: SIDES }) },
        { $set: { state: 'switching', before } },
        { returnDocument: 'after', lean: true },
      );
      // Somebody else has just done it, or a change came before it.
      if (!switching) return load(there._id.toHexString());
    }
    return switching.state === 'switching' ? finish(switching) : switching;
  }

  /** Every step may be repeated. */
  async function finish(there: HandoverDocument): Promise<HandoverDocument | null> {
    const [from, to] = [there.outgoingId.toHexString(), there.incomingId.toHexString()];
    await members.passAdmin({ from, to });
    const incoming = await members.find(to);
    await record(null, 'switch', there, {
      before: { outgoingId: from, incomingId: to, roles: there.before },
      after: { roles: { outgoing: [], incoming: incoming?.roles ?? [] }, export: there.export?.sha256 ?? null },
      source: `handover:${there._id.toHexString()}`,
    });
    const staff = await members.withRole(LEADS);
    await tellAll(there, 'done', [from, to, ...staff.map(({ id }) => id)]);
    return Model.findOneAndUpdate(
      { _id: there._id, state: 'switching' },
      { $set: { state: 'done', endedAt: now() }, $unset: { open: '' } },
      { returnDocument: 'after', lean: true },
    ).then((done) => done ?? load(there._id.toHexString()));
  }

  const end = (where: Record<string, unknown>) =>
    Model.findOneAndUpdate(
      { ...where, state: 'preparing' },
      { $set: { state: 'aborted', endedAt: now() }, $unset: { open: '' } },
      { returnDocument: 'after', lean: true },
    );

  async function run(): Promise<void> {
    const there = await Model.findOne({ open: true }).lean();
    if (there) await goOn(there);
  }

  return {
    /** Goes on with what a crash cut off; at the start and by the clock. */
    run,

    /** The one that is under way; null where there is none, or the actor neither is in it nor an admin. */
    async current(actor: Actor): Promise<Handover | null> {
      const there = await Model.findOne({ open: true }).lean();
      if (!there || (sideOf(actor, there) === null && !actor.roles.includes('admin'))) return null;
      return toHandover(there);
    },

    /** Whom it could be handed to. Empty for who may not. */
    async successors(actor: Actor): Promise<Member[]> {
      if (!actor.roles.includes('admin')) return [];
      return (await members.withRole(LEADS)).filter((one) => one.id !== actor.id && isFit(one));
    },

    async begin(actor: Actor, { incomingId, source }: { incomingId: string; source: string }): Promise<BeginOutcome> {
      if (!actor.roles.includes('admin')) return { kind: 'forbidden' };
      const incoming = await members.find(incomingId);
      if (!incoming || incoming.id === actor.id || !isFit(incoming)) return { kind: 'unfit' };
      let there: HandoverDocument;
      try {
        there = (
          await Model.create({
            open: true,
            state: 'preparing',
            outgoingId: new Types.ObjectId(actor.id),
            incomingId: new Types.ObjectId(incoming.id),
            source,
            items: CHECKLIST.map(({ code }) => code),
            done: [],
            confirmed: [],
            revision: 1,
            beganAt: now(),
          })
        ).toObject();
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
        const before = await Model.findOne({ source }).lean();
        if (!before) return { kind: 'busy' };
        there = before;
      }
      await record(actor.id, 'begin', there, { after: { incomingId: incoming.id }, source });
      await tellAll(there, 'begun', [incoming.id]);
      return { kind: 'begun', handover: toHandover(there) };
    },

    /** Says of one item that it is done, or that it is not; a confirmation that was given before is taken back. */
    async tick(
      actor: Actor,
      id: string,
      { code, done, source }: { code: string; done: boolean; source: string },
    ): Promise<TickOutcome> {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const there = await load(id);
        const item = itemOf(code);
        if (!there || !item || !there.items.includes(code) || sideOf(actor, there) !== item.by || !leads(actor))
          return { kind: 'forbidden' };
        if (there.state !== 'preparing') return { kind: 'over' };
        if (done && item.needsExport && !there.export) return { kind: 'no-export' };
        if (there.done.includes(code) === done) return { kind: 'ticked', handover: toHandover(there) };
        const changed = await change(there, done ? { $addToSet: { done: code } } : { $pull: { done: code } });
        if (!changed) continue;
        await record(actor.id, done ? 'tick' : 'untick', there, { after: { item: code }, source });
        return { kind: 'ticked', handover: toHandover(changed) };
      }
      throw new Error('The hand-over was changed again and again meanwhile; the update is tried again');
    },

    /**
     * Notes the sealed file that was made at the server. What was ticked about an earlier one counts no more.
     * Null where nothing is under way.
     */
    async noteExport(file: { sha256: string; bytes: number }): Promise<Handover | null> {
      const about = CHECKLIST.filter((item) => 'needsExport' in item).map(({ code }) => code);
      const noted = await Model.findOneAndUpdate(
        { open: true, state: 'preparing' },
        {
          $set: { export: { ...file, at: now() }, confirmed: [] },
          $pull: { done: { $in: about } },
          $inc: { revision: 1 },
        },
        { returnDocument: 'after', lean: true },
      );
      if (noted) await record(null, 'export', noted, { after: file, source: `export:${file.sha256}` });
      return noted && toHandover(noted);
    },

    /** A side's yes to what it was shown; the second one switches the roles. */
    async confirm(
      actor: Actor,
      id: string,
      { seen, source }: { seen: number; source: string },
    ): Promise<ConfirmOutcome> {
      const there = await load(id);
      const side = there && sideOf(actor, there);
      if (!there || !side) return { kind: 'forbidden' };
      if (there.state === 'done') return { kind: 'done', handover: toHandover(there) };
      if (there.state === 'aborted') return { kind: 'over' };
      if (there.state === 'preparing') {
        if (side === 'outgoing' ? !actor.roles.includes('admin') : !leads(actor)) return { kind: 'forbidden' };
        if (there.revision !== seen) return { kind: 'changed' };
        if (there.items.some((code) => !there.done.includes(code))) return { kind: 'incomplete' };
        if (!(await fitPair(there))) return { kind: 'unfit' };
      }
      const confirmed = await Model.findOneAndUpdate(
        { _id: there._id, state: 'preparing', revision: seen },
        { $addToSet: { confirmed: side } },
        { returnDocument: 'after', lean: true },
      );
      const after = confirmed ?? (await load(id));
      if (!after || (!confirmed && after.state === 'preparing')) return { kind: 'changed' };
      if (confirmed) await record(actor.id, 'confirm', after, { after: { side, revision: seen }, source });
      const went = await goOn(after);
      if (went === 'unfit') return { kind: 'unfit' };
      if (went?.state === 'done') return { kind: 'done', handover: toHandover(went) };
      const other = side === 'outgoing' ? after.incomingId : after.outgoingId;
      await tellAll(after, 'confirmed', [other.toHexString()], String(seen));
      return { kind: 'confirmed', handover: toHandover(after) };
    },

    /** Ends it with nothing changed; by one of the two, or another admin, until both have confirmed. */
    async abort(actor: Actor, id: string, source: string): Promise<'aborted' | 'forbidden' | 'over'> {
      const there = await load(id);
      if (!there || (sideOf(actor, there) === null && !actor.roles.includes('admin'))) return 'forbidden';
      const aborted = await end({ _id: there._id });
      if (!aborted && there.state !== 'aborted') return 'over';
      await record(actor.id, 'abort', there, { source });
      const others = [there.outgoingId, there.incomingId].map((one) => one.toHexString());
      await tellAll(
        there,
        'aborted',
        others.filter((one) => one !== actor.id),
      );
      return 'aborted';
    },

    /**
     * Makes an admin of somebody who is named in the settings, unless the network has taken over: from then on the settings
     * of who ran it before give nobody a right. False where it did not.
     */
    async grantOwner(account: Account): Promise<boolean> {
      if (await Model.exists({ state: 'done' })) return false;
      await members.grant(account, 'admin');
      return true;
    },

    /**
     * Two people became one. A hand-over to oneself is none. What was confirmed was a yes to the person who was there then,
     * so both are asked again.
     */
    async moveMember(from: string, to: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      for (const side of ['outgoingId', 'incomingId'] as const) {
        await Model.updateMany(
          { [side]: old, state: 'preparing' },
          { $set: { [side]: own, confirmed: [] }, $inc: { revision: 1 } },
        );
        await Model.updateMany({ [side]: old }, { $set: { [side]: own } });
      }
      await end({ outgoingId: own, incomingId: own });
    },

    /** A person leaves: what is under way with them ends, what is done stays without them. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      // What both have confirmed is done before somebody of them is gone.
      await run();
      const [leaver, anonymous] = [new Types.ObjectId(id), new Types.ObjectId(nobody)];
      for (const side of ['outgoingId', 'incomingId'] as const) {
        await end({ [side]: leaver });
        await Model.updateMany({ [side]: leaver }, { $set: { [side]: anonymous } });
      }
    },
  };
}
