import { trusted, type Connection } from 'mongoose';
import { ConfigError } from '../../config-error.ts';
import { forgetKeyMark, keyMarkOf, notedKeyMark, noteKeyMark } from '../../database/key-mark.ts';
import { memberModel } from './member.model.ts';
import { createNationalCodes, NATIONAL_CODE_FORM } from './national-codes.service.ts';

/**
 * How a key stands to what is sealed in a database. `unused`: nothing is, and no key was noted. `missing`: something is, and
 * there is no key. `other`: another key sealed it.
 */
export type KeyStanding = 'right' | 'unused' | 'missing' | 'other';

/** Where a key comes from, see `secret-key.ts`. */
export interface KeySource {
  readonly place: string;
  read(): Uint8Array | null;
  make(): Uint8Array;
  protect(): void;
}

/** So many codes of one key are tried: one alone may be damaged. */
const TRIED = 5;

/**
 * Keeps one key for what one database holds: its mark is noted there, and who comes with another key, or with none, is refused
 * before anything is sealed under two.
 */
export function createSealing({ connection }: { connection: Connection }) {
  const Member = memberModel(connection);
  const drafts = connection.collection<{ dialogue: string; status: string; answers: Record<string, unknown> }>(
    'drafts',
  );

  /** In a database from before keys were noted: what the key says to what is sealed there. */
  async function tried(key: Uint8Array | null): Promise<KeyStanding> {
    const codes = createNationalCodes({
      connection,
      secretKey: key ?? new Uint8Array(32),
      // Nothing is kept, only opened.
      audit: { record: () => Promise.resolve() },
      now: () => new Date(0),
      tellTwice: () => Promise.resolve(),
    });
    const sealed = await Member.find({ 'nationalCode.hash': trusted({ $type: 'string' }) })
      .select({ 'nationalCode.keyId': 1 })
      .lean();
    const forms = await drafts
      .find({ dialogue: NATIONAL_CODE_FORM, status: { $in: ['open', 'waiting'] } }, { projection: { answers: 1 } })
      .toArray();
    const inForms = forms.map(({ answers }) => answers['nationalCode']).filter((text) => typeof text === 'string');
    if (sealed.length === 0 && inForms.length === 0) return 'unused';
    if (!key) return 'missing';
    const ours = sealed.filter(({ nationalCode }) => nationalCode?.keyId === codes.keyId).slice(0, TRIED);
    for (const { _id } of ours) if (await codes.opensStored(String(_id))) return 'right';
    for (const text of inForms) if (await isOpened(() => codes.masked(text))) return 'right';
    return 'other';
  }

  async function standing(key: Uint8Array | null): Promise<KeyStanding> {
    const mark = await notedKeyMark(connection);
    if (mark === null) return tried(key);
    if (!key) return 'missing';
    return keyMarkOf(key) === mark ? 'right' : 'other';
  }

  return {
    /** Reads only. */
    standing,

    /** What is wrong with the key that is there, and the cure, in one line; null where nothing is. @throws ConfigError where the file can't be read */
    async problem(source: Pick<KeySource, 'read' | 'place'>): Promise<string | null> {
      return problemOf(await standing(source.read()), source.place);
    },

    /** The mark to write on an archive: of the key that the data is sealed under. */
    async mark(key: Uint8Array | null): Promise<string | null> {
      return (await notedKeyMark(connection)) ?? (key && (await standing(key)) !== 'other' ? keyMarkOf(key) : null);
    },

    /**
     * The key to start with. One is made only where nothing is sealed and none was noted; from then on it is noted.
     * @throws ConfigError with the cure where it is missing, or another one
     */
    async hold(source: KeySource, now: () => Date): Promise<Uint8Array> {
      const found = source.read();
      const refuse = (problem: string | null): void => {
        if (problem !== null) throw new ConfigError(problem);
      };
      refuse(problemOf(await standing(found), source.place));
      source.protect();
      const key = found ?? source.make();
      const noted = await noteKeyMark(connection, keyMarkOf(key), now());
      refuse(noted === keyMarkOf(key) ? null : problemOf('other', source.place));
      return key;
    },

    /** Deletes what a lost key had sealed, in forms as well, and its mark. Returns how many members' codes these were. */
    async giveUp(): Promise<number> {
      const { modifiedCount } = await Member.updateMany(
        { 'nationalCode.hash': trusted({ $type: 'string' }) },
        { $set: { nationalCode: null } },
      );
      await drafts.deleteMany({ dialogue: NATIONAL_CODE_FORM });
      await forgetKeyMark(connection);
      return modifiedCount;
    },
  };
}

async function isOpened(open: () => unknown): Promise<boolean> {
  try {
    return (await open()) !== null;
  } catch {
    return false;
  }
}

function problemOf(standing: KeyStanding, place: string): string | null {
  if (standing === 'right' || standing === 'unused') return null;
  const what =
    standing === 'missing'
      ? `SECRET_KEY, or secret.key in DATA_DIR, is missing, and this database holds what it sealed: put the key of the backup into ${place}`
      : `SECRET_KEY, or secret.key in DATA_DIR, is another key than the one that sealed what this database holds: put that one into ${place}`;
  return `${what}, or set SECRET_KEY to it, as a second process on one server has it from the first; only if it is lost for good: npm run key -- --give-up deletes what it sealed`;
}
