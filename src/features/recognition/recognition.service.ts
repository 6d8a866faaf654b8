import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { roleIn, type Business, type Businesses } from '../businesses/businesses.service.ts';
import type { Role } from '../members/members.service.ts';
import { newRecognitionCode } from './recognition-code.ts';
import { recognitionModel, type RecognisedFacts, type RecognitionDocument } from './recognition.model.ts';

export type { RecognisedFacts } from './recognition.model.ts';

export interface Actor {
  id: string;
  roles: readonly Role[];
}

/** `unconfirmed`: what is registered is no longer what the letter says, or is not approved. */
export type Standing = 'valid' | 'expired' | 'revoked' | 'superseded' | 'unconfirmed';

export interface Recognition {
  id: string;
  code: string;
  businessId: string;
  facts: RecognisedFacts;
  standing: Standing;
  issuedAt: Date;
  expiresAt: Date;
  ended: { at: Date; reason: string; byCouncil: boolean } | null;
}

export type RecognitionOutcome =
  | { kind: 'done'; recognition: Recognition; business: Business }
  /** Not the actor's to ask for or to end. */
  | { kind: 'forbidden' }
  /** No such business or letter, or the letter is not valid any more. */
  | { kind: 'gone' }
  /** It has premises, or the secretariat has not approved it. */
  | { kind: 'not-fit' }
  | { kind: 'too-many' };

/** Tells somebody once that a letter was revoked (delivery/). */
export type NotifyOfRecognition = (notice: { key: string; memberId: string; recognitionId: string }) => Promise<void>;

const DAY = 86_400_000;
const VALID_MS = 365 * DAY;
/** Letters that a business gets in 24 hours. */
const MOST_A_DAY = 5;
const DUPLICATE_KEY = 11_000;
const REVOKERS: readonly Role[] = ['head', 'admin'];
const SPEAKERS: readonly (string | null)[] = ['owner', 'manager'];

export const mayRevoke = ({ roles }: { roles: readonly Role[] }): boolean =>
  roles.some((role) => REVOKERS.includes(role));

const speaksFor = (business: Business, memberId: string): boolean => SPEAKERS.includes(roleIn(business, memberId));

export interface RecognitionDeps {
  connection: Connection;
  businesses: Pick<Businesses, 'find' | 'current'>;
  /** Where a business works when its kind says so already; null for other kinds. */
  obviousWorkplace: (kind: string) => string | null;
  audit: Pick<Audit, 'record' | 'forget'>;
  notify: NotifyOfRecognition;
  now: () => Date;
}

export type Recognitions = ReturnType<typeof createRecognitions>;

/**
 * Letters of activity for approved businesses without premises. A letter says what was approved on its day; whoever has
 * its code learns whether that still stands. Valid for 365 days, one at a time for each business.
 */
