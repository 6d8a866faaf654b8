import { trusted, Types, type Connection } from 'mongoose';
import { maskNationalCode, nationalCode } from '../../language/identifiers.ts';
import type { Audit } from '../audit/audit.service.ts';
import { memberModel, type NationalCodeDocument, type Role } from './member.model.ts';
import { createVault, VaultError, type Sealed } from './vault.ts';

export interface NationalCodesDeps {
  connection: Connection;
  /** 32 bytes. */
  secretKey: Uint8Array;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  /** Two members have given one code: somebody has to ask whose it is. The same two are told of once. */
  tellTwice: (pair: { one: string; other: string }) => Promise<void>;
}

export type KeepOutcome =
  | { kind: 'kept'; masked: string }
  /** As many as a day allows were given. */
  | { kind: 'later' };

export type RevealOutcome =
  | { kind: 'revealed'; nationalCode: string }
  | { kind: 'forbidden' }
  /** The member has given none. */
  | { kind: 'none' };

export type NationalCodes = ReturnType<typeof createNationalCodes>;

/** The dialogue that asks for it; what lies sealed in its drafts is under `nationalCode`. */
export const NATIONAL_CODE_FORM = 'national-code';

/** What a form keeps instead of the code itself. */
const SEALED = /^(?<keyId>[0-9a-f]{8})\.(?<cipher>[\w-]+)$/;
const DUPLICATE_KEY = 11_000;
const DAY_MS = 86_400_000;
/** Who mistypes needs two. */
const TRIES_A_DAY = 3;
const PURPOSE = 'national-code';

/** Lays codes from before they were bound to their members; what another key sealed stays as it is. */
export function createCodeBinder(secretKey: Uint8Array) {
  const vault = createVault(secretKey, PURPOSE);
  return <Code extends Sealed>(code: Code, owner: string): Code => {
    try {
      return { ...code, ...vault.seal(vault.open(code), owner) };
    } catch (error) {
      if (error instanceof VaultError) return code;
      throw error;
    }
  };
}

/**
 * National codes, which a member gives only by choice: sealed wherever they are stored, forms included, and never in a
 * log, the audit or an export. Nobody reads one but an admin who asks for that member's by name, which is recorded.
 */
