import { Types } from 'mongoose';
import { toIsoDay } from '../../src/language/jalali.ts';
import { createStaffGroups } from '../../src/features/desk/staff-group.service.ts';
import type { Role } from '../../src/features/members/members.service.ts';
import type { Act, Actor, Room } from './right.ts';
import { RIGHTS_OF_AUDIENCE } from './rights-of-audience.ts';
import { RIGHTS_OF_BOARD } from './rights-of-board.ts';
import { RIGHTS_OF_AGENDA, RIGHTS_OF_PROGRAMMES } from './rights-of-council.ts';
import { RIGHTS_OF_HANDOVER } from './rights-of-handover.ts';
import { RIGHTS_OF_CATEGORIES, RIGHTS_OF_NEWS } from './rights-of-news.ts';
import { RIGHTS_OF_PACKS } from './rights-of-packs.ts';

const DESK = ['officer', 'head', 'admin'] as const;
const LEADS = ['head', 'admin'] as const;
const ALL = ['officer', 'head', 'council', 'admin'] as const;
const ADMIN = ['admin'] as const;

const source = () => new Types.ObjectId().toHexString();
const features = ({ world }: Room) => world.app.features;
const MOVES = [
  'under_review',
  'needs_information',
  'referred',
  'planned',
  'in_progress',
  'declared_solved',
  'not_possible',
  'not_ours',
] as const;
const groups = ({ world }: Room) => {
  const { audit } = world.app.features;
  return createStaffGroups({ connection: world.app.database.connection, audit, now: () => new Date() });
};
const act = (
  name: string,
  allowed: readonly Role[],
  attempt: Act['attempt'],
  { isAudited = true }: { isAudited?: boolean } = {},
): Act => ({ name, allowed, isAudited, attempt });
const read = (name: string, allowed: readonly Role[], attempt: Act['attempt']): Act =>
  act(name, allowed, attempt, { isAudited: false });

/** Two members with one phone; the one who would stay may have a role. */
async function samePhone(room: Room, role?: Role): Promise<{ from: string; into: string }> {
  const { members } = features(room);
  const { ownerId } = await room.waiting();
  const owner = (await members.find(ownerId))!;
  const userId = Math.trunc(Math.random() * 1e9);
  const twin = { messenger: 'telegram', userId, chatId: userId } as const;
  const { id } = await members.identify(twin);
  const place = { provinceCode: '06', cityCode: '06-ahvaz' };
  await members.saveProfile(id, { name: owner.name!, phone: owner.phone!, ...place });
  if (role) await members.grant(twin, role);
  return { from: ownerId, into: id };
}

async function newTemplate(room: Room): Promise<string> {
  const { desk } = features(room).cases;
  const admin = { id: room.newId(), roles: ['admin'] } as const;
  const name = source();
  await desk.saveTemplate(admin, { name, act: 'answer', body: 'پاسخ' }, name);
  return (await desk.templates(admin)).find((template) => template.name === name)!.id;
}

const SHEETS_OF_DESK = ['businesses', 'cases'] as const;
const SHEETS_OF_LEADS = ['deliveries', 'audit'] as const;
const beginning =
  (sheet: 'businesses' | 'cases' | 'deliveries' | 'audit'): Act['attempt'] =>
  async (room, actor) => {
    const begun = await features(room).databank.exports.begin(actor, { sheet, source: source() });
    await begun?.rows.return(undefined);
    return begun !== null;
  };

