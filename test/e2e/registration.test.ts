import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import {
  MESSENGERS,
  answer,
  fa,
  faBegins,
  registerFreelancer,
  skip,
  skipTheRest,
  tick,
  useWorld,
  type World,
} from '../support/app.ts';
import { PICTURE, somebody } from '../support/journeys.ts';

describe.each(MESSENGERS)('registration on %s', (messenger) => {
  const world = useWorld();

  it('makes a member and a business of a home-based producer without asking for licences', async () => {
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor('خوش آمدید');
    await registerFreelancer(person);
    await world.settled();

    expect(person.transcript()).not.toContain(fa('businesses.question.documents'));
    const { member, businesses } = await registered(world, person);
    expect(member).toMatchObject({
      name: 'مریم احمدی',
      phone: `+${person.record.phone}`,
      provinceCode: '03',
      cityCode: '03-tabriz',
    });
    expect(member?.consent?.version).toBe(1);
    expect(businesses).toMatchObject([
      { name: 'کارگاه نرم‌افزار مریم', kind: 'freelance', fields: ['sw_custom'], documents: [] },
    ]);
  });

  it('asks a shop for its documents and keeps those that were ticked', async () => {
    const person = somebody(world, messenger);
    await toKind(person);
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.shop')));
    await fields(person);
    await person.waitFor(fa('businesses.question.documents'));
    await tick(person, fa('taxonomy.documents.guild_licence'));
    await tick(person, fa('taxonomy.documents.enamad'));
    person.press(fa('bot.dialogue.button.done'));
    const guild = { document: fa('taxonomy.documents.guild_licence') };
    await answer(person, 'businesses.question.documentNumber', () => person.say('۱۴۰۳/۷۷'), guild);
    await answer(person, 'businesses.question.documentIssuer', () => person.say('اتحادیهٔ رایانه تبریز'), guild);
    await answer(person, 'businesses.question.documentExpiry', () => person.say('۲ تیر ۱۴۰۶'), guild);
    for (const question of ['documentNumber', 'documentIssuer', 'documentExpiry'] as const)
      await skip(person, `businesses.question.${question}`, { document: fa('taxonomy.documents.enamad') });
    await skipTheRest(person);
    await send(person);
    const { businesses } = await registered(world, person);
    expect(businesses).toMatchObject([
      {
        kind: 'shop',
        workplace: 'shop',
        documents: [
          { kind: 'guild_licence', number: '1403/77', issuer: 'اتحادیهٔ رایانه تبریز', expiresOn: '2027-06-23' },
          { kind: 'enamad', number: null, issuer: null, expiresOn: null },
        ],
      },
    ]);
  });

  it('takes «none» as a full answer to the question about documents', async () => {
    const person = somebody(world, messenger);
    await toKind(person);
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.shop')));
    await fields(person);
    await answer(person, 'businesses.question.documents', () => person.press(fa('businesses.none')));
    await skipTheRest(person);
    await send(person);
    const { businesses } = await registered(world, person);
    expect(businesses).toMatchObject([{ kind: 'shop', documents: [] }]);
  });

  it('asks about documents when the kind is changed in the review to one that may hold them', async () => {
    const person = somebody(world, messenger);
    await toKind(person);
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.freelance')));
    await fields(person);
    await skipTheRest(person);
    person.press(`ویرایش ${fa('businesses.label.kind')}`);
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.repair')));
    await answer(person, 'businesses.question.documents', () => person.press(fa('businesses.none')));
    await send(person);
    const { businesses } = await registered(world, person);
    expect(businesses).toMatchObject([{ kind: 'repair', documents: [] }]);
  });

  it('goes back, keeps what was answered there, and lets it be answered anew', async () => {
    const person = somebody(world, messenger);
    await toKind(person);
    await person.waitFor(fa('businesses.question.kind'));
    person.press(fa('bot.dialogue.button.back'));
    const business = await person.waitFor(fa('businesses.question.business'));
    expect(business.text).toContain('کارگاه البرز');
    person.press(fa('bot.dialogue.button.back'));
    await person.waitFor(fa('members.question.city'));
    person.press(fa('bot.dialogue.button.keepAnswer'));
    await person.waitFor(fa('businesses.question.kind'));
    person.press(fa('taxonomy.kinds.freelance'));
    await fields(person);
    await skipTheRest(person);
    await send(person);
    const { member, businesses } = await registered(world, person);
    expect(member?.cityCode).toBe('03-tabriz');
    expect(businesses).toMatchObject([{ name: 'کارگاه البرز' }]);
  });

  it('asks for the city again when the province is changed in the review', async () => {
    const person = somebody(world, messenger);
    await toKind(person);
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.freelance')));
    await fields(person);
    await skipTheRest(person);
    person.press(`ویرایش ${fa('members.label.province')}`);
    await answer(person, 'members.question.province', () => person.say('خوزستان'));
    await answer(person, 'members.question.city', () => person.say('اهواز'));
    await send(person);
    const { member, businesses } = await registered(world, person);
    expect(member).toMatchObject({ provinceCode: '06', cityCode: '06-ahvaz' });
    expect(businesses).toMatchObject([{ provinceCode: '06', cityCode: '06-ahvaz' }]);
  });

  it('refuses another person’s contact, a forwarded one and a typed number, each with its reason', async () => {
    const person = somebody(world, messenger);
    const other = somebody(world, messenger, 'جاسم');
    person.command('register');
    await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
    await person.waitFor(fa('members.question.phone'));
    person.shareContact({ of: other });
    await person.waitFor(fa('bot.dialogue.error.otherContact'));
    person.shareContact({ of: { phone: `+${person.record.phone}`, firstName: 'مریم' } });
    await person.waitFor(fa('bot.dialogue.error.otherContact'));
    person.say('۰۹۹۹۰۰۰۰۰۰۱');
    await person.waitFor(fa('bot.dialogue.error.contact'));
    person.sendSticker(PICTURE);
    await person.waitFor(fa('bot.dialogue.error.contact'));
    const own = person.chat.find((message) => message.contact?.userId === other.id);
    if (!own) throw new Error('The contact that was shared is in the chat');
    person.forward(own);
    await person.waitFor(fa('bot.dialogue.error.otherContact'));
    person.shareContact();
    await person.waitFor(fa('members.question.province'));
  });

  it('refuses even one’s own contact when it was forwarded', async () => {
    const person = somebody(world, messenger);
    person.shareContact();
    await world.settled();
    const [own] = person.chat.filter((message) => message.contact !== null);
    if (!own) throw new Error('The contact that was shared is in the chat');
    person.command('register');
    await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
    await answer(person, 'members.question.phone', () => person.forward(own));
    await person.waitFor(fa('bot.dialogue.error.otherContact'));
  });

  it('finds a city however it is typed, narrows a list, and takes an unknown city as it was typed', async () => {
    const person = somebody(world, messenger);
    await toProvince(person);
    await answer(person, 'members.question.province', () => person.say('گيلان'));
    await person.waitFor(fa('members.question.city'));
    person.say('بندر');
    const narrowed = await person.waitFor('بندر');
    expect(narrowed.inlineKeyboard.flat().map(({ label }) => label)).toContain(fa('bot.dialogue.button.showAll'));
    person.say('روستای سیاه‌کوه');
    await person.waitFor(fa('businesses.question.business'));
    person.say('کارگاه البرز');
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.freelance')));
    await fields(person);
    await skipTheRest(person);
    await send(person);
    const { member } = await registered(world, person);
    expect(member).toMatchObject({ provinceCode: '01', cityCode: 'روستای سیاه‌کوه' });
  });

  it('answers what is not an answer with one clear reason, and stays at the question', async () => {
    const person = somebody(world, messenger);
    person.command('register');
    await person.waitFor(fa('members.question.name'));
    const refused: [() => unknown, string][] = [
      [() => person.sendVoice(PICTURE), fa('bot.dialogue.error.text')],
      [() => person.sendSticker(PICTURE), fa('bot.dialogue.error.text')],
      [() => person.sendPhoto(PICTURE), fa('bot.dialogue.error.text')],
      [() => person.sendLocation(), fa('bot.dialogue.error.text')],
      [() => person.say('   \u200c \u00a0 '), fa('bot.dialogue.error.text')],
      [() => person.say('\u202e\u2066\u200f\u061c'), fa('bot.dialogue.error.text')],
      [() => person.say('😀😀😀'), fa('bot.dialogue.error.text')],
      [() => person.say('{"$gt":""}'), faBegins('members.error.name')],
      [() => person.say('*ستاره* _زیر_ <b>'), faBegins('members.error.name')],
      [() => person.say('[پیوند](http://x.ir)'), fa('bot.dialogue.error.address')],
      [() => person.say('آ'.repeat(4000)), faBegins('bot.dialogue.error.tooLong').split(' ')[0] ?? ''],
    ];
    for (const [act, reason] of refused) {
      const before = person.chat.filter(({ from }) => from === 'bot').length;
      act();
      await person.waitFor(reason);
      await world.settled();
      expect(person.chat.filter(({ from }) => from === 'bot')).toHaveLength(before + 1);
    }
    person.say('مر\u202eیم احمدی');
    await answer(person, 'members.question.phone', () => person.shareContact());
    await person.waitFor(fa('members.question.province'));
  });

  it('keeps and shows a name full of markup exactly as it was typed', async () => {
    const person = somebody(world, messenger);
    const name = 'شرکت <b>پارس</b> {{name}} $where';
    await toProvince(person);
    await answer(person, 'members.question.province', () => person.say('تهران'));
    await answer(person, 'members.question.city', () => person.say('تهران'));
    await answer(person, 'businesses.question.business', () => person.say(name.replace(' {{name}}', '')));
    await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.freelance')));
    await fields(person);
    await skipTheRest(person);
    await send(person);
    const { businesses } = await registered(world, person);
    expect(businesses).toMatchObject([{ name: 'شرکت <b>پارس</b> $where' }]);
    person.command('me');
    await person.waitFor('شرکت <b>پارس</b> $where');
  });

  it('throws the form away on cancel, and gives it back whole for who wants it', async () => {
    const person = somebody(world, messenger);
    await toKind(person);
    await answer(person, 'businesses.question.kind', () => person.press(fa('bot.dialogue.button.cancel')));
    await person.waitFor(faBegins('bot.dialogue.discarded'));
    await person.waitFor(fa('bot.prompt'));
    person.press(fa('bot.dialogue.button.resume'));
    await person.waitFor(fa('businesses.question.kind'));
  });
});

