import type { WorkingCalendar } from '../calendar/calendar.service.ts';
import { ENDED, type Party, type Status } from './obstacle-status.ts';

/**
 * What a case waits for. `due` is the one deadline that runs now: of the first answer until the secretariat has given a
 * word with a reason, then of the next word; none while the member is asked, and none once the case has ended.
 */
export interface CaseClock {
  firstAnswerDue: Date;
  nextWordDue: Date | null;
  /** Since when the member is waited for. */
  pausedAt: Date | null;
  due: Date | null;
  answered: boolean;
  /** How loudly the deadline that runs was told: 0 not, 1 reminded, 2 overdue to the officer, 3 to the head. */
  stage: number;
  /** Declared solved: when the reporter is reminded, and when the case closes without confirmation. */
  remindAt: Date | null;
  closeAt: Date | null;
  /** Solved: when the reporter is asked whether it stayed so. */
  checkBackAt: Date | null;
}

/** In working days; a category may have its own. */
export interface Deadlines {
  firstAnswerDays: number;
  nextWordDays: number;
}

export const DEFAULT_DEADLINES: Deadlines = { firstAnswerDays: 3, nextWordDays: 10 };

const DAY_MS = 86_400_000;
const REMIND_AFTER_DAYS = 7;
const CLOSE_AFTER_DAYS = 14;
const CHECK_BACK_AFTER_DAYS = 28;

export interface ClockRules {
  calendar: WorkingCalendar;
  deadlines: Deadlines;
}

export function newClock(at: Date, { calendar, deadlines }: ClockRules): CaseClock {
  const firstAnswerDue = calendar.addWorkingDays(at, deadlines.firstAnswerDays);
  return {
    firstAnswerDue,
    nextWordDue: null,
    pausedAt: null,
    due: firstAnswerDue,
    answered: false,
    stage: 0,
    remindAt: null,
    closeAt: null,
    checkBackAt: null,
  };
}

/**
 * The clock once it is known whether the reporter has heard the last word: only a question that arrived stops the
 * deadline, and only who was asked whether it is solved can let the time for an answer pass.
 */
export function clockOnceTold(
  clock: CaseClock,
  { status, at, hasHeard }: { status: Status; at: Date; hasHeard: boolean },
) {
  if (status === 'needs_information' && hasHeard && clock.pausedAt === null)
    return { ...clock, pausedAt: at, due: null, stage: 0 };
  if (status !== 'declared_solved') return clock;
  if (!hasHeard) return { ...clock, remindAt: null, closeAt: null };
  return clock.closeAt === null ? { ...clock, ...timesToConfirm(at) } : clock;
}

const timesToConfirm = (at: Date): Pick<CaseClock, 'remindAt' | 'closeAt'> => ({
  remindAt: new Date(at.getTime() + REMIND_AFTER_DAYS * DAY_MS),
  closeAt: new Date(at.getTime() + CLOSE_AFTER_DAYS * DAY_MS),
});

export interface ClockedChange {
  at: Date;
  from: Status;
  to: Status;
  party: Party;
  /** The member reads a reason: a word was given. */
  hasReason: boolean;
  /** The secretariat named the time of its next word itself. */
  nextWordDue?: Date | undefined;
}

/** The clock after a change. */
export function clockAfter(clock: CaseClock, change: ClockedChange, { calendar, deadlines }: ClockRules): CaseClock {
  const { at, from, to, party } = change;
  const later = (days: number) => new Date(at.getTime() + days * DAY_MS);
  const still: CaseClock = {
    ...clock,
    due: null,
    pausedAt: null,
    stage: 0,
    remindAt: null,
    closeAt: null,
    checkBackAt: null,
  };
  if (to === 'solved') return { ...still, checkBackAt: later(CHECK_BACK_AFTER_DAYS) };
  if (ENDED.includes(to)) return still;
  if (to === 'declared_solved') return { ...still, answered: true, ...timesToConfirm(at) };
  // It stops when the question has arrived; a second question does not make the pause shorter than it is.
  if (to === 'needs_information') return { ...still, pausedAt: clock.pausedAt, due: clock.due, stage: clock.stage };
  if (to === 'reopened') {
    const due = calendar.addWorkingDays(at, deadlines.firstAnswerDays);
    return { ...still, answered: false, firstAnswerDue: due, nextWordDue: null, due };
  }
  if (party === 'staff' && (change.hasReason || from === 'merged')) {
    const due = change.nextWordDue ?? calendar.addWorkingDays(at, deadlines.nextWordDays);
    return { ...still, answered: true, nextWordDue: due, due };
  }
  if (clock.pausedAt === null) return { ...still, due: clock.due, stage: clock.stage };
  // Going on: what was left of the time when the member was asked is left now, a day at the least.
  const paused = (clock.answered ? clock.nextWordDue : clock.firstAnswerDue) ?? clock.firstAnswerDue;
  const left = Math.max(1, calendar.workingDaysBetween(clock.pausedAt, paused));
  const due = calendar.addWorkingDays(at, left);
  return { ...still, ...(clock.answered ? { nextWordDue: due } : { firstAnswerDue: due }), due };
}
