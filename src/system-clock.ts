import { clockOf, type Clock, type Now } from './clock.ts';

/** The machine's date: the one place that reads it. Only what starts a program hands it on (`.dependency-cruiser.cjs`). */
export const systemNow: Now = () => new Date();

/** The same as a whole clock. */
export const systemClock: Clock = clockOf(systemNow);
