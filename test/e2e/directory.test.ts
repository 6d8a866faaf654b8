import { describe, expect, it } from 'vitest';
import { fa, faBegins, MESSENGERS, useWorld } from '../support/app.ts';
import { memberOf, somebody } from '../support/journeys.ts';

describe.each(MESSENGERS)('the directory on %s', (messenger) => {
  const world = useWorld();

  async function shownBusiness() {
    const owner = await memberOf(world, messenger);
    const [business] = await world.app.features.businesses.ofMember(owner.id);
    const id = business?.id ?? '';
    await world.app.database.connection
      .collection('businesses')
      .updateOne({ draftId: `made-for-${owner.id}` }, { $set: { listed: true, status: 'approved' } });
    return { owner: owner.person, ownerId: owner.id, id, name: business?.name ?? '' };
  }

  async function find(person: ReturnType<typeof somebody>, words: string) {
    person.command('directory');
    await person.waitFor(fa('directory.title'));
    person.press(fa('directory.button.words'));
    await person.waitFor(fa('directory.words.question'));
    person.say(words);
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    person.press(fa('directory.words.send'));
  }

  it('lets a guest search by words, narrow by place and open a card without a number on it', async () => {
    const { owner, name } = await shownBusiness();
    const guest = somebody(world, messenger, 'مهمان');
    await find(guest, 'رایانه‌سرای');
    await guest.waitFor((message) => message.inlineKeyboard.flat().some(({ label }) => label.includes(name)));
    guest.press(fa('directory.button.province'));
    await guest.waitFor(fa('directory.pick.province'));
    guest.press(fa('bot.button.nextPage'));
    await guest.waitFor(fa('directory.pick.province'));
    guest.press(fa('bot.button.back'));
    await guest.waitFor(fa('directory.title'));
    guest.press((button) => button.label.includes(name));
    const card = await guest.waitFor('اهواز');
    expect(card.text).toContain(name);
    guest.press(fa('directory.button.contact'));
    await world.settled();
    expect(guest.transcript()).not.toContain(owner.record.phone ?? 'no phone');
    expect(guest.toasts.at(-1)?.text || guest.lastMessage?.text).toContain(fa('directory.contact.register'));
  });

  it('carries messages both ways without either number, until one side wants no more', async () => {
    const { owner, id, name } = await shownBusiness();
    const asker = await memberOf(world, messenger);
    const begin = async () => {
      asker.person.command('directory');
      await asker.person.waitFor(fa('directory.title'));
      const shown = asker.person.lastMessage;
      if (!shown) throw new Error('no directory');
      asker.person.pressData(`yc1:${id}:0`, shown);
      await asker.person.waitFor(fa('directory.card.contactHint'));
      asker.person.press(fa('directory.button.contact'));
      await asker.person.waitFor(fa('directory.write.question'));
      asker.person.say('برای ده رایانه شبکه می‌خواهیم. قیمت شما چقدر است؟');
      await asker.person.waitFor(fa('bot.dialogue.reviewHint'));
      asker.person.press(fa('directory.write.send'));
    };
    await begin();
    await asker.person.waitFor(fa('directory.contact.sent'));
    const received = await owner.waitFor('برای ده رایانه شبکه می‌خواهیم');
    expect(received.text).toContain('مریم احمدی');

    owner.press(fa('directory.button.reply'));
    await owner.waitFor(fa('directory.reply.question'));
    owner.say('هر رایانه یک میلیون تومان');
    await owner.waitFor(fa('bot.dialogue.reviewHint'));
    owner.press(fa('directory.write.send'));
    const answer = await asker.person.waitFor('هر رایانه یک میلیون تومان');
    expect(answer.text).toContain(name);

    asker.person.command('me');
    await asker.person.waitFor(faBegins('members.me.title'));
    asker.person.press(fa('members.me.button.file'));
    const sent = await asker.person.waitFor(({ media }) => media?.kind === 'document');
    const { bytes } = await world.app.clients.get(messenger)!.download(sent.media?.fileId ?? '');
    const file = Buffer.from(bytes).toString('utf8');
    expect(file).toContain('برای ده رایانه شبکه می‌خواهیم');
    expect(file).not.toContain('هر رایانه یک میلیون تومان');

    owner.press(fa('directory.button.block'), { message: received });
    await owner.waitFor(fa('directory.contact.blocked'));
    await begin();
    await asker.person.waitFor(fa('directory.contact.refused'));
    await world.settled();

    expect(owner.transcript().match(/برای ده رایانه/g)).toHaveLength(1);
    for (const [reader, other] of [
      [owner, asker.person],
      [asker.person, owner],
    ] as const)
      expect(reader.transcript()).not.toContain(other.record.phone ?? 'no phone');
    const counted = await world.app.features.audit.list({ subject: { kind: 'business', id }, limit: 10 });
    expect(counted.filter(({ act }) => act === 'directory.contact').map(({ after }) => after)).toEqual([
      { from: 'business', messages: 2 },
      { from: 'asker', messages: 1 },
    ]);
    expect(JSON.stringify(counted)).not.toContain('رایانه یک میلیون');
  });

  it('takes no answer in a thread from somebody who has no part in it', async () => {
    const { id } = await shownBusiness();
    const asker = await memberOf(world, messenger);
    const { contact } = world.app.features.databank;
    await contact.write({ draftId: `d-${id}`, askerId: asker.id, businessId: id, text: 'سلام به شما' });
    const stranger = await memberOf(world, messenger);
    const thread = (await contact.message(`d-${id}`))?.threadId ?? '';
    expect(await contact.reply({ draftId: 'x', authorId: stranger.id, threadId: thread, text: 'سلام' })).toEqual({
      kind: 'gone',
    });
    expect(await contact.block(stranger.id, thread, true)).toBe(false);
    await world.settled();
  });
});
