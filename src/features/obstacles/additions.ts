import { trusted } from 'mongoose';
import { LISTS } from '../../bounds.ts';
import type { CaseDesk } from './case-desk.ts';
import { ENDED, mayMove } from './obstacle-status.ts';
import type { EvidenceDocument, ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Actor, type MoveOutcome } from './obstacle.ts';

/** What a reporter sends after the report: words, files or both. */
export interface Addition {
  /** The same source is added once. */
  source: string;
  text: string;
  evidence: readonly EvidenceDocument[];
  /** It was written when the case still waited for it: it is added though the case has ended since. */
  evenEnded?: boolean;
}

/** More than anybody needs; a document must not grow without end. */
const MOST_ADDITIONS = 200;
const MOST_VERSIONS = 20;

/** The change of a case that an addition made by answering a question. */
const answerOf = (source: string): string => `${source}:answer`;

/** What a reporter adds to the own case. Nothing that was there is taken away: an edited message stays readable as it was. */
export function createAdditions(Obstacle: ObstacleModel, desk: CaseDesk) {
  /** `written`: by what, where something was written that the secretariat has to hear of. */
  async function outcomeOf(id: string, written: string | null): Promise<MoveOutcome> {
    const there = await desk.load(id);
    if (!there) return { kind: 'forbidden' };
    const obstacle = toObstacle(there);
    if (written === null) return { kind: 'moved', obstacle };
    desk.changed(obstacle);
    const isAnswer = there.history.some(({ source }) => source === answerOf(written));
    await desk.memberActed({ what: isAnswer ? 'answer' : 'addition', obstacle, source: written });
    return { kind: 'moved', obstacle };
  }

  return {
    /**
     * Adds to an open case of the actor's own. `moved-on` where it has ended, or holds as much as it can.
     * Where the secretariat had asked, this is the answer: it looks at the case again.
     */
    async add(actor: Actor, id: string, { source, text, evidence, evenEnded = false }: Addition): Promise<MoveOutcome> {
      const before = await desk.load(id);
      if (!before?.reporterId.equals(actor.id)) return { kind: 'forbidden' };
      const isThere = before.additions?.some((one) => one.source === source) ?? false;
      if (!isThere) {
        if (ENDED.includes(before.status) && !evenEnded) return { kind: 'moved-on', obstacle: toObstacle(before) };
        const at = desk.now();
        const texts = text === '' ? [] : [{ at, text, source }];
        const { matchedCount } = await Obstacle.updateOne(
          {
            _id: before._id,
            'additions.source': trusted({ $ne: source }),
            [`additions.${MOST_ADDITIONS - 1}`]: trusted({ $exists: false }),
            [`evidence.${LISTS.evidenceOfCase - 1}`]: trusted({ $exists: false }),
          },
          {
            $push: {
              additions: { at, source, texts, files: evidence.length },
              evidence: { $each: [...evidence] },
            },
            // Who writes can be reached.
            $set: { updatedAt: at, unreached: null },
          },
        );
        if (matchedCount === 0) {
          const there = (await desk.load(id)) ?? before;
          if (!there.additions?.some((one) => one.source === source))
            return { kind: 'moved-on', obstacle: toObstacle(there) };
        }
      }
      const there = await desk.load(id);
      if (there?.status === 'needs_information' && mayMove(there.status, 'under_review', 'reporter')) {
        const answered = await desk.write(there, {
          to: 'under_review',
          reason: '',
          source: answerOf(source),
          party: 'reporter',
          actorId: actor.id,
        });
        if (answered) await desk.tell(answered);
      }
      return outcomeOf(id, source);
    },

    /**
     * The message behind an addition was edited, or one more file of its album came: the new words stand beside the old
     * ones, and new files beside the old files. Also after the case has ended. `forbidden` where there is no such addition.
     */
    async amend(
      actor: Actor,
      id: string,
      addition: string,
      { source, text, evidence }: Addition,
    ): Promise<MoveOutcome> {
      const before = await desk.load(id);
      const there = before?.additions?.find((one) => one.source === addition);
      if (!before?.reporterId.equals(actor.id) || !there) return { kind: 'forbidden' };
      const known = new Set(before.evidence.map(({ fileId }) => fileId));
      const files = evidence.filter(({ fileId }) => !known.has(fileId));
      const isSaid = text === '' || there.texts.some((one) => one.source === source);
      const isFull = there.texts.length >= MOST_VERSIONS;
      if (isFull && !isSaid) return { kind: 'moved-on', obstacle: toObstacle(before) };
      if (isSaid && files.length === 0) return outcomeOf(id, null);
      if (before.evidence.length + files.length > LISTS.evidenceOfCase)
        return { kind: 'moved-on', obstacle: toObstacle(before) };
      const at = desk.now();
      await Obstacle.updateOne(
        {
          _id: before._id,
          additions: trusted({ $elemMatch: { source: addition, 'texts.source': { $ne: source } } }),
        },
        {
          $push: {
            ...(isSaid ? {} : { 'additions.$.texts': { at, text, source } }),
            evidence: { $each: files },
          },
          $inc: { 'additions.$.files': files.length },
          $set: { updatedAt: at },
        },
      );
      return outcomeOf(id, source);
    },
  };
}
