import { trusted, Types } from 'mongoose';
import { clockOnceTold } from './case-clock.ts';
import type { ObstacleDocument, ObstacleModel } from './obstacle.model.ts';
import type { ToldMark, ToldState } from '../../language/told-state.ts';

/** Somebody has to call: it did not arrive, or nobody can tell. Nobody can call who has left. */
const MUST_CALL: readonly ToldState[] = ['blocked', 'no-messenger', 'failed', 'unknown'];
const HAS_HEARD: readonly ToldState[] = ['arrived', 'phoned'];

const TRIES = 5;

/** What became of what was to be told to a reporter stands on the case, moves its clock, and brings it to the desk where it failed. */
export function createReaching(Obstacle: ObstacleModel, now: () => Date) {
  const load = (id: string): Promise<ObstacleDocument | null> =>
    Types.ObjectId.isValid(id) ? Obstacle.findById(new Types.ObjectId(id)).lean() : Promise.resolve(null);

  /** Guarded by what was seen; where somebody was quicker, it looks again. */
  async function note(id: string, what: string, mark: ToldMark, isFirst: boolean): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const there = await load(id);
      const isKnown = there?.told?.[what] !== undefined;
      if (!there || (isFirst && isKnown)) return;
      const hasHeard = HAS_HEARD.includes(mark.state);
      const mustCall = MUST_CALL.includes(mark.state);
      const clock =
        hasHeard || mustCall
          ? clockOnceTold(there.clock, { status: there.status, at: mark.at, hasHeard })
          : there.clock;
      const { matchedCount } = await Obstacle.updateOne(
        {
          _id: there._id,
          status: there.status,
          history: trusted({ $size: there.history.length }),
          ...(isFirst ? { [`told.${what}`]: trusted({ $exists: false }) } : {}),
        },
        {
          $set: {
            [`told.${what}`]: mark,
            ...(clock === there.clock ? {} : { clock }),
            ...(hasHeard ? { unreached: null } : mustCall ? { unreached: there.unreached ?? now() } : {}),
          },
        },
      );
      if (matchedCount === 1) return;
    }
  }

  return {
    /**
     * Where the telling of a batch begins: on its way, or nowhere. An outcome that is there already stays.
     * @param batch its number, as the key of `told`
     */
    queued: (id: string, batch: string, mark: ToldMark) => note(id, batch, mark, true),

    /**
     * How the telling of a batch, or of a question by the clock, ended.
     * @param what the batch's number, or the question's name
     */
    heard: (id: string, what: string, mark: ToldMark) => note(id, what, mark, false),
  };
}
