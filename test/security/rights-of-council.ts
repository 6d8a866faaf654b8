import { Types } from 'mongoose';
import type { Agenda } from '../../src/features/agenda/agenda.service.ts';
import type { Role } from '../../src/features/members/members.service.ts';
import type { Outcome, Programme, ProgrammeTexts } from '../../src/features/programmes/programmes.service.ts';
import type { Act, Actor, Room } from './right.ts';

const LEADS = ['head', 'admin'] as const;
const READERS = ['council', ...LEADS] as const;
const WRITERS = READERS;
const KEEPERS = ['officer', ...WRITERS] as const;
const source = () => new Types.ObjectId().toHexString();
const councilOf = ({ world }: Room) => world.app.features.council;
const programmesOf = (room: Room) => councilOf(room).programmes;
const agendasOf = (room: Room) => councilOf(room).agendas;
const someAdmin = (room: Room): Actor => ({ id: room.newId(), roles: ['admin'] });

const line = (name: string, allowed: readonly Role[], attempt: Act['attempt']): Act => ({
  name,
  allowed,
  isAudited: true,
  attempt,
});
const read = (name: string, allowed: readonly Role[], attempt: Act['attempt']): Act => ({
  ...line(name, allowed, attempt),
  isAudited: false,
});

const TEXTS: ProgrammeTexts = {
  title: 'برنامهٔ آزمون',
  aim: 'آسان شدن کار',
  section: 'آموزش',
  body: 'اتحادیه',
  partners: [],
  startOn: '2026-05-01',
  endOn: '2027-05-01',
  milestones: [{ title: 'آغاز', dueOn: null }],
  budgetRials: null,
};

/** One that is written and has not begun. */
async function written(room: Room): Promise<Programme> {
  const made = await programmesOf(room).write(someAdmin(room), TEXTS, source());
  if (made.kind !== 'done') throw new Error('An admin may write programmes');
  return made.programme;
}

const onProgramme = (
  method: string,
  allowed: readonly Role[],
  change: (room: Room, actor: Actor, id: string) => Promise<Outcome>,
): Act =>
  line(`programmes/programmes.service.ts ${method}`, allowed, async (room, actor) => {
    const { id } = await written(room);
    return (await change(room, actor, id)).kind === 'done';
  });

export const RIGHTS_OF_PROGRAMMES: readonly Act[] = [
  line('programmes/programmes.service.ts write', WRITERS, async (room, actor) => {
    return (await programmesOf(room).write(actor, TEXTS, source())).kind === 'done';
  }),
  onProgramme('revise', WRITERS, (room, actor, id) =>
    programmesOf(room).revise(actor, id, { ...TEXTS, title: 'نام تازه' }, source()),
  ),
  onProgramme('move', WRITERS, (room, actor, id) =>
    programmesOf(room).move(actor, id, { to: 'running', source: source() }),
  ),
  onProgramme('report', KEEPERS, (room, actor, id) =>
    programmesOf(room).report(actor, id, { progress: 20, text: 'پیش رفت', source: source() }),
  ),
  onProgramme('reach', KEEPERS, (room, actor, id) =>
    programmesOf(room).reach(actor, id, { index: 0, source: source() }),
  ),
  onProgramme('link', KEEPERS, async (room, actor, id) =>
    programmesOf(room).link(actor, id, { obstacle: await room.newCase(), source: source() }),
  ),
  line('programmes/plans.service.ts link', KEEPERS, async (room, actor) => {
    const { id } = await written(room);
    const obstacle = await room.newCase();
    await councilOf(room).plans.link(actor, id, { obstacle, source: source() });
    return (await programmesOf(room).find(someAdmin(room), id))?.cases.some((one) => one.id === obstacle.id) ?? false;
  }),
  // One that has begun is for everybody; a draft is not.
  read('programmes/programmes.service.ts page', KEEPERS, async (room, actor) => {
    const { id } = await written(room);
    const { programmes } = await programmesOf(room).page(actor, { skip: 0, limit: 1000 });
    return programmes.some((one) => one.id === id);
  }),
  read('programmes/programmes.service.ts find', KEEPERS, async (room, actor) => {
    const { id } = await written(room);
    return (await programmesOf(room).find(actor, id)) !== null;
  }),
  read('programmes/programmes.service.ts byNumber', KEEPERS, async (room, actor) => {
    const { number } = await written(room);
    return (await programmesOf(room).byNumber(actor, number)) !== null;
  }),
];

const heavyCase = (room: Room) =>
  room.world.app.features.obstacles.report({
    draftId: room.newId(),
    reporterId: room.newId(),
    businessId: null,
    category: 'license',
    title: 'تمدید پروانه',
    description: 'سه ماه است که پاسخی نیامده است.',
    cost: { days: 20, rials: null, people: 40 },
    evidence: [],
  });

