import { trusted, Types, type Connection } from 'mongoose';
import { MOST_BUSINESSES } from '../../bounds.ts';
import { upserted } from '../../database/upserted.ts';
import { searchKey } from '../../language/persian-text.ts';
import { BUSINESS_ROLES, businessModel, type BusinessDocument } from './business.model.ts';
import { directoryTerms } from './directory-terms.ts';
import { mayDo } from './business-rights.ts';
import { createOffers } from './offers.ts';
import { roleIn, toBusiness, type Business, type BusinessFacts } from './business.ts';

export type { Business, BusinessFacts } from './business.ts';
export { roleIn } from './business.ts';
export { BUSINESS_ROLES } from './business.model.ts';
export type { BusinessRole, BusinessStatus, HeldDocument } from './business.model.ts';

type RequiredFact = 'name' | 'kind' | 'fields' | 'provinceCode' | 'cityCode';

/** What is left out counts as not said. */
export interface Registration extends Pick<BusinessFacts, RequiredFact>, Partial<Omit<BusinessFacts, RequiredFact>> {
  draftId: string;
  ownerId: string;
}

const NOTHING_SAID: Omit<BusinessFacts, RequiredFact> = {
  workplace: null,
  headcount: null,
  since: null,
  documents: [],
  companyId: null,
  website: null,
  description: null,
  listed: false,
};

/** `waits`: the change goes to the secretariat first. */
export type EditOutcome = { kind: 'saved'; business: Business; waits: boolean } | { kind: 'forbidden' };

/** What the secretariat approves: when one of these changes, it is asked again. */
const APPROVED_FACTS = ['name', 'kind', 'companyId'] as const;
/** A chain of merges is followed this far. */
const MOST_MERGES = 10;

export type Businesses = ReturnType<typeof createBusinesses>;

/** The data bank's records: made, found and corrected by their people. */
export function createBusinesses({
  connection,
  now,
  waits = async () => {},
}: {
  connection: Connection;
  now: () => Date;
  /** A version of a business waits for the secretariat. Repeatable. */
  waits?: (business: Business) => Promise<void>;
}) {
  const Business = businessModel(connection);
  const offers = createOffers({ connection, now });

  async function find(id: string): Promise<Business | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await Business.findById(new Types.ObjectId(id)).lean();
    return found && toBusiness(found);
  }

  /** Two people became one: wherever the one belongs, the other does. */
  async function moveMember(from: string, into: string): Promise<void> {
    const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(into)];
    // Where both belong, the one who stays takes the stronger of the two roles.
    for (const [rank, role] of BUSINESS_ROLES.entries()) {
      const weaker = BUSINESS_ROLES.slice(rank + 1);
      await Business.updateMany(
        {
          people: trusted({
            $all: [{ $elemMatch: { memberId: old, role } }, { $elemMatch: { memberId: own, role: { $in: weaker } } }],
          }),
        },
        { $set: { 'people.$[own].role': role } },
        { arrayFilters: [{ 'own.memberId': own }] },
      );
    }
    await Business.updateMany({ 'review.by': old }, { $set: { 'review.by': own } });
    await Business.updateMany(
      { 'people.memberId': trusted({ $all: [old, own] }) },
      { $pull: { people: { memberId: old } } },
    );
    await Business.updateMany(
      { 'people.memberId': old },
      { $set: { 'people.$[old].memberId': own } },
      { arrayFilters: [{ 'old.memberId': old }] },
    );
    await Business.updateMany({ 'review.by': old }, { $set: { 'review.by': own } });
    await offers.moveMember(from, into);
  }

  return {
    moveMember,

    /**
     * Makes the business of a registration, or returns the one that this registration has made before.
     * @throws where it was somebody else's registration
     */
    async register({ draftId, ownerId, ...facts }: Registration): Promise<Business> {
      const at = now();
      const made = await Business.findOneAndUpdate(
        { draftId },
        {
          $setOnInsert: {
            ...stored({ ...NOTHING_SAID, ...facts }),
            people: [{ memberId: new Types.ObjectId(ownerId), role: 'owner', since: at }],
            status: 'waiting',
            version: 1,
            registeredAt: at,
          },
        },
        { upsert: true, returnDocument: 'after', lean: true, setDefaultsOnInsert: true },
      );
      const business = toBusiness(upserted(made));
      if (roleIn(business, ownerId) === null) throw new Error("A registration was repeated for who didn't fill it in");
      if (business.status === 'waiting') await waits(business);
      return business;
    },

    /** The businesses that a person belongs to, in whatever role; the oldest first, at most 50. */
    async ofMember(memberId: string): Promise<Business[]> {
      const found = await Business.find({
        'people.memberId': new Types.ObjectId(memberId),
        status: trusted({ $ne: 'merged' }),
      })
        .sort({ registeredAt: 1 })
        .limit(MOST_BUSINESSES)
        .lean();
      return found.map(toBusiness);
    },

    find,

    /** The business itself, or the one that it was merged into. */
    async current(id: string): Promise<Business | null> {
      let business = await find(id);
      for (let left = MOST_MERGES; business?.mergedInto && left > 0; left--) business = await find(business.mergedInto);
      return business;
    },

    /**
     * Saves what its owner or manager says of it. A changed name, kind or company ID, and a correction that was asked for,
     * goes to the secretariat again; anything else counts at once.
     */
    async edit(memberId: string, id: string, facts: BusinessFacts): Promise<EditOutcome> {
      for (;;) {
        const before = await find(id);
        if (!before || before.status === 'merged' || !mayDo(roleIn(before, memberId), 'edit'))
          return { kind: 'forbidden' };
        const changed = APPROVED_FACTS.some((fact) => before[fact] !== facts[fact]);
        const answered = before.status === 'correction' || before.status === 'refused';
        const mustWait = changed || answered || before.status === 'waiting';
        const saved = await Business.findOneAndUpdate(
          // The rights and the status that were looked at must still be there.
          {
            _id: new Types.ObjectId(id),
            status: before.status,
            version: before.version,
            people: trusted({
              $elemMatch: { memberId: new Types.ObjectId(memberId), role: { $in: ['owner', 'manager'] } },
            }),
          },
          { $set: { ...stored(facts), ...(mustWait ? { status: 'waiting' } : {}) }, $inc: { version: 1 } },
          { returnDocument: 'after', lean: true },
        );
        if (!saved) continue;
        const business = toBusiness(saved);
        if (mustWait) await waits(business);
        return { kind: 'saved', business, waits: mustWait };
      }
    },

    count: () => Business.estimatedDocumentCount(),
  };
}

type StoredFacts = Omit<
  BusinessDocument,
  '_id' | 'draftId' | 'people' | 'status' | 'review' | 'version' | 'mergedInto' | 'registeredAt'
>;

/** Facts with their keys for finding, as they go into the database; anything else in the object stays out. */
function stored(facts: BusinessFacts): StoredFacts {
  const nameKey = searchKey(facts.name);
  return {
    name: facts.name,
    nameKey,
    kind: facts.kind,
    fields: [...facts.fields],
    provinceCode: facts.provinceCode,
    cityCode: facts.cityCode,
    workplace: facts.workplace,
    headcount: facts.headcount,
    since: facts.since,
    documents: facts.documents.map(({ kind, number, issuer, expiresOn }) => ({ kind, number, issuer, expiresOn })),
    companyId: facts.companyId,
    website: facts.website,
    description: facts.description,
    listed: facts.listed,
    terms: directoryTerms(facts),
  };
}
