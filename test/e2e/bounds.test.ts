import { globSync, readFileSync } from 'node:fs';
import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { LISTS, MOST_BUSINESSES, MOST_UNFINISHED, sentADay } from '../../src/bounds.ts';
import { detailsButton, meTooButton } from '../../src/features/board/case.views.ts';
import { MESSENGERS, answer, fa, faBegins, startWorld, useWorld, type World } from '../support/app.ts';
import { fillReport, memberOf, officerOf, report, persianDigits } from '../support/journeys.ts';

const DAY = 86_400_000;
const drafts = (world: World) => world.app.database.connection.collection('drafts');

/** What buttons ask for that leads, or might lead, to a form. */
const ACTS =
  `add answer ask assign audience case checklist correct decide details edit explain filter handOver link merge
  note notice not-needed oppose people progress publish quorum refer refuse rename reopen reply report revoke save solved
  template time times write`.split(/\s+/);

/** Every button that names a thing, about nothing that is there. */
function forgedPresses(): string[] {
  const made = new Types.ObjectId().toHexString();
  const code = globSync('src/features/**/*.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return [...code.matchAll(/buttonKind\('(\w+)', (\d), \[([^\]]+)\]/g)].flatMap(([, name, version, list = '']) => {
    const fields = [...list.matchAll(/'(\w+)'/g)].map(([, field = '']) => field);
    const acts = fields.includes('act') ? ACTS : [''];
    return acts.map((act) =>
      [`${name}${version}`, ...fields.map((field) => (field === 'act' ? act : made))].join(':').slice(0, 64),
    );
  });
}

describe('a made-up button', () => {
  it('opens no form about what is not there, whoever presses it', async () => {
    const world = await startWorld();
    const presses = forgedPresses();
    expect(presses.length).toBeGreaterThan(300);
    const { person } = await memberOf(world, 'telegram');
    for (const role of ['officer', 'head', 'council', 'admin'] as const)
      await world.app.features.members.grant({ messenger: 'telegram', userId: person.id }, role);
    person.command('help');
    const shown = await person.waitFor('اینجا چه کارهایی');
    // A messenger takes no answer to a press of long ago.
    for (let from = 0; from < presses.length; from += 50) {
      for (const data of presses.slice(from, from + 50)) person.pressData(data, shown);
      await world.settled();
    }
    const begun = await drafts(world)
      .find({ subject: { $ne: '' } })
      .toArray();
    expect(begun.map(({ dialogue, subject }) => `${dialogue} ${subject}`)).toEqual([]);
  }, 120_000);
});

describe.each(MESSENGERS)('what one person may make, on %s,', (messenger) => {
  const form = (memberId: string, changes: Record<string, unknown>) => ({
    memberId: new Types.ObjectId(memberId),
    dialogue: 'report',
    subject: new Types.ObjectId().toHexString(),
    answers: {},
    lastUpdate: '',
    updatedAt: new Date(),
    ...changes,
  });

  it('has a bound of forms that are begun, and shows the way back to them', async () => {
    const world = await startWorld();
    const { person, id } = await memberOf(world, messenger);
    const left = { status: 'waiting', expiresAt: new Date(Date.now() + 7 * DAY) };
    await drafts(world).insertMany(Array.from({ length: MOST_UNFINISHED }, () => form(id, left)));
    person.command('report');
    await person.waitFor(fa('bot.dialogue.tooMany'));
    await person.waitFor(faBegins('bot.dialogue.waiting').slice(0, 3));
    expect(await drafts(world).countDocuments({ memberId: new Types.ObjectId(id) })).toBe(MOST_UNFINISHED);
  });

  it('has a bound of what is sent in a day: the form waits with all that is in it, and goes the next day', async () => {
    let ahead = 0;
    const world = await startWorld({ now: () => new Date(Date.now() + ahead) });
    const { person, id } = await memberOf(world, messenger);
    const sent = { status: 'sent', expiresAt: new Date(Date.now() + 7 * DAY) };
    const most = sentADay('report', 'member');
    await drafts(world).insertMany(Array.from({ length: most }, () => form(id, sent)));
    await fillReport(person);
    person.press(fa('obstacles.report.send'));
    const kept = await person.waitFor(fa('bot.dialogue.dayFull', { title: fa('obstacles.report.title') }));
    expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
    await world.settled();
    ahead = DAY + 60_000;
    person.press(fa('bot.dialogue.button.resume'), { message: kept });
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    person.press(fa('obstacles.report.send'));
    await person.waitFor(faBegins('obstacles.report.done'));
    expect(await world.app.features.obstacles.ofReporter(id)).toMatchObject([
      { title: 'تمدید پروانه سه ماه طول کشیده است' },
    ]);
  });

  it('has a bound of businesses', async () => {
    const world = await startWorld();
    const { person, id } = await memberOf(world, messenger);
    const place = { provinceCode: '06', cityCode: '06-ahvaz' };
    for (let index = 1; index < MOST_BUSINESSES; index += 1)
      await world.app.features.businesses.register({
        draftId: `business ${index}`,
        ownerId: id,
        name: `کارگاه ${persianDigits(String(index))}`,
        kind: 'shop',
        fields: ['hw_sale'],
        documents: [],
        ...place,
      });
    person.command('register');
    await person.waitFor(fa('businesses.registration.tooMany', { count: MOST_BUSINESSES }));
  });
});

