import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MESSENGERS, fa, faBegins, startWorld } from '../support/app.ts';
import { REPORT, memberOf } from '../support/journeys.ts';
import { FORM, inForm } from './form.ts';
import { relayedDatabase } from './relay.ts';
import { seen } from './seen.ts';

const dbName = () => `faults_${Date.now()}_${Math.trunc(Math.random() * 1e6)}`;
const PATIENT = { timeoutMs: 60_000 };

describe('the database', () => {
  it('row 04: goes away and comes back: people are told once, nothing is confirmed meanwhile, everything is answered once after it', async (context) => {
    const { relay, uri } = await relayedDatabase();
    const world = await startWorld({ database: { uri, dbName: dbName() } });
    const members = await Promise.all([...MESSENGERS, ...MESSENGERS].map((messenger) => memberOf(world, messenger)));
    relay.cut();
    const cutAt = performance.now();
    for (const { person } of members) {
      person.command('help');
      person.say('گزارشی که در نبود پایگاه داده فرستاده شد');
    }
    for (const { person } of members) await person.waitFor(fa('bot.error.databaseAway'), PATIENT);
    const toldMs = performance.now() - cutAt;
    // What is left of the outage: the same updates are seen again and again.
    await delay(inForm(0, 30_000 - toldMs));
    const awayMs = performance.now() - cutAt;
    const waiting = MESSENGERS.map((messenger) => world.server(messenger).pendingUpdates.length);
    expect(waiting).toEqual([4, 4]);
    const backAt = performance.now();
    relay.mend();
    for (const { person } of members) await person.waitFor(fa('obstacles.unclaimed.ask'), PATIENT);
    const resumedMs = performance.now() - backAt;
    await world.settled();
    for (const { person } of members) {
      const answers = (text: string) =>
        person.chat.filter(({ from, text: said }) => from === 'bot' && said.includes(text));
      expect(answers('اینجا چه کارهایی')).toHaveLength(1);
      expect(answers(fa('obstacles.unclaimed.ask'))).toHaveLength(1);
      expect(answers(fa('bot.error.databaseAway'))).toHaveLength(1);
    }
    if (FORM.isLong) expect(resumedMs).toBeLessThan(5_000);
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    seen(
      context,
      `away ${seconds(awayMs)}, 4 of 4 people told once within ${seconds(toldMs)}; 8 of 8 answered once, ${seconds(resumedMs)} after it was back`,
    );
  }, 120_000);

  it('row 05: is slow: forms go on, and what is sent twice is made once', async (context) => {
    const { relay, uri } = await relayedDatabase();
    const world = await startWorld({ database: { uri, dbName: dbName() } });
    const { person, id } = await memberOf(world, 'bale');
    relay.delayMs = inForm(100, 2_000);
    person.command('report');
    const press = (label: string) => () => void person.press(label);
    const skip = press(fa('bot.dialogue.button.skip'));
    const steps: [asked: string, answer: () => void][] = [
      [fa('obstacles.question.kind'), press(fa('taxonomy.reports.obstacle'))],
      [fa('obstacles.question.category'), press(fa('taxonomy.categories.license'))],
      [fa('obstacles.question.subtopic'), skip],
      [fa('obstacles.question.title'), () => void person.say(REPORT.title)],
      [fa('obstacles.question.description'), () => void person.say(REPORT.description)],
      [faBegins('obstacles.question.evidence'), skip],
      [fa('obstacles.question.more'), press(fa('bot.dialogue.button.no'))],
      [fa('obstacles.question.visibility'), press(fa('obstacles.visibility.secretariat'))],
      [fa('obstacles.question.naming'), press(fa('obstacles.naming.hidden'))],
    ];
    for (const [asked, answer] of steps) {
      await person.waitFor(asked, PATIENT);
      answer();
    }
    const review = await person.waitFor(fa('bot.dialogue.reviewHint'), PATIENT);
    const send = fa('obstacles.report.send');
    for (let times = 0; times < 3; times += 1) person.press(send, { message: review });
    await person.waitFor(faBegins('obstacles.report.done'), PATIENT);
    const lastly = relay.delayMs;
    relay.delayMs = 0;
    await world.settled();
    expect(await world.app.features.obstacles.ofReporter(id)).toHaveLength(1);
    expect(await world.app.inbox.listAside(5)).toEqual([]);
    seen(context, `${lastly} ms for each round trip: 1 case of 3 presses, nothing set aside`);
  }, 400_000);
});
