import { Binary } from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { ADMIN_ID, answer, fa, faBegins, MESSENGERS, startWorld, useWorld, type World } from '../support/app.ts';
import {
  fillReport,
  memberOf,
  officerOf,
  PICTURE,
  report,
  somebody,
  chooseSubject,
  finishReport,
  sendReport,
} from '../support/journeys.ts';

const CODE = '9900871091';

/** Every document of the database in which some text stands. */
async function tracesOf(world: World, text: string): Promise<string[]> {
  const { connection } = world.app.database;
  const found: string[] = [];
  for (const { name } of (await connection.db?.listCollections().toArray()) ?? [])
    for (const document of await connection.collection(name).find({}).toArray()) {
      const written = JSON.stringify(document, (_, value: unknown) =>
        value instanceof Binary ? Buffer.from(value.buffer).toString('latin1') : value,
      );
      if (written.includes(text)) found.push(`${name}: ${written.slice(0, 400)}`);
    }
  return found;
}

async function openMyData(person: Person): Promise<void> {
  person.command('me');
  await person.waitFor((message) => message.text.startsWith(fa('members.me.title')));
}

async function giveCode(person: Person, typed: string): Promise<void> {
  await openMyData(person);
  person.press(fa('members.me.button.nationalCode'));
  await answer(person, 'members.nationalCode.question', () => person.say(typed), { example: '9900633520' });
}

async function letSevenDaysPass(world: World, memberId: string): Promise<void> {
  await world.app.database.connection
    .collection('members')
    .updateMany({ 'deletion.requestedAt': { $exists: true } }, { $set: { 'deletion.dueAt': new Date(0) } });
  await world.app.features.people.deletions.runDue();
  expect(await world.app.features.members.find(memberId)).toBeNull();
}

async function askForDeletion(person: Person): Promise<void> {
  await openMyData(person);
  person.press(fa('members.me.button.delete'));
  await person.waitFor(
    fa('members.deletion.ask', { count: 7 })
      .split('\n')[0]
      ?.replaceAll(/<[^>]+>/g, '') ?? '',
  );
  person.press(fa('members.deletion.button.goOn'));
  await person.waitFor(fa('members.deletion.sure'));
  person.press(fa('members.deletion.button.sure'));
  await person.waitFor(faBegins('members.deletion.pending'));
}

