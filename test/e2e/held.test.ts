import { describe, expect, it } from 'vitest';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { MESSENGERS, answer, fa, faBegins, registerFreelancer, startWorld, useWorld } from '../support/app.ts';
import {
  PICTURE,
  REPORT,
  chooseSubject,
  finishReport,
  memberOf,
  officerOf,
  report,
  sendReport,
  somebody,
} from '../support/journeys.ts';

const OTHER: Record<MessengerName, MessengerName> = { telegram: 'bale', bale: 'telegram' };
const WORDS = 'اینترنت شهرک صنعتی دو هفته است که قطع می‌شود.';

/** Pictures that differ. */
const picture = (mark: string): Buffer => Buffer.concat([PICTURE, Buffer.from(mark)]);

describe.each(MESSENGERS)('what is sent outside every form on %s', (messenger) => {
  const world = useWorld();

  it('becomes a report, an album as one piece that is asked about once', async () => {
    const { person, id } = await memberOf(world, messenger);
    person.sendAlbum([
      { kind: 'photo', bytes: picture('one'), caption: 'برگه‌های جریمهٔ فروشگاه ما در این ماه' },
      { kind: 'photo', bytes: picture('two') },
      { kind: 'photo', bytes: picture('three') },
    ]);
    await person.waitFor(fa('obstacles.unclaimed.ask'));
    await world.settled();
    expect(person.chat.filter(({ text }) => text.includes(fa('obstacles.unclaimed.ask')))).toHaveLength(1);
    person.press(fa('obstacles.unclaimed.button.report'));
    await chooseSubject(person);
    person.say('جریمه‌های پیاپی');
    // The words and the pictures are there already: neither is asked for.
    await finishReport(person);
    await sendReport(person);
    const [made] = await world.app.features.obstacles.ofReporter(id);
    expect(made?.description).toBe('برگه‌های جریمهٔ فروشگاه ما در این ماه');
    const kept = await Promise.all((made?.evidence ?? []).map(({ fileId }) => world.app.features.files.read(fileId)));
    expect(kept.map((bytes) => Buffer.from(bytes).toString('latin1').slice(-3))).toEqual(['one', 'two', 'ree']);
  });

  it('is told to no one who had the case and is not of the desk any more', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person, { ...REPORT, title: 'پرونده‌ای که مسئولش رفت' });
    const userId = 9_101;
    const former = await officerOf(world, OTHER[messenger], { userId });
    const { obstacles, members } = world.app.features;
    const staff = await members.behind({ messenger: OTHER[messenger], userId });
    const [target] = await obstacles.ofReporter(id);
    await obstacles.take({ id: staff?.id ?? '', roles: ['officer'] }, target?.id ?? '', `former-${messenger}`);
    await members.revoke({ messenger: OTHER[messenger], userId }, 'officer');
    person.say('این را هم به همان پرونده بیفزایید');
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await person.waitFor(fa('obstacles.unclaimed.which'));
    person.press('پرونده‌ای که مسئولش رفت');
    await person.waitFor(faBegins('obstacles.unclaimed.added'));
    await world.settled();
    expect(former.chat.filter(({ text }) => text.includes('پرونده‌ای که مسئولش رفت'))).toEqual([]);
  });

  it('is added to an open case; its officer is told, and reads both versions of a message that was edited', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person, { ...REPORT, title: 'استعلام بی‌پاسخ ماند' });
    await report(person, { ...REPORT, title: 'پروندهٔ دوم همین عضو' });
    const officer = await officerOf(world, OTHER[messenger]);
    const { obstacles, members } = world.app.features;
    const staff = await members.behind({ messenger: OTHER[messenger], userId: 9001 });
    const actor = { id: staff?.id ?? '', roles: ['officer'] as const };
    const target = (await obstacles.ofReporter(id)).find(({ title }) => title.startsWith('استعلام'));
    await obstacles.take(actor, target?.id ?? '', `take-${messenger}`);
    await world.settled();

    person.say('شمارهٔ نامه را پیدا کردم: هفت');
    const sent = person.lastMessage ?? { id: 0 };
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await answer(person, 'obstacles.unclaimed.which', () => person.press('استعلام بی‌پاسخ ماند'));
    await person.waitFor(faBegins('obstacles.unclaimed.added'));
    await officer.waitFor(fa('desk.notice.added'), { any: true });

    person.editText(sent, 'شمارهٔ نامه را پیدا کردم: هشت');
    await person.waitFor(faBegins('obstacles.unclaimed.editedCase'));
    await world.settled();
    expect(officer.chat.filter(({ text }) => text.includes(fa('desk.notice.added')))).toHaveLength(1);
    officer.press(fa('desk.button.card'));
    const card = await officer.waitFor(REPORT.description);
    expect(card.text).toContain('نامه را پیدا کردم: هفت');
    expect(card.text).toContain('نامه را پیدا کردم: هشت');
    expect(await obstacles.ofReporter(id)).toHaveLength(2);
    await world.settled();
  });

  it('answers the secretariat’s question where one is open', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const { obstacles } = world.app.features;
    const [own] = await obstacles.ofReporter(id);
    const actor = { id: '0'.repeat(23) + (messenger === 'bale' ? '1' : '2'), roles: ['head'] as const };
    const ask = {
      from: 'received',
      to: 'needs_information',
      reason: 'کدام شعبه؟',
      source: `ask-${messenger}`,
    } as const;
    await obstacles.move(actor, own?.id ?? '', ask);
    await person.waitFor('کدام شعبه؟', { any: true });
    person.sendPhoto(picture('branch'), 'شعبهٔ مرکزی اهواز');
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await answer(person, 'obstacles.unclaimed.which', () => person.press(REPORT.title));
    await person.waitFor(faBegins('obstacles.unclaimed.added'));
    expect(await obstacles.find(own?.id ?? '')).toMatchObject({
      status: 'under_review',
      evidence: [{ kind: 'photo' }],
      additions: [{ files: 1, texts: [{ text: 'شعبهٔ مرکزی اهواز' }] }],
    });
    await world.settled();
  });

  it('follows an edit before it is decided on, in the form that it became, and after it was sent', async () => {
    const { person, id } = await memberOf(world, messenger);
    person.say(WORDS);
    const sent = person.lastMessage ?? { id: 0 };
    const asked = await person.waitFor(fa('obstacles.unclaimed.ask'));
    person.editText(sent, `${WORDS} نسخهٔ دوم`);
    await person.waitFor(fa('obstacles.unclaimed.edited'));
    person.press(fa('obstacles.unclaimed.button.report'), { message: asked });
    await chooseSubject(person);
    person.editText(sent, `${WORDS} نسخهٔ سوم`);
    await person.waitFor(fa('obstacles.unclaimed.edited'));
    person.say('قطعی اینترنت شهرک');
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    await sendReport(person);
    expect((await world.app.features.obstacles.ofReporter(id))[0]?.description).toBe(`${WORDS} نسخهٔ سوم`);
    person.editText(sent, `${WORDS} نسخهٔ چهارم`);
    await person.waitFor(faBegins('obstacles.unclaimed.editedCase'));
    expect((await world.app.features.obstacles.ofReporter(id))[0]).toMatchObject({
      description: `${WORDS} نسخهٔ سوم`,
      additions: [{ texts: [{ text: `${WORDS} نسخهٔ چهارم` }] }],
    });
    // Sent already: the old question can make no second report of it.
    person.pressData(`kd1:${asked.inlineKeyboard.flat()[0]?.data?.split(':')[1] ?? ''}:report`, asked);
    await world.settled();
    expect(person.toasts.at(-1)?.text).toBe(fa('bot.error.staleButton'));
    expect(await world.app.features.obstacles.ofReporter(id)).toHaveLength(1);
  });

  it('is kept whole, however long it is, and becomes the whole description of a report', async () => {
    const { person, id } = await memberOf(world, messenger);
    const long = `${'شرح بلند ماجرا '.repeat(270)}😀پایان`.slice(-3_900);
    person.say(long);
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.report')));
    await chooseSubject(person);
    person.say('گزارش بلند');
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    await sendReport(person);
    const [made] = await world.app.features.obstacles.ofReporter(id);
    expect(made?.description).toBe(long.trim());
  });

  it('once a report is sent, an edited answer of it is added to the case; of a form that makes none the member is told', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const own = person.chat.findLast(({ from, text }) => from === 'person' && text === REPORT.description);
    for (const text of ['شرح درست ماجرا این است', 'شرح درست‌تر ماجرا این است']) {
      person.editText(own!, text);
      await person.waitFor(faBegins('obstacles.unclaimed.editedCase'));
    }
    const [made] = await world.app.features.obstacles.ofReporter(id);
    expect(made?.additions.map(({ texts }) => texts.map(({ text }) => text))).toEqual([
      ['شرح درست ماجرا این است', 'شرح درست‌تر ماجرا این است'],
    ]);
  });

  it('is let go when it was nothing, and no question of it comes back', async () => {
    const { person } = await memberOf(world, messenger);
    person.say(WORDS);
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.nothing')));
    await person.waitFor(fa('obstacles.unclaimed.dismissed'));
    person.command('start');
    await person.waitFor('خوش آمدید');
    await world.settled();
    expect(person.transcript()).not.toContain(fa('obstacles.unclaimed.again'));
  });

  it('is kept for a stranger until the stranger has registered, and then asked about', async () => {
    const person = somebody(world, messenger);
    person.sendVoice(Buffer.from('OggS, a stranger speaks'));
    await person.waitFor(fa('obstacles.report.registerFirst'));
    person.say(WORDS);
    await person.waitFor(fa('obstacles.report.registerFirst'));
    await registerFreelancer(person);
    await person.waitFor(faBegins('obstacles.unclaimed.again'));
    await person.waitFor(WORDS);
    person.press(fa('obstacles.unclaimed.button.report'));
    await chooseSubject(person);
    await world.settled();
  });

  it('says why a program or a file that is too large is not kept, and keeps the words with it', async () => {
    const { person } = await memberOf(world, messenger);
    person.sendDocument(Buffer.from('\u007fELF, a program'), { name: 'scan.pdf', mimeType: 'application/pdf' });
    await person.waitFor(fa('bot.dialogue.error.fileKind'));
    await world.settled();
    expect(person.transcript()).not.toContain(fa('obstacles.unclaimed.ask'));
    person.sendDocument(Buffer.from('MZ, another'), { name: 'a.exe', mimeType: 'x/y', caption: WORDS });
    await person.waitFor(fa('obstacles.unclaimed.ask'));
  });

  it('gives nobody else’s buttons any effect', async () => {
    const { person } = await memberOf(world, messenger);
    const { person: thief, id } = await memberOf(world, messenger);
    await report(thief);
    const [own] = await world.app.features.obstacles.ofReporter(id);
    person.say(WORDS);
    const asked = await person.waitFor(fa('obstacles.unclaimed.ask'));
    const held = asked.inlineKeyboard.flat()[0]?.data?.split(':')[1] ?? '';
    thief.command('help');
    const shown = await thief.waitFor('اینجا چه کارهایی');
    for (const data of [`kd1:${held}:report`, `kd1:${held}:nothing`, `ke1:${held}:${own?.id}`, 'kd1:x:add', 'ke1::'])
      thief.pressData(data, shown);
    await world.settled();
    expect(thief.toasts.slice(-5).map(({ text }) => text)).toEqual(Array(5).fill(fa('bot.error.staleButton')));
    expect((await world.app.features.obstacles.ofReporter(id))[0]?.additions).toEqual([]);
    person.press(fa('obstacles.unclaimed.button.nothing'));
    await person.waitFor(fa('obstacles.unclaimed.dismissed'));
  });
});

