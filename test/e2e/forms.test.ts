import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import {
  REPORT,
  fillReport,
  memberOf,
  report,
  somebody,
  chooseSubject,
  finishReport,
  sendReport,
} from '../support/journeys.ts';

describe.each(MESSENGERS)('leaving a form on %s', (messenger) => {
  const world = useWorld();

  async function inTheMiddle(): Promise<Person> {
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    person.command('register');
    await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
    await person.waitFor(fa('members.question.phone'));
    return person;
  }

  it('asks what becomes of the answers when a menu button is pressed, and goes on where it stopped', async () => {
    const person = await inTheMiddle();
    person.say(fa('news.menu.news'));
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.stay'));
    await person.waitFor(fa('members.question.phone'));
    person.shareContact();
    await person.waitFor(fa('members.question.province'));
  });

  it('keeps the answers of a form that is left, opens what was asked for, and comes back to the same question', async () => {
    const person = await inTheMiddle();
    person.say(fa('news.menu.news'));
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.keep'));
    await person.waitFor(fa('news.list.title').replaceAll(/<\/?b>/g, ''));
    await world.settled();
    // The contact keyboard belonged to the form: the menu has its place again.
    const labels = person.replyKeyboard?.keyboard.flat().map(({ text }) => text);
    expect(labels).toContain(fa('news.menu.news'));
    person.press(fa('bot.dialogue.button.resume'));
    await answer(person, 'members.question.phone', () => person.shareContact());
    await person.waitFor(fa('members.question.province'));
  });

  it('throws the answers away for who says so, and begins anew', async () => {
    const person = await inTheMiddle();
    person.command('help');
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.drop'));
    await person.waitFor('اینجا چه کارهایی');
    await world.settled();
    person.command('register');
    await person.waitFor(fa('members.question.name'));
  });

  it('leads somewhere also after a command that does not exist', async () => {
    const person = await inTheMiddle();
    person.say('/nothing_like_it');
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.keep'));
    await person.waitFor(faBegins('bot.dialogue.kept'));
    await world.settled();
    expect(person.toasts.at(-1)?.text).not.toBe(fa('bot.error.staleButton'));
    person.press(fa('bot.dialogue.button.resume'));
    await person.waitFor(fa('members.question.phone'));
  });

  it('shows a form that was left at the next start', async () => {
    const person = await inTheMiddle();
    person.command('start');
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.keep'));
    await person.waitFor(faBegins('bot.dialogue.waiting'));
  });

  it('keeps two forms apart: one waits while the other is filled, and dropping a third costs neither', async () => {
    const { person, id } = await memberOf(world, messenger);
    // Sent outside any form: kept as a report that waits.
    person.say('اینترنت شهرک صنعتی دو هفته است که قطع می‌شود.');
    await person.waitFor(fa('obstacles.unclaimed.ask'));
    person.command('report');
    // The kept message is this report's beginning: the questions it answers are not asked again.
    await chooseSubject(person);
    person.command('register');
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.keep'));
    await person.waitFor(fa('businesses.question.business'));
    person.press(fa('bot.dialogue.button.resume'));
    await answer(person, 'obstacles.question.title', () => person.say('قطعی اینترنت شهرک صنعتی'));
    await world.settled();
    expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
  });

  it('does not lose the open form when a message kept before it is said to be no report', async () => {
    const { person } = await memberOf(world, messenger);
    person.say('اینترنت شهرک صنعتی دو هفته است که قطع می‌شود.');
    const kept = await person.waitFor(fa('obstacles.unclaimed.ask'));
    person.command('register');
    await person.waitFor(fa('businesses.question.business'));
    person.press(fa('obstacles.unclaimed.button.nothing'), { message: kept });
    await world.settled();
    person.say('فروشگاه دوم');
    await person.waitFor(fa('businesses.question.kind'));
  });

  it('takes the last of several answers sent at once for the next questions, in their order', async () => {
    const { person, id } = await memberOf(world, messenger);
    person.command('report');
    await answer(person, 'obstacles.question.kind', () => {
      person.press(fa('taxonomy.reports.obstacle'));
      person.say(fa('taxonomy.categories.other'));
      person.say(REPORT.title);
      person.say(REPORT.description);
    });
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.press(fa('bot.dialogue.button.skip'));
    await finishReport(person);
    await sendReport(person);
    expect(await world.app.features.obstacles.ofReporter(id)).toMatchObject([REPORT]);
  });

  it('sends a form once, however often its send button is pressed', async () => {
    const { person, id } = await memberOf(world, messenger);
    await fillReport(person);
    const review = await person.waitFor(fa('bot.dialogue.reviewHint'));
    for (let press = 0; press < 3; press += 1) person.press(fa('obstacles.report.send'), { message: review });
    await person.waitFor(faBegins('obstacles.report.done'));
    await world.settled();
    expect(person.chat.filter(({ text }) => text.includes(faBegins('obstacles.report.done')))).toHaveLength(1);
    expect(await world.app.features.obstacles.ofReporter(id)).toHaveLength(1);
    const code = await report(person);
    expect(await world.app.features.obstacles.ofReporter(id)).toHaveLength(2);
    expect(code).toMatch(/^\d{8}$/);
  });
});
