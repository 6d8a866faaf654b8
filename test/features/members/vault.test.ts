import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault, VaultError } from '../../../src/features/members/vault.ts';

const secret = randomBytes(32);
const vault = createVault(secret, 'test');

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof VaultError) return error.code;
    throw error;
  }
  return 'opened';
};

describe('a vault', () => {
  it('gives back whatever it sealed, differently sealed each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [one, other] = [vault.seal(text), vault.seal(text)];
        expect(vault.open(one)).toBe(text);
        expect(one.cipher).not.toBe(other.cipher);
      }),
      { numRuns: 50 },
    );
  });

  it('opens nothing that was changed, in whatever byte', () => {
    const { cipher, keyId } = vault.seal('9900633520');
    const bytes = Buffer.from(cipher, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(codeOf(() => vault.open({ cipher: changed.toString('base64url'), keyId }))).toBe('damaged');
    }
    expect(codeOf(() => vault.open({ cipher: '', keyId }))).toBe('damaged');
  });

  it('says which key is missing, and is not fooled by its name', () => {
    const other = createVault(randomBytes(32), 'test');
    const sealed = vault.seal('9900633520');
    expect(codeOf(() => other.open(sealed))).toBe('other-key');
    expect(codeOf(() => other.open({ ...sealed, keyId: other.keyId }))).toBe('damaged');
    const purpose = createVault(secret, 'other purpose');
    expect(codeOf(() => purpose.open({ ...sealed, keyId: purpose.keyId }))).toBe('damaged');
  });

  it('opens nothing for somebody whose it is not', () => {
    const sealed = vault.seal('9900633520', 'one');
    expect(vault.open(sealed, 'one')).toBe('9900633520');
    for (const owner of ['other', undefined]) expect(codeOf(() => vault.open(sealed, owner))).toBe('damaged');
    expect(codeOf(() => vault.open(vault.seal('9900633520'), 'one'))).toBe('damaged');
  });

  it('hashes the same text to the same value under its own key alone', () => {
    expect(vault.hash('9900633520')).toBe(createVault(secret, 'test').hash('9900633520'));
    expect(vault.hash('9900633520')).not.toBe(createVault(randomBytes(32), 'test').hash('9900633520'));
    expect(vault.hash('9900633520')).not.toBe(createVault(secret, 'other').hash('9900633520'));
  });

  it('takes a secret of 32 bytes only', () => {
    expect(() => createVault(randomBytes(16), 'test')).toThrow(RangeError);
  });
});