describe.each(MESSENGERS)('the files of a case on %s', (messenger) => {
  const world = useWorld();

  it('are served to its reporter and the secretariat on either messenger, and to nobody else', async () => {
    const { person, id } = await memberOf(world, messenger);
    const kinds = [
      () => person.sendPhoto(picture('nobody else may see this')),
      () => person.sendDocument(PICTURE, { name: '../../etc/نامه.png', mimeType: 'image/png' }),
      () => person.sendDocument(Buffer.from('no picture at all'), { name: 'x.png', mimeType: 'image/png' }),
      () => person.sendVoice(Buffer.from('OggS, a voice')),
    ];
    for (const send of kinds) {
      send();
      await person.waitFor(fa('obstacles.unclaimed.ask'));
      if (send === kinds[0]) {
        person.press(fa('obstacles.unclaimed.button.report'));
        await chooseSubject(person);
        person.say('پیوست‌های محرمانه');
        await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
        await finishReport(person);
        await sendReport(person);
      } else {
        person.press(fa('obstacles.unclaimed.button.add'));
        await answer(person, 'obstacles.unclaimed.which', () => person.press('پیوست‌های محرمانه'));
        await person.waitFor(faBegins('obstacles.unclaimed.added'));
      }
    }
    const [own] = await world.app.features.obstacles.ofReporter(id);
    expect(own?.evidence.map(({ kind }) => kind)).toEqual(['photo', 'photo', 'document', 'voice']);
    for (const { fileId } of own?.evidence ?? []) {
      const stored = await world.app.features.files.find(fileId);
      expect(stored?.fileName).toMatch(/^[0-9a-f]{24}\.(?:png|ogg|bin)$/);
    }

    const officer = await officerOf(world, OTHER[messenger]);
    const { person: other } = await memberOf(world, messenger);
    const besides = await officerOf(world, messenger);
    for (const reader of [officer, besides, other, person]) {
      reader.command('help');
      const shown = await reader.waitFor('اینجا چه کارهایی');
      reader.pressData(`oe1:${own?.id}`, shown);
      await world.settled();
    }
    const received = (who: typeof officer) => who.chat.filter(({ from, media }) => from === 'bot' && media).length;
    // Not under its sender's name, which may hide what it is: also where the messenger would give it again.
    const document = (who: typeof officer) =>
      who.chat.find(({ from, media }) => from === 'bot' && media?.kind === 'document')?.media?.name;
    for (const reader of [officer, besides, person]) expect(document(reader)).toMatch(/^[0-9a-f]{24}\.bin$/);
    expect(received(officer)).toBe(4);
    expect(received(besides)).toBe(4);
    expect(received(person)).toBe(4);
    expect(received(other)).toBe(0);
    expect(other.toasts.at(-1)?.text).toBe(fa('obstacles.act.gone'));
  });
});

it('asks for consent to a notice that has changed before anything is made of what was sent', async () => {
  const options = { consentVersion: 1 };
  const world = await startWorld(options);
  const { person, id } = await memberOf(world, 'telegram');
  options.consentVersion = 2;
  await world.restart(options);
  person.say(WORDS);
  const asked = await person.waitFor(fa('obstacles.unclaimed.ask'));
  person.press(fa('obstacles.unclaimed.button.report'), { message: asked });
  await person.waitFor(fa('members.consent.ask').split('\n')[0] ?? '');
  await world.settled();
  person.press(fa('members.consent.button.accept'));
  await person.waitFor(fa('members.consent.given'));
  person.press(fa('obstacles.unclaimed.button.report'), { message: asked });
  await person.waitFor(fa('obstacles.question.kind'));
  expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
});
