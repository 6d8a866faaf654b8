import { Types } from 'mongoose';
import type { Sending } from '../../src/features/audience/sendings.service.ts';
import type { Role } from '../../src/features/members/members.service.ts';
import type { Act, Actor, Room } from './right.ts';

const AUTHORS = ['officer', 'head', 'council', 'admin'] as const;
const APPROVERS = ['head', 'council', 'admin'] as const;
const source = () => new Types.ObjectId().toHexString();
const TOMORROW = () => new Date(Date.now() + 86_400_000);
const sendingsOf = ({ world }: Room) => world.app.features.audience.sendings;
const segmentsOf = ({ world }: Room) => world.app.features.audience.segments;
const someAdmin = (room: Room): Actor => ({ id: room.newId(), roles: ['admin'] });

/** As the card that was shown a moment ago. */
const seen = async (room: Room, id: string) => ({
  source: source(),
  seen: (await sendingsOf(room).look(id))?.mark ?? '',
});

const line = (name: string, allowed: readonly Role[], attempt: Act['attempt'], isAudited = true): Act => ({
  name: `audience/${name}`,
  allowed,
  isAudited,
  attempt,
});

async function item(room: Room): Promise<string> {
  const content = { origin: source(), headline: 'خبری برای آزمون', body: 'متن خبر' };
  const made = await room.world.app.features.news.draft(someAdmin(room), content);
  if (!made) throw new Error('An admin may write news');
  return made.id;
}

/** A plan for tomorrow, of somebody who had the right to it when they made it. */
async function planned(room: Room, { id }: Pick<Actor, 'id'>): Promise<Sending> {
  const author: Actor = { id, roles: ['admin'] };
  const draft = await sendingsOf(room).draft(author, await item(room));
  // Of nobody else's coming and going: how many it reaches is a part of what is seen.
  const audience = { kind: 'people', ids: [room.newId()] } as const;
  const made = draft && (await sendingsOf(room).plan(author, draft.id, { audience, at: TOMORROW() }));
  if (!made) throw new Error('An admin may plan a sending');
  return made;
}

async function asked(room: Room, state: 'awaiting' | 'scheduled'): Promise<Sending> {
  const author = someAdmin(room);
  const { id } = await planned(room, author);
  await sendingsOf(room).setRule(author, state === 'awaiting', source());
  const made = await sendingsOf(room).submit(author, id, await seen(room, id));
  await sendingsOf(room).setRule(author, false, source());
  if (made.kind !== state) throw new Error(`The sending is ${made.kind}, not ${state}`);
  return made.sending;
}

async function sentItem(room: Room): Promise<string> {
  const newsId = await item(room);
  const at = TOMORROW();
  await room.world.app.features.news.send(someAdmin(room), newsId, { source: source(), at });
  return newsId;
}

const segment = () =>
  ({ name: `گروه ${source()}`, audience: { kind: 'filter', filter: { roles: ['council'] } } }) as const;
async function segmentThere(room: Room): Promise<string> {
  const made = await segmentsOf(room).add(someAdmin(room), segment(), source());
  if (made.kind !== 'saved') throw new Error('An admin may save a segment');
  return made.segment.id;
}

export const RIGHTS_OF_AUDIENCE: readonly Act[] = [
  line('sendings.service.ts setRule', ['admin'], (room, actor) => sendingsOf(room).setRule(actor, false, source())),
  // Nobody else sees a draft; what was planned stands in the record of asking for it.
  line(
    'sendings.service.ts draft',
    AUTHORS,
    async (room, actor) => (await sendingsOf(room).draft(actor, await item(room))) !== null,
    false,
  ),
  line(
    'sendings.service.ts plan',
    AUTHORS,
    async (room, actor) => {
      const { id } = await planned(room, actor);
      return (await sendingsOf(room).plan(actor, id, { audience: { kind: 'all' } })) !== null;
    },
    false,
  ),
  // Only the author plans, whatever the role of somebody else.
  line(
    'sendings.service.ts plan',
    [],
    async (room, actor) => {
      const { id } = await planned(room, someAdmin(room));
      return (await sendingsOf(room).plan(actor, id, { audience: { kind: 'all' } })) !== null;
    },
    false,
  ),
  line('submitting.ts submit', AUTHORS, async (room, actor) => {
    const { id } = await planned(room, actor);
    return (await sendingsOf(room).submit(actor, id, await seen(room, id))).kind === 'scheduled';
  }),
  line('submitting.ts submit', [], async (room, actor) => {
    const { id } = await planned(room, someAdmin(room));
    return (await sendingsOf(room).submit(actor, id, await seen(room, id))).kind === 'scheduled';
  }),
  line('submitting.ts submitEdit', AUTHORS, async (room, actor) => {
    const newsId = await sentItem(room);
    return (await sendingsOf(room).submitEdit(actor, newsId, { source: source(), seen: 1 })).kind === 'awaiting';
  }),
  line(
    'sendings.service.ts list',
    AUTHORS,
    async (room, actor) => {
      await asked(room, 'scheduled');
      return (await sendingsOf(room).list(actor)).length > 0;
    },
    false,
  ),
  line('deciding.ts approve', APPROVERS, async (room, actor) => {
    const { id } = await asked(room, 'awaiting');
    return (await sendingsOf(room).approve(actor, id, await seen(room, id))).kind === 'approved';
  }),
  line('deciding.ts refuse', APPROVERS, async (room, actor) => {
    const { id } = await asked(room, 'awaiting');
    return (await sendingsOf(room).refuse(actor, id, { source: source(), reason: 'زود است' })).kind === 'refused';
  }),
  line('deciding.ts hold', AUTHORS, async (room, actor) => {
    const { id } = await asked(room, 'scheduled');
    return (await sendingsOf(room).hold(actor, id, source())) !== null;
  }),
  line('deciding.ts release', AUTHORS, async (room, actor) => {
    const { id } = await asked(room, 'scheduled');
    await sendingsOf(room).hold(someAdmin(room), id, source());
    return (await sendingsOf(room).release(actor, id, source())) !== null;
  }),
  line('deciding.ts cancel', AUTHORS, async (room, actor) => {
    const { id } = await asked(room, 'scheduled');
    return (await sendingsOf(room).cancel(actor, id, source())) !== null;
  }),
  line('segments.service.ts add', AUTHORS, async (room, actor) => {
    return (await segmentsOf(room).add(actor, segment(), source())).kind === 'saved';
  }),
  line('segments.service.ts change', AUTHORS, async (room, actor) => {
    const change = { changes: { name: `گروه ${source()}` }, source: source() };
    return (await segmentsOf(room).change(actor, await segmentThere(room), change)).kind === 'saved';
  }),
  line(
    'segments.service.ts find',
    AUTHORS,
    async (room, actor) => (await segmentsOf(room).find(actor, await segmentThere(room))) !== null,
    false,
  ),
  line(
    'segments.service.ts list',
    AUTHORS,
    async (room, actor) => {
      await segmentThere(room);
      return (await segmentsOf(room).list(actor)).length > 0;
    },
    false,
  ),
  line('segments.service.ts remove', AUTHORS, async (room, actor) =>
    segmentsOf(room).remove(actor, await segmentThere(room), source()),
  ),
];
