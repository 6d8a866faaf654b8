import { createHash, randomBytes } from 'node:crypto';
import { trusted, Types, type Connection } from 'mongoose';
import type { BusinessRole } from './business.model.ts';
import { offerModel, type OfferDocument, type OfferKind, type OfferStatus } from './offer.model.ts';

const DAY = 86_400_000;
/** An offer stands for seven days; a month later nobody asks what became of it. */
const STANDS_MS = 7 * DAY;
const FORGET_MS = 37 * DAY;
const TOKEN_BYTES = 16;
const MOST_OPEN_INVITATIONS = 30;

export interface Offer {
  id: string;
  kind: OfferKind;
  businessId: string;
  role: BusinessRole;
  fromId: string;
  toId: string | null;
  otherBusinessId: string | null;
  status: OfferStatus;
  answeredBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

/** How an invitation is found: the token leaves no trace in the database, a draft or a log. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Keeps offers; who may make and answer them is the business of business-people.service.ts. */
export function createOffers({ connection, now }: { connection: Connection; now: () => Date }) {
  const Offer = offerModel(connection);
  const times = () => ({
    createdAt: now(),
    expiresAt: new Date(now().getTime() + STANDS_MS),
    forgetAt: new Date(now().getTime() + FORGET_MS),
  });
  const invitedBy = (tokenHash: string) => ({ tokenHash: trusted({ $eq: tokenHash, $type: 'string' as const }) });
  const openNow = () => ({ status: 'open' as const, expiresAt: trusted({ $gt: now() }) });

  async function claim(filter: Record<string, unknown>, by: string, yes: boolean): Promise<Offer | null> {
    const answeredBy = new Types.ObjectId(by);
    const claimed = await Offer.findOneAndUpdate(
      { ...filter, ...openNow() },
      { $set: { status: yes ? 'accepting' : 'declined', answeredBy } },
      { returnDocument: 'after', lean: true },
    );
    // The same person's answer, worked again after a crash, finds what it did before.
    const before = yes ? trusted({ $in: ['accepting', 'accepted'] as const }) : 'declined';
    const found = claimed ?? (await Offer.findOne({ ...filter, status: before, answeredBy }).lean());
    return found && toOffer(found);
  }

  return {
    /** A link's token, 32 hex digits; null where too many invitations of the business are open. */
    async invite(fromId: string, businessId: string, role: BusinessRole): Promise<string | null> {
      const business = new Types.ObjectId(businessId);
      const open = await Offer.countDocuments({ businessId: business, kind: 'invitation', ...openNow() });
      if (open >= MOST_OPEN_INVITATIONS) return null;
      const token = randomBytes(TOKEN_BYTES).toString('hex');
      await Offer.create({
        kind: 'invitation',
        businessId: business,
        role,
        fromId: new Types.ObjectId(fromId),
        tokenHash: hashOf(token),
        ...times(),
      });
      return token;
    },

    /** How often the ownership was offered within the last 24 hours. */
    transfersLately: (businessId: string): Promise<number> =>
      Offer.countDocuments({
        kind: 'transfer',
        businessId: new Types.ObjectId(businessId),
        createdAt: trusted({ $gt: new Date(now().getTime() - 86_400_000) }),
      }),

    /** An offer to one person in the business; an earlier one of this business is taken back. */
    async transfer(fromId: string, businessId: string, toId: string): Promise<Offer> {
      const business = new Types.ObjectId(businessId);
      await Offer.updateMany(
        { kind: 'transfer', businessId: business, status: 'open' },
        { $set: { status: 'cancelled' } },
      );
      const made = await Offer.create({
        kind: 'transfer',
        businessId: business,
        role: 'owner',
        fromId: new Types.ObjectId(fromId),
        toId: new Types.ObjectId(toId),
        ...times(),
      });
      return toOffer(made.toObject());
    },

    /** Asks to be taken in; asked again while it is open, it is the same offer about what was named last. */
    async join(fromId: string, businessId: string, otherBusinessId: string | null): Promise<Offer> {
      const key = {
        kind: 'join' as const,
        businessId: new Types.ObjectId(businessId),
        fromId: new Types.ObjectId(fromId),
        status: 'open' as const,
      };
      const { createdAt, ...until } = times();
      const other = otherBusinessId === null ? null : new Types.ObjectId(otherBusinessId);
      const made = await Offer.findOneAndUpdate(
        key,
        {
          $set: { ...until, otherBusinessId: other },
          $setOnInsert: { role: 'employee', createdAt },
        },
        { upsert: true, returnDocument: 'after', lean: true, setDefaultsOnInsert: true },
      );
      if (!made) throw new Error('An upsert returned no offer: the server broke its contract');
      return toOffer(made);
    },

    async find(id: string): Promise<Offer | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const found = await Offer.findById(new Types.ObjectId(id)).lean();
      return found && toOffer(found);
    },

    /** An invitation that still stands. */
    async openInvitation(tokenHash: string): Promise<Offer | null> {
      const found = await Offer.findOne({ ...invitedBy(tokenHash), ...openNow() }).lean();
      return found && toOffer(found);
    },

    /** Answers an open offer, once; null when it is answered by somebody else, taken back or too old. */
    answer: (id: string, by: string, yes: boolean) =>
      Types.ObjectId.isValid(id) ? claim({ _id: new Types.ObjectId(id) }, by, yes) : Promise.resolve(null),

    answerInvitation: (tokenHash: string, by: string, yes: boolean) =>
      claim({ ...invitedBy(tokenHash), kind: 'invitation' }, by, yes),

    /** Notes what became of a yes: `accepted` when it was carried out, `cancelled` when it counts no more. */
    async settle(id: string, status: 'accepted' | 'cancelled'): Promise<void> {
      await Offer.updateOne({ _id: new Types.ObjectId(id), status: 'accepting' }, { $set: { status } });
    },

    /** Two people became one. */
    async moveMember(from: string, to: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      await Offer.updateMany({ fromId: old, kind: 'join', status: 'open' }, { $set: { status: 'cancelled' } });
      for (const field of ['fromId', 'toId', 'answeredBy'] as const)
        await Offer.updateMany({ [field]: old }, { $set: { [field]: own } });
    },
  };
}

function toOffer(document: OfferDocument): Offer {
  const { _id, kind, businessId, role, fromId, toId, otherBusinessId, status, answeredBy, createdAt, expiresAt } =
    document;
  return {
    id: _id.toHexString(),
    kind,
    businessId: businessId.toHexString(),
    role,
    fromId: fromId.toHexString(),
    toId: toId?.toHexString() ?? null,
    otherBusinessId: otherBusinessId?.toHexString() ?? null,
    status,
    answeredBy: answeredBy?.toHexString() ?? null,
    createdAt,
    expiresAt,
  };
}
