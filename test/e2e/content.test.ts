import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/messengers/content.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { chooseSubject, fillReport, memberOf, report } from '../support/journeys.ts';

const fieldsOf = (use: string) => Object.entries(FIELDS).flatMap(([field, one]) => (one === use ? [field] : []));
const POINT = { latitude: 38.08, longitude: 46.29 };

describe.each(MESSENGERS)('content of every kind on %s', (messenger) => {
  const world = useWorld();

  it('gets silence where the messenger says it by itself: outside a form, and in one, which goes on', async () => {
    const { person } = await memberOf(world, messenger);
    await world.settled();
    const before = person.chat.filter(({ from }) => from === 'bot').length;
    for (const field of fieldsOf('service')) person.sendOther({ [field]: { message_id: 1, data: 'x' } });
    await world.settled();
    expect(person.chat.filter(({ from }) => from === 'bot')).toHaveLength(before);

    person.command('report');
    await chooseSubject(person);
    const asked = person.chat.filter(({ from }) => from === 'bot').length;
    for (const field of fieldsOf('service')) person.sendOther({ [field]: { message_id: 1, data: 'x' } });
    await world.settled();
    expect(person.chat.filter(({ from }) => from === 'bot')).toHaveLength(asked);
    person.say('عنوان پس از سنجاق');
    await person.waitFor(fa('obstacles.question.description'));
  });

  it('gets a word that fits where it can’t be kept, and in a form what is expected', async () => {
    const { person } = await memberOf(world, messenger);
    for (const field of fieldsOf('unreadable')) {
      person.sendOther({ [field]: { file_id: 'x', emoji: '🎲', question: 'سؤال' } });
      await person.waitFor(fa('obstacles.unclaimed.unreadable'));
    }
    person.shareContact({ of: { phone: '989120000000', firstName: 'کس دیگر' } });
    await person.waitFor(fa('obstacles.unclaimed.contact'));
    expect(await world.app.database.connection.collection('held').countDocuments()).toBe(0);

    person.command('report');
    await chooseSubject(person);
    for (const field of fieldsOf('unreadable')) {
      person.sendOther({ [field]: {} });
      await person.waitFor(fa('bot.dialogue.error.text'));
    }
    person.say('عنوان');
    await answer(person, 'obstacles.question.description', () => person.say('شرح ماجرا در چند واژه'));
    await person.waitFor(faBegins('obstacles.question.evidence'));
    person.sendOther({ poll: { question: 'سؤال' } });
    await person.waitFor(fa('bot.dialogue.error.files'));
  });

  it('is kept where it brings a file in whatever form, as evidence too', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const bytes = Buffer.from('....ftypmp42, a film');
    const file = () => {
      person.sendVideo(bytes);
      return { file_id: person.lastMessage?.media?.fileId ?? '', file_unique_id: 'u' };
    };
    for (const field of ['video_note', 'animation', 'live_photo']) {
      const sent = file();
      await person.waitFor(fa('obstacles.unclaimed.ask'));
      person.sendOther({ [field]: sent });
      await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
      await person.waitFor(fa('obstacles.unclaimed.which'));
      person.press('تمدید پروانه سه ماه طول کشیده است');
      await person.waitFor(faBegins('obstacles.unclaimed.added'));
    }
    const [own] = await world.app.features.obstacles.ofReporter(id);
    expect(own?.evidence.map(({ kind }) => kind)).toEqual(['video', 'video', 'video']);
  });

  it('keeps a place as words, which become part of a case', async () => {
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    person.sendOther({ location: POINT, venue: { location: POINT, title: 'اتاق اصناف', address: 'خیابان امام' } });
    await answer(person, 'obstacles.unclaimed.ask', () => person.press(fa('obstacles.unclaimed.button.add')));
    await person.waitFor(fa('obstacles.unclaimed.which'));
    person.press('تمدید پروانه سه ماه طول کشیده است');
    await person.waitFor(faBegins('obstacles.unclaimed.added'));
    const [own] = await world.app.features.obstacles.ofReporter(id);
    expect(own?.additions[0]?.texts[0]?.text).toBe('اتاق اصناف\nخیابان امام\n📍 38.08000, 46.29000');
    await fillReport(person);
  });
});
