import { describe, expect, it } from 'vitest';
import { MESSENGERS, answer, fa, faBegins, registerBusiness, useWorld } from '../support/app.ts';
import { memberOf, somebody } from '../support/journeys.ts';

/** Every button that has ever led to the registration: they stay in chats for good. */
const REGISTRATION = ['br1', 'og1', 'eg1'];
const OWN = { name: 'مریم احمدی', provinceCode: '06', cityCode: '06-ahvaz' };

describe.each(MESSENGERS)('what is known of a member on %s', (messenger) => {
  const world = useWorld();

  it.each(REGISTRATION)('is neither asked again nor overwritten by the registration behind «%s»', async (button) => {
    const { person, id } = await memberOf(world, messenger);
    const before = await world.app.features.members.find(id);
    person.pressData(button, person.lastMessage!);
    await registerBusiness(person, 'شعبهٔ دوم');
    const after = await world.app.features.members.find(id);
    expect(after).toMatchObject({ ...OWN, phone: before?.phone });
  });

  it('takes the place of what an older form of theirs says', async () => {
    const person = somebody(world, messenger);
    person.command('register');
    await answer(person, 'members.question.name', () => person.say('نام موقت'));
    await person.waitFor(fa('members.question.phone'));
    const { members } = world.app.features;
    const { id } = (await members.behind({ messenger, userId: person.id }))!;
    await members.saveProfile(id, { ...OWN, phone: `+${person.record.phone}` });
    person.command('start');
    await person.waitFor(faBegins('bot.dialogue.leave').slice(0, 3));
    person.press(fa('bot.dialogue.button.keep'));
    await person.waitFor((message) => message.text.includes(fa('bot.prompt')));
    person.command('register');
    await person.waitFor(fa('businesses.question.business'));
    const drafts = world.app.database.connection.collection('drafts');
    expect(await drafts.findOne({ dialogue: 'registration', status: 'open', 'answers.name': OWN.name })).not.toBeNull();
  });

  it('is in the form that corrects it, from the first', async () => {
    const { person } = await memberOf(world, messenger);
    person.command('me');
    await person.waitFor(faBegins('members.me.title'));
    person.press(fa('members.me.button.edit'));
    const review = await person.waitFor(fa('bot.dialogue.reviewHint'));
    expect(review.text).toContain(OWN.name);
    expect(review.text).toContain('اهواز');
  });
});
