import { Types } from 'mongoose';
import type { CaseDesk } from './case-desk.ts';
import type { ObstacleModel } from './obstacle.model.ts';
import type { TellOfficial } from './official.ts';
import type { Actor } from './obstacle.ts';
import { faceFields, type ForStrangers } from './public-face.ts';
import type { Endorsement, Support } from './support.ts';

/** Nobody reads more of them in a chat. */
const SHOWN_ENDORSEMENTS = 10;

/** What the secretariat does about the public face of a case, and reads behind it. */
export function createPublishing(
  Obstacle: ObstacleModel,
  {
    desk,
    support,
    forStrangers,
    tellOfficial,
  }: { desk: CaseDesk; support: Support; forStrangers: ForStrangers; tellOfficial?: TellOfficial | undefined },
) {
  /** Tells who follows the case, its reporter by that role; once for each answer, by the moment of its writing. */
  async function tellAnswer(id: string, source: string): Promise<void> {
    const there = await desk.load(id);
    if (!there?.publicAnswer || there.publicAnswer.source !== source) return;
    const notice = { what: 'public', obstacleId: id, revision: there.publicAnswer.at.getTime() } as const;
    const reporter = there.reporterId.toHexString();
    await tellOfficial?.({ ...notice, to: { role: 'reporter', memberId: reporter } });
    for (const memberId of await desk.concerned(id))
      if (memberId !== reporter) await tellOfficial?.({ ...notice, to: { role: 'supporter', memberId } });
  }

  return {
    /** What everybody reads on the board, told to who follows; an empty text takes it back. False for who may not. */
    async answerPublicly(
      actor: Actor,
      id: string,
      { text, source }: { text: string; source: string },
    ): Promise<boolean> {
      const there = await desk.load(id);
      if (!there || there.visibility !== 'public' || !(await desk.mayAct(actor, there))) return false;
      const said = await forStrangers(text, there);
      if (there.publicAnswer?.source !== source) {
        const publicAnswer = said === '' ? null : { text: said, at: desk.now(), source };
        await Obstacle.updateOne({ _id: there._id }, { $set: { publicAnswer } });
      }
      await desk.record(actor, 'obstacle.public-answer', {
        id,
        before: { text: there.publicAnswer?.text ?? null },
        after: { text: said },
        source,
      });
      await tellAnswer(id, source);
      return true;
    },

    /** Takes a public case off the board, or puts it back. False for who may not. */
    async showOnBoard(
      actor: Actor,
      id: string,
      { shown, source }: { shown: boolean; source: string },
    ): Promise<boolean> {
      const there = await desk.load(id);
      if (!there || there.visibility !== 'public' || !(await desk.mayAct(actor, there))) return false;
      const hiddenAt = shown ? null : desk.now();
      const face = faceFields({ ...there, hiddenAt });
      // Guarded by the status, which the fields follow from; who loses presses again.
      const { matchedCount } = await Obstacle.updateOne(
        { _id: there._id, status: there.status },
        { $set: { ...face.set, hiddenAt }, $unset: face.unset },
      );
      await desk.record(actor, shown ? 'obstacle.show' : 'obstacle.hide', { id, source });
      return matchedCount === 1;
    },

    /** The newest me-toos of a case and its parts, with what was said in them; for the secretariat only. */
    async endorsementsOf(actor: Actor, id: string): Promise<Endorsement[]> {
      const there = Types.ObjectId.isValid(id) ? await desk.load(id) : null;
      if (!there || !(await desk.mayAct(actor, there))) return [];
      return support.listOf(await support.familyOf(id), SHOWN_ENDORSEMENTS);
    },
  };
}