/** Role × act: whatever is not here is refused. */
export const RIGHTS: readonly Act[] = [
  act('obstacles/transitions.ts take', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    return (await features(room).obstacles.take(actor, id, source())).kind === 'moved';
  }),
  act('obstacles/transitions.ts handOver', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    const to = { to: room.colleague, source: source() };
    return (await features(room).obstacles.handOver(actor, id, to)).kind === 'moved';
  }),
  ...MOVES.map((to) =>
    act('obstacles/transitions.ts move', DESK, async (room, actor) => {
      const { id, status } = await room.newCase();
      const change = { from: status, to, reason: 'روشن شد', source: source() };
      return (await features(room).obstacles.move(actor, id, change)).kind === 'moved';
    }),
  ),
  // Only a reporter can call a case solved, whatever the role.
  ...(['solved', 'withdrawn', 'merged'] as const).map((to) =>
    act('obstacles/transitions.ts move', [], async (room, actor) => {
      const { id, status } = await room.caseIn(to === 'solved' ? 'declared_solved' : 'received');
      const change = { from: status, to, reason: '', source: source() };
      return (await features(room).obstacles.move(actor, id, change)).kind === 'moved';
    }),
  ),
  act('obstacles/transitions.ts assisted', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    const before = await auditedBy(room, actor);
    await features(room).obstacles.assisted(actor, id, source());
    return (await auditedBy(room, actor)) > before;
  }),
  act('obstacles/transitions.ts note', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    return (await features(room).obstacles.note(actor, id, { text: 'یادداشت', source: source() })) === true;
  }),
  read('obstacles/transitions.ts notesOf', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    return (await features(room).obstacles.notesOf(actor, id)) !== null;
  }),
  act('obstacles/calling.ts callerOf', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    return (await features(room).obstacles.callerOf(actor, id, source())) !== null;
  }),
  act('obstacles/calling.ts phoned', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    const outcome = await features(room).obstacles.phoned(actor, id, { text: 'تماس گرفتیم', source: source() });
    return outcome.kind === 'moved';
  }),
  act('obstacles/transitions.ts check', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    return features(room).obstacles.check(actor, id, { item: 'called', source: source() });
  }),
  read('obstacles/transitions.ts rate', [], async (room, actor) => {
    const { id } = await room.caseIn('not_possible');
    return features(room).obstacles.rate(actor, id, 1);
  }),
  // Only a reporter adds to a case, whatever the role of somebody else.
  read('obstacles/additions.ts add', [], async (room, actor) => {
    const { id } = await room.newCase();
    const more = { source: source(), text: 'باز هم', evidence: [] };
    return (await features(room).obstacles.add(actor, id, more)).kind === 'moved';
  }),
  read('obstacles/additions.ts amend', [], async (room, actor) => {
    const { id, reporterId } = await room.newCase();
    const addition = source();
    const more = { text: 'باز هم', evidence: [] };
    await features(room).obstacles.add({ id: reporterId, roles: [] }, id, { ...more, source: addition });
    const amended = await features(room).obstacles.amend(actor, id, addition, { ...more, source: source() });
    return amended.kind === 'moved';
  }),
  act('obstacles/merging.ts merge', DESK, async (room, actor) => {
    const [one, other] = [await room.newCase(), await room.newCase()];
    const into = { code: other.code, reason: 'یکی است', source: source() };
    return (await features(room).obstacles.merge(actor, one.id, into)).kind === 'merged';
  }),
  act('obstacles/merging.ts unmerge', DESK, async (room, actor) => {
    const { id } = await room.caseIn('merged');
    return (await features(room).obstacles.unmerge(actor, id, source())).kind === 'unmerged';
  }),
  read('obstacles/merging.ts partsOf', DESK, async (room, actor) => {
    const { mergedInto } = await room.caseIn('merged');
    return (await features(room).obstacles.partsOf(actor, mergedInto ?? '')).length > 0;
  }),
  read('obstacles/case-queues.ts queue', DESK, async (room, actor) => {
    return (await features(room).obstacles.queue(actor, 'new', { skip: 0, limit: 1 })) !== null;
  }),
  read('obstacles/case-queues.ts queueCounts', DESK, async (room, actor) => {
    return (await features(room).obstacles.queueCounts(actor)) !== null;
  }),
  read('obstacles/obstacles.service.ts visibleTo', DESK, async (room, actor) => {
    const { id } = await room.newCase();
    return (await features(room).obstacles.visibleTo(actor, id)) !== null;
  }),
  read('obstacles/obstacles.service.ts byCode', DESK, async (room, actor) => {
    const { code } = await room.newCase();
    return (await features(room).obstacles.byCode(actor, code)) !== null;
  }),
  read('obstacles/obstacles.service.ts ofDraft', DESK, async (room, actor) => {
    const { draftId } = await room.newCase();
    return (await features(room).obstacles.ofDraft(actor, draftId)) !== null;
  }),
  act('desk/desk.service.ts saveTemplate', LEADS, async (room, actor) => {
    const template = { name: source(), act: 'answer', body: 'پاسخ' } as const;
    return features(room).cases.desk.saveTemplate(actor, template, source());
  }),
  read('desk/desk.service.ts templates', DESK, async (room, actor) => {
    await newTemplate(room);
    return (await features(room).cases.desk.templates(actor)).length > 0;
  }),
  read('desk/desk.service.ts template', DESK, async (room, actor) => {
    const id = await newTemplate(room);
    return (await features(room).cases.desk.template(actor, id)) !== null;
  }),
  read('desk/desk.service.ts staff', DESK, async (room, actor) => {
    await features(room).members.grant({ messenger: 'bale', userId: 77 }, 'officer');
    return (await features(room).cases.desk.staff(actor)).length > 0;
  }),
  act('desk/desk.service.ts removeTemplate', LEADS, async (room, actor) =>
    features(room).cases.desk.removeTemplate(actor, await newTemplate(room), source()),
  ),
  act('desk/desk.service.ts setScope', ADMIN, (room, actor) =>
    features(room).cases.desk.setScope(actor, room.newId(), { categories: ['tax'], cities: [] }, source()),
  ),
  act('desk/desk.service.ts setRole', ADMIN, async (room, actor) => {
    const account = { messenger: 'bale', userId: Math.trunc(Math.random() * 1e9) } as const;
    const change = { account, role: 'council', granted: true, source: source() } as const;
    return (await features(room).cases.desk.setRole(actor, change)) === 'done';
  }),
  act('desk/staff-group.service.ts choose', ADMIN, (room, actor) =>
    groups(room).choose(actor, { messenger: 'bale', chatId: Math.trunc(Math.random() * 1e9), source: source() }),
  ),
  act('calendar/calendar.service.ts addHoliday', LEADS, (room, actor) =>
    features(room).cases.calendar.addHoliday(actor, { day: DAY, name: 'روز آزمون' }, source()),
  ),
  act('calendar/calendar.service.ts removeHoliday', LEADS, (room, actor) =>
    features(room).cases.calendar.removeHoliday(actor, DAY, source()),
  ),
  act('calendar/calendar.service.ts setWeekend', LEADS, (room, actor) =>
    features(room).cases.calendar.setWeekend(actor, [5], source()),
  ),
  act('members/national-codes.service.ts revealNationalCode', ADMIN, async (room, actor) => {
    const { ownerId } = await room.waiting();
    return (await features(room).people.nationalCodes.revealNationalCode(actor, ownerId)).kind !== 'forbidden';
  }),
  read('databank/claims.service.ts refused', DESK, async (room, actor) => {
    return (await features(room).databank.claims.refused(actor, { limit: 1 })) !== null;
  }),
  act('databank/export.service.ts begin', ALL, async (room, actor) => {
    const begun = await features(room).databank.exports.begin(actor, { source: source() });
    await begun?.rows.return(undefined);
    return begun !== null;
  }),
  ...SHEETS_OF_DESK.map((sheet) => act('databank/export.service.ts begin', ALL, beginning(sheet))),
  ...SHEETS_OF_LEADS.map((sheet) => act('databank/export.service.ts begin', LEADS, beginning(sheet))),
  act('weekly/weekly.service.ts read', ['council', ...LEADS], async (room, actor) => {
    return (await features(room).weekly.weekly.read(actor, { source: source() })) !== null;
  }),
  read('businesses/approval.service.ts mayReview', DESK, async (room, actor) =>
    features(room).approval.mayReview(actor),
  ),
  read('businesses/approval.service.ts waiting', DESK, async (room, actor) => {
    return (await features(room).approval.waiting(actor)) !== null;
  }),
  read('businesses/approval.service.ts queue', DESK, async (room, actor) => {
    return (await features(room).approval.queue(actor, { skip: 0, limit: 1 })) !== null;
  }),
  read('businesses/approval.service.ts find', DESK, async (room, actor) => {
    const { businessId } = await room.waiting();
    return (await features(room).approval.find(actor, businessId)) !== null;
  }),
  ...(
    [
      { to: 'approved' },
      { to: 'refused', reason: 'ناقص' },
      { to: 'correction', fields: ['name'], reason: 'نام' },
    ] as const
  ).map((decision) =>
    act('businesses/approval.service.ts decide', DESK, async (room, actor) => {
      const { businessId, version } = await room.waiting();
      const decided = await features(room).approval.decide(actor, businessId, { version, decision, source: source() });
      return decided.kind === 'done';
    }),
  ),
  act('businesses/duplicates.service.ts mergeBusinesses', DESK, async (room, actor) => {
    const [from, into] = [await room.waiting(), await room.waiting()];
    const merge = { from: from.businessId, into: into.businessId, source: source() };
    return (await features(room).duplicates.mergeBusinesses(actor, merge)).kind === 'merged';
  }),
  read('businesses/duplicates.service.ts twinsOf', DESK, async (room, actor) => {
    const { from } = await samePhone(room);
    return (await features(room).duplicates.twinsOf(actor, from)).length > 0;
  }),
  read('businesses/duplicates.service.ts whyApart', DESK, async (room, actor) => {
    return (await features(room).duplicates.whyApart(actor, await samePhone(room))) === null;
  }),
  act('businesses/duplicates.service.ts mergeMembers', DESK, async (room, actor) => {
    const merge = { ...(await samePhone(room)), source: source() };
    return (await features(room).duplicates.mergeMembers(actor, merge)).kind === 'merged';
  }),
  // A number may be a former one: rights go with it only by the hand of who gives rights.
  ...ALL.map((role) =>
    act('businesses/duplicates.service.ts mergeMembers', ADMIN, async (room, actor) => {
      const merge = { ...(await samePhone(room, role)), source: source() };
      return (await features(room).duplicates.mergeMembers(actor, merge)).kind === 'merged';
    }),
  ),
  ...RIGHTS_OF_NEWS,
  ...RIGHTS_OF_CATEGORIES,
  ...RIGHTS_OF_BOARD,
  ...RIGHTS_OF_AUDIENCE,
  ...RIGHTS_OF_PROGRAMMES,
  ...RIGHTS_OF_AGENDA,
  ...RIGHTS_OF_HANDOVER,
  ...RIGHTS_OF_PACKS,
];

const DAY = toIsoDay({ year: 1499, month: 1, day: 20 });

export const auditedBy = ({ world }: Room, { id }: Actor): Promise<number> =>
  world.app.database.connection.collection('audit').countDocuments({ actorId: new Types.ObjectId(id) });
