import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataDir } from '../config-error.ts';

const SECRET_BYTES = 32;

/**
 * The secret that webhooks are derived from, made once and kept in `<dataDir>/webhook-secret`, which only this user may
 * read. Processes on several machines need the same one: give it to them as `WEBHOOK_SECRET`.
 * @throws where the directory can't be written, or the file holds no secret
 */
export function keptWebhookSecret(dataDir: string): string {
  const file = join(dataDir, 'webhook-secret');
  makeDataDir(dataDir);
  try {
    writeFileSync(file, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (!/^[\w-]{22,}$/.test(secret)) throw new Error(`${file} holds no secret: delete it, and a new one is made`);
  return secret;
}
