import { memberOf } from '../support/journeys.ts';
import type { Act, Actor, Room } from './right.ts';

const COUNCIL = ['head', 'council', 'admin'] as const;
const SPEAKS = ['head', 'council'] as const;
const ADMIN = ['admin'] as const;
const AGENT: Actor = { id: 'a'.repeat(24), roles: ['admin'] };

const official = ({ world }: Room) => world.app.features.obstacles.official;
const handover = ({ world }: Room) => world.app.features.handover;

async function newIdea(room: Room): Promise<string> {
  const { id } = await room.world.app.features.obstacles.report({
    draftId: room.newId(),
    reporterId: room.newId(),
    businessId: null,
    kind: 'idea',
    category: 'license',
    title: 'دورهٔ مشترک با دانشگاه',
    description: 'آماده‌اند.',
    visibility: 'public',
    evidence: [],
  });
  return id;
}

/** A head who could take over, with nothing under way. */
async function successor({ world }: Room): Promise<string> {
  await world.app.database.connection.collection('handovers').deleteMany({});
  const { person, id } = await memberOf(world, 'bale');
  await world.app.features.members.grant({ messenger: 'bale', userId: person.id }, 'head');
  return id;
}

/** One that is under way between two others. */
async function underWay(room: Room): Promise<string> {
  const outcome = await handover(room).begin(AGENT, { incomingId: await successor(room), source: room.newId() });
  if (outcome.kind !== 'begun') throw new Error(outcome.kind);
  return outcome.handover.id;
}

/** The council's answers, and the hand-over, in which a role alone is not enough. */
export const RIGHTS_OF_HANDOVER: readonly Act[] = [
  {
    name: 'obstacles/official.ts setRule',
    allowed: COUNCIL,
    isAudited: true,
    attempt: (room, actor) => official(room).setRule(actor, { threshold: 30, days: 5 }, room.newId()),
  },
  {
    name: 'obstacles/official.ts waiting',
    allowed: COUNCIL,
    isAudited: false,
    attempt: async (room, actor) => (await official(room).waiting(actor, { page: 0, size: 1 })) !== null,
  },
  {
    name: 'obstacles/official.ts answer',
    allowed: SPEAKS,
    isAudited: true,
    async attempt(room, actor) {
      const answer = { text: 'بررسی شد.', seen: 0, source: room.newId() };
      return (await official(room).answer(actor, await newIdea(room), answer)).kind === 'answered';
    },
  },
  {
    name: 'handover/handover.service.ts begin',
    allowed: ADMIN,
    isAudited: true,
    async attempt(room, actor) {
      const incomingId = await successor(room);
      return (await handover(room).begin(actor, { incomingId, source: room.newId() })).kind === 'begun';
    },
  },
  {
    name: 'handover/handover.service.ts tick',
    allowed: [],
    isAudited: true,
    async attempt(room, actor) {
      const item = { code: 'staff', done: true, source: room.newId() };
      return (await handover(room).tick(actor, await underWay(room), item)).kind === 'ticked';
    },
  },
  {
    name: 'handover/handover.service.ts confirm',
    allowed: [],
    isAudited: true,
    async attempt(room, actor) {
      const outcome = await handover(room).confirm(actor, await underWay(room), { seen: 1, source: room.newId() });
      return outcome.kind !== 'forbidden';
    },
  },
  {
    name: 'handover/handover.service.ts abort',
    allowed: ADMIN,
    isAudited: true,
    attempt: async (room, actor) =>
      (await handover(room).abort(actor, await underWay(room), room.newId())) === 'aborted',
  },
  {
    name: 'handover/handover.service.ts current',
    allowed: ADMIN,
    isAudited: false,
    async attempt(room, actor) {
      await underWay(room);
      return (await handover(room).current(actor)) !== null;
    },
  },
  {
    name: 'handover/handover.service.ts successors',
    allowed: ADMIN,
    isAudited: false,
    async attempt(room, actor) {
      await successor(room);
      return (await handover(room).successors(actor)).length > 0;
    },
  },
];
