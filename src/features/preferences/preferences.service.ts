import { trusted, Types, type Connection } from 'mongoose';
import { addDays, inTehran, startOfDayTehran, weekdayOf } from '../../language/jalali.ts';
import { afterQuietHours, type QuietHours } from '../../language/quiet-hours.ts';
import { DEFAULT_PREFERENCES, preferenceModel, type Pace, type PreferenceDocument } from './preference.model.ts';

export { PACES, type Pace } from './preference.model.ts';

/** How a member wants news; who never said anything has the defaults. */
export interface Preference {
  muted: readonly string[];
  pace: Pace;
  /** 0–23 in Tehran. */
  hour: number;
  /** 0 Sunday to 6 Saturday. */
  weekday: number;
  quiet: QuietHours | null;
}

const HOUR_MS = 3_600_000;

/** The next moment of a digest after `after`; null for who wants none. */
export function nextDigest({ pace, hour, weekday }: Preference, after: Date): Date | null {
  if (pace === 'at-once') return null;
  let { year, month, day } = inTehran(after);
  for (;;) {
    const at = new Date(startOfDayTehran({ year, month, day }).getTime() + hour * HOUR_MS);
    if (at > after && (pace === 'daily' || weekdayOf({ year, month, day }) === weekday)) return at;
    ({ year, month, day } = addDays({ year, month, day }, 1));
  }
}

export type Preferences = ReturnType<typeof createPreferences>;

/**
 * What members choose about news. The quiet hours count for everything that can wait, their own cases included; topics
 * and digests for news only.
 */
export function createPreferences({
  connection,
  now,
  quietChanged,
}: {
  connection: Connection;
  now: () => Date;
  /** What is on its way to the member minds the new hours. */
  quietChanged?: (memberId: string, quiet: QuietHours | null) => Promise<void>;
}) {
  const Stored = preferenceModel(connection);

  async function of(memberId: string): Promise<Preference> {
    const found = await Stored.findById(new Types.ObjectId(memberId)).lean();
    return found ? toPreference(found) : DEFAULT_PREFERENCES;
  }

  return {
    of,

    /** Of those who chose anything; the others have the defaults. */
    async ofMany(memberIds: readonly string[]): Promise<(memberId: string) => Preference> {
      const found = await Stored.find({ _id: trusted({ $in: memberIds.map((id) => new Types.ObjectId(id)) }) }).lean();
      const known = new Map(found.map((one) => [one._id.toHexString(), toPreference(one)]));
      return (memberId) => known.get(memberId) ?? DEFAULT_PREFERENCES;
    },

    /** The moment itself, or the end of the member's quiet hours that it falls into. */
    async atWakingHours(memberId: string, at: Date): Promise<Date> {
      const { quiet } = await of(memberId);
      return quiet === null ? at : afterQuietHours(at, quiet);
    },

    async mute(memberId: string, topic: string, isMuted: boolean): Promise<void> {
      const _id = new Types.ObjectId(memberId);
      // Who has muted nothing yet has nothing to take back, and what is made of a `$pull` would have no list at all.
      if (isMuted) await Stored.updateOne({ _id }, { $addToSet: { muted: topic } }, { upsert: true });
      else await Stored.updateOne({ _id }, { $pull: { muted: topic } });
    },

    /**
     * Changes when news comes. Who leaves digests gets what still waits at once.
     * @throws RangeError for an hour or a weekday that there is none of, or quiet hours without an hour to wake in
     */
    async change(memberId: string, changes: Partial<Omit<Preference, 'muted'>>): Promise<Preference> {
      const before = await of(memberId);
      const after = { ...before, ...changes };
      check(after);
      const { pace, hour, weekday, quiet } = after;
      const isLast = before.pace !== 'at-once' && pace === 'at-once';
      const hasNew = before.pace !== pace || before.hour !== hour || before.weekday !== weekday;
      await Stored.updateOne(
        { _id: new Types.ObjectId(memberId) },
        {
          $set: {
            pace,
            hour,
            weekday,
            quiet,
            ...(isLast ? { nextDigestAt: now() } : hasNew ? { nextDigestAt: nextDigest(after, now()) } : {}),
          },
        },
        { upsert: true },
      );
      if (changes.quiet !== undefined) await quietChanged?.(memberId, quiet);
      return after;
    },

    /** Two people became one: what the one who stays has chosen counts. */
    async moveMember(from: string, to: string): Promise<void> {
      const gone = await Stored.findById(new Types.ObjectId(from)).lean();
      if (!gone) return;
      const { _id, ...chosen } = gone;
      await Stored.updateOne({ _id: new Types.ObjectId(to) }, { $setOnInsert: chosen }, { upsert: true });
      await Stored.deleteOne({ _id });
    },

    async forgetMember(memberId: string): Promise<void> {
      await Stored.deleteOne({ _id: new Types.ObjectId(memberId) });
    },
  };
}

const isHour = (hour: number): boolean => Number.isInteger(hour) && hour >= 0 && hour <= 23;

function check({ hour, weekday, quiet }: Preference): void {
  if (!isHour(hour)) throw new RangeError(`${hour} is no hour: give 0 to 23`);
  if (!Number.isInteger(weekday) || weekday < 0 || weekday > 6)
    throw new RangeError(`${weekday} is no weekday: give 0 (Sunday) to 6`);
  if (quiet !== null && !(isHour(quiet.from) && isHour(quiet.to) && quiet.from !== quiet.to))
    throw new RangeError(`${quiet.from} to ${quiet.to} are no quiet hours: give two different hours`);
}

function toPreference({ muted, pace, hour, weekday, quiet }: PreferenceDocument): Preference {
  return { muted, pace, hour, weekday, quiet: quiet && { from: quiet.from, to: quiet.to } };
}