export function createRecognitions({ connection, businesses, obviousWorkplace, audit, notify, now }: RecognitionDeps) {
  const Letter = recognitionModel(connection);

  const isFit = ({ status, kind, workplace }: Business): boolean =>
    status === 'approved' && (obviousWorkplace(kind) ?? workplace) === 'home';

  function standingOf(letter: RecognitionDocument, business: Business | null): Standing {
    if (letter.state !== 'valid') return letter.state;
    if (letter.expiresAt <= now()) return 'expired';
    const { name, kind, cityCode } = letter.facts;
    const isSame = business && business.name === name && business.kind === kind && business.cityCode === cityCode;
    return isSame && isFit(business) ? 'valid' : 'unconfirmed';
  }

  async function toRecognition(letter: RecognitionDocument): Promise<Recognition> {
    return shown(letter, await businesses.find(letter.businessId.toHexString()));
  }

  function shown(letter: RecognitionDocument, business: Business | null): Recognition {
    const { _id, code, businessId, facts, issuedAt, expiresAt, ended } = letter;
    return {
      id: _id.toHexString(),
      code,
      businessId: businessId.toHexString(),
      facts: { ...facts, fields: [...facts.fields] },
      standing: standingOf(letter, business),
      issuedAt,
      expiresAt,
      ended: ended && { at: ended.at, reason: ended.reason, byCouncil: ended.byCouncil },
    };
  }

  const load = async (id: string): Promise<RecognitionDocument | null> =>
    Types.ObjectId.isValid(id) ? Letter.findById(new Types.ObjectId(id)).lean() : null;

  /** Takes the place of the letter before; the same source issues one, and so do two who ask at once. */
  async function make(
    business: Business,
    { askerId, source }: { askerId: string; source: string },
  ): Promise<RecognitionDocument> {
    const businessId = new Types.ObjectId(business.id);
    const { name, kind, fields, provinceCode, cityCode, since, registeredAt } = business;
    for (;;) {
      const at = now();
      await Letter.updateMany(
        { businessId, state: 'valid', source: trusted({ $ne: source }) },
        {
          $set: { state: 'superseded', ended: { at, by: new Types.ObjectId(askerId), reason: '', byCouncil: false } },
        },
      );
      try {
        const made = await Letter.create({
          code: newRecognitionCode(),
          businessId,
          memberId: new Types.ObjectId(askerId),
          facts: { name, kind, fields: [...fields], provinceCode, cityCode, since, registeredAt },
          state: 'valid',
          issuedAt: at,
          expiresAt: new Date(at.getTime() + VALID_MS),
          source,
        });
        return made.toObject();
      } catch (error) {
        // Somebody else's letter of the same moment, or a code that is taken: supersede it, draw another.
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
        const there = await Letter.findOne({ source }).lean();
        if (there) return there;
      }
    }
  }

  async function end(
    letter: RecognitionDocument,
    { actor, ...how }: { actor: Actor; reason: string; byCouncil: boolean; source: string },
  ): Promise<RecognitionOutcome> {
    const { reason, byCouncil, source } = how;
    const id = letter._id.toHexString();
    const business = await businesses.find(letter.businessId.toHexString());
    if (!business) return { kind: 'gone' };
    const ended = { at: now(), by: new Types.ObjectId(actor.id), reason, byCouncil };
    if (letter.state === 'valid')
      await audit.record({
        actorId: actor.id,
        act: 'recognition.revoke',
        subject: { kind: 'recognition', id },
        before: { state: 'valid' },
        after: { state: 'revoked', reason, byCouncil },
        source,
      });
    const after = await Letter.findOneAndUpdate(
      { _id: letter._id, state: 'valid' },
      { $set: { state: 'revoked', ended } },
      { returnDocument: 'after', lean: true },
    );
    const there = after ?? (await load(id));
    // The same act, worked again after it was cut off, still has its people to tell.
    const isOwn = there?.state === 'revoked' && there.ended?.by.toHexString() === actor.id;
    if (!there || !isOwn) return { kind: 'gone' };
    if (byCouncil)
      for (const { memberId } of business.people.filter((person) => person.role !== 'employee'))
        await notify({ key: `recognition:${id}:revoked:${memberId}`, memberId, recognitionId: id });
    return { kind: 'done', recognition: shown(there, business), business };
  }

  return {
    /** Whether this business can have a letter and this person ask for one. */
    isOffered: (business: Business, memberId: string): boolean => isFit(business) && speaksFor(business, memberId),

    /** The newest letter of a business, for its owner or manager. Null where there is none or it is not theirs. */
    async newestOf(memberId: string, business: Business): Promise<Recognition | null> {
      if (!speaksFor(business, memberId)) return null;
      const found = await Letter.findOne({ businessId: new Types.ObjectId(business.id) })
        .sort({ issuedAt: -1, _id: -1 })
        .lean();
      return found && shown(found, business);
    },

    /** What a member has asked for, the newest first. */
    async ofMember(memberId: string): Promise<{ code: string; name: string; issuedAt: Date; expiresAt: Date }[]> {
      const found = await Letter.find({ memberId: new Types.ObjectId(memberId) })
        .sort({ issuedAt: -1 })
        .lean();
      return found.map(({ code, facts, issuedAt, expiresAt }) => ({ code, name: facts.name, issuedAt, expiresAt }));
    },

    /** Issues a letter to the business's owner or manager; the one before loses its validity. */
    async issue(actor: Actor, businessId: string, source: string): Promise<RecognitionOutcome> {
      const business = await businesses.current(businessId);
      if (!business) return { kind: 'gone' };
      if (!speaksFor(business, actor.id)) return { kind: 'forbidden' };
      if (!isFit(business)) return { kind: 'not-fit' };
      const there = await Letter.findOne({ source }).lean();
      if (!there) {
        const today = await Letter.countDocuments({
          businessId: new Types.ObjectId(business.id),
          issuedAt: trusted({ $gt: new Date(now().getTime() - DAY) }),
        });
        if (today >= MOST_A_DAY) return { kind: 'too-many' };
      }
      const letter = there ?? (await make(business, { askerId: actor.id, source }));
      await audit.record({
        actorId: actor.id,
        act: 'recognition.issue',
        subject: { kind: 'recognition', id: letter._id.toHexString() },
        after: { businessId: business.id, expiresAt: letter.expiresAt },
        source,
      });
      return { kind: 'done', recognition: shown(letter, business), business };
    },

    /** The business takes its own letter back. */
    async giveUp(actor: Actor, id: string, source: string): Promise<RecognitionOutcome> {
      const letter = await load(id);
      const business = letter && (await businesses.find(letter.businessId.toHexString()));
      if (!letter || !business) return { kind: 'gone' };
      if (!speaksFor(business, actor.id)) return { kind: 'forbidden' };
      return end(letter, { actor, reason: '', byCouncil: false, source });
    },

    /** The head takes a letter back and says why; the business is told. */
    async revoke(actor: Actor, id: string, act: { reason: string; source: string }): Promise<RecognitionOutcome> {
      if (!mayRevoke(actor)) return { kind: 'forbidden' };
      if (act.reason.trim() === '')
        throw new RangeError('A letter is revoked with a reason: pass what the business reads');
      const letter = await load(id);
      return letter ? end(letter, { actor, ...act, byCouncil: true }) : { kind: 'gone' };
    },

    /** The letter with this code, for anybody who has the code. */
    async check(code: string): Promise<Recognition | null> {
      const found = await Letter.findOne({ code }).lean();
      return found && toRecognition(found);
    },

    /** A letter as its business's owner or manager, or who may revoke it, sees it. Null for anybody else. */
    async seenBy(actor: Actor, id: string): Promise<Recognition | null> {
      const found = await load(id);
      const business = found && (await businesses.current(found.businessId.toHexString()));
      const isTheirs = business !== null && speaksFor(business, actor.id);
      return found && (isTheirs || mayRevoke(actor)) ? toRecognition(found) : null;
    },

    /** For a notice; nobody else asks by id. */
    async find(id: string): Promise<Recognition | null> {
      const found = await load(id);
      return found && toRecognition(found);
    },

    /** Letters that nobody has ended, the newest first. Null for who may not revoke any. */
    async valid(
      actor: Actor,
      { skip, limit }: { skip: number; limit: number },
    ): Promise<{ recognitions: Recognition[]; more: boolean } | null> {
      if (!mayRevoke(actor)) return null;
      const found = await Letter.find({ state: 'valid', expiresAt: trusted({ $gt: now() }) })
        .sort({ issuedAt: -1, _id: -1 })
        .skip(skip)
        .limit(limit + 1)
        .lean();
      const recognitions = await Promise.all(found.slice(0, limit).map(toRecognition));
      return { recognitions, more: found.length > limit };
    },

    async moveMember(from: string, to: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      await Letter.updateMany({ memberId: old }, { $set: { memberId: own } });
      await Letter.updateMany({ 'ended.by': old }, { $set: { 'ended.by': own } });
    },

    /** What a deleted member asked for is deleted: its code is unknown from then on. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      const member = new Types.ObjectId(id);
      for (const { _id } of await Letter.find({ memberId: member }).select({ _id: 1 }).lean()) {
        await audit.forget({ kind: 'recognition', id: _id.toHexString() });
        await Letter.deleteOne({ _id });
      }
      await Letter.updateMany({ 'ended.by': member }, { $set: { 'ended.by': new Types.ObjectId(nobody) } });
    },
  };
}
