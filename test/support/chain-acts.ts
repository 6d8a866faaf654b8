import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';
import { answer, fa, faBegins, skip } from './app.ts';
import { sayYes } from './journeys.ts';

const hasButton = (label: string) => (message: ChatMessage) =>
  message.inlineKeyboard.flat().some((button) => button.label.includes(label));

async function pressWhenThere(person: Person, label: string): Promise<void> {
  await person.waitFor(hasButton(label));
  person.press(label);
}

/** Sends a form off from its review. */
const send = (person: Person, label: string): Promise<void> =>
  answer(person, 'bot.dialogue.reviewHint', () => person.press(label));

/** Opens a case of the board by its code. */
async function openOnBoard(person: Person, code: string): Promise<void> {
  person.say(code);
  await person.waitFor(hasButton(fa('board.button.board')));
}

export async function sayMeToo(person: Person, code: string): Promise<void> {
  await openOnBoard(person, code);
  person.press(fa('board.button.meToo'));
  await person.waitFor(fa('board.meToo.done'));
}

export async function takeMeTooBack(person: Person): Promise<void> {
  person.press(fa('board.button.unMeToo'));
  await answer(person, 'board.meToo.sure', () => person.press(fa('board.button.unMeTooSure')));
  await person.waitFor(hasButton(fa('board.button.meToo')));
}

export async function follow(person: Person, code: string): Promise<void> {
  await openOnBoard(person, code);
  person.press(fa('board.button.follow'));
  await person.waitFor(hasButton(fa('board.button.unfollow')));
}

export async function unfollow(person: Person): Promise<void> {
  person.press(fa('board.button.unfollow'));
  await person.waitFor(hasButton(fa('board.button.follow')));
}

export async function addToMeToo(person: Person, comment: string): Promise<void> {
  person.press(fa('board.button.details'));
  await answer(person, 'board.question.days', () => person.say('۴ روز'));
  await skip(person, 'board.question.rials');
  await skip(person, 'board.question.people');
  await answer(person, 'board.question.comment', () => person.say(comment));
  await send(person, fa('board.details.send'));
  await person.waitFor(fa('board.details.done'));
}

/** Sends off a filled-in report, finds it known, and says «me too» instead. */
export async function joinInstead(person: Person): Promise<void> {
  person.press(fa('obstacles.report.send'));
  await person.waitFor(faBegins('board.similar.ask'));
  person.press(fa('board.similar.button.meToo', { number: 1 }));
  await person.waitFor(faBegins('board.similar.done'));
}

async function openCard(officer: Person, title: string): Promise<void> {
  officer.command('desk');
  await officer.waitFor('میز دبیرخانه');
  officer.press(({ label }) => label.startsWith(faBegins('desk.home.open').replace('(', '').trim()));
  await pressWhenThere(officer, title);
  await officer.waitFor(hasButton(fa('desk.button.more')));
}

export async function merge(officer: Person, title: string, into: { code: string; reason: string }): Promise<void> {
  await openCard(officer, title);
  officer.press(fa('desk.button.more'));
  await pressWhenThere(officer, fa('desk.button.merge'));
  await answer(officer, 'desk.question.code', () => officer.say(into.code));
  await answer(officer, 'desk.merge.question', () => officer.say(into.reason));
  await send(officer, fa('desk.merge.send'));
  await officer.waitFor(fa('desk.merge.done'));
}

export async function declareSolved(officer: Person, title: string, words: string): Promise<void> {
  await openCard(officer, title);
  officer.press(fa('desk.button.solved'));
  await answer(officer, 'desk.solution.question', () => officer.say(words));
  await send(officer, fa('desk.solution.send'));
  await officer.waitFor(fa('desk.act.answered'));
}

export async function confirmSolved(reporter: Person): Promise<void> {
  reporter.press(fa('obstacles.button.solved'));
  await reporter.waitFor(fa('obstacles.act.solved'));
  await reporter.waitFor(fa('obstacles.rating.ask'));
}

