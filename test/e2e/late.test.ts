import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { resumeButton } from '../../src/bot/dialogue/buttons.ts';
import type { AnswerValue } from '../../src/bot/dialogue/dialogue.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, fa, useWorld, type World } from '../support/app.ts';
import { memberOf, officerOf, somebody } from '../support/journeys.ts';

const GONE = new Types.ObjectId().toHexString();
/** What somebody wrote, to be found again wherever it is. */
const WORDS = 'واژه‌هایی که نباید گم شوند';

interface Writer {
  world: World;
  person: Person;
  id: string;
}

/** A form that comes too late: its subject is gone, has moved on, or the right to it is lost. */
interface Late {
  /** Everything that the form asks, some of it {@link WORDS}. */
  answers: Record<string, AnswerValue | null>;
  subject?: string | ((writer: Writer) => Promise<string>);
  /** What becomes of the words: part of something in this collection, or said again in the chat. */
  becomes: 'given back' | { storedIn: string };
  /** Filled in by who is no member yet: what is known of a member is not taken from a form. */
  isGuests?: boolean;
}

const back = (answers: Late['answers'], subject: Late['subject'] = GONE): Late => ({
  answers,
  subject,
  becomes: 'given back',
});
const stored = (storedIn: string, answers: Late['answers'], subject: Late['subject'] = ''): Late => ({
  answers,
  subject,
  becomes: { storedIn },
});
/** Nothing can come too late: what is written is only looked up, or can't be shown again. */
const NEVER = 'never';

const PERSON = { name: WORDS, phone: '+989120000011', province: '06', city: '06-ahvaz' };
const BUSINESS = {
  business: WORDS,
  kind: 'freelance',
  fields: ['sw_custom'],
  headcount: null,
  since: null,
  website: null,
  description: null,
  listed: 'yes',
};
const NEWS = {
  headline: WORDS,
  lead: null,
  body: `${WORDS} در متن`,
  topic: 'other',
  attachment: null,
  source: null,
  tags: null,
};
const CASE = {
  kind: 'obstacle',
  category: 'license',
  subtopic: null,
  title: WORDS,
  description: `${WORDS} در شرح`,
  evidence: null,
  more: 'no',
  visibility: 'secretariat',
  naming: 'hidden',
};

/** A case of the writer's own that the secretariat has moved on while the writer was writing. */
const movedCase =
  (to: 'in_progress' | 'not_ours') =>
  async ({ world, id }: Writer): Promise<string> => {
    const { obstacles } = world.app.features;
    const made = await obstacles.report({
      draftId: new Types.ObjectId().toHexString(),
      reporterId: id,
      businessId: null,
      category: 'license',
      title: 'گزارشی که پیش رفت',
      description: 'شرح',
      evidence: [],
    });
    const staff = { id: GONE, roles: ['head'] as const };
    const step = { reason: 'روشن شد', source: new Types.ObjectId().toHexString() };
    await obstacles.move(staff, made.id, { ...step, from: 'received', to });
    return made.id;
  };

