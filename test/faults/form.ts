/**
 * How much of it is done. `npm test` runs the short form; `npm run test:faults` sets these and runs the long one, once
 * for each seed.
 */
const seed = process.env['FAULT_SEED'];

export const FORM = {
  isLong: seed !== undefined,
  seed: Number(seed ?? 1),
  /** Of the soak in the long form. */
  minutes: Number(process.env['FAULT_MINUTES'] ?? 10),
} as const;

/** The second value in the long form. */
export const inForm = <Value>(short: Value, long: Value): Value => (FORM.isLong ? long : short);
