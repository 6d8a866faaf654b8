import { trusted, Types, type Connection } from 'mongoose';
import { LISTS, TRANSFERS_A_DAY } from '../../bounds.ts';
import { businessModel, type BusinessRole } from './business.model.ts';
import { invitable, mayChangeRole, mayDo, mayRemove } from './business-rights.ts';
import { isOnlyOwner, roleIn, type Business } from './business.ts';
import type { Businesses } from './businesses.service.ts';
import { createOffers, type Offer } from './offers.ts';

export type { Offer } from './offers.ts';
export { hashOf } from './offers.ts';

/** Tells a member something about a business once, however often it is asked to (delivery/). */
export type NotifyOfBusiness = (notice: {
  key: string;
  memberId: string;
  kind: 'business';
  payload: BusinessNotice;
}) => Promise<void>;

/** What a member is told about a business; built when it is sent, from what the database says then. */
export type BusinessNotice =
  | { about: 'reviewed' | 'removed' | 'merged'; businessId: string }
  /** Asks for an answer, or tells the one who offered what it was. */
  | { about: 'offer' | 'answer'; offerId: string };

export type PeopleOutcome = { kind: 'done'; business: Business } | { kind: 'forbidden' } | { kind: 'only-owner' };
export type OfferOutcome =
  | { kind: 'done'; offer: Offer; business: Business }
  /** Answered before, taken back, or too old. */
  | { kind: 'gone' }
  | { kind: 'already'; business: Business }
  | { kind: 'forbidden' };

/** An offer that somebody in the business is asked to answer. */
export type AskedOffer = Offer & { kind: 'transfer' | 'join' };
export type AskOutcome =
  /** `merges`: agreed to, what was registered anew becomes one with the business; else it stays as it is. */
  | { kind: 'done'; offer: Offer; business: Business; merges: boolean }
  /** Both are one's own and are one now. */
  | { kind: 'merged'; business: Business }
  /** One belongs to it, and nothing was merged. */
  | { kind: 'already'; business: Business }
  | { kind: 'gone' }
  | { kind: 'forbidden' };

export interface BusinessPeopleDeps {
  connection: Connection;
  businesses: Pick<Businesses, 'find' | 'current'>;
  notify: NotifyOfBusiness;
  /** Merges what somebody registered anew into the business that takes them in, if they are its only owner. */
  merge: (merge: {
    actorId: string;
    ownerId: string;
    from: string;
    into: string;
    source: string;
  }) => Promise<{ kind: 'merged' | 'forbidden' | 'moved-on' }>;
  /** Makes a member with a number of who joins an approved business. */
  giveNumber: (memberId: string) => Promise<unknown>;
  now: () => Date;
}

export type BusinessPeople = ReturnType<typeof createBusinessPeople>;

