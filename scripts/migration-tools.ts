import { parseConfig } from '../src/config.ts';
import type { MigrationTools } from '../src/database/migrations/migration.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { createCodeBinder } from '../src/features/members/national-codes.service.ts';
import { secretKeySource } from '../src/secret-key.ts';

/** What steps forward need of the settings: the key, where there is one. None is made. */
export function migrationTools(): MigrationTools {
  loadSettingsFile();
  const { secretKey, dataDir } = parseConfig(process.env);
  const key = secretKeySource({ configured: secretKey, dataDir }).read();
  return key ? { bindCode: createCodeBinder(key) } : {};
}