describe.each(MESSENGERS)('my data on %s', (messenger: MessengerName) => {
  const world = useWorld();

  it('corrects name and place in one form that opens at its review', async () => {
    const { person, id } = await memberOf(world, messenger);
    await openMyData(person);
    person.press(fa('members.me.button.edit'));
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    person.press(fa('bot.dialogue.edit', { what: fa('members.label.name') }));
    await answer(person, 'members.question.name', () => person.say('مینا رضایی'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('members.profile.send')));
    await person.waitFor(fa('members.profile.done'));
    expect(await world.app.features.members.find(id)).toMatchObject({ name: 'مینا رضایی', cityCode: '06-ahvaz' });
    await world.settled();
  });

  it('takes a code that another member has like any other, lets the desk know, and bounds the tries of a day', async () => {
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const give = async (name: string) => {
      const { person, id } = await memberOf(world, messenger, { name });
      await giveCode(person, '0012345679');
      await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('members.nationalCode.send')));
      return { id, said: (await person.waitFor(faBegins('members.nationalCode.done'))).text };
    };
    const first = await give('نخستین دارنده');
    const second = await give('دومین دارنده');
    expect(second.said).toBe(first.said);
    const { nationalCodes } = world.app.features.people;
    expect(await nationalCodes.ownMasked(second.id)).toBe(await nationalCodes.ownMasked(first.id));
    await world.settled();
    const told = admin.chat.filter(({ text }) => text.includes('دو عضو یک کد ملی'));
    expect(told).toHaveLength(1);
    for (const name of ['نخستین دارنده', 'دومین دارنده']) expect(told[0]?.text).toContain(name);

    const kept = async (code: string) => {
      const sealed = nationalCodes.sealTyped(code);
      return sealed.ok && (await nationalCodes.keep(second.id, sealed.sealed)).kind;
    };
    for (const code of ['0499370899', '0790419904']) expect(await kept(code)).toBe('kept');
    expect(await kept('0012345679')).toBe('later');
    expect(await kept('0790419904')).toBe('kept');
  });

  it('keeps a national code sealed everywhere, shows it masked, and tells a wrong one', async () => {
    const { person, id } = await memberOf(world, messenger);
    await giveCode(person, '9900871092');
    await person.waitFor(faBegins('members.nationalCode.error.checkDigit'));
    person.say('۹۹۰ ۰۸۷ ۱۰۹۱');
    const review = await person.waitFor(fa('bot.dialogue.reviewHint'));
    // Bale would read three asterisks as a style: it gets letters that look like them.
    expect(review.text).toMatch(/990.{3}1091/);
    await world.settled();
    expect(await tracesOf(world, CODE)).toEqual([]);
    person.press(fa('members.nationalCode.send'));
    await person.waitFor(faBegins('members.nationalCode.done'));
    await world.settled();
    expect(await tracesOf(world, CODE)).toEqual([]);

    const { nationalCodes } = world.app.features.people;
    const admin = { id, roles: ['admin'] as const };
    expect(await nationalCodes.revealNationalCode({ id, roles: ['officer', 'head'] }, id)).toEqual({
      kind: 'forbidden',
    });
    expect(await nationalCodes.revealNationalCode(admin, id)).toEqual({ kind: 'revealed', nationalCode: CODE });
    const acts = await world.app.features.audit.list({ subject: { kind: 'member', id }, limit: 10 });
    expect(acts).toMatchObject([{ act: 'member.revealNationalCode', actorId: id, before: null, after: null }]);
    expect(await tracesOf(world, CODE)).toEqual([]);

    await openMyData(person);
    person.press(fa('members.me.button.nationalCode'));
    await person.waitFor(faBegins('members.nationalCode.have'));
    person.press(fa('members.nationalCode.button.remove'));
    await person.waitFor(fa('members.nationalCode.removed'));
    expect(await nationalCodes.ownMasked(id)).toBeNull();
    await world.settled();
  });

  it('sends everything that is kept as a JSON file, without anybody else’s name or an internal note', async () => {
    const { person, id } = await memberOf(world, messenger);
    const code = await report(person);
    await fillReport(person, { title: 'گزارش نیمه‌کاره', description: 'این گزارش هنوز فرستاده نشده است.' });
    person.command('me');
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.keep'));
    await person.waitFor((message) => message.text.startsWith(fa('members.me.title')));
    person.press(fa('members.me.button.file'));
    const sent = await person.waitFor((message) => message.media?.kind === 'document');
    expect(sent.media?.name).toMatch(/^khoosheh-\d{4}-\d\d-\d\d\.json$/);
    const { bytes } = await world.app.clients.get(messenger)!.download(sent.media?.fileId ?? '');
    const file = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
    const key = (
      name:
        | 'person'
        | 'name'
        | 'phone'
        | 'cases'
        | 'code'
        | 'forms'
        | 'businesses'
        | 'accounts'
        | 'userId'
        | 'reportKind'
        | 'visibility'
        | 'hiddenName',
    ) => fa(`members.file.key.${name}`);
    expect(file[key('person')]).toMatchObject({
      [key('name')]: 'مریم احمدی',
      [key('phone')]: `+${person.record.phone}`,
    });
    expect(file[key('cases')]).toMatchObject([
      {
        [key('code')]: code,
        [key('reportKind')]: fa('taxonomy.reports.obstacle'),
        [key('visibility')]: fa('obstacles.visibility.secretariat'),
        [key('hiddenName')]: true,
      },
    ]);
    expect(file[key('businesses')]).toMatchObject([{ [key('name')]: 'رایانه‌سرای کارون' }]);
    expect(file[key('accounts')]).toMatchObject([{ [key('userId')]: person.id }]);
    expect(JSON.stringify(file[key('forms')])).toContain('گزارش نیمه‌کاره');
    expect(JSON.stringify(file)).not.toContain(id);
    await world.settled();
  });

  it('deletes after two questions and seven days, and leaves no trace but the cases', async () => {
    const person = world.server(messenger).person({
      firstName: 'یکتانام',
      lastName: 'یگانه',
      phone: messenger === 'bale' ? '+989940004321' : '+989940001234',
    });
    const { members, businesses, obstacles } = world.app.features;
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    const { id } = await members.identify({ messenger, userId: person.id, chatId: person.id });
    const place = { provinceCode: '06', cityCode: '06-ahvaz' };
    await members.saveProfile(id, { name: 'یکتانام یگانه', phone: `+${person.record.phone}`, ...place });
    await businesses.register({
      draftId: `alone-${id}`,
      ownerId: id,
      name: 'کارگاه تک‌نفره',
      kind: 'freelance',
      fields: ['hw_sale'],
      documents: [],
      ...place,
    });
    await giveCode(person, '9900237579');
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('members.nationalCode.send')));
    await person.waitFor(faBegins('members.nationalCode.done'));
    person.command('report');
    await chooseSubject(person);
    person.say('پروانه دیر می‌رسد');
    await answer(person, 'obstacles.question.description', () => person.say('از بهار تا پاییز منتظر مانده‌ایم.'));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.sendPhoto(PICTURE, 'نامهٔ اداره');
    await person.waitFor(/۱ فایل/);
    person.press(fa('bot.dialogue.button.done'));
    await finishReport(person);
    await sendReport(person);
    const [own] = await obstacles.ofReporter(id);
    const officer = {
      id: (await members.identify({ messenger, userId: ADMIN_ID, chatId: ADMIN_ID })).id,
      roles: ['admin'] as const,
    };
    await obstacles.take(officer, own?.id ?? '', 'take-it');
    await world.settled();

    await askForDeletion(person);
    person.command('start');
    await person.waitFor(faBegins('members.deletion.pending'));
    person.press(fa('members.deletion.button.undo'));
    await person.waitFor(fa('members.deletion.undone'));
    expect((await members.find(id))?.deletion).toBeNull();

    await askForDeletion(person);
    await world.settled();
    await world.app.features.people.deletions.runDue();
    expect((await members.find(id))?.name).toBe('یکتانام یگانه');
    expect(await tracesOf(world, 'یکتانام')).not.toEqual([]);
    await letSevenDaysPass(world, id);

    for (const trace of [
      'یکتانام',
      'یگانه',
      person.record.phone ?? '',
      String(person.id),
      '9900237579',
      'کارگاه تک‌نفره',
    ])
      expect({ [trace]: await tracesOf(world, trace) }).toEqual({ [trace]: [] });
    expect(await tracesOf(world, id)).toHaveLength(1); // the audit's entry that somebody was deleted
    const left = await obstacles.find(own?.id ?? '');
    expect(left).toMatchObject({ title: 'پروانه دیر می‌رسد', evidence: [{ caption: 'نامهٔ اداره' }] });
    expect(await world.app.features.files.find(left?.evidence[0]?.fileId ?? '')).not.toBeNull();

    person.command('me');
    await person.waitFor(fa('members.me.guest'));
    await world.settled();
  });
});

