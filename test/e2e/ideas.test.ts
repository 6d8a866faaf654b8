import { describe, expect, it } from 'vitest';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';
import { answer, fa, MESSENGERS, useWorld, type World } from '../support/app.ts';
import { memberOf, officerOf, somebody } from '../support/journeys.ts';

const has = (label: string) => (message: Pick<ChatMessage, 'inlineKeyboard'>) =>
  message.inlineKeyboard.flat().some((button) => button.label.includes(label));

let ideas = 0;
async function ideaOf(world: World, reporterId: string, title: string) {
  ideas += 1;
  return world.app.features.obstacles.report({
    draftId: `idea-${reporterId}-${ideas}`,
    reporterId,
    businessId: null,
    kind: 'idea',
    category: 'license',
    title,
    description: 'با دانشگاه شهر گفتگو کرده‌ایم و آماده‌اند.',
    visibility: 'public',
    evidence: [],
  });
}

async function openIdea(person: Person, title: string): Promise<ChatMessage> {
  person.say(fa('ideas.menu.ideas'));
  const list = await person.waitFor(has(title));
  person.press(list.inlineKeyboard.flat().find(({ label }) => label.includes(title))?.label ?? '');
  return person.waitFor((message) =>
    message.text.includes(fa('board.case.title', { title }).replaceAll(/<\/?b>/g, '')),
  );
}

describe.each(MESSENGERS)('ideas and expectations on %s', (messenger) => {
  const world = useWorld();

  it('are supported on a board of their own, until the council must answer, and its answer reaches everybody', async () => {
    const { person: proposer, id: proposerId } = await memberOf(world, messenger);
    const title = 'دورهٔ مشترک با دانشگاه';
    const { id } = await ideaOf(world, proposerId, title);
    const head = await officerOf(world, messenger, { userId: 9100, role: 'council' });
    const { obstacles } = world.app.features;

    // The council sets from how many on it answers.
    head.say(fa('ideas.menu.ideas'));
    await head.waitFor(has(fa('ideas.waiting.button', { count: 0 })));
    head.press(fa('ideas.waiting.button', { count: 0 }));
    await head.waitFor(fa('ideas.waiting.empty'));
    head.press(fa('ideas.button.rule'));
    await answer(head, 'ideas.rule.threshold', () => head.say('۵ نفر'));
    await answer(head, 'ideas.rule.days', () => head.say('۳'));
    await answer(head, 'bot.dialogue.reviewHint', () => head.press(fa('ideas.rule.send')));
    await head.waitFor(fa('ideas.rule.done'));

    const { person: supporter } = await memberOf(world, messenger);
    const page = await openIdea(supporter, title);
    expect(page.text).toContain(fa('ideas.case.fewPeople'));
    expect(page.text).not.toContain('گفتگو کرده‌ایم');
    expect(has(fa('board.button.meToo'))(page)).toBe(false);
    expect(has(fa('ideas.button.answer'))(page)).toBe(false);
    supporter.press(fa('ideas.button.support'));
    await supporter.waitFor(fa('ideas.support.done'));
    for (let count = 0; count < 3; count += 1)
      await obstacles.support.endorse((await memberOf(world, messenger)).id, id, { source: `${messenger}-${count}` });
    await world.settled();
    const official = (await obstacles.board.byId(id))?.official;
    const notice = await head.waitFor(
      fa('ideas.notice.due', {
        title,
        people: '۵',
        due: official?.dueAt ?? undefined,
        threshold: 5,
      }),
      { any: true },
    );
    expect(notice.text).toContain(title);
    head.press(fa('ideas.button.open'), { message: notice });
    await head.waitFor(has(fa('ideas.button.answer')));
    head.press(fa('ideas.button.answer'));
    await answer(head, 'ideas.answer.question', () => head.say('شورا پذیرفت؛ دوره از مهر آغاز می‌شود.'));
    await answer(head, 'bot.dialogue.reviewHint', () => head.press(fa('ideas.answer.send')));
    await head.waitFor(fa('ideas.answer.done'));
    await world.settled();
    for (const person of [supporter, proposer]) await person.waitFor('شورا پذیرفت', { any: true });

    // Everybody reads it on the page, also a guest, who can't give one.
    const guest = somebody(world, messenger);
    guest.command('start');
    await guest.waitFor(fa('bot.prompt'));
    const seen = await openIdea(guest, title);
    expect(seen.text).toContain('شورا پذیرفت');
    guest.pressData(`ib1:${id}:1`, seen);
    await guest.waitUntil(() => guest.toasts.at(-1)?.text === fa('bot.error.notAllowed'));
    guest.pressData('ia1:0', seen);
    await guest.waitUntil(() => guest.toasts.filter(({ text }) => text === fa('bot.error.notAllowed')).length === 2);
  });

  it('wait in the desk until they are answered, also over a restart', async () => {
    const { id: proposerId } = await memberOf(world, messenger);
    const { obstacles, members } = world.app.features;
    const { id } = await ideaOf(world, proposerId, 'تالار گفتگوی ماهانه');
    const person = await officerOf(world, messenger, { role: 'admin' });
    const admin = { id: (await members.behind({ messenger, userId: person.id }))?.id ?? '', roles: ['admin'] as const };
    await obstacles.official.setRule(admin, { threshold: 5, days: 4 }, `${messenger}-rule`);
    for (let count = 0; count < 4; count += 1)
      await obstacles.support.endorse((await memberOf(world, messenger)).id, id, { source: `${messenger}-d${count}` });
    await world.restart();
    person.command('desk');
    await person.waitFor(has(fa('ideas.waiting.button', { count: 1 })));
    person.press(fa('ideas.waiting.button', { count: 1 }));
    const list = await person.waitFor('تالار گفتگوی ماهانه');
    expect(list.text).toContain(fa('ideas.waiting.title').replaceAll(/<\/?b>/g, ''));
  });
});
