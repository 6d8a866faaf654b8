/**
 * - `no-binary`: the engine has no build for this machine
 * - `in-use`: another process has the directory open
 * - `disk-full`: too little room left for the engine to write
 * - `too-few-files`: the process may not open as many files at a time as the engine needs
 * - `failed`: anything else, with the engine's own words
 */
export type EngineErrorCode = 'no-binary' | 'in-use' | 'disk-full' | 'too-few-files' | 'failed';

/** Why the embedded database can't run; the message is one line that says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const USE_A_SERVER =
  'Set MONGODB_URI to a MongoDB server instead, for example MONGODB_URI=mongodb://127.0.0.1:27017/khoosheh';

export function noBinary(reason: string, cause?: unknown): EngineError {
  return new EngineError('no-binary', `The embedded database does not run here: ${reason}. ${USE_A_SERVER}`, { cause });
}
