import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { memberOf, officerOf, persianDigits } from '../support/journeys.ts';

const BODY = 'شورای راهبری نشست تازهٔ خود را برگزار کرد و برنامهٔ کار را تصویب کرد.';

describe.each(MESSENGERS)('council news on %s', (messenger) => {
  const world = useWorld();

  async function publish(headline: string): Promise<number> {
    const { number } = await world.app.features.news.publish({
      origin: headline,
      headline,
      lead: '',
      body: BODY,
      source: 'دبیرخانه',
    });
    return number;
  }

  it('pages through the archive, newest first, and opens an item from it and by its link', async () => {
    const { person } = await memberOf(world, messenger);
    for (const which of ['یکم', 'دوم', 'سوم', 'چهارم', 'پنجم', 'ششم', 'هفتم', 'هشتم']) await publish(`مصوبهٔ ${which}`);
    person.press(fa('news.menu.news'));
    const first = await person.waitFor(fa('news.list.choose'));
    const labels = first.inlineKeyboard.flat().map(({ label }) => label);
    expect(labels.slice(0, 2)).toEqual(['مصوبهٔ هشتم', 'مصوبهٔ هفتم']);
    expect(labels).not.toContain('مصوبهٔ یکم');
    person.press(fa('bot.button.nextPage'));
    await person.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label === 'مصوبهٔ یکم'));
    person.press('مصوبهٔ یکم');
    const item = await person.waitFor(BODY);
    expect(item.inlineKeyboard.flat().map(({ label }) => label)).toEqual([fa('news.button.archive')]);
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

  it('lets an officer write an item and send it to all once, with its progress and report in one message', async () => {
    const { person } = await memberOf(world, messenger);
    const { person: leaver, id: leaverId } = await memberOf(world, messenger);
    leaver.block();
    const officer = await officerOf(world, messenger);
    officer.command('desk');
    await officer.waitFor('میز دبیرخانه');
    officer.press(fa('desk.home.news'));
    await answer(officer, 'news.write.question.headline', () => officer.say('آغاز دورهٔ تازهٔ آموزش'));
    await officer.waitFor(fa('news.write.question.lead'));
    officer.press(fa('bot.dialogue.button.skip'));
    await answer(officer, 'news.write.question.body', () => officer.say(BODY));
    await officer.waitFor(fa('news.write.question.source'));
    officer.press(fa('bot.dialogue.button.skip'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('news.write.send')));
    await officer.waitFor('آغاز دورهٔ تازهٔ آموزش');
    await officer.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('news.button.send')),
    );
    officer.press(fa('news.button.send'));
    const sure = await officer.waitFor(faBegins('news.send.sure'));
    const total = await world.app.features.members.countReachable();
    expect(sure.text).toContain(persianDigits(String(total.telegram + total.bale)));
    officer.press(fa('news.button.sendSure'));
    officer.press(fa('news.button.sendSure'), { message: sure });
    const report = await officer.waitFor('پایان یافت', { timeoutMs: 10_000 });
    expect(report.id).toBe(sure.id);
    expect(report.inlineKeyboard).toEqual([]);
    await world.settled();
    expect(officer.toasts.at(-1)?.text).toBe(fa('news.send.already'));

    const got = person.chat.filter(({ text }) => text.includes('آغاز دورهٔ تازهٔ آموزش'));
    expect(got).toHaveLength(1);
    expect(leaver.transcript()).not.toContain('آغاز دورهٔ تازهٔ آموزش');
    const left = await world.app.features.members.find(leaverId);
    expect(left?.accounts).toMatchObject([{ reachable: false }]);
    leaver.unblock();
    leaver.command('start');
    await leaver.waitFor('خوش آمدید');
    const back = await world.app.features.members.find(leaverId);
    expect(back?.accounts).toMatchObject([{ reachable: true }]);
  });

  it('shows who may not send neither the button nor, when it is forged, any effect', async () => {
    const { person } = await memberOf(world, messenger);
    const number = await publish(`خبری برای نفرستادن ${messenger === 'bale' ? 'در بله' : 'در تلگرام'}`);
    const item = await world.app.features.news.byNumber(number);
    person.command('start', `n_${number}`);
    const shown = await person.waitFor('خبری برای نفرستادن');
    for (const act of ['send', 'sure', 'stop']) person.pressData(`ns1:${item?.id}:${act}`, shown);
    await world.settled();
    expect(person.toasts.map(({ text }) => text)).toEqual(Array(3).fill(fa('bot.error.notAllowed')));
    expect((await world.app.features.news.byNumber(number))?.campaignId).toBeNull();
  });
});
