import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialogue, Question } from '../../../src/bot/dialogue/dialogue.ts';
import { plain } from '../../../src/language/rich-text.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { useDatabase } from '../../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../../support/dialogue-world.ts';
import { answersOf, form, Q, said, TEXTS } from './form.ts';

const BYTES = new Uint8Array([0xff, 0xd8, 0xff]);
const LONG: Question = { ...Q.more, max: 9000, pieces: true, optional: false };

describe.each(['telegram', 'bale'] as const)('an edited message on %s', (messenger) => {
  const database = useDatabase();
  let world: DialogueWorld;
  let person: Person;
  beforeAll(async () => {
    world = await startDialogueWorld({ connection: database.connection, dialogues: [], texts: TEXTS });
  });
  afterAll(() => world.close());

  const act = (does: Parameters<typeof said>[2]) => said(world, person, does);
  const answers = () => answersOf(world, person, messenger);
  async function at(questions: Question[], more: Partial<Dialogue> = {}): Promise<void> {
    await world.restart([{ ...form('form', questions), ...more }, form('other', [Q.family])]);
    person = world.server(messenger).person({ firstName: 'سارا', phone: '+989990000001' });
    await act(() => person.command('form'));
  }
  const own = (text: string) => {
    const found = person.chat.findLast((message) => message.from === 'person' && message.text === text);
    if (!found) throw new Error(`${text} was not said`);
    return found;
  };
  const edit = (before: string, after: string) => act(() => person.editText(own(before), after));
  const press = (label: string) => act(() => person.press(label));

  it('changes an answer of long before, while the open question stays open, and at the review', async () => {
    await at([Q.name, Q.people, Q.more]);
    for (const text of ['سارا', '12']) await act(() => person.say(text));
    const changed = await edit('سارا', 'زهرا');
    expect(changed).toEqual([expect.stringContaining('زهرا')]);
    expect(changed[0]).toContain(TEXTS['ask_more']);
    await act(() => person.say('توضیح من'));
    const [review] = await edit('زهرا', 'مینا');
    expect(review).toContain(world.say('bot.dialogue.reviewHint'));
    expect(review).toContain('مینا');
    expect(await answers()).toEqual({ name: 'مینا', people: 12, more: 'توضیح من' });
  });

  it('is another try at the question where the message was refused', async () => {
    await at([Q.people, Q.more]);
    await act(() => person.say('خیلی'));
    expect((await edit('خیلی', '12')).join()).toContain(TEXTS['ask_more']);
    expect(await answers()).toEqual({ people: 12 });
    await edit('12', '15');
    expect(await answers()).toEqual({ people: 15 });
  });

  it('changes the piece of a long text while it is being told, and says how where the text is whole', async () => {
    await at([LONG, Q.name]);
    await act(() => person.say('بند نخست.'));
    await act(() => person.say('بند دوم.'));
    expect((await edit('بند نخست.', 'بند تازه.')).join()).toContain(TEXTS['ask_more']);
    await press(world.say('bot.dialogue.button.done'));
    expect((await answers())['more']).toBe('بند تازه.\n\nبند دوم.');
    const [how] = await edit('بند دوم.', 'بند دیگر.');
    expect(how).toContain('بازبینی');
    expect((await answers())['more']).toBe('بند تازه.\n\nبند دوم.');
  });

  it('changes the caption of a file, before and after the files are complete', async () => {
    await at([Q.proof, Q.name]);
    await act(() => person.sendPhoto(BYTES, 'یک'));
    await act(() => person.sendPhoto(BYTES, 'دو'));
    expect(await edit('یک', 'یکم')).toHaveLength(1);
    await press(world.say('bot.dialogue.button.done'));
    expect(await edit('دو', 'دوم')).toHaveLength(1);
    expect((await answers())['proof']).toMatchObject([{ caption: 'یکم' }, { caption: 'دوم' }]);
  });

  it('of a form that was sent reaches whoever made it, else tells that a new message is needed', async () => {
    await at([Q.name]);
    await act(() => person.say('سارا'));
    await press('ارسال فرم');
    const [how] = await edit('سارا', 'زهرا');
    expect(how).toContain('فرستاده شده');
    const heard: unknown[] = [];
    await at([Q.name], {
      edited(_ctx, one) {
        heard.push(one);
        return Promise.resolve({ text: plain('گرفتیم') });
      },
    });
    await act(() => person.say('سارا'));
    await press('ارسال فرم');
    expect(await edit('سارا', 'زهرا')).toEqual(['گرفتیم']);
    expect(heard).toMatchObject([{ key: 'name', text: 'زهرا' }]);
  });

  it('of a form that waits brings the way back to it', async () => {
    await at([Q.name, Q.more]);
    await act(() => person.say('سارا'));
    await act(() => person.command('other'));
    await press(world.say('bot.dialogue.button.keep'));
    const [how] = await edit('سارا', 'زهرا');
    expect(how).toContain('باز نیست');
    expect((await press(world.say('bot.dialogue.button.resume'))).join()).toContain(TEXTS['ask_more']);
    await edit('زهرا', 'مینا');
    expect(await answers()).toEqual({ name: 'مینا' });
  });

  it('that belongs to nothing brings no word', async () => {
    await at([Q.name]);
    await act(() => person.say('سارا'));
    expect(await act(() => person.editText(own('/form'), 'سلام'))).toEqual([]);
  });
});
