import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, skip, useWorld } from '../support/app.ts';
import { PICTURE, memberOf, officerOf, pressSure } from '../support/journeys.ts';

const BODY = 'شورای راهبری نشست تازهٔ خود را برگزار کرد و برنامهٔ کار را تصویب کرد.';

describe.each(MESSENGERS)('council news on %s', (messenger) => {
  const world = useWorld();
  const other = messenger === 'bale' ? 'telegram' : 'bale';
  const labelsOf = (message: { inlineKeyboard: readonly (readonly { label: string }[])[] }) =>
    message.inlineKeyboard.flat().map(({ label }) => label);

  async function publish(
    headline: string,
    more: { topic?: 'courses' | 'laws'; tags?: string[] } = {},
  ): Promise<number> {
    const { number } = await world.app.features.news.publish({
      origin: headline,
      headline,
      body: BODY,
      source: 'دبیرخانه',
      ...more,
    });
    return number;
  }

  it('pages through the archive, newest first, and opens an item from it and by its link', async () => {
    const { person } = await memberOf(world, messenger);
    for (const which of ['یکم', 'دوم', 'سوم', 'چهارم', 'پنجم', 'ششم', 'هفتم', 'هشتم']) await publish(`مصوبهٔ ${which}`);
    person.press(fa('news.menu.news'));
    const first = await person.waitFor(fa('news.list.choose'));
    expect(labelsOf(first).slice(0, 2)).toEqual(['مصوبهٔ هشتم', 'مصوبهٔ هفتم']);
    expect(labelsOf(first)).not.toContain('مصوبهٔ یکم');
    person.press(fa('bot.button.nextPage'));
    await person.waitFor((message) => labelsOf(message).includes('مصوبهٔ یکم'));
    person.press('مصوبهٔ یکم');
    const item = await person.waitFor(BODY);
    expect(labelsOf(item)).toEqual([fa('news.button.share'), fa('preferences.button.mute'), fa('news.button.archive')]);
    person.press(fa('news.button.archive'));
    await person.waitFor(fa('news.list.choose'));
    person.command('start', 'n_2');
    await person.waitFor('مصوبهٔ دوم');
    for (const gone of ['n_99999', 'n_x', 'n_0', 'n_1e3']) {
      person.command('start', gone);
      await person.waitFor(fa('news.item.gone'));
    }
    for (const unknown of ['x_1', 'constructor_1', 'nonsense']) {
      person.command('start', unknown);
      await person.waitFor(faBegins('members.start.welcomeBack').split(' ')[0] ?? '');
    }
  });

  it('finds items by topic, and by words however they are typed', async () => {
    const { person } = await memberOf(world, messenger);
    await publish('دوره‌های تابستانی آموزش شبکه', { topic: 'courses', tags: ['مهارت'] });
    await publish('بخشنامهٔ مالیاتی تازه', { topic: 'laws' });
    person.press(fa('news.menu.news'));
    await person.waitFor(fa('news.list.choose'));
    person.press(fa('news.button.topics'));
    await person.waitFor(fa('news.list.topics'));
    person.press(fa('taxonomy.topics.courses'));
    const courses = await person.waitFor(fa('news.list.topic', { topic: fa('taxonomy.topics.courses') }));
    expect(labelsOf(courses)).toContain('دوره‌های تابستانی آموزش شبکه');
    expect(labelsOf(courses)).not.toContain('بخشنامهٔ مالیاتی تازه');
    person.press(fa('news.button.search'));
    await answer(person, 'news.search.question', () => person.say('مالياتي'));
    const found = await person.waitFor(faBegins('news.list.found'));
    expect(labelsOf(found)).toContain('بخشنامهٔ مالیاتی تازه');
    expect(labelsOf(found)).not.toContain('دوره‌های تابستانی آموزش شبکه');
    person.press(fa('news.button.search'));
    await answer(person, 'news.search.question', () => person.say('هیچ‌جا نیست'));
    await person.waitFor(fa('news.list.notFound'));
  });

  it('passes an item on by the messenger’s own link or by a message that can be forwarded', async () => {
    const { person } = await memberOf(world, messenger);
    const number = await publish(`خبری برای دیگران ${messenger === 'bale' ? 'در بله' : 'در تلگرام'}`);
    person.command('start', `n_${number}`);
    const shown = await person.waitFor('خبری برای دیگران');
    const share = shown.inlineKeyboard.flat().find(({ label }) => label === fa('news.button.share'));
    if (messenger === 'telegram') {
      expect(decodeURIComponent(share?.url ?? '')).toMatch(new RegExp(`^https://t\\.me/share/url\\?url=.*n_${number}`));
      return;
    }
    person.press(fa('news.button.share'), { message: shown });
    const passed = await person.waitFor(fa('news.share.read'));
    expect(passed.text).toContain(`start=n_${number}`);
    expect(passed.inlineKeyboard).toEqual([]);
  });

  it('lets an officer write a long item, look at it, try it and send it once, and shows how it went in one message', async () => {
    const { person } = await memberOf(world, messenger);
    const { person: leaver, id: leaverId } = await memberOf(world, messenger);
    leaver.block();
    const officer = await officerOf(world, messenger);
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(fa('desk.home.news'));
    await answer(officer, 'news.write.question.headline', () => officer.say('آغاز دورهٔ تازهٔ آموزش'));
    await skip(officer, 'news.write.question.lead');
    await answer(officer, 'news.write.question.body', () => officer.say(BODY));
    await officer.waitFor('پیام رسید');
    const long = 'بند بلند خبر دربارهٔ دوره‌ها. '.repeat(110).trim();
    officer.say(long);
    await officer.waitFor('پیام رسید');
    officer.press(fa('bot.dialogue.button.done'));
    await answer(officer, 'news.write.question.topic', () => officer.press(fa('taxonomy.topics.courses')));
    await officer.waitFor(fa('news.write.question.attachment'));
    officer.sendPhoto(PICTURE);
    await answer(officer, 'news.write.question.source', () => officer.say('دبیرخانه https://example.ir/courses'));
    await answer(officer, 'news.write.question.tags', () => officer.say('آموزش، مهارت'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('news.write.send')));
    await officer.waitFor(fa('news.write.done'));

    officer.press(fa('news.button.preview'));
    await officer.waitFor(fa('news.preview.title'));
    await officer.waitFor(({ text }) => text.includes(fa(`news.messenger.${other}`)) && text.includes('پیام ۱ از'));
    officer.press(fa('news.button.test'));
    await world.settled();
    expect(officer.toasts.at(-1)?.text).toContain(fa(`news.messenger.${messenger}`));
    expect(officer.lastMessage?.inlineKeyboard.flat().map(({ label }) => label)).toEqual([
      fa('preferences.button.mute'),
      fa('news.button.archive'),
    ]);

    officer.press(fa('audience.button.choose'));
    const { telegram, bale } = await world.app.features.members.countReachable();
    const send = fa('audience.button.send', { people: telegram + bale });
    const ready = await officer.waitFor((message) => labelsOf(message).includes(send));
    await pressSure(officer, send);
    officer.press(send, { message: ready });
    const report = await officer.waitFor('پایان یافت', { timeoutMs: 20_000 });
    expect(report.id).toBe(ready.id);
    await world.settled();
    expect(officer.toasts.at(-1)?.text).toBe(fa('bot.sure.stale'));

    const got = person.chat.filter(({ text }) => text.includes('آغاز دورهٔ تازهٔ آموزش'));
    expect(got).toHaveLength(1);
    expect(got[0]?.media?.kind).toBe('photo');
    expect(person.chat.at(-1)?.text).toContain('#آموزش #مهارت');
    expect(person.chat.at(-1)?.ranges).toContainEqual(expect.objectContaining({ style: 'link' }));
    for (const { raw } of person.chat) expect(raw.length).toBeLessThanOrEqual(4096);
    expect(leaver.transcript()).not.toContain('آغاز دورهٔ تازهٔ آموزش');
    const left = await world.app.features.members.find(leaverId);
    expect(left?.accounts).toMatchObject([{ reachable: false }]);
    leaver.unblock();
    leaver.command('start');
    await leaver.waitFor('خوش آمدید');
    const back = await world.app.features.members.find(leaverId);
    expect(back?.accounts).toMatchObject([{ reachable: true }]);

    officer.press(fa('news.button.sheet'), { message: report });
    const file = await officer.waitFor((message) => message.media?.kind === 'document');
    expect(file.media?.name).toMatch(/\.xlsx$/);
  });

  it('brings what was sent up to date, recalls it everywhere, and says so to whoever comes later', async () => {
    const { person } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const number = await publish(`خبر نادقیق ${messenger === 'bale' ? 'در بله' : 'در تلگرام'}`);
    officer.command('start', `n_${number}`);
    await officer.waitFor('خبر نادقیق');
    officer.press(fa('news.button.office'));
    await officer.waitFor(faBegins('news.office.topic').trim());
    officer.press(fa('audience.button.choose'));
    const toSend = (message: { inlineKeyboard: readonly (readonly { label: string }[])[] }) =>
      labelsOf(message).find((label) => label.startsWith('ارسال به'));
    await pressSure(officer, toSend(await officer.waitFor((message) => toSend(message) !== undefined)) ?? '');
    await officer.waitFor('پایان یافت', { timeoutMs: 20_000 });
    await person.waitFor('خبر نادقیق');

    officer.command('start', `n_${number}`);
    await officer.waitFor(BODY);
    officer.press(fa('news.button.office'));
    await officer.waitFor(faBegins('news.office.topic').trim());
    officer.press(fa('news.button.edit'));
    await officer.waitFor(fa('bot.dialogue.reviewHint'));
    officer.press(fa('bot.dialogue.edit', { what: fa('news.field.headline') }));
    await answer(officer, 'news.write.question.headline', () => officer.say('خبر دقیق و درست'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('news.edit.send')));
    await officer.waitFor(fa('news.edit.savedSent'));
    await pressSure(officer, fa('news.button.everywhere'));
    await officer.waitFor('به‌روز شد.', { timeoutMs: 20_000 });
    expect(person.transcript()).toContain('خبر دقیق و درست');
    expect(person.transcript()).not.toContain('خبر نادقیق');

    officer.command('start', `n_${number}`);
    await officer.waitFor(BODY);
    officer.press(fa('news.button.office'));
    await officer.waitFor(faBegins('news.office.topic').trim());
    officer.press(fa('news.button.versions'));
    await officer.waitFor(fa('news.field.headline'));
    officer.press(fa('bot.button.back'));
    await officer.waitFor(faBegins('news.office.topic').trim());
    await pressSure(officer, fa('news.button.recall'));
    await officer.waitFor('پس گرفته شد.', { timeoutMs: 20_000 });
    await world.settled();
    expect(person.chat.filter(({ text }) => text.includes('خبر دقیق و درست'))).toEqual([]);
    person.command('start', `n_${number}`);
    await person.waitFor(`پس گرفته شد و دیگر معتبر نیست`);
  });

  it('keeps drafts for later, takes other languages, and publishes or throws away', async () => {
    const officer = await officerOf(world, messenger);
    const { news } = world.app.features;
    const title = `پیش‌نویس ${messenger === 'bale' ? 'بله' : 'تلگرام'}`;
    const draft = await news.draft(null, { origin: title, headline: title, body: BODY });
    const office = faBegins('news.office.topic').trim();
    async function openDraft(headline: string): Promise<void> {
      officer.press(fa('news.menu.news'));
      await officer.waitFor('اخبار شورا');
      officer.press(({ label }) => label.startsWith(faBegins('news.button.drafts').split(' ')[0] ?? ''));
      await officer.waitFor('کدام را ادامه می‌دهید؟');
      officer.press(headline);
      await officer.waitFor(office);
    }
    await openDraft(title);
    officer.press(fa('news.button.languages'));
    await officer.waitFor(fa('news.languages.title'));
    officer.press(fa('news.language.ar'));
    await answer(officer, 'news.write.question.headline', () => officer.say('بيان المجلس'));
    await skip(officer, 'news.write.question.lead');
    await answer(officer, 'news.write.question.body', () => officer.say('عقد المجلس جلسته الجديدة يوم السبت.'));
    await officer.waitFor('پیام رسید');
    officer.say(fa('bot.dialogue.button.done'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('news.edit.send')));
    await officer.waitFor(fa('news.edit.saved'));
    // Letters that Persian writes otherwise are right in Arabic.
    expect((await news.find(draft?.id ?? ''))?.translations.ar?.headline).toBe('بيان المجلس');
    officer.press(fa('news.button.urgent'));
    await officer.waitFor(fa('news.office.urgent'));
    officer.press(fa('news.button.languages'));
    await officer.waitFor(fa('news.languages.title'));
    await pressSure(officer, fa('news.button.dropLanguage'));
    await officer.waitFor(fa('news.edit.saved'));
    await pressSure(officer, fa('news.button.publish'));
    await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.recall')));
    const published = await news.find(draft?.id ?? '');
    expect(published).toMatchObject({ urgent: true, translations: {} });
    expect(published?.number).toBeGreaterThan(0);

    const other = await news.draft(null, { origin: `${title} ۲`, headline: `${title} دوم`, body: BODY });
    await openDraft(`${title} دوم`);
    await pressSure(officer, fa('news.button.discard'));
    await officer.waitUntil(() => officer.toasts.at(-1)?.text === fa('news.discard.done'));
    expect(await news.find(other?.id ?? '')).toBeNull();
  });

  it('shows a member the item in their language, and the archive keeps drafts from them', async () => {
    const { person, id } = await memberOf(world, messenger);
    const { news, members } = world.app.features;
    const item = await news.publish({
      origin: `english-${messenger}`,
      headline: 'نمایشگاه پاییزه',
      body: BODY,
      translations: { en: { headline: 'The autumn fair', lead: '', body: 'The fair opens on Saturday.' } },
    });
    const hidden = await news.draft(null, { origin: `hidden-${messenger}`, headline: 'پیش‌نویس پنهان', body: BODY });
    await members.setLanguage(id, 'en');
    person.command('start', `n_${item.number}`);
    const shown = await person.waitFor('The autumn fair');
    expect(shown.text).toContain('The fair opens on Saturday.');
    person.pressData(`ni1:${hidden?.id}`, shown);
    await person.waitFor('not available');
    for (const act of ['preview', 'edit', 'sheet']) person.pressData(`he1:${hidden?.id}:${act}`, shown);
    person.pressData(`hg1`, shown);
    for (const act of ['np', 'nd', 'nr', 'ne']) person.pressData(`y1:${act}:${hidden?.id}:AAAAAAAA`, shown);
    await world.settled();
    expect(new Set(person.toasts.slice(-8, -4).map(({ text }) => text))).toHaveLength(1);
    expect(new Set(person.toasts.slice(-4).map(({ text }) => text))).toEqual(new Set(['This is not yours to do.']));
    expect((await news.find(hidden?.id ?? ''))?.number).toBeNull();
  });

  it('shows who may not send neither the button nor, when it is forged, any effect', async () => {
    const { person } = await memberOf(world, messenger);
    const number = await publish(`خبری برای نفرستادن ${messenger === 'bale' ? 'در بله' : 'در تلگرام'}`);
    const item = await world.app.features.news.byNumber(number);
    person.command('start', `n_${number}`);
    const shown = await person.waitFor('خبری برای نفرستادن');
    for (const act of ['send', 'stop', 'resume']) person.pressData(`ns1:${item?.id}:${act}`, shown);
    for (const act of ['nr', 'ns']) person.pressData(`y1:${act}:${item?.id}:AAAAAAAA`, shown);
    await world.settled();
    expect(person.toasts.map(({ text }) => text)).toEqual([
      ...Array(3).fill(fa('bot.error.notAllowed')),
      ...Array(2).fill(fa('bot.sure.forbidden')),
    ]);
    expect((await world.app.features.news.byNumber(number))?.campaignId).toBeNull();
  });
});
