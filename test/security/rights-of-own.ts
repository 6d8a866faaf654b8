import { Types } from 'mongoose';
import { HELD_A_DAY } from '../../src/bounds.ts';
import { systemNow } from '../../src/system-clock.ts';
import {
  PLACE,
  asked,
  businessOf,
  claim,
  connectionOf,
  followersOf,
  heldOf,
  joined,
  message,
  newId,
  of,
  provenPhone,
  purchase,
  report,
  searchesOf,
  self,
  shared,
  thing,
  thread,
  type Attempt,
  type Own,
} from './own-things.ts';

/** What people do with their own things by an id of theirs: the owner may, and a stranger changes and sees nothing. */
export const OWN: readonly Own[] = [
  thing('businesses/business-people.service.ts invite', async (room) => {
    const { id } = await businessOf(room);
    return (asker) => of(room).businessPeople.invite(asker.id, id, 'employee');
  }),
  thing('businesses/business-people.service.ts changeRole', async (room) => {
    const { id, colleague } = await shared(room);
    return (asker) => of(room).businessPeople.changeRole(asker.id, id, colleague.id, 'manager');
  }),
  thing('businesses/business-people.service.ts remove', async (room) => {
    const { id, colleague } = await shared(room);
    return (asker) => of(room).businessPeople.remove(asker.id, id, colleague.id);
  }),
  thing('businesses/business-people.service.ts leave', async (room) => {
    const { id, colleague } = await shared(room);
    return { by: colleague, attempt: (asker) => of(room).businessPeople.leave(asker.id, id) };
  }),
  thing('businesses/business-people.service.ts offerOwnership', async (room) => {
    const { id, colleague } = await shared(room);
    return (asker) => of(room).businessPeople.offerOwnership(asker.id, id, colleague.id);
  }),
  thing('businesses/business-people.service.ts askedOf', async (room) => {
    const id = await asked(room);
    return (asker) => of(room).businessPeople.askedOf(asker.id, id);
  }),
  thing('businesses/business-people.service.ts answerOffer', async (room) => {
    const id = await asked(room);
    return (asker) => of(room).businessPeople.answerOffer(asker.id, id, true);
  }),
  // What the asker registered anew must be the asker's.
  thing('businesses/business-people.service.ts askToJoin', async (room) => {
    const [{ id }, other] = [await businessOf(room), await businessOf(room, await room.newMember())];
    return (asker) => of(room).businessPeople.askToJoin(asker.id, other.id, id);
  }),
  thing('businesses/businesses.service.ts edit', async (room) => {
    const business = await businessOf(room);
    return (asker) => of(room).businesses.edit(asker.id, business.id, { ...business, website: 'example.ir' });
  }),
  self('businesses/businesses.service.ts ofMember', async (room) => {
    await businessOf(room);
    return (asker) => of(room).businesses.ofMember(asker.id);
  }),
  thing('directory/contact.service.ts speaksIn', async (room) => {
    const id = await thread(room);
    return (asker) => of(room).databank.contact.speaksIn(asker.id, id);
  }),
  thing('directory/contact.service.ts reply', async (room) => {
    const id = await thread(room);
    return (asker) =>
      of(room).databank.contact.reply({ draftId: newId(), authorId: asker.id, threadId: id, text: 'سلام' });
  }),
  thing('directory/contact.service.ts block', async (room) => {
    const id = await thread(room);
    return (asker) => of(room).databank.contact.block(asker.id, id, true);
  }),
  self(
    'directory/searches.service.ts change',
    (room) => (asker) => searchesOf(room).change(asker.id, { words: 'چاپ' }),
  ),
  self('directory/searches.service.ts of', async (room) => {
    await searchesOf(room).change(room.owner.id, { words: room.mark });
    return (asker) => searchesOf(room).of(asker.id);
  }),
  thing('databank/claims.service.ts answer', async (room) => {
    const { id } = await claim(room, true);
    return (asker) => of(room).databank.claims.answer(asker.id, id, false);
  }),
  self(
    'desk/desk.service.ts toggleSelected',
    (room) => (asker) => of(room).cases.desk.toggleSelected(asker.id, newId()),
  ),
  self('desk/desk.service.ts selected', async (room) => {
    const { id } = await report(room);
    await of(room).cases.desk.toggleSelected(room.owner.id, id);
    return async (asker) => (await of(room).cases.desk.selected(asker.id)).includes(id) && room.mark;
  }),
  self('desk/desk.service.ts clearSelected', async (room) => {
    await of(room).cases.desk.toggleSelected(room.owner.id, newId());
    return (asker) => of(room).cases.desk.clearSelected(asker.id);
  }),
  self('files/files.service.ts ofLastDay', async (room) => {
    const file = { bytes: Buffer.from('%PDF-1.4'), kind: 'document', ownerId: room.owner.id, source: newId() } as const;
    await of(room).files.keep(file);
    return async (asker) => (await of(room).files.ofLastDay(asker.id, { but: '' })).files > 0 && room.mark;
  }),
  thing('held/held.service.ts find', async (room) => {
    const { held } = await heldOf(room).keep(room.owner.id, message(room.owner, room.mark));
    return (asker) => heldOf(room).find(held.id, asker.id);
  }),
  self('held/held.service.ts keep', (room) => (asker) => heldOf(room).keep(asker.id, message(asker, 'سلام'))),
  self('held/held.service.ts waitingOf', async (room) => {
    await heldOf(room).keep(room.owner.id, message(room.owner, room.mark));
    return (asker) => heldOf(room).waitingOf(asker.id);
  }),
  thing('members/joins.service.ts answer', async (room) => {
    const [from, to] = [await room.newMember(), room.owner];
    const side = { ...to.account, confirmedAt: null };
    const { insertedId } = await connectionOf(room)
      .collection('joins')
      .insertOne({
        from: new Types.ObjectId(from.id),
        to: new Types.ObjectId(to.id),
        asking: { ...from.account, confirmedAt: null },
        asked: side,
        draftId: null,
        state: 'offered',
        createdAt: systemNow(),
        expiresAt: new Date(systemNow().getTime() + 3_600_000),
        refusedBy: null,
      });
    return (asker) => of(room).people.joins.answer(asker.account, insertedId.toHexString(), false);
  }),
  ...(['giveConsent', 'withdrawConsent', 'markConsentAsked'] as const).map((act) =>
    self(`members/members.service.ts ${act}`, async (room) => {
      const at = connectionOf(room).collection('members');
      const before = { consent: act === 'withdrawConsent' ? { version: 1, at: systemNow() } : null, consentAsked: 0 };
      const registeredAt = act === 'withdrawConsent' ? null : systemNow();
      await at.updateOne({ _id: new Types.ObjectId(room.owner.id) }, { $set: { ...before, registeredAt } });
      return (asker) => of(room).members[act](asker.id);
    }),
  ),
  self('members/members.service.ts prefer', (room) => (asker) => of(room).members.prefer(asker.id, 'bale')),
  self('members/members.service.ts setLanguage', (room) => (asker) => of(room).members.setLanguage(asker.id, 'en')),
  self('members/members.service.ts unlink', async (room) => {
    const second = { messenger: 'telegram', userId: 7, chatId: 7, reachable: true, conversation: null };
    await connectionOf(room)
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(room.owner.id) }, { $push: { accounts: second as never } });
    return (asker) => of(room).members.unlink(asker.id, 'telegram');
  }),
  self(
    'members/members.service.ts saveProfile',
    (room) => (asker) => of(room).members.saveProfile(asker.id, { name: 'سارا', phone: '+989990001122', ...PLACE }),
  ),
  self(
    'members/members.service.ts updateProfile',
    (room) => (asker) => of(room).members.updateProfile(asker.id, { name: 'سارا', ...PLACE }),
  ),
  self('members/deletions.service.ts request', (room) => (asker) => of(room).people.deletions.request(asker.id)),
  self('members/deletions.service.ts undo', async (room) => {
    await of(room).people.deletions.request(room.owner.id);
    return (asker) => of(room).people.deletions.undo(asker.id);
  }),
  self('members/national-codes.service.ts keep', (room) => (asker) => {
    const read = of(room).people.nationalCodes.sealTyped(asker === room.owner ? '0499370899' : '0084575948');
    return of(room).people.nationalCodes.keep(asker.id, read.ok ? read.sealed : '');
  }),
  ...(['ownMasked', 'remove'] as const).map((act) =>
    self(`members/national-codes.service.ts ${act}`, async (room) => {
      const codes = of(room).people.nationalCodes;
      const read = codes.sealTyped('0499370899');
      await connectionOf(room)
        .collection('members')
        .updateMany({}, { $set: { nationalCode: null } });
      await codes.keep(room.owner.id, read.ok ? read.sealed : '');
      return async (asker) => (await codes[act](asker.id)) && room.mark;
    }),
  ),
  self('obstacles/obstacles.service.ts ofReporter', async (room) => {
    await report(room);
    return (asker) => of(room).obstacles.ofReporter(asker.id);
  }),
  self('obstacles/similar-cases.ts find', async (room) => {
    await report(room);
    return (asker) =>
      of(room).obstacles.similar.find(asker.id, { title: room.mark, description: 'سه ماه است که پاسخی نیامده است.' });
  }),
  self('obstacles/support.ts standing', async (room) => {
    const { id } = await report(room, { visibility: 'public' });
    return async (asker) => (await of(room).obstacles.support.standing(asker.id, id)).own && room.mark;
  }),
  self('obstacles/support.ts endorse', async (room) => {
    const { id } = await report(room, { visibility: 'public', by: await room.newMember() });
    return (asker) => of(room).obstacles.support.endorse(asker.id, id, { comment: 'ما هم', source: newId() });
  }),
  self('obstacles/support.ts follow', async (room) => {
    const { id } = await report(room, { visibility: 'public', by: await room.newMember() });
    return (asker) => of(room).obstacles.support.follow(asker.id, id);
  }),
  thing('obstacles/support.ts unfollow', async (room) => {
    const id = await joined(room);
    return (asker) => of(room).obstacles.support.unfollow(asker.id, id);
  }),
  thing('obstacles/support.ts withdraw', async (room) => {
    const id = await joined(room);
    return (asker) => of(room).obstacles.support.withdraw(asker.id, id);
  }),
  self(
    'preferences/preferences.service.ts change',
    (room) => (asker) => of(room).audience.preferences.change(asker.id, { pace: 'weekly' }),
  ),
  self(
    'preferences/preferences.service.ts mute',
    (room) => (asker) => of(room).audience.preferences.mute(asker.id, 'training', true),
  ),
  self('preferences/preferences.service.ts of', async (room) => {
    await of(room).audience.preferences.mute(room.owner.id, room.mark, true);
    return (asker) => of(room).audience.preferences.of(asker.id);
  }),
  self('procurement/procurement.service.ts ofReporter', async (room) => {
    await purchase(room);
    return (asker) => of(room).packs.procurements.ofReporter(asker.id, { limit: 5 });
  }),
  thing('procurement/procurement.service.ts takeBack', async (room) => {
    const { id } = await purchase(room);
    return (asker) => of(room).packs.procurements.takeBack(asker.id, id, newId());
  }),
  self('programmes/followers.service.ts set', (room) => (asker) => followersOf(room).set(newId(), asker.id, true)),
  self('programmes/followers.service.ts hears', async (room) => {
    const id = newId();
    await followersOf(room).set(id, room.owner.id, true);
    return async (asker) => (await followersOf(room).hears({ id, cases: [] }, asker.id)) && room.mark;
  }),
  thing('recognition/recognition.service.ts isOffered', async (room) => {
    const business = await businessOf(room);
    return async (asker) => of(room).packs.recognitions.isOffered(business, asker.id);
  }),
  thing('recognition/recognition.service.ts newestOf', async (room) => {
    const business = await businessOf(room);
    await of(room).packs.recognitions.issue({ id: room.owner.id, roles: [] }, business.id, newId());
    return (asker) => of(room).packs.recognitions.newestOf(asker.id, business);
  }),
  // A form's own id makes one thing, of who filled it in: with somebody else's there is an error, and nothing of theirs.
  thing('businesses/businesses.service.ts register', async (room) => {
    const [draftId, facts] = [newId(), { name: room.mark, kind: 'shop' as const, fields: ['hw_sale'], ...PLACE }];
    const attempt: Attempt = ({ id }) => of(room).businesses.register({ draftId, ownerId: id, ...facts });
    await attempt(room.owner);
    return attempt;
  }),
  thing('obstacles/obstacles.service.ts report', async (room) => {
    const draftId = newId();
    await report(room, { draftId });
    return (by) => report(room, { draftId, by });
  }),
  thing('procurement/procurement.service.ts report', async (room) => {
    const draftId = newId();
    await purchase(room, { draftId });
    return (by) => purchase(room, { draftId, by });
  }),
  self('directory/contact.service.ts write', async (room) => {
    const { id } = await businessOf(room, await room.newMember());
    const words = { businessId: id, text: 'سلام' };
    return (asker) => of(room).databank.contact.write({ ...words, draftId: newId(), askerId: asker.id });
  }),
  self(
    'files/files.service.ts keep',
    (room) => (asker) =>
      of(room).files.keep({ bytes: Buffer.from('%PDF-1.4'), kind: 'document', ownerId: asker.id, source: newId() }),
  ),
  self('databank/claims.service.ts offer', async (room) => {
    const { phone } = await claim(room, false);
    return (asker) =>
      of(room).databank.claims.offer({ memberId: asker.id, phone: asker === room.owner ? phone : '+989990009999' });
  }),
  self('members/joins.service.ts offer', async (room) => {
    const { members } = of(room);
    const phone = await provenPhone(room);
    const twin = await members.identify({ messenger: 'telegram', userId: room.owner.account.userId, chatId: 1 });
    await members.saveProfile(twin.id, { name: room.mark, phone, ...PLACE });
    return (asker) =>
      of(room).people.joins.offer(
        { ...asker.account, memberId: asker.id },
        { phone: asker === room.owner ? phone : '+989990009999', draftId: null },
      );
  }),
  self('held/held.service.ts isFull', async (room) => {
    const messages = Array.from({ length: HELD_A_DAY }, () => message(room.owner, room.mark));
    for (const one of messages) await heldOf(room).keep(room.owner.id, one);
    return async (asker) => (await heldOf(room).isFull(asker.id, message(asker, 'سلام'))) && room.mark;
  }),
  self('members/deletions.service.ts leavesRecords', async (room) => {
    await claim(room, false);
    const unproved = { $set: { phoneVerifiedAt: null } };
    await connectionOf(room)
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(room.owner.id) }, unproved);
    return async (asker) => (await of(room).people.deletions.leavesRecords(asker.id)) && room.mark;
  }),
  self('members/members.service.ts provePhone', async (room) => {
    const phone = await provenPhone(room);
    return (asker) => of(room).members.provePhone(asker.id, asker === room.owner ? phone : '+989990009999');
  }),
  self('obstacles/obstacles.service.ts openQuestionsOf', async (room) => {
    const { id, status } = await report(room);
    const to = { from: status, to: 'needs_information', reason: room.mark, source: newId() } as const;
    await of(room).obstacles.move({ id: newId(), roles: ['admin'] }, id, to);
    return (asker) => of(room).obstacles.openQuestionsOf(asker.id);
  }),
];
