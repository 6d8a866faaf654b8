import { trusted, Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import { searchKey } from '../../language/persian-text.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Role } from '../members/members.service.ts';
import { procurementModel, type EvidenceKind, type ProcurementDocument } from './procurement.model.ts';
import type { Supplier, SuppliersOf } from './suppliers.ts';

export type { Supplier } from './suppliers.ts';

export interface Actor {
  id: string;
  roles: readonly Role[];
}

/** What a report says. */
export interface Purchase {
  buyer: string;
  item: string;
  field: string;
  amountRials: number;
  /** `YYYY-MM-DD`. */
  boughtOn: string;
  noticeNumber: string | null;
  provinceCode: string | null;
  evidence: readonly { fileId: string; kind: EvidenceKind; caption: string }[];
}

/** A report as the secretariat sees it: who reported it is not in it. */
export interface Procurement extends Purchase {
  id: string;
  dropped: boolean;
  reportedAt: Date;
}

export interface Buyer {
  /** The newest report about it: what a button names the buyer by. */
  newestId: string;
  name: string;
  count: number;
  amountRials: number;
}

export type ItemWithSuppliers = Procurement & { suppliers: readonly Supplier[] };

/** What was reported of one buyer, the newest purchase first. */
export interface ProcurementFile {
  newestId: string;
  buyer: string;
  /** In the letter. */
  items: readonly ItemWithSuppliers[];
  /** Left out of it. */
  dropped: readonly Procurement[];
  amountRials: number;
  /** There are more than a letter takes. */
  more: boolean;
}

export type ProcurementOutcome = { kind: 'done'; procurement: Procurement } | { kind: 'forbidden' } | { kind: 'gone' };

/** Who reads the file and writes letters out of it. */
const KEEPERS: readonly Role[] = ['officer', 'head', 'admin'];
/** A table of more rows is nobody's letter. */
const MOST_ITEMS = 100;
const SUPPLIERS_SHOWN = 3;

export const mayKeepFile = ({ roles }: { roles: readonly Role[] }): boolean =>
  roles.some((role) => KEEPERS.includes(role));

export type Procurements = ReturnType<typeof createProcurements>;

/** Purchases outside the province, as members report them, rolled up per buyer for a letter. */
export function createProcurements({
  connection,
  audit,
  suppliersOf,
  now,
}: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  suppliersOf: SuppliersOf;
  now: () => Date;
}) {
  const Item = procurementModel(connection);
  const load = async (id: string): Promise<ProcurementDocument | null> =>
    Types.ObjectId.isValid(id) ? Item.findById(new Types.ObjectId(id)).lean() : null;

  return {
    /**
     * Keeps what a member reports; the same draft makes one.
     * @throws where it was somebody else's draft
     */
    async report({
      draftId,
      reporterId,
      ...said
    }: Purchase & { draftId: string; reporterId: string }): Promise<Procurement> {
      const made = await Item.findOneAndUpdate(
        { draftId },
        {
          $setOnInsert: {
            reporterId: new Types.ObjectId(reporterId),
            ...said,
            buyerKey: searchKey(said.buyer),
            evidence: [...said.evidence],
            dropped: false,
            reportedAt: now(),
          },
        },
        { upsert: true, returnDocument: 'after', lean: true, setDefaultsOnInsert: true },
      );
      const kept = upserted(made);
      if (!kept.reporterId.equals(reporterId)) throw new Error("A purchase was repeated for who didn't report it");
      return toProcurement(kept);
    },

    /** What a member has reported, the newest first. */
    async ofReporter(memberId: string, { limit }: { limit: number }): Promise<Procurement[]> {
      const found = await Item.find({ reporterId: new Types.ObjectId(memberId) })
        .sort({ reportedAt: -1 })
        .limit(limit)
        .lean();
      return found.map(toProcurement);
    },

    /** A reporter takes a report back: it is deleted. */
    async takeBack(memberId: string, id: string, source: string): Promise<ProcurementOutcome> {
      const found = await load(id);
      if (!found) return { kind: 'gone' };
      if (found.reporterId.toHexString() !== memberId) return { kind: 'forbidden' };
      await audit.record({
        // Not the reporter: what the secretariat did with the report stands beside it, and nobody is to learn whose it was.
        actorId: null,
        act: 'procurement.take-back',
        subject: { kind: 'procurement', id },
        source,
      });
      await Item.deleteOne({ _id: found._id });
      return { kind: 'done', procurement: toProcurement(found) };
    },

    /** Buyers by what they bought elsewhere, the largest first. Null for who may not see them. */
    async buyers(
      actor: Actor,
      { skip, limit }: { skip: number; limit: number },
    ): Promise<{ buyers: Buyer[]; more: boolean } | null> {
      if (!mayKeepFile(actor)) return null;
      const found = await Item.aggregate<Omit<Buyer, 'newestId' | 'name'> & { newestId: Types.ObjectId }>([
        { $match: { dropped: false } },
        {
          $group: {
            _id: '$buyerKey',
            // Ids rise with time.
            newestId: { $max: '$_id' },
            count: { $sum: 1 },
            amountRials: { $sum: '$amountRials' },
          },
        },
        { $sort: { amountRials: -1, _id: 1 } },
        { $skip: skip },
        { $limit: limit + 1 },
      ]);
      const page = found.slice(0, limit);
      const newest = await Item.find({ _id: trusted({ $in: page.map(({ newestId }) => newestId) }) })
        .select({ buyer: 1 })
        .lean();
      const names = new Map(newest.map(({ _id, buyer }) => [_id.toHexString(), buyer]));
      const buyers = page.map(({ newestId, count, amountRials }) => {
        const id = newestId.toHexString();
        return { newestId: id, name: names.get(id) ?? '', count, amountRials };
      });
      return { buyers, more: found.length > limit };
    },

    /**
     * All that was reported of the buyer that this report is about; suppliers are looked for beside the items from place
     * `from` up to `to` only. Null where it is gone or not the actor's to see.
     */
    async file(actor: Actor, id: string, { from = 0, to = MOST_ITEMS } = {}): Promise<ProcurementFile | null> {
      if (!mayKeepFile(actor)) return null;
      const named = await load(id);
      if (!named) return null;
      const { buyerKey } = named;
      const found = await Item.find({ buyerKey, dropped: false })
        .sort({ boughtOn: -1, _id: -1 })
        .limit(MOST_ITEMS + 1)
        .lean();
      const dropped = await Item.find({ buyerKey, dropped: true })
        .sort({ boughtOn: -1, _id: -1 })
        .limit(MOST_ITEMS)
        .lean();
      const items: ItemWithSuppliers[] = [];
      for (const [place, one] of found.slice(0, MOST_ITEMS).map(toProcurement).entries())
        items.push({
          ...one,
          suppliers: place >= from && place < to ? await suppliersOf(one, SUPPLIERS_SHOWN) : [],
        });
      return {
        newestId: id,
        buyer: named.buyer,
        items,
        dropped: dropped.map(toProcurement),
        amountRials: items.reduce((sum, { amountRials }) => sum + amountRials, 0),
        more: found.length > MOST_ITEMS,
      };
    },

    /** The file of a buyer as a letter is written from it; that it was is recorded. */
    async fileForLetter(actor: Actor, id: string, source: string): Promise<ProcurementFile | null> {
      const file = await this.file(actor, id);
      if (!file || file.items.length === 0) return null;
      await audit.record({
        actorId: actor.id,
        act: 'procurement.letter',
        subject: { kind: 'procurement', id },
        after: { buyer: file.buyer, items: file.items.length, amountRials: file.amountRials },
        source,
      });
      return file;
    },

    /** One report. Null where it is gone or not the actor's to see. */
    async find(actor: Actor, id: string): Promise<Procurement | null> {
      const found = mayKeepFile(actor) ? await load(id) : null;
      return found && toProcurement(found);
    },

    /** Leaves a report out of the file, or takes it in again. */
    async drop(
      actor: Actor,
      id: string,
      { dropped, source }: { dropped: boolean; source: string },
    ): Promise<ProcurementOutcome> {
      if (!mayKeepFile(actor)) return { kind: 'forbidden' };
      const found = await load(id);
      if (!found) return { kind: 'gone' };
      await audit.record({
        actorId: actor.id,
        act: dropped ? 'procurement.drop' : 'procurement.restore',
        subject: { kind: 'procurement', id },
        before: { dropped: found.dropped },
        after: { dropped },
        source,
      });
      await Item.updateOne({ _id: found._id }, { $set: { dropped } });
      return { kind: 'done', procurement: toProcurement({ ...found, dropped }) };
    },

    /** Gives a buyer its right name in every report about it; two buyers of one name become one. */
    async renameBuyer(
      actor: Actor,
      id: string,
      { name, source }: { name: string; source: string },
    ): Promise<ProcurementOutcome> {
      if (!mayKeepFile(actor)) return { kind: 'forbidden' };
      const found = await load(id);
      if (!found) return { kind: 'gone' };
      await audit.record({
        actorId: actor.id,
        act: 'procurement.rename-buyer',
        subject: { kind: 'procurement', id },
        before: { buyer: found.buyer },
        after: { buyer: name },
        source,
      });
      const buyerKey = searchKey(name);
      await Item.updateMany(
        { buyerKey: trusted({ $in: [found.buyerKey, buyerKey] }) },
        { $set: { buyer: name, buyerKey } },
      );
      return { kind: 'done', procurement: toProcurement({ ...found, buyer: name, buyerKey }) };
    },

    /** Which of these files came with a report. */
    async filesAmong(fileIds: readonly string[]): Promise<string[]> {
      const found = await Item.find({ 'evidence.fileId': trusted({ $in: [...fileIds] }) })
        .select({ 'evidence.fileId': 1 })
        .lean();
      return found.flatMap(({ evidence }) => evidence.map(({ fileId }) => fileId));
    },

    async moveMember(from: string, to: string): Promise<void> {
      await Item.updateMany({ reporterId: new Types.ObjectId(from) }, { $set: { reporterId: new Types.ObjectId(to) } });
    },

    /** A deleted member's reports stay, without the person and without the files, which go with everything they sent. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      await Item.updateMany(
        { reporterId: new Types.ObjectId(id) },
        { $set: { reporterId: new Types.ObjectId(nobody), evidence: [] } },
      );
    },
  };
}

function toProcurement(document: ProcurementDocument): Procurement {
  const { _id, buyer, item, field, amountRials, boughtOn, noticeNumber, provinceCode, evidence, dropped, reportedAt } =
    document;
  return {
    id: _id.toHexString(),
    buyer,
    item,
    field,
    amountRials,
    boughtOn,
    noticeNumber,
    provinceCode,
    dropped,
    reportedAt,
    evidence: evidence.map(({ fileId, kind, caption }) => ({ fileId, kind, caption })),
  };
}
