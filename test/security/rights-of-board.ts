import { Types } from 'mongoose';
import type { Act, Room } from './right.ts';

const DESK = ['officer', 'head', 'admin'] as const;
const source = () => new Types.ObjectId().toHexString();
const casesOf = ({ world }: Room) => world.app.features.obstacles;

/** A case that its reporter, somebody else, made public. */
const publicCase = (room: Room) =>
  casesOf(room).report({
    draftId: room.newId(),
    reporterId: room.newId(),
    businessId: null,
    category: 'license',
    title: 'تمدید پروانه',
    description: 'سه ماه است که پاسخی نیامده است.',
    visibility: 'public',
    evidence: [],
  });

const line = (method: string, attempt: Act['attempt'], isAudited = true): Act => ({
  name: `obstacles/publishing.ts ${method}`,
  allowed: DESK,
  isAudited,
  attempt,
});

export const RIGHTS_OF_BOARD: readonly Act[] = [
  line('answerPublicly', async (room, actor) => {
    const { id } = await publicCase(room);
    return casesOf(room).answerPublicly(actor, id, { text: 'در دست پیگیری است.', source: source() });
  }),
  ...[true, false].map((shown) =>
    line('showOnBoard', async (room, actor) => {
      const { id } = await publicCase(room);
      return casesOf(room).showOnBoard(actor, id, { shown, source: source() });
    }),
  ),
  line(
    'endorsementsOf',
    async (room, actor) => {
      const { id } = await publicCase(room);
      await casesOf(room).support.endorse(room.newId(), id, { comment: 'ما هم', source: source() });
      return (await casesOf(room).endorsementsOf(actor, id)).length > 0;
    },
    false,
  ),
];
