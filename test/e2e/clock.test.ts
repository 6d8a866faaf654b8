import type { Connection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { newsSendingButton } from '../../src/features/audience/sendings.views.ts';
import { formatDate } from '../../src/language/jalali-format.ts';
import { MESSENGERS, fa, faBegins, registerFreelancer, startWorld } from '../support/app.ts';
import { officerOf, pressSure, report, somebody } from '../support/journeys.ts';

const DAY_MS = 86_400_000;

/** The machine's date, with which no clock of a test has to do. */
const machine = () => Date.now();

/** Every date in a database, with the place where it stands. */
async function datesIn(connection: Connection): Promise<{ place: string; at: number }[]> {
  const found: { place: string; at: number }[] = [];
  const look = (value: unknown, place: string): void => {
    if (value instanceof Date) found.push({ place, at: value.getTime() });
    // Numbers that are milliseconds of our century, and days as text.
    else if (typeof value === 'number' && value > 1e12 && value < 5e12) found.push({ place, at: value });
    else if (typeof value === 'string' && /^20\d\d-\d\d-\d\d/.test(value))
      found.push({ place, at: new Date(value.slice(0, 10)).getTime() });
    else if (Array.isArray(value)) value.forEach((one) => look(one, `${place}[]`));
    else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
      for (const [name, one] of Object.entries(value)) look(one, `${place}.${name}`);
  };
  for (const { name } of await connection.listCollections())
    // A lease ends by the clock of the database's server, which all processes share; holidays are data of any year.
    if (name !== 'leases' && name !== 'calendar')
      for (const document of await connection.collection(name).find({}).toArray()) look(document, name);
  return found;
}

describe.each(MESSENGERS)('on %s, with a clock that is wrong', (messenger) => {
  it.each([
    ['a year ahead', 366 * DAY_MS],
    ['a year back', -366 * DAY_MS],
  ])('%s, nothing shows or keeps the date of the machine', async (_, offMs) => {
    const now = () => new Date(machine() + offMs);
    const world = await startWorld({ now });
    const person = somebody(world, messenger);
    await registerFreelancer(person);
    const code = await report(person);

    const officer = await officerOf(world, messenger, { role: 'admin' });
    const item = await world.app.features.news.publish({ origin: 'clock', headline: 'خبر', body: 'متن.', source: '' });
    officer.pressData(newsSendingButton.data(item.id), officer.lastMessage!);
    const sendsTo = ({ label }: { label: string }) => label.startsWith(faBegins('audience.button.send'));
    await officer.waitFor(({ inlineKeyboard }) => inlineKeyboard.flat().some(sendsTo));
    await pressSure(officer, sendsTo);
    await officer.waitFor('پایان یافت', { timeoutMs: 20_000 });
    person.say(code);
    await person.waitFor((message) => message.text.includes(fa('obstacles.status.received')));
    await world.app.jobs.look();
    await world.settled();

    const { connection } = world.app.database;
    const dates = await datesIn(connection);
    const wrong = dates.filter(({ at }) => Math.abs(at - machine()) < 30 * DAY_MS).map(({ place }) => place);
    expect([...new Set(wrong)]).toEqual([]);
    // It looked where dates are.
    const collections = new Set(dates.map(({ place }) => place.split('.')[0]));
    for (const name of ['members', 'businesses', 'obstacles', 'news', 'deliveries', 'drafts', 'inbox', 'audit'])
      expect(collections).toContain(name);

    const texts = [person, officer]
      .flatMap(({ chat }) => chat.filter(({ from }) => from === 'bot'))
      .map(({ text }) => text);
    const around = Array.from({ length: 41 }, (_day, index) => new Date(machine() + (index - 20) * DAY_MS));
    const days = around.flatMap((at) => [formatDate(at, 'fa', 'long'), formatDate(at, 'fa', 'short')]);
    expect(texts.filter((text) => days.some((day) => text.includes(day)))).toEqual([]);
    const soon = Array.from({ length: 20 }, (_day, index) => new Date(now().getTime() + index * DAY_MS));
    expect(texts.some((text) => soon.some((at) => text.includes(formatDate(at, 'fa', 'long'))))).toBe(true);
  });
});
