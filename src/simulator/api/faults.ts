export const FAULT_KINDS = [
  /** 429 with `parameters.retry_after`. */
  'rate-limited',
  /** 429 with the body `local_rate_limited`, not JSON. */
  'rate-limited-text',
  /** 403, as if the person had blocked the bot. */
  'forbidden',
  /** The refusal of a token that is not known any more. */
  'token-revoked',
  /** 500 with a JSON body. */
  'server-error',
  /** 502 with an HTML page. */
  'bad-gateway',
  /** The socket closes and nothing was done. */
  'drop-before',
  /** The call is carried out, then the socket closes without an answer. */
  'drop-after',
  /** No answer, nothing done. */
  'hang',
  /** The call is carried out and never answered. */
  'hang-after',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  /** A method's name in any case, or `*` for every method (getUpdates too). */
  method: string;
  kind: FaultKind;
  /** How many calls it hits; without it, all until `clear`. */
  times?: number | undefined;
  /** 0 to 1: the share of calls that it hits, by a seeded generator. Without it, every call. */
  probability?: number | undefined;
  /** Seconds; only with `rate-limited`. Default 1. */
  retryAfter?: number | undefined;
  /** Only calls that name this chat. */
  chatId?: number | undefined;
}

export interface Faults {
  /** Adds a fault; returns the way to take it back. */
  add(fault: Fault): () => void;
  clear(): void;
  /** The fault that this call meets, if any; counts it. */
  next(method: string, chatId: number | undefined): Fault | null;
}

/** Faults that are switched on from outside; the first that fits a call hits it. */
export function createFaults(seed: number): Faults {
  let active: { fault: Fault; left: number }[] = [];
  const random = mulberry32(seed);
  return {
    add(fault) {
      if (!FAULT_KINDS.includes(fault.kind)) {
        throw new Error(`Unknown fault kind "${fault.kind}"; use one of: ${FAULT_KINDS.join(', ')}`);
      }
      const entry = { fault, left: fault.times ?? Infinity };
      active.push(entry);
      return () => {
        active = active.filter((other) => other !== entry);
      };
    },
    clear() {
      active = [];
    },
    next(method, chatId) {
      for (const entry of active) {
        const { fault } = entry;
        if (fault.method !== '*' && fault.method.toLowerCase() !== method.toLowerCase()) continue;
        if (fault.chatId !== undefined && fault.chatId !== chatId) continue;
        if (fault.probability !== undefined && random() >= fault.probability) continue;
        entry.left -= 1;
        if (entry.left <= 0) active = active.filter((other) => other !== entry);
        return fault;
      }
      return null;
    },
  };
}

/** A small generator with 32 bits of state: the same seed hits the same calls again. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
