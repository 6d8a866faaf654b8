import { Buffer } from 'node:buffer';

/**
 * Typed, versioned callback data: `<name><version>:<field>:<field>…`, ASCII, at most 64 bytes.
 * A button outlives the code that drew it, so a layout that changes takes a new version, and what can't be read is a stale button.
 */
export interface ButtonKind<Fields extends readonly string[]> {
  readonly prefix: string;
  /** @throws {RangeError} when the data would not fit in 64 bytes or holds a separator: a fault of the code that draws the button. */
  data(...values: { [K in keyof Fields]: string }): string;
  /** The fields, or null when the data is another kind's, an older version's or made up. */
  read(data: string): { [K in Fields[number]]: string } | null;
}

/** The limit of both messengers; counted in bytes, so Persian letters would count twice. */
export const CALLBACK_DATA_BYTES = 64;
const FIELD = /^[\w.!-]*$/;

export function buttonKind<const Fields extends readonly string[]>(
  name: string,
  version: number,
  fields: Fields,
): ButtonKind<Fields> {
  const prefix = `${name}${version}`;
  return {
    prefix,
    data(...values) {
      const parts: readonly string[] = values;
      for (const part of parts) {
        if (!FIELD.test(part))
          throw new RangeError(`Callback data field "${part}" of ${prefix} may hold A-Z a-z 0-9 _ . ! - only`);
      }
      const data = [prefix, ...parts].join(':');
      const bytes = Buffer.byteLength(data);
      if (bytes > CALLBACK_DATA_BYTES) {
        throw new RangeError(
          `Callback data of ${prefix} takes ${bytes} bytes; at most ${CALLBACK_DATA_BYTES} are allowed`,
        );
      }
      return data;
    },
    read(data) {
      const [head, ...parts] = data.split(':');
      if (head !== prefix || parts.length !== fields.length || !parts.every((part) => FIELD.test(part))) return null;
      return Object.fromEntries(fields.map((field, index) => [field, parts[index]])) as {
        [K in Fields[number]]: string;
      };
    },
  };
}
