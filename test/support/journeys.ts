import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { ChatMessage, Group, Person } from '../../src/simulator/simulator.ts';
import { ADMIN_ID, answer, fa, faBegins, skip, type World } from './app.ts';

export { PICTURE } from './picture.ts';

/** The yes of the question that stands in a message; undefined where it asks for a number, or nothing. */
const yesIn = ({ inlineKeyboard }: ChatMessage) => inlineKeyboard.flat().find(({ data }) => data?.startsWith('y1:'));

/** Says yes to the question before what can't be taken back: by its button, or, where many are reached, by their number. */
export async function sayYes(person: Person): Promise<ChatMessage> {
  const byNumber = faBegins('bot.sure.count');
  const question = await person.waitFor((message) => yesIn(message) !== undefined || message.text.includes(byNumber));
  const yes = yesIn(question);
  if (yes) person.press((one) => one.data === yes.data, { message: question });
  else person.say(/[۰-۹٬]+/.exec(question.text.slice(question.text.indexOf(byNumber)))?.[0] ?? '');
  return question;
}

/** Presses what can't be taken back, and says yes to the question. */
export async function pressSure(person: Person, ...what: Parameters<Person['press']>): Promise<ChatMessage> {
  person.press(...what);
  return sayYes(person);
}

/** An admin makes a group the secretariat's: by the command there, and a yes to what the private chat says of it. */
export async function chooseGroup(admin: Person, group: Group): Promise<void> {
  admin.command('group', undefined, { in: group });
  await admin.waitFor(
    (message) => message.inlineKeyboard.flat().some(({ label }) => label === fa('desk.group.choose')),
    {
      any: true,
    },
  );
  await pressSure(admin, fa('desk.group.choose'));
  await group.waitFor(fa('desk.group.set'));
}

let people = 0;

/** Somebody new on a messenger. */
export function somebody(world: World, messenger: MessengerName, firstName = 'مریم'): Person {
  people += 1;
  return world
    .server(messenger)
    .person({ firstName, lastName: 'احمدی', phone: `+98999${String(people).padStart(7, '0')}` });
}

/** A registered member with one shop in Ahvaz, made without the questions. */
export async function memberOf(
  world: World,
  messenger: MessengerName,
  { name = 'مریم احمدی', business = 'رایانه‌سرای کارون' }: { name?: string; business?: string } = {},
): Promise<{ person: Person; id: string }> {
  const person = somebody(world, messenger);
  const { members, businesses } = world.app.features;
  person.command('start');
  await person.waitFor(fa('bot.prompt'));
  const { id } = await members.identify({ messenger, userId: person.id, chatId: person.id });
  const place = { provinceCode: '06', cityCode: '06-ahvaz' };
  await members.saveProfile(id, { name, phone: `+${person.record.phone}`, ...place });
  await businesses.register({
    draftId: `made-for-${id}`,
    ownerId: id,
    name: business,
    kind: 'shop',
    fields: ['hw_sale'],
    documents: [],
    ...place,
  });
  return { person, id };
}

/** Somebody with a role, who has opened the desk's menu once. */
export async function officerOf(
  world: World,
  messenger: MessengerName,
  { userId = ADMIN_ID, role = 'officer' }: { userId?: number; role?: 'officer' | 'head' | 'admin' | 'council' } = {},
): Promise<Person> {
  const person = world.server(messenger).person({ id: userId, firstName: 'کارشناس', phone: '+989990009001' });
  await world.app.features.members.grant({ messenger, userId }, role);
  person.command('start');
  await person.waitFor(fa('bot.prompt'));
  return person;
}

export const REPORT = {
  title: 'تمدید پروانه سه ماه طول کشیده است',
  description: 'از بهار سه بار به اتحادیه رفته‌ایم و هر بار مدرک تازه‌ای خواسته‌اند.',
};

/** Answers what a report is: an obstacle about licences, of no part of them in particular. */
export async function chooseSubject(person: Person): Promise<void> {
  await answer(person, 'obstacles.question.kind', () => person.press(fa('taxonomy.reports.obstacle')));
  await answer(person, 'obstacles.question.category', () => person.press(fa('taxonomy.categories.license')));
  await skip(person, 'obstacles.question.subtopic');
  await person.waitFor(fa('obstacles.question.title'));
}

/** Who may see a report. */
type Visibility = 'secretariat' | 'public';

/** From the end of the evidence to the review: no details, no name in letters. */
export async function finishReport(person: Person, visibility: Visibility = 'secretariat'): Promise<void> {
  await answer(person, 'obstacles.question.more', () => person.press(fa('bot.dialogue.button.no')));
  await answer(person, 'obstacles.question.visibility', () => person.press(fa(`obstacles.visibility.${visibility}`)));
  await answer(person, 'obstacles.question.naming', () => person.press(fa('obstacles.naming.hidden')));
  await person.waitFor(fa('bot.dialogue.reviewHint'));
}

/** Answers the report's questions up to its review. */
export async function fillReport(
  person: Person,
  report: typeof REPORT & { visibility?: Visibility } = REPORT,
): Promise<void> {
  person.command('report');
  await chooseSubject(person);
  person.say(report.title);
  await answer(person, 'obstacles.question.description', () => person.say(report.description));
  await person.waitFor(faBegins('obstacles.question.evidence'));
  person.press(fa('bot.dialogue.button.skip'));
  await finishReport(person, report.visibility);
}

/** Reports an obstacle and gives its tracking code, as the member reads it. */
export async function report(person: Person, what: Parameters<typeof fillReport>[1] = REPORT): Promise<string> {
  await fillReport(person, what);
  return sendReport(person);
}

export async function sendReport(person: Person): Promise<string> {
  person.press(fa('obstacles.report.send'));
  const different = fa('board.similar.button.send');
  const isHeldUp = ({ inlineKeyboard }: ChatMessage) => inlineKeyboard.flat().some(({ label }) => label === different);
  const done = faBegins('obstacles.report.done');
  const answer = await person.waitFor((message) => isHeldUp(message) || message.text.startsWith(done));
  if (!isHeldUp(answer)) return codeIn(answer);
  person.press(different);
  return codeIn(await person.waitFor(done));
}

export function codeIn(message: ChatMessage): string {
  const [code] = /\d{8}/.exec(message.text) ?? [];
  if (code === undefined) throw new Error(`There is no tracking code in «${message.text}»`);
  return code;
}

export const persianDigits = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
