/** A refusal, as the messenger words it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** Seconds; only with 429. */
  readonly retryAfter: number | undefined;
  /** The id that the group has now. */
  readonly movedTo: number | undefined;

  constructor(code: number, description: string, retryAfter?: number, movedTo?: number) {
    super(description);
    this.code = code;
    this.retryAfter = retryAfter;
    this.movedTo = movedTo;
  }
}
