import { randomBytes, randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { FILES_A_DAY, HELD_A_DAY } from '../../src/bounds.ts';
import { MESSENGERS, answer, fa, faBegins, registerFreelancer, startWorld, type World } from '../support/app.ts';
import { chooseSubject, finishReport, memberOf, report, sendReport, somebody } from '../support/journeys.ts';
import { PICTURE } from '../support/picture.ts';

const DAY = 86_400_000;
const MB = 1024 * 1024;
const photo = () => Buffer.concat([PICTURE, randomBytes(8)]);
const filesIn = (world: World) => world.app.database.connection.collection('files.files');
const fullDay = (standing: 'member' | 'staff') =>
  fa('bot.dialogue.error.filesOfDay', {
    files: FILES_A_DAY[standing].files,
    megabytes: FILES_A_DAY[standing].bytes / MB,
  });

/** As many files of a person as a day has room for. */
async function fillDay(world: World, ownerId: string, files: number): Promise<void> {
  for (let index = 0; index < files; index += 1)
    await world.app.features.files.keep({ bytes: photo(), kind: 'photo', ownerId, source: randomUUID() });
}

describe.each(MESSENGERS)('the disk, on %s,', (messenger) => {
  it('gets nothing of a stranger’s files, which are fetched once the stranger is a member', async () => {
    const world = await startWorld();
    const person = somebody(world, messenger);
    person.sendDocument(randomBytes(MB), { name: 'a.pdf', caption: 'برگهٔ جریمهٔ فروشگاه ما' });
    await person.waitFor(fa('obstacles.unclaimed.keptWithFile'));
    for (let index = 0; index < 4; index += 1) person.sendVoice(Buffer.concat([Buffer.from('OggS'), randomBytes(MB)]));
    await world.settled();
    expect(await filesIn(world).countDocuments()).toBe(0);
    expect(world.server(messenger).calls.filter(({ method }) => method.toLowerCase() === 'getfile')).toEqual([]);

    await registerFreelancer(person);
    await world.settled();
    expect(await filesIn(world).countDocuments()).toBe(5);
    const asked = person.chat.findLast(({ text }) => text.includes('برگهٔ جریمهٔ فروشگاه ما'));
    person.press(fa('obstacles.unclaimed.button.report'), { message: asked! });
    await chooseSubject(person);
    person.say('جریمهٔ فروشگاه');
    await finishReport(person);
    await sendReport(person);
    const { id } = await world.app.features.members.identify({ messenger, userId: person.id, chatId: person.id });
    const [made] = await world.app.features.obstacles.ofReporter(id);
    expect(made?.evidence).toHaveLength(1);
    expect((await world.app.features.files.read(made?.evidence[0]?.fileId ?? '')).length).toBe(MB);
  });

  it('is not what a stranger’s file was on when it is gone from the messenger: that is said, the words stay', async () => {
    const world = await startWorld();
    const person = somebody(world, messenger);
    person.sendDocument(photo(), { name: 'a.png', caption: 'برگهٔ جریمهٔ فروشگاه ما' });
    await person.waitFor(fa('obstacles.unclaimed.keptWithFile'));
    world.server(messenger).faults.add({ method: 'getFile', kind: 'forbidden' });
    await registerFreelancer(person);
    await person.waitFor(fa('obstacles.unclaimed.fileLost'));
    await person.waitFor('برگهٔ جریمهٔ فروشگاه ما');
    expect(await filesIn(world).countDocuments()).toBe(0);
  });

  it('keeps no more words of a stranger than a day has room for', async () => {
    const world = await startWorld();
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    const { id } = await world.app.features.members.identify({ messenger, userId: person.id, chatId: person.id });
    const held = world.app.database.connection.collection('held');
    const one = { memberId: new Types.ObjectId(id), state: 'nothing', at: new Date(), expiresAt: new Date() };
    await held.insertMany(Array.from({ length: HELD_A_DAY }, (_one, index) => ({ ...one, key: `old:${index}` })));
    person.say('یکی دیگر که جا نمی‌شود');
    await person.waitFor(fa('obstacles.unclaimed.full'));
    expect(await held.countDocuments({ key: /^(?!old)/ })).toBe(0);
  });

  it('has a bound for each person on every way in, and the words that came with a file stay', async () => {
    let ahead = 0;
    const world = await startWorld({ now: () => new Date(Date.now() + ahead) });
    const { person, id } = await memberOf(world, messenger);
    const { person: other } = await memberOf(world, messenger);
    await report(person);
    await fillDay(world, id, FILES_A_DAY.member.files);
    person.sendPhoto(photo(), 'شعبهٔ مرکزی، با عکسی که جا نشد');
    await person.waitFor(fullDay('member'));
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await person.waitFor(fa('obstacles.unclaimed.which'));
    person.press('تمدید پروانه سه ماه طول کشیده است');
    await person.waitFor(faBegins('obstacles.unclaimed.added'));

    person.command('report');
    await chooseSubject(person);
    person.say('گزارش دوم');
    await answer(person, 'obstacles.question.description', () => person.say('شرح گزارش دوم در چند واژه'));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.sendPhoto(photo());
    await person.waitFor(fullDay('member'));
    expect(await filesIn(world).countDocuments({ 'metadata.ownerId': id })).toBe(FILES_A_DAY.member.files);

    other.sendPhoto(photo());
    await other.waitFor(fa('obstacles.unclaimed.ask'));
    await world.settled();
    ahead = DAY + 1000;
    person.sendPhoto(photo());
    await person.waitFor(
      (message) => message.text.includes(fa('bot.dialogue.button.done')) || message.inlineKeyboard.length > 0,
    );
    await expect
      .poll(() => filesIn(world).countDocuments({ 'metadata.ownerId': id }))
      .toBe(FILES_A_DAY.member.files + 1);
  });

  it('has a bound for the secretariat’s people too', async () => {
    const world = await startWorld();
    const { person: officer, id } = await memberOf(world, messenger);
    await world.app.features.members.grant({ messenger, userId: officer.id }, 'officer');
    await fillDay(world, id, FILES_A_DAY.staff.files);
    officer.sendPhoto(photo());
    await officer.waitFor(fullDay('staff'));
  }, 30_000);
});