/** Every form that there is, by name: one that is new fails until it says what becomes of what is written in it. */
const FORMS: Record<string, Late | typeof NEVER> = {
  registration: stored('businesses', { ...PERSON, ...BUSINESS }),
  'business-edit': back({ ...BUSINESS, province: '06', city: '06-ahvaz' }),
  'business-correct': back({ ...BUSINESS, province: '06', city: '06-ahvaz', asked: ['business'] }),
  // The person is kept, though the invitation no longer holds.
  'join-business': { ...stored('members', PERSON, GONE), isGuests: true },
  'ask-correction': back({ fields: ['place'], reason: WORDS }, `${GONE}.1`),
  'refuse-business': back({ reason: WORDS }, `${GONE}.1`),
  profile: stored('members', { name: WORDS, province: '06', city: '06-ahvaz' }),
  'national-code': NEVER,
  'prove-phone': NEVER,
  'sure-count': NEVER,
  link: NEVER,
  'directory-words': NEVER,
  'search-news': NEVER,
  contact: back({ message: WORDS }),
  'contact-reply': back({ message: WORDS }),
  report: stored('obstacles', CASE, GONE),
  reopen: stored('obstacles', { reason: WORDS }, movedCase('in_progress')),
  explain: stored('obstacles', { text: WORDS, evidence: null }, movedCase('not_ours')),
  answer: back({ reason: WORDS }, `${GONE}.1`),
  solution: back({ reason: WORDS }, `${GONE}.1`),
  ask: back({ reason: WORDS }, `${GONE}.1`),
  'not-ours': back({ reason: WORDS }, `${GONE}.1`),
  'reopen-case': back({ reason: WORDS }, `${GONE}.1`),
  refer: back({ body: WORDS, letter: '۱۲', dueOn: null, reason: WORDS }, `${GONE}.1`),
  plan: back({ programme: WORDS, dueOn: null, reason: WORDS }, `${GONE}.1`),
  decide: back({ decision: 'accepted', reason: WORDS, period: null }, `${GONE}.1`),
  merge: back({ code: '12345671', reason: WORDS }, `${GONE}.1`),
  note: back({ reason: WORDS }, `${GONE}.1`),
  phoned: back({ reason: WORDS }, `${GONE}.1`),
  'bulk-answer': back({ reason: WORDS }, `${GONE}-1`),
  'category-add': back({ fa: WORDS, en: null }, 'no_such_category'),
  'category-rename': back({ fa: WORDS, en: null }, 'no_such_category'),
  'category-ask': back(
    { kind: 'text', text: WORDS, english: null, short: 'کوتاه', need: 'optional' },
    'no_such_category',
  ),
  'category-notice': back({ fa: WORDS, en: null }, 'no_such_category'),
  'category-checklist': back({ items: WORDS }, 'no_such_category'),
  'category-times': back({ first: 3, next: null }, 'no_such_category'),
  template: back({ act: 'answer', name: 'نام', body: WORDS }, ''),
  holiday: back({ day: '1450/01/20', name: WORDS }, ''),
  role: back({ account: 'telegram:77', role: 'head' }, ''),
  'assisted-report': back({ phone: '+989120000012', ...CASE, name: WORDS }, ''),
  'write-programme': back({
    title: WORDS,
    aim: WORDS,
    section: null,
    body: 'نهاد',
    partners: null,
    milestones: null,
    budget: null,
    startOn: '2026-12-01',
    endOn: '2027-12-01',
  }),
  'programme-note': back({ progress: 10, text: WORDS }),
  'programme-link': back({ code: '12345671' }),
  'agenda-add': back({ code: '12345671' }),
  'council-word': back({ comment: WORDS }, `${GONE}.${GONE}.for`),
  'council-decision': back({ outcome: 'later', text: WORDS }, `${GONE}.${GONE}`),
  'council-quorum': back({ quorum: 5 }, ''),
  procurement: stored('procurements', {
    buyer: WORDS,
    item: WORDS,
    field: 'sw_custom',
    amount: 5,
    boughtOn: '2026-01-01',
    notice: null,
    evidence: null,
  }),
  'procurement-buyer': back({ name: WORDS }),
  'recognition-revoke': back({ reason: WORDS }),
  'write-news': back(NEWS, ''),
  'edit-news': back(NEWS, `${GONE}:1`),
  'news-en': back({ headline: WORDS, lead: null, body: 'text' }, `${GONE}:1`),
  'news-azb': back({ headline: WORDS, lead: null, body: 'متن' }, `${GONE}:1`),
  'news-ar': back({ headline: WORDS, lead: null, body: 'متن' }, `${GONE}:1`),
  'me-too': back({ costDays: null, costRials: null, costPeople: null, comment: WORDS }),
  'public-answer': back({ text: WORDS }),
  'official-answer': back({ text: WORDS }, `${GONE}.0`),
  'idea-rule': back({ threshold: 5, days: 9 }, ''),
  'audience-filter': back({ by: ['kinds'], kinds: ['shop'] }),
  'audience-case': back({ code: '12345671' }),
  'audience-people': back({ people: WORDS }),
  'segment-name': back({ name: WORDS }),
  'sending-time': back({ time: '2030-01-01T08:00:00.000Z' }),
  'sending-refusal': back({ reason: WORDS }),
};

