/**
 * One Bot API call as data, between grammY or the client above and HTTP below. Everything above the translation into a
 * messenger's own dialect speaks Telegram's: parameter names, entities, reply_parameters.
 */
export interface ApiCall {
  method: string;
  params: Record<string, unknown>;
  /** Files to upload; a parameter points to one as `attach://<name>`. */
  uploads?: readonly Upload[] | undefined;
}

export interface Upload {
  name: string;
  fileName: string;
  mimeType: string;
  bytes: Uint8Array;
}

/** What a Bot API server answers. The shape is Telegram's; Bale has the same one. */
export type ApiAnswer = { ok: true; result: unknown } | ApiRefusal;

export interface ApiRefusal {
  ok: false;
  error_code: number;
  description: string;
  parameters?: { retry_after?: number | undefined };
  /** Said by us, of a refusal for the rate: only this chat has to wait. */
  ofChat?: boolean | undefined;
}

export const accepted = (result: unknown): ApiAnswer => ({ ok: true, result });

export const refused = (code: number, description: string): ApiRefusal => ({
  ok: false,
  error_code: code,
  description,
});

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
