import { accessSync, constants, existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { ConfigError } from './config-error.ts';

/**
 * Reads `.env` of the working directory, where there is one; what is set already stays.
 * @throws ConfigError where it is there and may not be read
 */
export function loadSettingsFile(): void {
  if (!existsSync('.env')) return;
  try {
    accessSync('.env', constants.R_OK);
  } catch {
    throw new ConfigError(
      '.env is there and this user may not read it: `chown` it to the user of the bot, or move it away where the settings come from the service',
    );
  }
  loadEnvFile('.env');
}