describe.each(MESSENGERS)('a form that comes too late, on %s', (messenger) => {
  const world = useWorld();

  it('every form says what becomes of what is written in it', () => {
    expect(Object.keys(FORMS).toSorted()).toEqual([...world.app.features.dialogues.names].toSorted());
  });

  /** Puts a filled form before its writer, who sends it. */
  async function sendFilled(name: string, { answers, subject = '' }: Late, writer: Writer): Promise<void> {
    const { person, id } = writer;
    const drafts = world.app.database.connection.collection('drafts');
    const about = typeof subject === 'string' ? subject : await subject(writer);
    const { insertedId } = await drafts.insertOne({
      memberId: new Types.ObjectId(id),
      dialogue: name,
      subject: about,
      answers,
      status: 'waiting',
      at: null,
      page: 0,
      search: '',
      ticked: [],
      files: [],
      pieces: [],
      doubt: '',
      lastUpdate: 'made',
      updatedAt: new Date(),
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 1e9),
    });
    person.command('start');
    const resume = resumeButton.data(insertedId.toHexString(), 'open');
    await person.waitFor((message) => message.inlineKeyboard.flat().some(({ data }) => data === resume));
    person.press(({ data }) => data === resume);
    await person.waitFor(fa('bot.dialogue.reviewHint'));
    const isSend = (data: string | undefined) => data?.endsWith('!send') ?? false;
    person.press(({ data }) => isSend(data));
    await person.waitUntil(() =>
      person.chat.every((message) => message.inlineKeyboard.flat().every(({ data }) => !isSend(data))),
    );
    await world.settled();
  }

  async function guest(): Promise<{ person: Person; id: string }> {
    const person = somebody(world, messenger);
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    const account = { messenger, userId: person.id, chatId: person.id };
    return { person, id: (await world.app.features.members.identify(account)).id };
  }

  const isKept = async (collection: string): Promise<boolean> => {
    const all = await world.app.database.connection.collection(collection).find({}).toArray();
    return JSON.stringify(all).includes(WORDS);
  };

  it.each(Object.keys(FORMS).filter((name) => FORMS[name] !== NEVER))(
    '%s: nothing that was written is lost',
    async (name) => {
      const late = FORMS[name] as Late;
      const { person, id } = late.isGuests ? await guest() : await memberOf(world, messenger);
      await sendFilled(name, late, { world, person, id });
      const { becomes } = late;
      if (becomes !== 'given back') {
        expect(await isKept(becomes.storedIn)).toBe(true);
        await world.app.database.connection
          .collection(becomes.storedIn)
          .updateMany({ draftId: { $ne: null } }, { $set: { title: 'پیشین' } });
        return;
      }
      const given = person.chat.find(({ text }) =>
        text.includes(fa('bot.dialogue.givenBack').replaceAll(/<[^>]+>/g, '')),
      );
      expect(given).toBeDefined();
      if (JSON.stringify(late.answers).includes(WORDS)) expect(given?.text).toContain(WORDS);
      expect(person.transcript()).not.toContain(`· ${fa('bot.dialogue.sent', { title: '' }).split('·')[1]?.trim()}`);
    },
  );

  it('an officer whose case has gone on gets all of the answers back, not the reason alone', async () => {
    const officer = await officerOf(world, messenger);
    const officerId = (await world.app.features.members.behind({ messenger, userId: officer.id }))!.id;
    const { person, id } = await memberOf(world, messenger);
    const late = {
      ...(FORMS['refer'] as Late),
      subject: async () => `${await movedCase('not_ours')({ world, person, id })}.1`,
    };
    await sendFilled('refer', late, { world, person: officer, id: officerId });
    const given = officer.chat.find(({ text }) => text.includes(WORDS));
    expect(given?.text).toContain(fa('desk.label.letter'));
    expect(given?.text).toContain(fa('desk.act.movedOnText'));
  });
});
