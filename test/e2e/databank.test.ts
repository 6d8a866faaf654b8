import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createImportedBusinesses } from '../../src/features/businesses/imported-businesses.service.ts';
import { createImportedMembers } from '../../src/features/members/imported-members.service.ts';
import { toPersianDigits } from '../../src/language/persian-text.ts';
import { readTable } from '../../src/sheets/table.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { answer, fa, MESSENGERS, useWorld } from '../support/app.ts';
import { memberOf, officerOf, somebody } from '../support/journeys.ts';
import { systemNow } from '../../src/system-clock.ts';

describe.each(MESSENGERS)('the data bank on %s', (messenger) => {
  const world = useWorld();

  /** What a list said of this person. */
  async function inTheList(person: Person) {
    const { connection } = world.app.database;
    const importedId = new Types.ObjectId().toHexString();
    const businessId = new Types.ObjectId().toHexString();
    await createImportedMembers({ now: systemNow, connection }).add([
      {
        id: importedId,
        name: 'مریم احمدی',
        phone: `+${person.record.phone}`,
        provinceCode: '03',
        cityCode: '03-tabriz',
      },
    ]);
    const facts = {
      name: `داده‌پرداز شمارهٔ ${toPersianDigits(person.id)}`,
      kind: 'company',
      fields: ['network'],
      provinceCode: '03',
      cityCode: '03-tabriz',
      workplace: null,
      headcount: null,
      since: null,
      documents: [],
      companyId: null,
      website: null,
      description: null,
      listed: true,
    };
    await createImportedBusinesses({ now: systemNow, connection }).add([
      { id: businessId, ownerId: importedId, facts },
    ]);
    return { importedId, businessId };
  }

  async function shareContact(person: Person): Promise<void> {
    person.command('register');
    await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
    await answer(person, 'members.question.phone', () => person.shareContact());
  }

  const identify = (person: Person) =>
    world.app.features.members.identify({ messenger, userId: person.id, chatId: person.id });

  it('gives what a list has to the person who proves the phone and says yes, once', async () => {
    const person = somebody(world, messenger);
    const { importedId, businessId } = await inTheList(person);
    await shareContact(person);
    const offer = await person.waitFor('این شما هستید؟');
    expect(offer.text).toContain('مریم ا…');
    expect(offer.text).not.toContain('احمدی');
    person.press(fa('databank.button.claimYes'));
    await person.waitFor('از آنِ شما شد');
    person.press(fa('databank.button.claimYes'), { message: offer });
    await person.waitFor(fa('databank.claim.gone'));
    await world.settled();

    const { id } = await identify(person);
    const member = await world.app.features.members.find(id);
    expect(member).toMatchObject({ name: 'مریم احمدی', provinceCode: '03', cityCode: '03-tabriz' });
    expect(member?.phoneVerifiedAt).toBeInstanceOf(Date);
    expect(member?.membershipNumber).not.toBeNull();
    const [business] = await world.app.features.businesses.ofMember(id);
    expect(business?.people).toMatchObject([{ memberId: id, role: 'owner' }]);
    expect(business?.id).toBe(businessId);
    expect((await world.app.features.members.find(importedId))?.phone).toBeNull();
  });

  it('keeps it for officers when the person says no, and asks no more', async () => {
    const person = somebody(world, messenger);
    const { businessId, importedId } = await inTheList(person);
    await shareContact(person);
    await person.waitFor('این شما هستید؟');
    person.press(fa('databank.button.claimNo'));
    await person.waitFor('به شما داده نمی‌شود');
    await world.settled();
    expect((await world.app.features.businesses.find(businessId))?.people).toMatchObject([{ memberId: importedId }]);
    const { id } = await identify(person);
    const phone = `+${person.record.phone}`;
    expect(await world.app.features.databank.claims.offer({ memberId: id, phone })).toBeNull();
    expect(await world.app.features.databank.claims.refused({ roles: ['officer'] }, { limit: 5 })).toMatchObject({
      entries: [{ facts: { name: 'مریم احمدی' } }],
    });
    expect(await world.app.features.databank.claims.refused({ roles: ['council'] }, { limit: 5 })).toBeNull();
  });

  it('offers at the next start what came in a list after the person had registered', async () => {
    const { person } = await memberOf(world, messenger);
    await inTheList(person);
    person.command('start');
    await person.waitFor('این شما هستید؟');
    await world.settled();
  });

  it('asks for the contact anew where the number was proved long ago, and goes on with it', async () => {
    const { person, id } = await memberOf(world, messenger);
    const { businessId } = await inTheList(person);
    const proved = (phoneVerifiedAt: Date) =>
      world.app.database.connection
        .collection('members')
        .updateOne({ _id: new Types.ObjectId(id) }, { $set: { phoneVerifiedAt } });
    await proved(new Date(systemNow().getTime() - 91 * 86_400_000));
    person.command('start');
    await person.waitFor('این شما هستید؟');
    person.press(fa('databank.button.claimYes'));
    await person.waitFor(fa('members.prove.question'));
    expect((await world.app.features.businesses.find(businessId))?.people).not.toMatchObject([{ memberId: id }]);
    person.shareContact();
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('members.prove.send')));
    await person.waitFor(fa('members.prove.done'));
    await world.settled();
    person.press(fa('databank.button.claimYes'));
    await person.waitFor('از آنِ شما شد');
    await world.settled();
    expect((await world.app.features.businesses.find(businessId))?.people).toMatchObject([{ memberId: id }]);
    expect((await world.app.features.businesses.find(businessId))?.status).toBe('waiting');
  });

  it('offers nothing to another account that presses the button', async () => {
    const person = somebody(world, messenger);
    const { importedId } = await inTheList(person);
    const { id } = await identify(person);
    const claim = await world.app.features.databank.claims.offer({ memberId: id, phone: `+${person.record.phone}` });
    const thief = await memberOf(world, messenger);
    expect(await world.app.features.databank.claims.answer(thief.id, claim?.id ?? '', true)).toEqual({ kind: 'gone' });
    expect((await world.app.features.members.find(importedId))?.phone).toBe(`+${person.record.phone}`);
  });

  it('sends the sheet to an officer with masked numbers, and to an admin with full ones', async () => {
    const { person: member, id } = await memberOf(world, messenger);
    await world.app.database.connection
      .collection('businesses')
      .updateOne({ draftId: `made-for-${id}` }, { $set: { name: '=HYPERLINK("http://x")' } });
    const own = `0${member.record.phone?.slice(2)}`;

    async function sheetFor(person: Person): Promise<string[][]> {
      person.command('desk');
      await person.waitFor(fa('desk.home.title'));
      person.press(fa('databank.button.export'));
      await person.waitFor(fa('sheets.choose'));
      person.press(fa('sheets.name.members'));
      const sent = await person.waitFor((message) => message.media !== null);
      expect(sent.media?.name).toMatch(/^khoosheh-1\d{3}-\d\d-\d\d\.xlsx$/);
      const file = await world.app.clients.get(messenger)?.download(sent.media?.fileId ?? '');
      return readTable(file?.bytes ?? new Uint8Array()).map(({ cells }) => cells);
    }

    const admin = await sheetFor(await officerOf(world, messenger, { role: 'admin' }));
    const officer = await sheetFor(await officerOf(world, messenger, { userId: 7001, role: 'officer' }));
    const text = (rows: string[][]) => rows.map((cells) => cells.join('|')).join('\n');
    expect(text(admin)).toContain(own);
    expect(text(admin)).toContain('=HYPERLINK("http://x")');
    expect(admin[0]).toContain(fa('databank.column.phone'));
    expect(text(officer)).not.toContain(own);
    expect(text(officer)).not.toContain(own.slice(1, 8));
    expect(text(officer)).toContain('***');
    const acts = await world.app.features.audit.list({ subject: { kind: 'databank', id: 'members' }, limit: 5 });
    expect(acts.map(({ after }) => after)).toEqual(expect.arrayContaining([{ view: 'full' }, { view: 'masked' }]));
  });
});
