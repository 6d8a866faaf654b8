import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { PICTURE, memberOf, officerOf, persianDigits, somebody } from '../support/journeys.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';

const hasButton = (label: string) => (message: ChatMessage) =>
  message.inlineKeyboard.flat().some((button) => button.label.includes(label));
const labelsOf = (message: ChatMessage) => message.inlineKeyboard.flat().map(({ label }) => label);

describe.each(MESSENGERS)('packs on %s', (messenger) => {
  const world = useWorld();

  async function pressWhenThere(person: Person, label: string): Promise<void> {
    await person.waitFor(hasButton(label));
    person.press(label);
  }

  async function approve(memberId: string, facts: Record<string, unknown> = {}): Promise<string> {
    const found = await world.app.database.connection
      .collection('businesses')
      .findOneAndUpdate(
        { draftId: `made-for-${memberId}` },
        { $set: { status: 'approved', ...facts } },
        { returnDocument: 'after' },
      );
    return String(found?._id);
  }

  const fileOf = async (message: ChatMessage): Promise<Buffer> => {
    const file = await world.app.clients.get(messenger)?.download(message.media?.fileId ?? '');
    return Buffer.from(file?.bytes ?? []);
  };

  async function reportPurchase(person: Person, { item, buyer }: { item: string; buyer: string }): Promise<void> {
    await answer(person, 'procurement.question.buyer', () => person.say(buyer));
    await answer(person, 'procurement.question.item', () => person.say(item));
    await answer(person, 'procurement.question.field', () => person.say(fa('taxonomy.fields.hw_sale')));
    await answer(person, 'procurement.question.amount', () => person.say('۲٫۵ میلیارد تومان'));
    await answer(person, 'procurement.question.boughtOn', () => person.say('۱۴۰۲/۰۶/۲۰'));
    await answer(person, 'procurement.question.notice', () => person.say('۲۰۰۵۰۰۱۲۳۴'));
    await answer(person, 'procurement.question.evidence', () => person.sendPhoto(PICTURE, 'آگهی مناقصه'), { max: 3 });
    await pressWhenThere(person, fa('bot.dialogue.button.done'));
    await answer(person, 'bot.dialogue.reviewHint', () => person.press(fa('procurement.report.send')));
    await person.waitFor(faBegins('procurement.report.done'));
  }

  it('makes one letter to a buyer of what members report, with who could have supplied it', async () => {
    const { person, id } = await memberOf(world, messenger);
    await approve(id, { listed: true });
    person.press(fa('procurement.menu.procurement'));
    await pressWhenThere(person, fa('procurement.button.report'));
    await reportPurchase(person, { buyer: 'شرکت آب و برق', item: 'ده دستگاه لپ‌تاپ' });
    person.press(fa('procurement.button.another'));
    await reportPurchase(person, { buyer: 'شركت آب و برق', item: 'چاپگر اداری' });
    const seen = await person.waitFor('شرکت آب و برق', { any: true });

    const officer = await officerOf(world, messenger);
    officer.command('desk');
    await pressWhenThere(officer, fa('procurement.button.desk'));
    await officer.waitFor(fa('procurement.buyers.title'));
    officer.press(fa('bot.button.back'));
    await pressWhenThere(officer, fa('procurement.button.desk'));
    await pressWhenThere(officer, 'آب و برق');
    const file = await officer.waitFor('۵۰٬۰۰۰٬۰۰۰٬۰۰۰');
    expect(file.text).toContain('رایانه‌سرای کارون');
    expect(file.text).toContain('۱۴۰۲/۰۶/۲۰');
    expect(file.text).not.toContain('مریم');
    officer.press(fa('procurement.button.evidence', { number: 1 }));
    await officer.waitFor('آگهی مناقصه');
    await world.app.database.connection.collection('files.files').deleteMany({});
    officer.press(fa('procurement.button.evidence', { number: 1 }));
    await officer.waitFor(fa('bot.error.noFile'));
    officer.press(fa('procurement.button.letter'));
    const letter = await officer.waitFor((message) => message.media?.kind === 'document');
    expect(letter.text).toContain('۲ خرید');
    const bytes = await fileOf(letter);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.length).toBeGreaterThan(5000);

    officer.press(fa('procurement.button.drop', { number: 1 }));
    await officer.waitFor((message) => message.text.includes(fa('procurement.file.dropped')));
    await officer.waitFor('۲۵٬۰۰۰٬۰۰۰٬۰۰۰');
    officer.press(fa('procurement.button.rename'));
    await answer(officer, 'procurement.rename.question', () => officer.say('سازمان آب و برق'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('procurement.rename.send')));
    await officer.waitFor('سازمان آب و برق');

    // A button is no authority.
    const before = person.toasts.length;
    const [one] = await world.app.features.packs.procurements.ofReporter(id, { limit: 20 });
    const forged = ['ca1:0', `cb1:${one?.id}:0`, `cc1:${one?.id}:letter`, `cc1:${one?.id}:drop`];
    for (const data of forged) person.pressData(data, seen);
    await world.settled();
    expect(person.toasts.slice(before).map(({ text }) => text)).toEqual(
      forged.map(() => fa('procurement.act.forbidden')),
    );
    person.command('procurement');
    await pressWhenThere(person, 'چاپگر اداری');
    await pressWhenThere(person, fa('procurement.button.takeBackSure'));
    await person.waitFor(fa('procurement.takeBack.done'));

    person.command('me');
    await pressWhenThere(person, fa('members.me.button.file'));
    const own = await person.waitFor((message) => message.media?.kind === 'document');
    const kept = JSON.parse((await fileOf(own)).toString('utf8')) as Record<string, unknown>;
    expect(kept[fa('members.file.key.purchases')]).toMatchObject([
      { [fa('members.file.key.item')]: 'ده دستگاه لپ‌تاپ', [fa('members.file.key.costRials')]: 25_000_000_000 },
    ]);
  });

  it('asks a guest to register before a purchase is reported', async () => {
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    person.press(fa('procurement.menu.procurement'));
    await person.waitFor(fa('obstacles.report.registerFirst'));
  });

  it('gives a producer without premises a letter that anybody can check until it is revoked', async () => {
    const { person, id } = await memberOf(world, messenger);
    await approve(id, { kind: 'freelance', name: 'کارگاه نرم‌افزار مریم', since: 1399 });
    person.command('businesses');
    await pressWhenThere(person, 'کارگاه نرم‌افزار مریم');
    await pressWhenThere(person, fa('recognition.button.open'));
    await pressWhenThere(person, fa('recognition.button.issue'));
    const letter = await person.waitFor((message) => message.media?.kind === 'document');
    const [code = ''] = /\d{12}/.exec(letter.text) ?? [];
    expect(code).not.toBe('');
    const bytes = await fileOf(letter);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    await person.waitFor(hasButton(fa('recognition.button.again')), { any: true });

    const stranger = somebody(world, messenger);
    stranger.command('start', `v_${code}`);
    const checked = await stranger.waitFor(fa('recognition.check.valid'));
    for (const told of ['کارگاه نرم‌افزار مریم', fa('taxonomy.kinds.freelance'), '۱۳۹۹', 'اهواز'])
      expect(checked.text).toContain(told);
    expect(checked.text).not.toContain('مریم احمدی');
    expect(labelsOf(checked)).toEqual([]);
    const typed = persianDigits(`${code.slice(0, 6)} ${code.slice(6)}`);
    const seenBefore = stranger.chat.length;
    stranger.say(typed);
    await stranger.waitFor((message) => message.text === checked.text && stranger.chat.length > seenBefore + 1);
    stranger.say(code.slice(0, 11) + String((Number(code[11]) + 1) % 10));
    await stranger.waitFor(faBegins('recognition.check.wrong'));
    stranger.command('start', 'v_314159265352');
    await stranger.waitFor(fa('recognition.check.unknown'));

    // Neither issuing nor ending is a stranger's, whatever the button says.
    const business = await approve(id);
    const issued = await world.app.features.packs.recognitions.check(code);
    const before = stranger.toasts.length;
    for (const data of [`ra1:${business}:issue`, `ra1:${business}:open`, `rb1:${issued?.id}:revoke`, 'rc1:0'])
      stranger.pressData(data, checked);
    stranger.pressData(`rb1:${issued?.id}:end-sure`, checked);
    await world.settled();
    expect(stranger.toasts.slice(before).map(({ text }) => text)).toEqual([
      ...Array.from({ length: 4 }, () => fa('recognition.act.forbidden')),
      fa('recognition.act.gone'),
    ]);

    const admin = await officerOf(world, messenger, { role: 'admin' });
    admin.command('desk');
    await pressWhenThere(admin, fa('recognition.button.desk'));
    await pressWhenThere(admin, fa('bot.button.back'));
    await pressWhenThere(admin, fa('recognition.button.desk'));
    await pressWhenThere(admin, 'کارگاه نرم‌افزار مریم');
    await pressWhenThere(admin, fa('recognition.button.revoke'));
    await answer(admin, 'recognition.revoke.question', () => admin.say('مشخصات ثبت‌شده درست نیست.'));
    await answer(admin, 'bot.dialogue.reviewHint', () => admin.press(fa('recognition.revoke.send')));
    const revoked = await admin.waitFor(fa('recognition.end.done'));
    expect(labelsOf(revoked)).toContain(fa('recognition.button.list'));
    const told = await person.waitFor('مشخصات ثبت‌شده درست نیست.', { any: true });
    expect(told.text).toContain('کارگاه نرم‌افزار مریم');
    stranger.command('start', `v_${code}`);
    await stranger.waitFor(fa('recognition.check.revoked'));
  });

  it('lets a business end its own letter, and offers none to a shop', async () => {
    const { person, id } = await memberOf(world, messenger);
    await approve(id);
    person.command('businesses');
    await pressWhenThere(person, 'رایانه‌سرای کارون');
    const card = await person.waitFor(hasButton(fa('businesses.button.leave')));
    expect(labelsOf(card)).not.toContain(fa('recognition.button.open'));

    await approve(id, { kind: 'online', workplace: 'home' });
    person.command('businesses');
    await pressWhenThere(person, 'رایانه‌سرای کارون');
    await pressWhenThere(person, fa('recognition.button.open'));
    await pressWhenThere(person, fa('recognition.button.issue'));
    await person.waitFor((message) => message.media?.kind === 'document');
    await person.waitFor(hasButton(fa('recognition.button.end')), { any: true });
    person.press(fa('recognition.button.end'));
    await pressWhenThere(person, fa('recognition.button.endSure'));
    await person.waitFor(fa('recognition.end.done'), { any: true });
    const [letter] = await world.app.database.connection
      .collection('recognitions')
      .find({ 'facts.kind': 'online' })
      .toArray();
    expect(letter).toMatchObject({ state: 'revoked', ended: { byCouncil: false } });
  });
});
