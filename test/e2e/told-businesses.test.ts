import { describe, expect, it } from 'vitest';
import { queueButton, reviewButton } from '../../src/features/businesses/approval.views.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { memberOf, officerOf } from '../support/journeys.ts';

describe.each(MESSENGERS)('what became of a word to a business, on %s', (messenger) => {
  const world = useWorld();
  const plain = (text: string) => text.replaceAll(/<[^>]+>/g, '');

  it('a decision stands on the card of the registration, with whom it has reached', async () => {
    const officer = await officerOf(world, messenger);
    const { approval } = world.app.features;
    const reviewer = {
      id: (await world.app.features.members.behind({ messenger, userId: officer.id }))!.id,
      roles: ['officer'] as const,
    };
    const show = async (id: string) => {
      officer.command('desk');
      await officer.waitFor(fa('desk.home.title').replaceAll(/<[^>]+>/g, ''));
      officer.pressData(reviewButton.data(id), officer.lastMessage!);
      return officer.waitFor((message) =>
        message.inlineKeyboard.flat().some(({ data }) => data === queueButton.data('0')),
      );
    };
    for (const [name, isBlocked] of [
      ['فروشگاه در دسترس', false],
      ['فروشگاه خاموش', true],
    ] as const) {
      const { person, id: memberId } = await memberOf(world, messenger, { business: name });
      if (isBlocked) person.block();
      await world.settled();
      const [business] = await world.app.features.businesses.ofMember(memberId);
      await approval.decide(reviewer, business!.id, {
        version: business!.version,
        decision: { to: 'approved' },
        source: `decide-${name}-${messenger}`,
      });
      await world.settled();
      const card = await show(business!.id);
      expect(card.text).toContain(plain(fa('businesses.review.told')));
      expect(card.text).toContain(isBlocked ? fa('told.blocked') : faBegins('told.arrived'));
    }
  });

  it('who asks for a correction that can reach nobody is told to call', async () => {
    const officer = await officerOf(world, messenger);
    const { person, id: memberId } = await memberOf(world, messenger, { business: 'فروشگاه بی‌پیام' });
    await world.app.features.members.markUnreachable({ messenger, chatId: person.id });
    const [business] = await world.app.features.businesses.ofMember(memberId);
    officer.command('desk');
    await officer.waitFor(fa('desk.home.title').replaceAll(/<[^>]+>/g, ''));
    officer.pressData(reviewButton.data(business!.id), officer.lastMessage!);
    await officer.waitFor('فروشگاه بی‌پیام');
    officer.press(fa('businesses.review.act.refuse'));
    await answer(officer, 'businesses.refusal.reason', () => officer.say('مدرک خوانا نیست.'));
    await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('businesses.refusal.send')));
    await officer.waitFor(fa('businesses.review.nowhere'));
  });

  it('who writes to a business that has blocked the bot hears that it has not arrived, and it arrives when they are back', async () => {
    const { contact } = world.app.features.databank;
    const owner = await memberOf(world, messenger, { business: `فروشگاه گفت‌وگو ${messenger}` });
    const asker = await memberOf(world, messenger, { business: 'پرسنده' });
    const [business] = await world.app.features.businesses.ofMember(owner.id);
    const { connection } = world.app.database;
    await connection
      .collection('businesses')
      .updateOne({ name: business!.name }, { $set: { status: 'approved', listed: true } });
    // Without a word to the bot: only the sending finds out.
    owner.person.block();
    await world.settled();
    await world.app.features.members.identify({ messenger, userId: owner.person.id, chatId: owner.person.id });
    const text = 'قیمت ده دستگاه چقدر است؟';
    const message = { draftId: `ask-${messenger}`, askerId: asker.id, businessId: business!.id, text };
    expect(await contact.write(message)).toEqual({ kind: 'sent' });
    await asker.person.waitFor(faBegins('directory.contact.undelivered'), { any: true });
    await world.settled();
    owner.person.unblock();
    owner.person.command('help');
    await owner.person.waitFor(text, { any: true });
  });
});