/** Writes a programme and lets it begin. */
export async function beginProgramme(head: Person, title: string): Promise<void> {
  head.command('programmes');
  await pressWhenThere(head, fa('programmes.button.write'));
  await answer(head, 'programmes.question.title', () => head.say(title));
  await answer(head, 'programmes.question.aim', () => head.say('همهٔ کارگاه‌ها اینترنت پایدار داشته باشند.'));
  await skip(head, 'programmes.question.section');
  await answer(head, 'programmes.question.body', () => head.say('مخابرات استان'));
  await skip(head, 'programmes.question.partners');
  await answer(head, 'programmes.question.startOn', () => head.say('۱۴۰۵/۰۷/۰۱'));
  await answer(head, 'programmes.question.endOn', () => head.say('۱۴۰۵/۱۲/۲۵'));
  await skip(head, 'programmes.question.milestones');
  await skip(head, 'programmes.question.budget');
  await send(head, fa('programmes.write.send'));
  await head.waitFor(fa('programmes.act.written'));
  head.press(fa('programmes.button.open'));
  await pressWhenThere(head, fa('programmes.button.keep'));
  await pressWhenThere(head, fa('programmes.button.to.running'));
  await head.waitFor(fa('programmes.state.running'));
}

/** Follows a programme, or leaves it, from its page. */
export async function turnProgramme(person: Person, number: number, to: 'follow' | 'leave'): Promise<void> {
  person.command('start', `p_${number}`);
  await pressWhenThere(person, fa(`programmes.button.${to}`));
  await person.waitFor(hasButton(fa(`programmes.button.${to === 'follow' ? 'leave' : 'follow'}`)));
}

export async function noteProgress(
  officer: Person,
  number: number,
  { percent, text }: { percent: string; text: string },
): Promise<void> {
  officer.command('start', `p_${number}`);
  await pressWhenThere(officer, fa('programmes.button.keep'));
  await pressWhenThere(officer, fa('programmes.button.progress'));
  await answer(officer, 'programmes.progress.percent', () => officer.say(percent));
  await answer(officer, 'programmes.progress.text', () => officer.say(text));
  await send(officer, fa('programmes.progress.send'));
  await officer.waitFor(fa('programmes.act.noted'));
}

export async function finishProgramme(head: Person, number: number): Promise<void> {
  head.command('start', `p_${number}`);
  await pressWhenThere(head, fa('programmes.button.keep'));
  await pressWhenThere(head, fa('programmes.button.to.finished'));
  await sayYes(head);
  await head.waitFor(fa('programmes.state.finished'));
}

/** From the notice of the proposal. */
export async function confirmAgenda(head: Person): Promise<void> {
  head.press(fa('agenda.button.see'));
  await pressWhenThere(head, fa('agenda.button.confirm'));
  await sayYes(head);
  await head.waitFor(fa('agenda.state.open'));
}

export async function support(member: Person, title: string): Promise<void> {
  member.press(title.slice(0, 20));
  await pressWhenThere(member, fa('agenda.button.support'));
  await member.waitUntil(() => member.toasts.at(-1)?.text === fa('agenda.act.voted'));
}

export async function object(member: Person, title: string, comment: string): Promise<void> {
  member.press(title.slice(0, 20));
  await pressWhenThere(member, fa('agenda.button.object'));
  await answer(member, 'agenda.word.comment', () => member.say(comment));
  await send(member, fa('agenda.word.send'));
  await member.waitFor(fa('agenda.act.voted'));
}

/** Decides the item of a title into a running programme, with another case of the same kind. */
export async function decide(
  head: Person,
  title: string,
  { programme, words, alsoCode }: { programme: string; words: string; alsoCode: string },
): Promise<void> {
  head.command('council');
  await pressWhenThere(head, title.slice(0, 20));
  await pressWhenThere(head, fa('agenda.button.decide'));
  await answer(head, 'agenda.decide.outcome', () => head.press(fa('agenda.outcome.plan')));
  await pressWhenThere(head, programme);
  await answer(head, 'agenda.decide.text', () => head.say(words));
  await skip(head, 'agenda.decide.dueOn');
  await answer(head, 'agenda.decide.alsoCodes', () => head.say(alsoCode));
  await send(head, fa('agenda.decide.send'));
  await head.waitFor(fa('agenda.act.decided', { count: 2 }));
}

export async function closeAgenda(head: Person): Promise<void> {
  head.command('council');
  await pressWhenThere(head, fa('agenda.button.close'));
  await sayYes(head);
  await head.waitFor(hasButton(fa('agenda.button.minutes')));
}
