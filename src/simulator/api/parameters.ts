import { ApiError } from './api-error.ts';

export interface UploadedFile {
  name: string;
  mime: string;
  bytes: Buffer;
}

/** Parameters whose value is a structure: a JSON text in a form, an object in a JSON body. */
const STRUCTURED = new Set([
  'reply_markup',
  'entities',
  'caption_entities',
  'media',
  'commands',
  'scope',
  'message_ids',
  'allowed_updates',
  'reply_parameters',
  'link_preview_options',
  'menu_button',
]);

/** The parameters of one call, whichever way they came; the readers throw the messenger's 400. */
export class Parameters {
  readonly files: ReadonlyMap<string, UploadedFile>;
  readonly source: 'json' | 'form' | 'multipart';
  readonly #values: Record<string, unknown>;

  constructor(options: {
    values: Record<string, unknown>;
    files: ReadonlyMap<string, UploadedFile>;
    source: 'json' | 'form' | 'multipart';
  }) {
    this.#values = options.values;
    this.files = options.files;
    this.source = options.source;
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** Null counts as absent, as on both messengers. */
  raw(name: string): unknown {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return value ?? undefined;
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new ApiError(400, `Bad Request: parameter "${name}" must be a String`);
  }

  integer(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined || value === '') return undefined;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
    throw new ApiError(400, `Bad Request: parameter "${name}" must be an Integer`);
  }

  number(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined || value === '') return undefined;
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    throw new ApiError(400, `Bad Request: parameter "${name}" must be a Float`);
  }

  flag(name: string): boolean {
    const value = this.raw(name);
    return value === true || value === 'true' || value === 'True' || value === '1' || value === 1;
  }

  /** A structure, given as such or as JSON text. */
  structure(name: string): unknown {
    const value = this.raw(name);
    if (typeof value !== 'string') return value;
    if (value === '') return undefined;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw new ApiError(400, `Bad Request: can't parse ${name} JSON object`);
    }
  }

  /** What the call log shows: structures decoded, files by name and size. */
  forLog(): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    for (const name of this.names()) shown[name] = STRUCTURED.has(name) ? this.#decoded(name) : this.#values[name];
    for (const [name, file] of this.files) {
      shown[name] = { fileName: file.name, mimeType: file.mime, size: file.bytes.length };
    }
    return shown;
  }

  #decoded(name: string): unknown {
    try {
      return this.structure(name);
    } catch {
      return this.#values[name];
    }
  }
}