/** Closes what is being worked on, so that there is room for the next. */
async function closeLast(room: Room): Promise<void> {
  const admin = someAdmin(room);
  const there = await agendasOf(room).current(admin);
  if (!there || there.state === 'closed') return;
  if (there.items.length === 0) {
    const { code } = await heavyCase(room);
    await agendasOf(room).add(admin, there.id, { code, source: source() });
  }
  await agendasOf(room).confirm(admin, there.id, source());
  await agendasOf(room).close(admin, there.id, source());
}

/** A new agenda with some case on it. */
async function agenda(room: Room, state: 'proposed' | 'open'): Promise<{ id: string; obstacleId: string }> {
  const admin = someAdmin(room);
  await closeLast(room);
  await heavyCase(room);
  const made = await agendasOf(room).propose({ month: '1405-09', origin: source(), actor: admin });
  const obstacleId = made?.items[0]?.obstacleId;
  if (!made || obstacleId === undefined) throw new Error('There is a case to talk about');
  if (state === 'open') await agendasOf(room).confirm(admin, made.id, source());
  return { id: made.id, obstacleId };
}

/** Somebody who has a seat, and so a vote that counts. */
async function councillor({ world }: Room): Promise<Actor> {
  const account = { messenger: 'bale', userId: 7_771_000 } as const;
  await world.app.features.members.grant(account, 'council');
  const member = await world.app.features.members.behind(account);
  if (!member) throw new Error('Whoever is given a role is a member');
  return { id: member.id, roles: ['council'] };
}

const decisionOf = (obstacleId: string) => ({
  obstacleId,
  outcome: 'act' as const,
  text: 'دبیرخانه کار را آغاز می‌کند.',
  body: '',
  dueOn: '',
  programme: '',
  alsoCodes: [],
  source: source(),
});

const AGENDA = 'agenda/agenda.service.ts';
const onAgenda = (
  method: string,
  allowed: readonly Role[],
  {
    state,
    change,
  }: {
    state: 'proposed' | 'open';
    change: (room: Room, actor: Actor, there: { id: string; obstacleId: string }) => Promise<{ kind: string }>;
  },
): Act =>
  line(`${AGENDA} ${method}`, allowed, async (room, actor) => {
    const there = await agenda(room, state);
    return (await change(room, actor, there)).kind === 'done';
  });
const isThere = (found: Agenda | null) => found !== null;

export const RIGHTS_OF_AGENDA: readonly Act[] = [
  line(`${AGENDA} propose`, LEADS, async (room, actor) => {
    await closeLast(room);
    await heavyCase(room);
    return isThere(await agendasOf(room).propose({ month: '1405-09', origin: source(), actor }));
  }),
  read(`${AGENDA} current`, READERS, async (room, actor) => {
    await agenda(room, 'open');
    return isThere(await agendasOf(room).current(actor));
  }),
  read(`${AGENDA} find`, READERS, async (room, actor) => {
    const { id } = await agenda(room, 'open');
    return isThere(await agendasOf(room).find(actor, id));
  }),
  onAgenda('add', LEADS, {
    state: 'proposed',
    async change(room, actor, { id, obstacleId }) {
      await agendasOf(room).remove(someAdmin(room), id, { obstacleId, source: source() });
      const { code } = await room.newCase();
      return agendasOf(room).add(actor, id, { code, source: source() });
    },
  }),
  onAgenda('remove', LEADS, {
    state: 'proposed',
    change: (room, actor, { id, obstacleId }) => agendasOf(room).remove(actor, id, { obstacleId, source: source() }),
  }),
  onAgenda('confirm', LEADS, {
    state: 'proposed',
    change: (room, actor, { id }) => agendasOf(room).confirm(actor, id, source()),
  }),
  onAgenda('vote', ['council'], {
    state: 'open',
    change: (room, actor, { id, obstacleId }) =>
      agendasOf(room).vote(actor, id, { obstacleId, vote: 'support', source: source() }),
  }),
  onAgenda('decide', LEADS, {
    state: 'open',
    async change(room, actor, { id, obstacleId }) {
      await agendasOf(room).setQuorum(someAdmin(room), 1, source());
      await agendasOf(room).vote(await councillor(room), id, { obstacleId, vote: 'support', source: source() });
      return agendasOf(room).decide(actor, id, decisionOf(obstacleId));
    },
  }),
  onAgenda('close', LEADS, {
    state: 'open',
    change: (room, actor, { id }) => agendasOf(room).close(actor, id, source()),
  }),
  ...[`${AGENDA} setQuorum`, 'agenda/council.service.ts setQuorum'].map((name) =>
    line(name, LEADS, (room, actor) => agendasOf(room).setQuorum(actor, 2, source())),
  ),
];
