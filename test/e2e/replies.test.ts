import { describe, expect, it } from 'vitest';
import { caseButton } from '../../src/features/obstacles/obstacles.views.ts';
import { cardButton } from '../../src/features/desk/desk.views.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, fa, faBegins, useWorld } from '../support/app.ts';
import { PICTURE, memberOf, officerOf, report } from '../support/journeys.ts';

const TITLE = 'تمدید پروانه سه ماه طول کشیده است';

describe.each(MESSENGERS)('a word about a case on %s', (messenger) => {
  const world = useWorld();
  const { obstacles } = { obstacles: () => world.app.features.obstacles };
  const head = { id: '0'.repeat(23) + (messenger === 'bale' ? '3' : '4'), roles: ['head'] as const };

  /** A member with one case, and the bot's message about it. */
  async function withCase(): Promise<{ person: Person; id: string; caseId: string; about: { id: number } }> {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const [own] = await obstacles().ofReporter(id);
    person.pressData(caseButton.data(own?.id ?? ''), person.lastMessage!);
    const about = await person.waitFor(fa('obstacles.card.history').replaceAll(/<[^>]+>/g, ''));
    return { person, id, caseId: own?.id ?? '', about };
  }
  let acts = 0;
  async function move(caseId: string, to: 'needs_information' | 'not_possible'): Promise<void> {
    const there = await obstacles().find(caseId);
    acts += 1;
    const source = `act-${messenger}-${acts}`;
    await obstacles().move(head, caseId, { from: there?.status ?? 'received', to, reason: 'دلیل کارشناس', source });
    await world.settled();
  }

  it('that replies to the bot’s message about it becomes part of it after a yes, however short', async () => {
    const { person, id, caseId, about } = await withCase();
    await report(person, { title: 'گزارش دیگر همین عضو', description: 'شرح گزارش دیگر در چند واژه' });
    person.say('کد ۷۷', { replyTo: about });
    await person.waitFor(faBegins('obstacles.unclaimed.addTo').slice(0, 10));
    expect((await obstacles().find(caseId))?.additions).toEqual([]);
    person.press(fa('obstacles.unclaimed.button.addTo'));
    await person.waitFor(fa('obstacles.unclaimed.added', { title: TITLE }));
    expect((await obstacles().find(caseId))?.additions[0]?.texts[0]?.text).toBe('کد ۷۷');
    expect(await obstacles().ofReporter(id)).toHaveLength(2);
  });

  it('is the answer where the case asks, with its file', async () => {
    const { person, caseId, about } = await withCase();
    await move(caseId, 'needs_information');
    person.sendPhoto(PICTURE, { caption: 'شعبهٔ مرکزی', replyTo: about });
    await person.waitFor(fa('obstacles.unclaimed.added', { title: TITLE }));
    expect(await obstacles().find(caseId)).toMatchObject({
      status: 'under_review',
      evidence: [{ kind: 'photo' }],
      additions: [{ texts: [{ text: 'شعبهٔ مرکزی' }] }],
    });
    await world.settled();
  });

  it('opens a closed one again, by a reply or from the question to a free message', async () => {
    const { person, caseId, about } = await withCase();
    await move(caseId, 'not_possible');
    person.say('هنوز همان است', { replyTo: about });
    await person.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('obstacles.unclaimed.button.report')),
    );
    person.press(fa('obstacles.unclaimed.button.reopenIt'));
    await person.waitFor(fa('obstacles.unclaimed.reopened', { title: TITLE }));
    expect(await obstacles().find(caseId)).toMatchObject({ status: 'reopened' });
    expect((await obstacles().find(caseId))?.history.at(-1)?.reason).toBe('هنوز همان است');

    await move(caseId, 'not_possible');
    person.say('باز هم همان مشکل را داریم و کسی پاسخ نمی‌دهد.');
    await person.waitFor(fa('obstacles.unclaimed.ask'));
    person.press(fa('obstacles.unclaimed.button.reopen'));
    await person.waitFor(fa('obstacles.unclaimed.whichReopen'));
    person.press(TITLE);
    await person.waitFor(fa('obstacles.unclaimed.reopened', { title: TITLE }));
    expect((await obstacles().find(caseId))?.history.at(-1)?.reason).toContain('باز هم همان مشکل');
  });

  it('is asked about again where the case was closed between the question and the yes', async () => {
    const { person, caseId, about } = await withCase();
    person.say('شمارهٔ نامه: ۱۲', { replyTo: about });
    await person.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('obstacles.unclaimed.button.addTo')),
    );
    const asked = person.lastMessage!;
    await move(caseId, 'not_possible');
    person.press(fa('obstacles.unclaimed.button.addTo'), { message: asked });
    await person.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('obstacles.unclaimed.button.reopenIt')),
    );
    expect((await obstacles().find(caseId))?.status).toBe('not_possible');
  });

  it('names no case by a code that somebody wrote, nor one that the reader may not see', async () => {
    const { person, caseId } = await withCase();
    const { person: other } = await memberOf(world, messenger);
    const code = (await obstacles().find(caseId))?.code ?? '';
    other.say(`کد پیگیری ${code} را از کسی شنیده‌ام`);
    const said = other.lastMessage!;
    await other.waitFor(fa('obstacles.unclaimed.ask'));
    other.say('این را به آن بیفزایید', { replyTo: said });
    await other.waitFor(fa('obstacles.unclaimed.ask'));
    expect((await obstacles().find(caseId))?.additions).toEqual([]);
    expect(person.transcript()).not.toContain('بیفزایید');
  });

  it('of an officer becomes a note for colleagues after a yes', async () => {
    const { caseId } = await withCase();
    const officer = await officerOf(world, messenger);
    officer.pressData(cardButton.data(caseId), officer.lastMessage!);
    const card = await officer.waitFor(TITLE);
    officer.say('با اتحادیه تماس گرفتم', { replyTo: card });
    await officer.waitFor((message) =>
      message.inlineKeyboard.flat().some(({ label }) => label === fa('obstacles.unclaimed.button.noteTo')),
    );
    // Who has no registration is asked for nothing more than a yes.
    officer.press(fa('obstacles.unclaimed.button.noteTo'));
    await officer.waitFor(fa('obstacles.unclaimed.noted'));
    expect(await obstacles().notesOf(head, caseId)).toMatchObject([{ text: 'با اتحادیه تماس گرفتم' }]);
  });
});
