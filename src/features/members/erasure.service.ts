import { Types, type Connection, type mongo } from 'mongoose';
import { createEraser, type Eraser } from '../../language/eraser.ts';
import { searchKey } from '../../language/persian-text.ts';
import { TAKEN_OUT } from '../../language/redact.ts';
import { memberModel, type MemberDocument } from './member.model.ts';

export interface ErasureDeps {
  connection: Connection;
  /** The ids of what is about this person and stays: their cases, and businesses that go with them. */
  aboutOf: (memberId: string) => Promise<readonly string[]>;
  /** In clear; null where none was given. */
  nationalCodeOf: (memberId: string) => Promise<string | null>;
}

export interface Erasers {
  /** For what is about the person: first and last name alone as well. */
  own: Eraser;
  /** For everything else. */
  others: Eraser;
}

type Stored = mongo.BSON.Document & { _id: mongo.BSON.ObjectId };

/** Holds no words of people, or bytes that are looked at elsewhere. */
const WORDLESS = new Set([
  'files.chunks',
  'leases',
  'once',
  'sendRates',
  'schema',
  'counters',
  'deletions',
  'gram_statistics',
  'receptions',
]);
/** Of collections that grow by the million: only what can hold words. */
const ONLY: Readonly<Record<string, mongo.Filter<Stored>>> = {
  deliveries: { $or: [{ payload: { $exists: true } }, { outcome: { $exists: true } }] },
  inbox: { update: { $exists: true } },
};
/** Another member's own name is theirs, whoever has the same. */
const OWN_OF_MEMBERS = new Set(['_id', 'name', 'nameKey', 'phone', 'nationalCode', 'accounts', 'deletion']);
/** Made of the words, and made anew by a job where the version is an older one. */
const MADE_ANEW: Readonly<Record<string, unknown>> = { grams: [], gramsVersion: 0 };
const PAGE = 100;
const DUPLICATE_KEY = 11_000;
const TRIES = 5;

/**
 * Takes a person who is being deleted out of the words of everybody: of every text in every collection, whoever wrote it,
 * also in ones that a feature adds later. What is about the person loses their first and last name alone, too; elsewhere
 * the whole name goes, unless a namesake is here, whom those words may mean. Repeated, it changes nothing.
 */
export function createErasure({ connection, aboutOf, nationalCodeOf }: ErasureDeps) {
  const Member = memberModel(connection);

  /** Null for who has neither name nor phone, or is gone. */
  async function erasersOf(id: string): Promise<Erasers | null> {
    const member = Types.ObjectId.isValid(id) ? await Member.findById(new Types.ObjectId(id)).lean() : null;
    if (!member || (member.name === null && member.phone === null)) return null;
    const names = member.name === null ? [] : [member.name];
    const phones = member.phone === null ? [] : [member.phone.replace(/^\+98/, '')];
    const codes = [await nationalCodeOf(id)].filter((code) => code !== null);
    const isTelling = searchKey(member.name ?? '').includes(' ') && !(await hasNamesake(member));
    return {
      own: createEraser({ names, numbers: [...phones, ...codes], alone: true }),
      others: createEraser({
        names: isTelling ? names : [],
        numbers: [...((await hasHeir(member)) ? [] : phones), ...codes],
        alone: false,
      }),
    };
  }

  async function hasNamesake({ _id, nameKey }: MemberDocument): Promise<boolean> {
    return (await Member.collection.findOne({ nameKey, _id: { $ne: _id } }, { projection: { _id: 1 } })) !== null;
  }

  /** Whether the number is somebody else's by now, or was never proved to be this person's. */
  async function hasHeir({ _id, phone, phoneVerifiedAt, accounts, deletion }: MemberDocument): Promise<boolean> {
    const hadAccount = accounts.length > 0 || (deletion?.chats.length ?? 0) > 0;
    if (hadAccount && !phoneVerifiedAt) return true;
    const others = {
      phone: { $eq: phone, $type: 'string' as const },
      _id: { $ne: _id },
      phoneVerifiedAt: { $ne: null },
    };
    return (await Member.collection.findOne(others, { projection: { _id: 1 } })) !== null;
  }

  async function sweep(name: string, { erasers, about }: { erasers: Erasers; about: ReadonlySet<string> }) {
    const collection = connection.collection<Stored>(name);
    const spared = name === 'members' ? OWN_OF_MEMBERS : new Set(['_id']);
    for await (const document of collection.find(ONLY[name] ?? {}, { batchSize: PAGE })) {
      if (name === 'members' && about.has(idText(document._id))) continue;
      let found: Stored | null = document;
      for (let tries = 0; found && tries < TRIES; tries += 1) {
        const eraser = isAbout(found, about) ? erasers.own : erasers.others;
        if (await rewrite(collection, found, { eraser, alone: erasers.own, spared })) break;
        found = await collection.findOne({ _id: document._id });
        if (tries === TRIES - 1) throw new Error(`A document of ${name} changes all the time: it is tried again later`);
      }
    }
  }

  return {
    erasersOf,

    /** Before what ties words to the person is taken off, so that it is known which are about them. */
    async erase(id: string): Promise<void> {
      const erasers = await erasersOf(id);
      if (!erasers) return;
      const about = new Set([id, ...(await aboutOf(id))]);
      const found = await connection.listCollections();
      for (const { name } of found)
        if (!name.startsWith('system.') && !WORDLESS.has(name)) await sweep(name, { erasers, about });
    },
  };
}

