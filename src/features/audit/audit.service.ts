import { trusted, Types, type Connection } from 'mongoose';
import { maskNationalCode, maskPhone, mobile, nationalCode } from '../../language/identifiers.ts';
import { auditModel, type AuditDocument } from './audit.model.ts';

export interface AuditRecord {
  /** The member who acts; null for the system itself. */
  actorId: string | null;
  /** `<feature>.<verb>`, such as `business.approve`. */
  act: string;
  subject: { kind: string; id: string };
  /** What the act changed, as it was and as it is. Codes, states and ids; a phone or national code is masked here. */
  before?: unknown;
  after?: unknown;
  /** The update or draft that asked for it: the same source records the same act on the same subject once. */
  source?: string;
}

export interface AuditEntry {
  id: string;
  at: Date;
  actorId: string | null;
  act: string;
  subject: { kind: string; id: string };
  before: unknown;
  after: unknown;
}

export type Audit = ReturnType<typeof createAudit>;

const LONGEST_LIST = 500;
const DUPLICATE_KEY = 11_000;

/**
 * Who did what to whom, with before and after: the acts of officers, and those of the system that touch a person.
 * It can be added to and read; what is written stays, but for the values about a person who was deleted.
 */
export function createAudit({ connection, now }: { connection: Connection; now: () => Date }) {
  const Entry = auditModel(connection);

  return {
    /** @throws what the database throws: an act that can't be recorded must not be done */
    async record({ actorId, act, subject, before, after, source }: AuditRecord): Promise<void> {
      try {
        await Entry.create({
          at: now(),
          actorId: actorId === null ? null : new Types.ObjectId(actorId),
          act,
          subject: { kind: subject.kind, id: subject.id },
          before: encode(before),
          after: encode(after),
          source: source ?? null,
        });
      } catch (error) {
        if (source === undefined || !isDuplicateKey(error)) throw error;
      }
    },

    /** The newest first; of one subject, of one actor, or of everything. At most 500. */
    async list({
      subject,
      actorId,
      before,
      limit,
    }: {
      subject?: { kind: string; id: string };
      actorId?: string;
      /** Entries older than this moment: the next page. */
      before?: Date;
      limit: number;
    }): Promise<AuditEntry[]> {
      const found = await Entry.find({
        ...(subject ? { 'subject.kind': subject.kind, 'subject.id': subject.id } : {}),
        ...(actorId === undefined ? {} : { actorId: new Types.ObjectId(actorId) }),
        ...(before ? { at: trusted({ $lt: before }) } : {}),
      })
        .sort({ at: -1, _id: -1 })
        .limit(Math.min(limit, LONGEST_LIST))
        .lean();
      return found.map(toEntry);
    },

    /** Everything in the order in which it was done, a page at a time, for a sheet. */
    async page({ after, limit }: { after: string | null; limit: number }): Promise<AuditEntry[]> {
      const found = await Entry.find(after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) })
        .sort({ _id: 1 })
        .limit(Math.min(limit, LONGEST_LIST))
        .lean();
      return found.map(toEntry);
    },

    /** Takes the values out of a deleted subject's entries; that something was done, by whom and when, stays. */
    async forget(subject: { kind: string; id: string }): Promise<void> {
      await Entry.updateMany(
        { 'subject.kind': subject.kind, 'subject.id': subject.id },
        { $set: { before: 'null', after: 'null' } },
      );
    },

    /** Two people became one: what was done to and by the one was done to and by the other. */
    async moveMember(from: string, to: string): Promise<void> {
      await Entry.updateMany({ actorId: new Types.ObjectId(from) }, { $set: { actorId: new Types.ObjectId(to) } });
      await Entry.updateMany({ 'subject.kind': 'member', 'subject.id': from }, { $set: { 'subject.id': to } });
    },
  };
}

/** Through JSON first, so that dates and ids are the strings that they will be read as. */
const encode = (value: unknown): string => JSON.stringify(masked(JSON.parse(JSON.stringify(value ?? null))));

/** Mobile numbers and national codes, as people and programs write them, wherever they stand in a value. */
const NUMBER = /(?<![\w۰-۹٠-٩])[+]?[\d۰-۹٠-٩]{10,14}(?![\w۰-۹٠-٩])/g;

function masked(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(NUMBER, maskNumber);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

function maskNumber(written: string): string {
  const phone = mobile(written);
  if (phone.ok) return maskPhone(phone.value);
  const code = nationalCode(written);
  if (code.ok) return maskNationalCode(code.value);
  return written.startsWith('+') ? maskPhone(written) : written;
}

const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY;

function toEntry({ _id, at, actorId, act, subject, before, after }: AuditDocument): AuditEntry {
  return {
    id: _id.toHexString(),
    at,
    actorId: actorId?.toHexString() ?? null,
    act,
    subject: { kind: subject.kind, id: subject.id },
    before: JSON.parse(before),
    after: JSON.parse(after),
  };
}