/** Who belongs to a business and as what. A business never loses its last owner: each change is one guarded update. */
export function createBusinessPeople(deps: BusinessPeopleDeps) {
  const { connection, businesses, notify, now } = deps;
  const Business = businessModel(connection);
  const offers = createOffers({ connection, now });
  const oid = (id: string) => new Types.ObjectId(id);

  async function seenBy(
    memberId: string,
    businessId: string,
  ): Promise<{ business: Business; role: BusinessRole } | null> {
    const business = await businesses.find(businessId);
    const role = business && roleIn(business, memberId);
    return business && role && business.status !== 'merged' ? { business, role } : null;
  }

  async function done(businessId: string): Promise<PeopleOutcome> {
    const business = await businesses.find(businessId);
    return business ? { kind: 'done', business } : { kind: 'forbidden' };
  }

  /** Takes somebody in, once, while who lets them in still is in the business what was seen. */
  async function add(
    business: Business,
    newcomer: { memberId: string; role: BusinessRole },
    by: string,
  ): Promise<boolean> {
    const memberId = oid(newcomer.memberId);
    await Business.updateOne(
      {
        _id: oid(business.id),
        status: trusted({ $ne: 'merged' }),
        [`people.${LISTS.peopleOfBusiness - 1}`]: trusted({ $exists: false }),
        people: trusted({
          $elemMatch: { memberId: oid(by), role: roleIn(business, by) },
          $not: { $elemMatch: { memberId } },
        }),
      },
      { $push: { people: { memberId, role: newcomer.role, since: now() } } },
    );
    const after = await businesses.find(business.id);
    if (!after || !roleIn(after, newcomer.memberId)) return false;
    if (after.status === 'approved') await deps.giveNumber(newcomer.memberId);
    return true;
  }

  /**
   * The business that an invitation lets into. It is the very one that it was made for, never one that took that one over,
   * and only while its sender may still give the role: a link outlives neither.
   */
  async function invitedTo({ businessId, fromId, role }: Offer): Promise<Business | null> {
    const seen = await seenBy(fromId, businessId);
    return seen && invitable(seen.role).includes(role) ? seen.business : null;
  }

  /**
   * What a transfer or a request to join asks this person, by what they are now. Who asks to join gets no say, so the
   * business that took the asked one over may answer; the ownership of that one was never offered.
   */
  async function askedOf(
    memberId: string,
    offerId: string,
  ): Promise<{ kind: 'asked'; offer: AskedOffer; business: Business } | { kind: 'gone' } | { kind: 'forbidden' }> {
    const offer = await offers.find(offerId);
    const business = offer && (await businesses.current(offer.businessId));
    if (!offer || !business || offer.kind === 'invitation') return { kind: 'gone' };
    if (offer.kind === 'transfer' && business.id !== offer.businessId) return { kind: 'gone' };
    const role = roleIn(business, memberId);
    const isTheirs = offer.kind === 'transfer' ? role && offer.toId === memberId : mayDo(role, 'answer-join');
    return isTheirs ? { kind: 'asked', offer: { ...offer, kind: offer.kind }, business } : { kind: 'forbidden' };
  }

  /**
   * Does what an offer lets, once. An answer that is worked again after a crash goes on with it, but what has been done is
   * not done again: who was let in may have been removed since.
   */
  async function carryOut(offer: Offer, act: () => Promise<boolean>): Promise<boolean> {
    if (offer.status !== 'accepting') return true;
    const isDone = await act();
    await offers.settle(offer.id, isDone ? 'accepted' : 'cancelled');
    return isDone;
  }

  const tellOfferer = (offer: Offer) =>
    notify({
      key: `offer:${offer.id}:answer`,
      memberId: offer.fromId,
      kind: 'business',
      payload: { about: 'answer', offerId: offer.id },
    });

  return {
    /** A link for one person; the token is shown once and kept nowhere. */
    async invite(
      memberId: string,
      businessId: string,
      role: BusinessRole,
    ): Promise<{ kind: 'invited'; token: string; business: Business } | { kind: 'forbidden' } | { kind: 'too-many' }> {
      const seen = await seenBy(memberId, businessId);
      if (!seen || !invitable(seen.role).includes(role)) return { kind: 'forbidden' };
      const token = await offers.invite(memberId, businessId, role);
      return token === null ? { kind: 'too-many' } : { kind: 'invited', token, business: seen.business };
    },

    /** What a link offers this person, before they answer. */
    async readInvitation(memberId: string, tokenHash: string): Promise<OfferOutcome> {
      const offer = await offers.openInvitation(tokenHash);
      const business = offer && (await invitedTo(offer));
      if (!offer || !business) return { kind: 'gone' };
      return roleIn(business, memberId) ? { kind: 'already', business } : { kind: 'done', offer, business };
    },

    /** Takes or leaves an invitation. The first who takes it has it; the same person's second press changes nothing. */
    async answerInvitation(memberId: string, tokenHash: string, yes: boolean): Promise<OfferOutcome> {
      const open = await offers.openInvitation(tokenHash);
      const there = open && (await invitedTo(open));
      if (open && !there) return { kind: 'gone' };
      if (there && roleIn(there, memberId)) return { kind: 'already', business: there };
      const offer = await offers.answerInvitation(tokenHash, memberId, yes);
      const target = offer && (await invitedTo(offer));
      if (!offer || !target) return { kind: 'gone' };
      if (yes) await carryOut(offer, () => add(target, { memberId, role: offer.role }, offer.fromId));
      const business = await businesses.find(target.id);
      if (!business || (yes && !roleIn(business, memberId))) return { kind: 'gone' };
      await tellOfferer(offer);
      return { kind: 'done', offer, business };
    },

    async changeRole(actorId: string, businessId: string, memberId: string, to: BusinessRole): Promise<PeopleOutcome> {
      const seen = await seenBy(actorId, businessId);
      const from = seen && roleIn(seen.business, memberId);
      if (!seen || !from || !mayChangeRole(seen.role, from, to)) return { kind: 'forbidden' };
      await Business.updateOne(
        {
          _id: oid(businessId),
          people: trusted({
            $all: [
              { $elemMatch: { memberId: oid(actorId), role: 'owner' } },
              { $elemMatch: { memberId: oid(memberId), role: from } },
            ],
          }),
        },
        { $set: { 'people.$[person].role': to } },
        { arrayFilters: [{ 'person.memberId': oid(memberId) }] },
      );
      return done(businessId);
    },

    async remove(actorId: string, businessId: string, memberId: string): Promise<PeopleOutcome> {
      const seen = await seenBy(actorId, businessId);
      const other = seen && roleIn(seen.business, memberId);
      if (!seen || actorId === memberId || !other || !mayRemove(seen.role, other)) return { kind: 'forbidden' };
      const { modifiedCount } = await Business.updateOne(
        {
          _id: oid(businessId),
          people: trusted({
            $all: [
              { $elemMatch: { memberId: oid(actorId), role: seen.role } },
              { $elemMatch: { memberId: oid(memberId), role: other } },
            ],
          }),
        },
        { $pull: { people: { memberId: oid(memberId) } } },
      );
      if (modifiedCount > 0)
        await notify({
          key: `business:${businessId}:removed:${memberId}:${now().getTime()}`,
          memberId,
          kind: 'business',
          payload: { about: 'removed', businessId },
        });
      return done(businessId);
    },

    /** Leaves; the only owner must give the ownership to somebody first. */
    async leave(memberId: string, businessId: string): Promise<PeopleOutcome> {
      const seen = await seenBy(memberId, businessId);
      if (!seen) return { kind: 'forbidden' };
      const me = { $elemMatch: { memberId: oid(memberId), role: seen.role } };
      const anotherOwner = { $elemMatch: { memberId: { $ne: oid(memberId) }, role: 'owner' } };
      const { modifiedCount } = await Business.updateOne(
        { _id: oid(businessId), people: trusted({ $all: seen.role === 'owner' ? [me, anotherOwner] : [me] }) },
        { $pull: { people: { memberId: oid(memberId) } } },
      );
      return modifiedCount > 0 ? done(businessId) : { kind: 'only-owner' };
    },

    /** An owner offers the ownership to somebody in the business, who must agree. */
    async offerOwnership(
      memberId: string,
      businessId: string,
      toId: string,
    ): Promise<OfferOutcome | { kind: 'too-many' }> {
      const seen = await seenBy(memberId, businessId);
      const other = seen && roleIn(seen.business, toId);
      if (!seen || !other || other === 'owner' || !mayDo(seen.role, 'transfer')) return { kind: 'forbidden' };
      if ((await offers.transfersLately(businessId)) >= TRANSFERS_A_DAY) return { kind: 'too-many' };
      const offer = await offers.transfer(memberId, businessId, toId);
      await notify({
        key: `offer:${offer.id}`,
        memberId: toId,
        kind: 'business',
        payload: { about: 'offer', offerId: offer.id },
      });
      return { kind: 'done', offer, business: seen.business };
    },

    /**
     * Asks the owners and managers to be taken in; `otherBusinessId` is what was registered anew and is the same one. Where
     * it has another owner it is not merged, whoever agrees: nobody gives away what is somebody else's too.
     */
    async askToJoin(memberId: string, businessId: string, otherBusinessId: string | null): Promise<AskOutcome> {
      const business = await businesses.current(businessId);
      if (!business) return { kind: 'gone' };
      const other = otherBusinessId === null ? null : await seenBy(memberId, otherBusinessId);
      if (otherBusinessId !== null && (other?.role !== 'owner' || otherBusinessId === business.id))
        return { kind: 'forbidden' };
      const goes = other && isOnlyOwner(other.business, memberId) ? other.business.id : null;
      if (roleIn(business, memberId)) {
        if (goes === null || !mayDo(roleIn(business, memberId), 'edit')) return { kind: 'already', business };
        // One's own business, registered twice: nobody else has to agree.
        const { kind } = await deps.merge({
          actorId: memberId,
          ownerId: memberId,
          from: goes,
          into: business.id,
          source: `own:${goes}`,
        });
        return { kind: kind === 'merged' ? 'merged' : 'already', business };
      }
      const offer = await offers.join(memberId, business.id, goes);
      for (const person of business.people.filter(({ role }) => mayDo(role, 'answer-join')))
        await notify({
          key: `offer:${offer.id}:${person.memberId}`,
          memberId: person.memberId,
          kind: 'business',
          payload: { about: 'offer', offerId: offer.id },
        });
      return { kind: 'done', offer, business, merges: goes !== null };
    },

    /** The asked side's answer to a transfer or a request to join. */
    async answerOffer(memberId: string, offerId: string, yes: boolean): Promise<OfferOutcome> {
      const asked = await askedOf(memberId, offerId);
      if (asked.kind !== 'asked') return asked;
      const { offer, business } = asked;
      const answered = await offers.answer(offerId, memberId, yes);
      if (!answered) return { kind: 'gone' };
      const act = () =>
        offer.kind === 'transfer' ? handOver(business.id, answered) : takeIn(business, answered, memberId);
      if (yes && !(await carryOut(answered, act))) return { kind: 'gone' };
      await tellOfferer(answered);
      return { kind: 'done', offer: answered, business: (await businesses.find(business.id)) ?? business };
    },

    askedOf,
    findOffer: (id: string) => offers.find(id),
  };

  /**
   * Owner and heir change places in one update; done before, it changes nothing. The heir has been in the business since
   * the offer was made: whoever was removed meanwhile has lost it, though somebody took them in again.
   */
  async function handOver(businessId: string, { fromId, toId, createdAt }: Offer): Promise<boolean> {
    if (toId === null) return false;
    const heir = { memberId: oid(toId), role: { $ne: 'owner' }, since: { $lte: createdAt } };
    await Business.updateOne(
      {
        _id: oid(businessId),
        status: trusted({ $ne: 'merged' }),
        people: trusted({
          $all: [{ $elemMatch: { memberId: oid(fromId), role: 'owner' } }, { $elemMatch: heir }],
        }),
      },
      { $set: { 'people.$[heir].role': 'owner', 'people.$[giver].role': 'manager' } },
      { arrayFilters: [{ 'heir.memberId': oid(toId) }, { 'giver.memberId': oid(fromId) }] },
    );
    const after = await businesses.find(businessId);
    return after !== null && roleIn(after, toId) === 'owner' && roleIn(after, fromId) === 'manager';
  }

  /**
   * Takes the asker in; merges what they registered anew only if it is theirs alone at this moment, since a week may lie
   * between asking and the answer. Else it stays, and so they are told.
   */
  async function takeIn(business: Business, offer: Offer, by: string): Promise<boolean> {
    if (!(await add(business, { memberId: offer.fromId, role: offer.role }, by))) return false;
    if (offer.otherBusinessId !== null)
      await deps.merge({
        actorId: by,
        ownerId: offer.fromId,
        from: offer.otherBusinessId,
        into: business.id,
        source: `offer:${offer.id}`,
      });
    return true;
  }
}