/** False where a field was changed meanwhile: read it again. */
async function rewrite(
  collection: mongo.Collection<Stored>,
  document: Stored,
  { eraser, alone, spared }: { eraser: Eraser; alone: Eraser; spared: ReadonlySet<string> },
): Promise<boolean> {
  const $set: Record<string, unknown> = {};
  const seen: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(document)) {
    const erased = spared.has(field) ? value : erasedIn(value, eraser);
    if (erased === value) continue;
    $set[field] = field.endsWith('Key') && typeof erased === 'string' ? searchKey(erased) : erased;
    seen[field] = value;
  }
  if (Object.keys($set).length === 0) return true;
  // The words by which the changed text was found.
  for (const [field, value] of Object.entries(document)) {
    if (field in MADE_ANEW) $set[field] = MADE_ANEW[field];
    else if (isWordList(value)) $set[field] = value.map(alone).filter((word) => word !== TAKEN_OUT);
  }
  const unchanged = {
    _id: document._id,
    $and: Object.entries(seen).map(([field, value]) => ({ [field]: { $eq: value } })),
  };
  try {
    return (await collection.updateOne(unchanged, { $set })).matchedCount === 1;
  } catch (error) {
    // What two were told apart by was the person's name: from now on it is their own ids.
    for (const field of onceOnly(error))
      if (typeof $set[field] === 'string') $set[field] = `${$set[field]} ${idText(document._id)}`;
    return (await collection.updateOne(unchanged, { $set })).matchedCount === 1;
  }
}

/** The fields of the unique index that refused a change. @throws any other error */
function onceOnly(error: unknown): string[] {
  const { code, keyPattern } = error as { code?: unknown; keyPattern?: Record<string, unknown> };
  if (code !== DUPLICATE_KEY || !keyPattern) throw error;
  return Object.keys(keyPattern);
}

const isWordList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string' && !word.includes(' '));

/** The same value where nothing in it is the person's. */
function erasedIn(value: unknown, eraser: Eraser): unknown {
  if (typeof value === 'string') return erasedText(value, eraser);
  // A number was typed where an amount is asked.
  if (typeof value === 'number') return eraser(String(value)) === String(value) ? value : null;
  if (Array.isArray(value)) {
    const items = value.map((item) => erasedIn(item, eraser));
    return items.some((item, place) => item !== value[place]) ? items : value;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, erasedIn(inner, eraser)] as const);
  return entries.some(([key, inner]) => inner !== value[key]) ? Object.fromEntries(entries) : value;
}

/** What was written out as JSON stays JSON. */
function erasedText(text: string, eraser: Eraser): string {
  if (/^[[{"]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      const erased = erasedIn(value, eraser);
      return erased === value ? text : JSON.stringify(erased);
    } catch {
      // It only begins like it.
    }
  }
  return eraser(text);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const idText = (value: unknown): string => (value instanceof Types.ObjectId ? value.toHexString() : String(value));

/** By its own id, or by a field that names what it belongs to; those who only had a hand in it stand in lists. */
function isAbout(document: Stored, about: ReadonlySet<string>): boolean {
  const values = Object.values(document).flatMap((value: unknown) => (isPlain(value) ? Object.values(value) : [value]));
  return values.some(
    (value) => (typeof value === 'string' || value instanceof Types.ObjectId) && about.has(idText(value)),
  );
}
