/** A refusal, as the messenger words it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** Seconds; only with 429. */
  readonly retryAfter: number | undefined;

  constructor(code: number, description: string, retryAfter?: number) {
    super(description);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
