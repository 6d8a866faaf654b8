import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes of the key that everything else is derived from. */
export const SECRET_KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  /** base64url of IV, tag and ciphertext. */
  cipher: string;
  keyId: string;
}

export interface Vault {
  /** Names the key in use, and tells nothing of it. */
  readonly keyId: string;
  /** @param owner whose it is: only with the same one it is opened, so that it can't be laid to somebody else */
  seal(text: string, owner?: string): Sealed;
  /** @throws VaultError where another key sealed it, it was changed since, or it is somebody else's */
  open(sealed: Sealed, owner?: string): string;
  /** The same for the same text under the same key; without the key, nobody can try all codes. */
  hash(text: string): string;
}

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: 'other-key' | 'damaged';
  constructor(code: VaultError['code'], message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Seals with AES-256-GCM and hashes with HMAC-SHA-256, under keys derived from one secret by HKDF (RFC 5869), one for
 * each use. `purpose` keeps the values of two vaults apart: what one sealed, the other can't open.
 * @throws RangeError where the secret does not have 32 bytes
 */
export function createVault(secret: Uint8Array, purpose: string): Vault {
  if (secret.length !== SECRET_KEY_BYTES)
    throw new RangeError(`The secret key has ${secret.length} bytes; give one of ${SECRET_KEY_BYTES}`);
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `khoosheh/${purpose}/${use}`, 32));
  const sealingKey = derive('cipher');
  const hashingKey = derive('hash');
  const keyId = createHash('sha256').update(derive('id')).digest('hex').slice(0, 8);
  const boundTo = (owner: string | undefined) => Buffer.from(owner === undefined ? purpose : `${purpose}/${owner}`);

  return {
    keyId,
    seal(text, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, iv, { authTagLength: TAG_BYTES }).setAAD(boundTo(owner));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return { cipher: Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url'), keyId };
    },
    open(sealed, owner) {
      if (sealed.keyId !== keyId)
        throw new VaultError(
          'other-key',
          `This was sealed under key ${sealed.keyId}, the key in use is ${keyId}: set SECRET_KEY (or restore secret.key) to the one that sealed it`,
        );
      const bytes = Buffer.from(sealed.cipher, 'base64url');
      const [iv, tag, body] = [
        bytes.subarray(0, IV_BYTES),
        bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
        bytes.subarray(IV_BYTES + TAG_BYTES),
      ];
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealingKey, iv, { authTagLength: TAG_BYTES })
          .setAAD(boundTo(owner))
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new VaultError('damaged', 'What was sealed was changed since: restore it from a backup', { cause });
      }
    },
    hash: (text) => createHmac('sha256', hashingKey).update(text, 'utf8').digest('base64url'),
  };
}
