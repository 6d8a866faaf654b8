import { createTranslations, type TextKey } from '../../../src/language/translator.ts';
import type { Person } from '../../../src/simulator/simulator.ts';
import { MESSENGERS, answersSince, type Stage } from './stage.ts';

const translator = createTranslations({ onProblem: () => {} }).translator('fa');
const fa = (key: TextKey): string => translator.text(key);

type Send = (person: Person) => unknown;

/** What a person sends at once before waiting for the answers. */
export interface Act {
  isInForm: boolean;
  sends: readonly Send[];
}

/** How people differ: in what they ask, and in what they fill in. */
const VARIANTS = 6;

const ORDERS = [
  ['help', 'me', 'cases'],
  ['news', 'help', 'help'],
  ['cases', 'news', 'me'],
  ['me', 'cases', 'help'],
  ['help', 'news', 'cases'],
  ['news', 'me', 'news'],
] as const;
const PLACES = [
  ['آذربایجان شرقی', 'تبریز'],
  ['خوزستان', 'اهواز'],
  ['اصفهان', 'کاشان'],
] as const;

/** A word that nobody else has, and that a name may hold. */
const wordOf = ({ id }: Person): string => Array.from(String(id), (digit) => 'ابپتجدرسکم'[Number(digit)]).join('');

/**
 * Eight times three messages at once, four outside a form and four within one or on the way into it: 27 messages, under
 * the 30 that the flood guard lets through without a wait.
 */
function visitOf(variant: number): Act[] {
  const say =
    (text: string): Send =>
    (person) =>
      person.say(text);
  const named =
    (text: string): Send =>
    (person) =>
      person.say(`${text} ${wordOf(person)}`);
  const command =
    (name: string): Send =>
    (person) =>
      person.command(name);
  const press =
    (key: TextKey): Send =>
    (person) =>
      person.press(fa(key));
  const contact: Send = (person) => person.shareContact();
  const outside = (place: number): Act => ({
    isInForm: false,
    sends: ORDERS[(variant + place) % ORDERS.length]!.map(command),
  });
  const inside = (...sends: Send[]): Act => ({ isInForm: true, sends });
  const [province, city] = PLACES[variant % PLACES.length]!;
  const name = named('مریم');
  const business = named('کارگاه');
  const kind = say(fa('taxonomy.kinds.freelance'));
  return [
    outside(0),
    outside(1),
    inside(command('register')),
    inside(name, contact, say(province)),
    inside(say(city), business, kind),
    inside(command('cancel')),
    inside(press('bot.dialogue.button.drop')),
    outside(2),
    outside(3),
    inside(command('register'), name, contact),
    inside(say(province), say(city), business),
  ];
}

export interface Visit {
  acts: readonly Act[];
  /** What came of each message of each act, sent one at a time; the person's own word is left out. */
  answers: readonly (readonly (readonly string[])[])[];
  /** What the form held at the end. */
  filledIn: string;
}

/** Sends everything of a visit one at a time, and notes what is answered: what is right. */
async function walkSlowly(stage: Stage, person: Person, variant: number): Promise<Visit> {
  const acts = visitOf(variant);
  const answers: string[][][] = [];
  for (const { sends } of acts) {
    const ofAct: string[][] = [];
    for (const send of sends) {
      const last = lastId(person);
      send(person);
      await stage.settled();
      ofAct.push(answersSince(person, last).map((text) => anonymous(person, text)));
    }
    answers.push(ofAct);
  }
  const silent = answers.flat().filter((texts) => texts.length === 0).length;
  if (silent > 0) throw new Error(`${silent} messages of visit ${variant} were not answered at all`);
  return { acts, answers, filledIn: await filledInBy(stage, person) };
}

/** The highest id of a message in the chat; 0 in an empty one. */
export const lastId = (person: Person): number => person.lastMessage?.id ?? 0;

export const anonymous = (person: Person, text: string): string =>
  text.replaceAll(wordOf(person), '…').replaceAll(person.record.phone ?? '', '…');

/** The answers of the person's open form, as they are stored. */
export async function filledInBy({ connection }: Stage, person: Person): Promise<string> {
  const messenger = person.view.host.profile.name;
  const member = await connection
    .collection('members')
    .findOne({ accounts: { $elemMatch: { messenger, userId: person.id } } });
  const draft = await connection.collection('drafts').findOne({ memberId: member?._id, status: 'open' });
  return anonymous(person, JSON.stringify(draft?.['answers'] ?? null));
}

export interface Visitor {
  person: Person;
  visit: Visit;
}

/** So many people, half of them on each messenger, who know nothing of the bot, and what is right for each of them. */
export async function gather(stage: Stage, count: number): Promise<Visitor[]> {
  const someone = (number: number) => {
    const server = stage.simulator[MESSENGERS[number % MESSENGERS.length]!];
    return server.person({ firstName: 'مریم', phone: `+98999${String(number).padStart(7, '0')}`, started: true });
  };
  const kinds = MESSENGERS.length * VARIANTS;
  // The first ones show what is right for all of their kind.
  const visits = await Promise.all(
    Array.from({ length: kinds }, (_, number) =>
      walkSlowly(stage, someone(number), Math.floor(number / MESSENGERS.length)),
    ),
  );
  return Array.from({ length: count }, (_, index) => ({
    person: someone(kinds + index),
    visit: visits[(kinds + index) % kinds]!,
  }));
}
