import { Types } from 'mongoose';
import { createFollowers } from '../../src/features/programmes/followers.service.ts';
import { createHeld } from '../../src/features/held/held.service.ts';
import { createSearches } from '../../src/features/directory/searches.service.ts';
import type { BusinessRole } from '../../src/features/businesses/businesses.service.ts';
import { systemNow } from '../../src/system-clock.ts';
import type { World } from '../support/app.ts';

/** Somebody with a messenger. */
export interface Asker {
  id: string;
  account: { messenger: 'bale'; userId: number; chatId: number };
}

/** What the things of a line are made in: everything that the owner makes holds `mark`. */
export interface OwnRoom {
  world: World;
  owner: Asker;
  mark: string;
  newMember(): Promise<Asker>;
}

export type Attempt = (asker: Asker) => Promise<unknown>;

/** A thing of somebody's, and what is tried on it. */
interface Trial {
  /** Whose it is; without one the room's owner. */
  by?: Asker;
  attempt: Attempt;
}

export interface Own {
  name: string;
  /** A yes alone tells nothing of the owner: a stranger's is about the stranger. */
  isAboutAsker: boolean;
  make: (room: OwnRoom) => Promise<Trial>;
}

const line =
  (isAboutAsker: boolean) =>
  (name: string, make: (room: OwnRoom) => Promise<Attempt | Trial> | Attempt): Own => ({
    name,
    isAboutAsker,
    async make(room) {
      const made = await make(room);
      return typeof made === 'function' ? { attempt: made } : made;
    },
  });
/** By the id of a thing, which a stranger may know. */
export const thing = line(false);
/** By the person's own id alone: a stranger's leaves what is the owner's as it is. */
export const self = line(true);

export const newId = () => new Types.ObjectId().toHexString();
export const of = ({ world }: OwnRoom) => world.app.features;
export const connectionOf = ({ world }: OwnRoom) => world.app.database.connection;
export const PLACE = { provinceCode: '06', cityCode: '06-ahvaz' };
export const heldOf = (room: OwnRoom) => createHeld({ connection: connectionOf(room), now: systemNow, keepDays: 90 });
export const searchesOf = (room: OwnRoom) => createSearches({ connection: connectionOf(room), now: systemNow });
export const followersOf = (room: OwnRoom) =>
  createFollowers({ connection: connectionOf(room), casePeople: async () => [] });

export async function businessOf(room: OwnRoom, { id }: Asker = room.owner) {
  const facts = { name: room.mark, kind: 'freelance' as const, fields: ['sw_custom'], listed: true, ...PLACE };
  const made = await of(room).businesses.register({ draftId: newId(), ownerId: id, workplace: 'home', ...facts });
  const stored = connectionOf(room).collection('businesses');
  await stored.updateOne({ _id: new Types.ObjectId(made.id) }, { $set: { status: 'approved' } });
  return (await of(room).businesses.find(made.id))!;
}

/** A business of the owner's, and somebody who has joined it. */
export async function shared(room: OwnRoom, role: BusinessRole = 'employee') {
  const { id } = await businessOf(room);
  const colleague = await room.newMember();
  const person = { memberId: new Types.ObjectId(colleague.id), role, since: systemNow() };
  await connectionOf(room)
    .collection('businesses')
    .updateOne({ _id: new Types.ObjectId(id) }, { $push: { people: person as never } });
  return { id, colleague };
}

/** Somebody asks to join the owner's business. */
export async function asked(room: OwnRoom): Promise<string> {
  const { id } = await businessOf(room);
  const outcome = await of(room).businessPeople.askToJoin((await room.newMember()).id, id, null);
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return outcome.offer.id;
}

interface ReportOptions {
  visibility?: 'public' | 'secretariat';
  by?: Asker;
  draftId?: string;
}
export const report = (
  room: OwnRoom,
  { visibility = 'secretariat', by = room.owner, draftId = newId() }: ReportOptions = {},
) =>
  of(room).obstacles.report({
    draftId,
    reporterId: by.id,
    businessId: null,
    category: 'license',
    title: by === room.owner ? room.mark : 'تمدید پروانه',
    description: 'سه ماه است که پاسخی نیامده است.',
    visibility,
    evidence: [],
  });

/** A public case of somebody else's, which the owner has joined. */
export async function joined(room: OwnRoom): Promise<string> {
  const { id } = await report(room, { visibility: 'public', by: await room.newMember() });
  await of(room).obstacles.support.endorse(room.owner.id, id, { comment: room.mark, source: newId() });
  return id;
}

export const purchase = (room: OwnRoom, { draftId = newId(), by = room.owner }: ReportOptions = {}) =>
  of(room).packs.procurements.report({
    draftId,
    reporterId: by.id,
    buyer: room.mark,
    item: 'سوییچ',
    field: 'hw_sale',
    amountRials: 5,
    boughtOn: '2026-01-01',
    noticeNumber: null,
    provinceCode: null,
    evidence: [],
  });

export const message = ({ account }: Asker, text: string) => ({
  ...account,
  messageId: Math.trunc(Math.random() * 1e9),
  source: newId(),
  text,
  file: null,
  album: null,
});

/** What a stranger has written to the owner's business. */
export async function thread(room: OwnRoom): Promise<string> {
  const { id } = await businessOf(room);
  const words = { draftId: newId(), askerId: (await room.newMember()).id, businessId: id, text: room.mark };
  await of(room).databank.contact.write(words);
  const found = await connectionOf(room)
    .collection('contactThreads')
    .findOne({ businessId: new Types.ObjectId(id) });
  return found!._id.toHexString();
}

export async function provenPhone(room: OwnRoom): Promise<string> {
  const members = connectionOf(room).collection('members');
  const _id = new Types.ObjectId(room.owner.id);
  const owner = await members.findOneAndUpdate({ _id }, { $set: { phoneVerifiedAt: systemNow() } });
  return String(owner?.['phone']);
}

/** What a list brought under the phone that the owner has proved. */
export async function claim(room: OwnRoom, isOffered: boolean): Promise<{ phone: string; id: string }> {
  const phone = await provenPhone(room);
  const listed = { name: room.mark, phone, accounts: [], roles: [], source: 'import', createdAt: systemNow() };
  await connectionOf(room)
    .collection('members')
    .insertOne({ ...listed, registeredAt: null, mergedInto: null, deletion: null });
  const made = isOffered ? await of(room).databank.claims.offer({ memberId: room.owner.id, phone }) : null;
  return { phone, id: made?.id ?? '' };
}
