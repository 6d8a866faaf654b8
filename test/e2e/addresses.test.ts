import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { TAKEN_OUT } from '../../src/language/redact.ts';
import { answer, fa, faBegins, MESSENGERS, useWorld } from '../support/app.ts';
import { chooseSubject, finishReport, memberOf, REPORT, sendReport, somebody } from '../support/journeys.ts';

const ADDRESSES = ['http://evil.example/a', 'evil.ir', 'سایت من evil.com است', '@evil_bot', 't.me/evil'];

describe.each(MESSENGERS)('addresses in words that everybody reads, on %s,', (messenger) => {
  const world = useWorld();

  it('are refused with a kind word in a title and a name, and the form goes on', async () => {
    const { person, id } = await memberOf(world, messenger);
    person.command('report');
    await chooseSubject(person);
    await person.waitFor(faBegins('obstacles.question.title'));
    for (const address of ADDRESSES) {
      person.say(`مجوز دیر است ${address}`);
      await person.waitFor(fa('bot.dialogue.error.address'));
    }
    person.say(REPORT.title);
    // In a story that only the secretariat reads, an address may be what it is about.
    await answer(person, 'obstacles.question.description', () => person.say('سامانهٔ evil.ir پاسخ نمی‌دهد.'));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    await sendReport(person);
    expect(await world.app.features.obstacles.ofReporter(id)).toMatchObject([{ title: REPORT.title }]);

    const guest = somebody(world, messenger);
    guest.command('register');
    await guest.waitFor(fa('members.question.name'));
    for (const name of ['مریم evil.ir', 'evil.com']) {
      guest.say(name);
      await guest.waitFor(fa('bot.dialogue.error.address'));
    }
    guest.say('مریم احمدی');
    await guest.waitFor(fa('members.question.phone'));
    await world.settled();
  });

  it('are taken out where older data has them', async () => {
    const { person, id } = await memberOf(world, messenger);
    const { connection } = world.app.database;
    const { obstacles, members } = world.app.features;
    const made = await obstacles.report({
      draftId: `old-${id}`,
      reporterId: id,
      businessId: null,
      category: 'license',
      title: 'مجوز در evil.ir',
      description: 'شرح مانع در چند کلمه',
      visibility: 'public',
      evidence: [],
    });
    await connection
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(id) }, { $set: { name: 'مریم t.me/evil' } });
    expect((await obstacles.find(made.id))?.title).toBe(`مجوز در ${TAKEN_OUT}`);
    expect((await obstacles.find(made.id))?.publicTitle).not.toContain('evil');
    expect((await members.find(id))?.name).toBe(`مریم ${TAKEN_OUT}`);
    person.command('start');
    await person.waitFor(`مریم ${TAKEN_OUT}`);
    person.command('cases');
    await person.waitFor(({ text, inlineKeyboard }) =>
      [text, ...inlineKeyboard.flat().map(({ label }) => label)].some((shown) =>
        shown.includes(`مجوز در ${TAKEN_OUT}`),
      ),
    );
    expect(person.transcript()).not.toContain('evil');
    await world.settled();
  });
});