describe.each(MESSENGERS)('lists of a case, on %s,', (messenger) => {
  const world = useWorld();

  it('take nothing from a «me too» that is pressed again and again, and give back what has no room', async () => {
    const { person: reporter, id } = await memberOf(world, messenger);
    await report(reporter, { title: 'قطعی برق شهرک', description: 'هر روز دو ساعت برق نیست.', visibility: 'public' });
    const [made] = await world.app.features.obstacles.ofReporter(id);
    const { person } = await memberOf(world, messenger);
    person.command('help');
    const shown = await person.waitFor('اینجا چه کارهایی');
    for (let time = 0; time < 5; time += 1) person.pressData(meTooButton.data(made?.id ?? '', 'on'), shown);
    await world.settled();
    const endorsements = world.app.database.connection.collection('endorsements');
    const mine = { obstacleId: new Types.ObjectId(made?.id ?? '') };
    expect((await endorsements.findOne(mine))?.['sources']).toHaveLength(1);

    const sources = Array.from({ length: LISTS.wordsOfMeToo }, (_one, index) => `earlier ${index}`);
    await endorsements.updateOne(mine, { $set: { sources } });
    person.pressData(detailsButton.data(made?.id ?? ''), shown);
    for (const question of ['days', 'rials', 'people'] as const)
      await answer(person, `board.question.${question}`, () => person.press(fa('bot.dialogue.button.skip')));
    await answer(person, 'board.question.comment', () => person.say('ژنراتور هم خراب شده است'));
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    person.press(fa('board.details.send'));
    const full = await person.waitFor(fa('board.meToo.full'));
    expect(full.text).toContain('ژنراتور هم خراب شده است');
    expect((await endorsements.findOne(mine))?.['sources']).toHaveLength(LISTS.wordsOfMeToo);
  });

  it('say that a case is full, not that it is closed, and keep the message', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const [made] = await world.app.features.obstacles.ofReporter(id);
    const one = { fileId: new Types.ObjectId().toHexString(), kind: 'photo', caption: '' };
    await world.app.database.connection
      .collection('obstacles')
      .updateOne(
        { _id: new Types.ObjectId(made?.id ?? '') },
        { $set: { evidence: Array.from({ length: LISTS.evidenceOfCase }, () => one) } },
      );
    person.say('این را هم به همان پرونده بیفزایید');
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await person.waitFor(fa('obstacles.unclaimed.which'));
    person.press('تمدید پروانه سه ماه طول کشیده است');
    await person.waitFor(fa('obstacles.unclaimed.ask'));
    expect(person.toasts.at(-1)?.text).toBe(fa('obstacles.unclaimed.caseFull'));
  });

  it('take no more notes than there is room for, and give the text back', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const officer = await officerOf(world, messenger);
    const { obstacles, members } = world.app.features;
    const [made] = await obstacles.ofReporter(id);
    const staff = await members.behind({ messenger, userId: officer.id });
    const note = { at: new Date(), by: new Types.ObjectId(), text: 'یادداشت', source: 'earlier' };
    await world.app.database.connection
      .collection('obstacles')
      .updateOne(
        { _id: new Types.ObjectId(made?.id ?? '') },
        { $set: { notes: Array.from({ length: LISTS.notesOfCase }, () => note) } },
      );
    const actor = { id: staff?.id ?? '', roles: ['officer'] as const };
    expect(await obstacles.note(actor, made?.id ?? '', { text: 'یکی دیگر', source: 'later' })).toBe('full');
  });
});