export function createNationalCodes({ connection, secretKey, audit, now, tellTwice }: NationalCodesDeps) {
  const Member = memberModel(connection);
  const vault = createVault(secretKey, PURPOSE);

  function unsealForm(sealed: string): string | null {
    const { keyId = '', cipher = '' } = SEALED.exec(sealed)?.groups ?? {};
    return cipher === '' ? null : vault.open({ keyId, cipher });
  }

  async function codeOf(id: string): Promise<string | null> {
    const found = await Member.findById(new Types.ObjectId(id)).select({ nationalCode: 1 }).lean();
    if (!found?.nationalCode) return null;
    try {
      return vault.open(found.nationalCode, id);
    } catch (error) {
      // While two become one, the code is that of the emptied record until it is moved.
      const code = error instanceof VaultError && openForOneOf(found.nationalCode, await emptiedInto(id));
      if (code) return code;
      throw error;
    }
  }

  async function emptiedInto(id: string): Promise<string[]> {
    const into = { $eq: new Types.ObjectId(id), $type: 'objectId' as const };
    const found = await Member.find({ mergedInto: trusted(into) })
      .select({ _id: 1 })
      .lean();
    return found.map(({ _id }) => _id.toHexString());
  }

  function openForOneOf(sealed: Sealed, owners: readonly (string | undefined)[]): string | null {
    for (const owner of owners) {
      try {
        return vault.open(sealed, owner);
      } catch (error) {
        if (!(error instanceof VaultError)) throw error;
      }
    }
    return null;
  }

  /** Counts a try, unless a day's are used up. */
  async function mayTry(id: string): Promise<boolean> {
    const at = now();
    const { matchedCount } = await Member.updateOne(
      {
        _id: new Types.ObjectId(id),
        $or: [
          { [`nationalCodeTries.${TRIES_A_DAY - 1}`]: trusted({ $exists: false }) },
          { 'nationalCodeTries.0': trusted({ $lt: new Date(at.getTime() - DAY_MS) }) },
        ],
      },
      { $push: { nationalCodeTries: { $each: [at], $slice: -TRIES_A_DAY } } },
    );
    return matchedCount === 1;
  }

  return {
    /** Names the key in use. */
    keyId: vault.keyId,

    /** Reads a typed code and seals it for a form; what is wrong with it where it can't be one. */
    sealTyped(typed: string): { ok: true; sealed: string } | { ok: false; reason: 'digits' | 'check-digit' } {
      const code = nationalCode(typed);
      if (!code.ok)
        return {
          ok: false,
          reason: code.reason === 'check-digit' || code.reason === 'repeated' ? 'check-digit' : 'digits',
        };
      const { keyId, cipher }: Sealed = vault.seal(code.value);
      return { ok: true, sealed: `${keyId}.${cipher}` };
    },

    /** A sealed code as its owner may see it. */
    masked: (sealed: string): string => maskNationalCode(unsealForm(sealed) ?? ''),

    /**
     * Keeps what a form has sealed. Whether another member has given the same code is not to be told from the answer: it is
     * kept all the same, without the mark by which a code is known, and the desk is told. @throws VaultError where the key was changed meanwhile
     */
    async keep(id: string, sealed: string): Promise<KeepOutcome> {
      const code = unsealForm(sealed);
      if (code === null)
        throw new Error('What is to be kept as a national code was not sealed: seal it with sealTyped');
      const kept = { kind: 'kept' as const, masked: maskNationalCode(code) };
      // The same form, worked again.
      if ((await codeOf(id)) === code) return kept;
      if (!(await mayTry(id))) return { kind: 'later' };
      const own = vault.seal(code, id);
      const hash = vault.hash(code);
      const set = (nationalCode: NationalCodeDocument) =>
        Member.updateOne(
          { _id: new Types.ObjectId(id), registeredAt: trusted({ $ne: null }) },
          { $set: { nationalCode } },
        );
      try {
        await set({ ...own, hash });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY)) throw error;
        await set(own);
        const first = await Member.findOne({ 'nationalCode.hash': trusted({ $eq: hash, $type: 'string' }) })
          .select({ _id: 1 })
          .lean();
        if (first) await tellTwice({ one: first._id.toHexString(), other: id });
      }
      return kept;
    },

    /** Whether this key opens what is stored of a member, also from before codes were bound to their members. */
    async opensStored(id: string): Promise<boolean> {
      const found = await Member.findById(new Types.ObjectId(id)).select({ nationalCode: 1 }).lean();
      if (!found?.nationalCode) return false;
      const owners = [id, undefined, ...(await emptiedInto(id))];
      return openForOneOf(found.nationalCode, owners) !== null;
    },

    /** In clear, to take it out of what is kept of a person who is deleted; null where none was given, or another key sealed it. */
    async forDeletion(id: string): Promise<string | null> {
      try {
        return await codeOf(id);
      } catch (error) {
        if (error instanceof VaultError) return null;
        throw error;
      }
    },

    /** Two people became one: the code that came along is sealed anew, bound to who stays. */
    async moveMember(from: string, to: string): Promise<void> {
      const found = await Member.findById(new Types.ObjectId(to)).select({ nationalCode: 1 }).lean();
      const code = found?.nationalCode ? openForOneOf(found.nationalCode, [from]) : null;
      if (!found?.nationalCode || code === null) return;
      const { cipher, keyId } = vault.seal(code, to);
      await Member.updateOne(
        { _id: found._id, 'nationalCode.cipher': found.nationalCode.cipher },
        { $set: { 'nationalCode.cipher': cipher, 'nationalCode.keyId': keyId } },
      );
    },

    async remove(id: string): Promise<void> {
      await Member.updateOne({ _id: new Types.ObjectId(id) }, { $set: { nationalCode: null } });
    },

    /** A member's own code, masked; null where none was given. */
    async ownMasked(id: string): Promise<string | null> {
      const code = await codeOf(id);
      return code && maskNationalCode(code);
    },

    /** A member's code in clear, to an admin who asks for this member's; that it was read is recorded, the code is not. */
    async revealNationalCode(actor: { id: string; roles: readonly Role[] }, memberId: string): Promise<RevealOutcome> {
      if (!actor.roles.includes('admin') || !Types.ObjectId.isValid(memberId)) return { kind: 'forbidden' };
      await audit.record({
        actorId: actor.id,
        act: 'member.revealNationalCode',
        subject: { kind: 'member', id: memberId },
      });
      const code = await codeOf(memberId);
      return code === null ? { kind: 'none' } : { kind: 'revealed', nationalCode: code };
    },
  };
}
