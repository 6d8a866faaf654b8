import type { FaultKind } from './faults.ts';

/** One API call of the bot, as it was answered. */
export interface ApiCall {
  readonly method: string;
  /** Structures decoded; a file as its name, type and size. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly ok: boolean;
  /** With getUpdates: the ids of the updates. */
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly description: string };
  /** The fault that it met. With `drop-after` and `hang-after` the call was carried out all the same. */
  readonly fault?: FaultKind;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type CallMatch = string | ((call: ApiCall) => boolean);

export interface CallLog {
  readonly calls: readonly ApiCall[];
  add(call: ApiCall): void;
  onAdded(listener: (call: ApiCall) => void): () => void;
}

export function createCallLog(keep: number): CallLog {
  const calls: ApiCall[] = [];
  const listeners = new Set<(call: ApiCall) => void>();
  return {
    calls,
    add(call) {
      calls.push(call);
      // Dropping in lumps: taking the first off a long array at every call is slow.
      if (calls.length > keep * 1.25) calls.splice(0, calls.length - keep);
      for (const listener of listeners) listener(call);
    },
    onAdded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function matchesCall(call: ApiCall, match: CallMatch): boolean {
  return typeof match === 'string' ? call.method.toLowerCase() === match.toLowerCase() : match(call);
}
