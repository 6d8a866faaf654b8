/* What is in hand, in memory that two threads share: a number that grows while the process lives, and places for ids. */

export interface Table {
  /** First the growing number, then the state of each place. */
  numbers: Int32Array<SharedArrayBuffer>;
  /** The length of an id, then its letters. */
  ids: Uint8Array<SharedArrayBuffer>;
}

export const COUNTER = 0;
/** More than are in hand at a time; what finds none free is not noted. */
const PLACES = 256;
const FREE = 0;
const IN_HAND = 1;
const SUSPECTED = 2;
/** An inbox id has at most 160 letters, all of them Latin. */
const ID_BYTES = 255;

export const createTable = (): Table => ({
  numbers: new Int32Array(new SharedArrayBuffer((1 + PLACES) * Int32Array.BYTES_PER_ELEMENT)),
  ids: new Uint8Array(new SharedArrayBuffer(PLACES * (1 + ID_BYTES))),
});

/** @returns its place; 0 where none is free */
export function put({ numbers, ids }: Table, id: string, isSuspected: boolean): number {
  for (let place = 1; place <= PLACES; place += 1) {
    if (numbers[place] !== FREE) continue;
    const from = (place - 1) * (1 + ID_BYTES);
    const length = Math.min(id.length, ID_BYTES);
    ids[from] = length;
    for (let index = 0; index < length; index += 1) ids[from + 1 + index] = id.charCodeAt(index);
    Atomics.store(numbers, place, isSuspected ? SUSPECTED : IN_HAND);
    return place;
  }
  return 0;
}

export function take({ numbers }: Table, place: number): void {
  if (place > 0) Atomics.store(numbers, place, FREE);
}

/** Everything in hand. */
export function list({ numbers, ids }: Table): { id: string; isSuspected: boolean }[] {
  const found: { id: string; isSuspected: boolean }[] = [];
  for (let place = 1; place <= PLACES; place += 1) {
    const state = Atomics.load(numbers, place);
    if (state === FREE) continue;
    const from = (place - 1) * (1 + ID_BYTES);
    const letters = ids.slice(from + 1, from + 1 + (ids[from] ?? 0));
    found.push({ id: String.fromCharCode(...letters), isSuspected: state === SUSPECTED });
  }
  return found;
}
