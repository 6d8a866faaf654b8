import { describe, expect, it, vi } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { PICTURE, REPORT, memberOf, officerOf, chooseSubject, finishReport, pressSure } from '../support/journeys.ts';

describe.each(MESSENGERS)('when something fails on %s', (messenger) => {
  const world = useWorld();

  it('tells of a failure once, with a reference, and lets an admin have the update worked again', async () => {
    const { person, id } = await memberOf(world, messenger);
    const admin = await officerOf(world, messenger, { role: 'admin' });
    // The files can't be kept: a fault of ours, which no waiting mends.
    const broken = vi.spyOn(world.app.features.files, 'keep').mockRejectedValue(new TypeError('broken on purpose'));
    person.sendPhoto(PICTURE, 'برگهٔ جریمهٔ فروشگاه ما');
    const failed = await person.waitFor(faBegins('bot.error.failed'));
    expect(failed.text).toMatch(/\d{6}/);
    await world.settled();
    expect(person.chat.filter(({ text }) => text.includes(faBegins('bot.error.failed')))).toHaveLength(1);
    await admin.waitFor(fa('desk.aside.notice'), { any: true });
    broken.mockRestore();

    admin.command('desk');
    await admin.waitFor('میز دبیرخانه');
    admin.press(({ label }) => label.startsWith(faBegins('desk.home.aside').replace('(', '').trim()));
    await admin.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label.startsWith(faBegins('desk.aside.retry'))),
    );
    admin.press(faBegins('desk.aside.retry'));
    await admin.waitUntil(() => admin.toasts.at(-1)?.text === fa('desk.aside.retried'));
    await person.waitFor(fa('obstacles.unclaimed.ask'));
    await world.settled();
    expect(await world.app.inbox.listAside(10)).toEqual([]);
    expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
  });

  it('goes on with a form whose answer failed once, without a word about it', async () => {
    const { person } = await memberOf(world, messenger);
    person.command('report');
    await chooseSubject(person);
    person.say(REPORT.title);
    await answer(person, 'obstacles.question.description', () => person.say(REPORT.description));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    vi.spyOn(world.app.features.files, 'keep').mockRejectedValueOnce(new TypeError('broken on purpose'));
    person.sendPhoto(PICTURE);
    await person.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('bot.dialogue.button.done')),
    );
    person.press(fa('bot.dialogue.button.done'));
    await finishReport(person);
    expect(person.transcript()).not.toContain(faBegins('bot.error.failed'));
    expect(await world.app.inbox.listAside(10)).toEqual([]);
  });

  it('shows a press that was set aside to the admin too, who can drop it', async () => {
    const { person } = await memberOf(world, messenger);
    const admin = await officerOf(world, messenger, { role: 'admin' });
    person.press(fa('news.menu.news'));
    const shown = await person.waitFor('اخبار شورا');
    const broken = vi.spyOn(world.app.features.news, 'search').mockRejectedValue(new TypeError('broken on purpose'));
    person.pressData('np2:0::', shown);
    await person.waitFor(faBegins('bot.error.failed'));
    await world.settled();
    broken.mockRestore();
    admin.command('desk');
    await admin.waitFor('میز دبیرخانه');
    admin.press(({ label }) => label.startsWith(faBegins('desk.home.aside').replace('(', '').trim()));
    await admin.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label.startsWith(faBegins('desk.aside.drop'))),
    );
    await pressSure(admin, faBegins('desk.aside.drop'));
    await admin.waitUntil(() => admin.toasts.at(-1)?.text === fa('desk.aside.dropped'));
    await world.settled();
    expect(await world.app.inbox.listAside(10)).toEqual([]);
  });

  it('knows that a member who blocks the bot can’t be reached, and that who writes again can', async () => {
    const { person, id } = await memberOf(world, messenger);
    const reachable = async () => (await world.app.features.members.find(id))?.accounts[0]?.reachable;
    person.block();
    await world.settled();
    await world.app.features.members.markUnreachable({ messenger, chatId: person.id });
    expect(await reachable()).toBe(false);
    person.unblock();
    person.command('help');
    await person.waitFor('اینجا چه کارهایی');
    expect(await reachable()).toBe(true);
    // Telegram says so at once; Bale only when something is sent.
    person.block();
    await world.settled();
    expect(await reachable()).toBe(messenger === 'bale');
  });
});

describe('while the messenger is away', () => {
  const world = useWorld();

  it('does not tell of a failure that only waits for the messenger to come back', async () => {
    const { person } = await memberOf(world, 'telegram');
    world.server('telegram').faults.add({ method: 'getFile', kind: 'server-error', times: 9 });
    person.sendPhoto(PICTURE, 'برگهٔ جریمهٔ فروشگاه ما');
    await person.waitFor(fa('obstacles.unclaimed.ask'), { timeoutMs: 30_000 });
    expect(person.transcript()).not.toContain(faBegins('bot.error.failed'));
  }, 40_000);
});
