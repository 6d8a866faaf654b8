import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { PICTURE, memberOf, somebody } from '../support/journeys.ts';

describe.each(MESSENGERS)('the shell on %s', (messenger) => {
  const world = useWorld();

  it('answers stale and forged buttons, and takes the keyboard of a stale one away', async () => {
    const { person } = await memberOf(world, messenger);
    person.command('report');
    const old = await person.waitFor(fa('obstacles.question.kind'));
    person.press(fa('taxonomy.reports.obstacle'));
    await person.waitFor(fa('obstacles.question.category'));
    person.press(fa('taxonomy.reports.obstacle'), { message: old });
    await world.settled();
    expect(person.toasts.at(-1)?.text).toBe(fa('bot.dialogue.oldButton'));
    person.command('help');
    await person.waitFor(faBegins('bot.dialogue.leave'));
    person.press(fa('bot.dialogue.button.drop'));
    await person.waitFor('اینجا چه کارهایی');
    const prompt = await person.waitFor('اینجا چه کارهایی');
    for (const forged of [
      'nonsense',
      'a1:x:y:z',
      'a9:1:2:3',
      '💥',
      'l1:000000000000000000000000:keep:desk',
      'r1:000000000000000000000000:open',
      'r1:not-an-id:drop',
      'np1:99999',
      'np1:-1',
      'ni1:zzz',
      'ml1:xx',
      'oc1:{"$gt":""}',
      '__proto__',
      ' ',
    ]) {
      const before = person.toasts.length;
      person.pressData(forged, prompt);
      await world.settled();
      expect(person.toasts.length).toBe(before + 1);
      expect(person.toasts.at(-1)).toMatchObject({ answered: true });
    }
    expect(person.chat.find(({ id }) => id === old.id)?.inlineKeyboard).toEqual([]);
  });

  it('answers a press on a message that is not there any more', async () => {
    const { person } = await memberOf(world, messenger);
    const before = person.toasts.length;
    person.pressData('np1:0', { id: 987_654 });
    await world.settled();
    expect(person.toasts[before]).toMatchObject({ answered: true });
  });

  it('gives the buttons of another person’s form no effect', async () => {
    const { person } = await memberOf(world, messenger);
    person.command('report');
    const asked = await person.waitFor(fa('obstacles.question.kind'));
    const data = asked.inlineKeyboard.flat().find(({ label }) => label === fa('taxonomy.reports.obstacle'))?.data;
    const { person: thief } = await memberOf(world, messenger);
    thief.command('help');
    const shown = await thief.waitFor('اینجا چه کارهایی');
    thief.pressData(data ?? '', shown);
    const [, draft] = (data ?? '').split(':');
    thief.pressData(`r1:${draft}:open`, shown);
    thief.pressData(`r1:${draft}:drop`, shown);
    await world.settled();
    expect(thief.toasts.map(({ text }) => text)).toEqual(Array(3).fill(fa('bot.error.staleButton')));
    person.press(fa('taxonomy.reports.obstacle'));
    await person.waitFor(fa('obstacles.question.category'));
  });

  it('speaks the language that was chosen, and Persian again when that is chosen', async () => {
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    person.press(fa('members.start.button.language'));
    await person.waitFor(faBegins('members.language.ask').split('\n')[0] ?? '');
    person.press('English');
    await person.waitFor('English');
    await world.settled();
    expect(
      person.replyKeyboard?.keyboard
        .flat()
        .map(({ text }) => text)
        .join(' '),
    ).toMatch(/news/i);
    person.command('help');
    await person.waitFor(/What can you do|Register/i);
    // A button of the Persian menu, still on somebody's screen, works all the same.
    person.say(fa('news.menu.news'));
    await person.waitFor(/news/i);
    person.command('start');
    await person.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label.includes('Language')));
    person.press(({ label }) => label.includes('Language'));
    await person.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label === 'فارسی'));
    person.press('فارسی');
    await person.waitFor(fa('members.language.set'));
    await person.waitFor(fa('bot.prompt'));
  });

  it('says nothing in groups', async () => {
    const person = somebody(world, messenger);
    const group = world.server(messenger).group({ title: 'گروه صنف', members: [person] });
    person.command('start', undefined, { in: group });
    person.say('اینترنت شهرک صنعتی دو هفته است که قطع می‌شود.', { in: group });
    person.sendPhoto(PICTURE, { in: group });
    const id = group.chat.at(-1)?.id ?? 1;
    person.pressData('np1:0', { id }, { in: group });
    await world.settled();
    expect(group.chat.filter(({ from }) => from === 'bot')).toEqual([]);
  });

  it('answers the same update once, though it is delivered again, before and after a restart', async () => {
    const { person, id } = await memberOf(world, messenger);
    const updates = [person.say('سلام'), person.command('help')];
    await person.waitFor('اینجا چه کارهایی');
    person.command('report');
    await person.waitFor(fa('obstacles.question.kind'));
    updates.push(person.press(fa('taxonomy.reports.obstacle')));
    await person.waitFor(fa('obstacles.question.category'));
    await world.settled();
    const before = person.transcript();
    for (const update of updates) world.server(messenger).redeliver(update);
    await world.settled();
    expect(person.transcript()).toBe(before);
    await world.restart();
    for (const update of updates) world.server(messenger).redeliver(update);
    await world.settled();
    expect(person.transcript()).toBe(before);
    person.say(fa('taxonomy.categories.other'));
    await person.waitFor(fa('obstacles.question.title'));
    expect(await world.app.features.obstacles.ofReporter(id)).toEqual([]);
  });

  it('answers three messages sent at once in their order', async () => {
    const { person } = await memberOf(world, messenger);
    person.command('help');
    person.press(fa('news.menu.news'));
    person.command('me');
    await person.waitFor('اطلاعات من');
    await world.settled();
    const answers = person.chat.filter(({ from }) => from === 'bot').slice(-3);
    expect(answers.map(({ text }) => text.split('\n')[0]?.trim())).toEqual([
      'اینجا چه کارهایی می‌توانید بکنید؟',
      'اخبار شورا',
      'اطلاعات من',
    ]);
  });

  it('goes on when the messenger begins to count updates anew, and loses none', async () => {
    const { person } = await memberOf(world, messenger);
    await world.settled();
    world.server(messenger).resetUpdateIds(messenger === 'bale' ? 0 : 1);
    const first = person.command('help');
    expect(first).toBe(messenger === 'bale' ? 0 : 1);
    await person.waitFor('اینجا چه کارهایی');
    world.server(messenger).redeliver(first);
    await world.settled();
    expect(person.chat.filter(({ text }) => text.includes('اینجا چه کارهایی'))).toHaveLength(1);
  });

  it('is not stopped by updates that make no sense', async () => {
    const { person } = await memberOf(world, messenger);
    const server = world.server(messenger);
    for (const raw of [{}, { message: null }, { message: { text: 5 } }, { callback_query: { id: 1 } }, { poll: {} }])
      server.inject(raw);
    person.command('help');
    await person.waitFor('اینجا چه کارهایی');
  });

  it('goes on with the form when a message that was an answer is edited', async () => {
    const { person } = await memberOf(world, messenger);
    person.command('register');
    await answer(person, 'businesses.question.business', () => person.say('فروشگاه نخست'));
    await person.waitFor(fa('businesses.question.kind'));
    const said = person.chat.findLast(({ from }) => from === 'person');
    if (!said) throw new Error('The answer is in the chat');
    person.editText(said, '/cancel');
    await world.settled();
    person.press(fa('taxonomy.kinds.freelance'));
    await person.waitFor(fa('businesses.question.fields'));
  });
});