async function toProvince(person: Person): Promise<void> {
  person.command('register');
  await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
  await answer(person, 'members.question.phone', () => person.shareContact());
  await person.waitFor(fa('members.question.province'));
}

/** Answers all up to the question about the kind. */
async function toKind(person: Person): Promise<void> {
  await toProvince(person);
  person.say('آذربايجان شرقي');
  await answer(person, 'members.question.city', () => person.press('تبریز'));
  await answer(person, 'businesses.question.business', () => person.say('کارگاه البرز'));
  await person.waitFor(fa('businesses.question.kind'));
}

async function fields(person: Person): Promise<void> {
  await person.waitFor(fa('businesses.question.fields'));
  await tick(person, fa('taxonomy.fields.sw_custom'));
  person.press(fa('bot.dialogue.button.done'));
  await skip(person, 'businesses.question.headcount');
  await skip(person, 'businesses.question.since');
}

async function send(person: Person): Promise<void> {
  await person.waitFor(fa('bot.dialogue.reviewHint'), { any: true });
  person.press(fa('businesses.registration.send'));
  await person.waitFor('ثبت شد');
}

async function registered(world: World, person: Person) {
  await world.settled();
  const { members, businesses } = world.app.features;
  const { id } = await members.identify({
    messenger: world.server('telegram').people.includes(person) ? 'telegram' : 'bale',
    userId: person.id,
    chatId: person.id,
  });
  return { member: await members.find(id), businesses: await businesses.ofMember(id) };
}
