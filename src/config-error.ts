import { accessSync, constants, mkdirSync } from 'node:fs';

/**
 * A setting that can't be used. The message is one line: the variable, what is wrong, and a right value. Every room may
 * throw it where a setting only turns out wrong when it is used.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A port that could not be opened because of its number; null where something else was wrong. */
export function unusablePort(name: string, port: number, cause: unknown): ConfigError | null {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    const message = `${name}=${port} is taken by another program: end that one, or choose another port, for example ${name}=${port < 65_535 ? port + 1 : port - 1}`;
    return new ConfigError(message, { cause });
  }
  if (code === 'EACCES')
    return new ConfigError(
      `${name}=${port} may not be opened by this user: choose one from 1024 on, for example ${name}=${port + 8000}`,
      {
        cause,
      },
    );
  return null;
}

/** What could not be read or written in the data folder, by the name of its setting. */
export function unusableDataDir(dataDir: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(
    `DATA_DIR must be a folder that this user may read and write, which ${dataDir} is not (${reason}): for example DATA_DIR=/var/lib/khoosheh`,
    { cause },
  );
}

/**
 * Makes the data folder for this user alone, unless it is there.
 * @throws ConfigError where it can't be made, read or written
 */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusableDataDir(dataDir, error);
  }
}
