import { Types } from 'mongoose';
import type { Role } from '../../src/features/members/members.service.ts';
import type { Act, Actor, Room } from './right.ts';

const DESK = ['officer', 'head', 'admin'] as const;
const LEADS = ['head', 'admin'] as const;
const NOBODY_BY_ROLE = [] as const;
const source = () => new Types.ObjectId().toHexString();
const packs = ({ world }: Room) => world.app.features.packs;
const page = { skip: 0, limit: 5 };

async function purchase(room: Room): Promise<string> {
  const made = await packs(room).procurements.report({
    draftId: source(),
    reporterId: room.newId(),
    buyer: `خریدار ${source()}`,
    item: 'چاپگر',
    field: 'other',
    amountRials: 1000,
    boughtOn: '2026-05-01',
    noticeNumber: null,
    provinceCode: null,
    evidence: [],
  });
  return made.id;
}

/** A home-based producer's business that has been approved. */
async function producer(room: Room): Promise<{ owner: Actor; businessId: string }> {
  const { businessId, ownerId } = await room.waiting();
  await room.world.app.database.connection
    .collection('businesses')
    .updateOne({ _id: new Types.ObjectId(businessId) }, { $set: { status: 'approved', kind: 'freelance' } });
  return { owner: { id: ownerId, roles: [] }, businessId };
}

async function letter(room: Room): Promise<string> {
  const { owner, businessId } = await producer(room);
  const issued = await packs(room).recognitions.issue(owner, businessId, source());
  if (issued.kind !== 'done') throw new Error(`An owner may ask for a letter, but it was ${issued.kind}`);
  return issued.recognition.id;
}

const procurement = (method: string, attempt: Act['attempt'], isAudited = true): Act => ({
  name: `procurement/procurement.service.ts ${method}`,
  allowed: DESK,
  isAudited,
  attempt,
});
const recognition = (method: string, allowed: readonly Role[], attempt: Act['attempt'], isAudited = true): Act => ({
  name: `recognition/recognition.service.ts ${method}`,
  allowed,
  isAudited,
  attempt,
});

export const RIGHTS_OF_PACKS: readonly Act[] = [
  procurement('buyers', async (room, actor) => (await packs(room).procurements.buyers(actor, page)) !== null, false),
  procurement(
    'file',
    async (room, actor) => (await packs(room).procurements.file(actor, await purchase(room))) !== null,
    false,
  ),
  procurement(
    'find',
    async (room, actor) => (await packs(room).procurements.find(actor, await purchase(room))) !== null,
    false,
  ),
  procurement(
    'fileForLetter',
    async (room, actor) =>
      (await packs(room).procurements.fileForLetter(actor, await purchase(room), source())) !== null,
  ),
  procurement('drop', async (room, actor) => {
    const act = { dropped: true, source: source() };
    return (await packs(room).procurements.drop(actor, await purchase(room), act)).kind === 'done';
  }),
  procurement('renameBuyer', async (room, actor) => {
    const act = { name: `نام درست ${source()}`, source: source() };
    return (await packs(room).procurements.renameBuyer(actor, await purchase(room), act)).kind === 'done';
  }),
  // Only its own people ask for a letter or give it up, whatever the role.
  recognition('issue', NOBODY_BY_ROLE, async (room, actor) => {
    const { businessId } = await producer(room);
    return (await packs(room).recognitions.issue(actor, businessId, source())).kind === 'done';
  }),
  recognition('giveUp', NOBODY_BY_ROLE, async (room, actor) => {
    return (await packs(room).recognitions.giveUp(actor, await letter(room), source())).kind === 'done';
  }),
  recognition('revoke', LEADS, async (room, actor) => {
    const act = { reason: 'مشخصات درست نیست', source: source() };
    return (await packs(room).recognitions.revoke(actor, await letter(room), act)).kind === 'done';
  }),
  recognition(
    'seenBy',
    LEADS,
    async (room, actor) => (await packs(room).recognitions.seenBy(actor, await letter(room))) !== null,
    false,
  ),
  recognition(
    'valid',
    LEADS,
    async (room, actor) => (await packs(room).recognitions.valid(actor, page)) !== null,
    false,
  ),
];