describe.each(MESSENGERS)('consent on %s', (messenger) => {
  it('is asked again when the notice changes, once by itself, and before anything new is kept', async () => {
    const options = { consentVersion: 1 };
    const world = await startWorld(options);
    const { person, id } = await memberOf(world, messenger);
    await fillReport(person);
    options.consentVersion = 2;
    // The options are read again at each start.
    await world.restart();

    const ask = fa('members.consent.ask').split('\n')[0] ?? '';
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('obstacles.report.done'));
    expect(person.transcript()).not.toContain(ask);

    person.command('help');
    await person.waitFor(ask);
    person.command('news');
    await world.settled();
    expect(person.transcript().split(ask)).toHaveLength(2);

    person.command('report');
    await person.waitFor(ask);
    expect((await world.app.features.members.find(id))?.consent?.version).toBe(1);
    person.press(fa('members.consent.button.accept'));
    await person.waitFor(fa('members.consent.given'));
    expect((await world.app.features.members.find(id))?.consent?.version).toBe(2);
    person.command('report');
    await person.waitFor(fa('obstacles.question.kind'));
    await world.settled();
  });

  it('is not asked of guests', async () => {
    const world = await startWorld({ consentVersion: 2 });
    const person = somebody(world, messenger);
    person.command('help');
    await world.settled();
    expect(person.transcript()).not.toContain(fa('members.consent.button.accept'));
  });
});
