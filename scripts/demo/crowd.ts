import type { App } from '../../src/app.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { BotServer, Person } from '../../src/simulator/simulator.ts';

const FIRST_NAMES = 'زهرا علی فاطمه حسین مینا رضا سمیه مهدی نگار بهرام لیلا یوسف الهام کریم پریسا داود'.split(' ');
const LAST_NAMES =
  'رضایی محمدی حسینی کریمی موسوی احمدی جعفری صادقی رحیمی قاسمی کاظمی باقری زارعی نوری ساکی تبریزی بهبهانی'.split(' ');
const PLACES = [
  { provinceCode: '03', cityCode: '03-tabriz' },
  { provinceCode: '06', cityCode: '06-ahvaz' },
];
/** One in a hundred has blocked the bot since; on each messenger at least one. */
const BLOCKED_SHARE = 0.01;
const AT_ONCE = 50;

export interface Crowd {
  people: { person: Person; messenger: MessengerName }[];
  blocked: ReadonlySet<Person>;
}

/**
 * Registered members with an account of a simulated person each, who got there as the play's people did, only long ago:
 * they are written to the database through the members' service and know the bot already.
 */
export async function gatherCrowd(app: App, wanted: { server: BotServer; count: number }[]): Promise<Crowd> {
  const people: Crowd['people'] = [];
  const blocked = new Set<Person>();
  for (const { server, count } of wanted) {
    const messenger = server.profile;
    const arrived = Array.from({ length: count }, (_, index) => {
      const number = people.length + index;
      const person = server.person({
        firstName: FIRST_NAMES[number % FIRST_NAMES.length] ?? '',
        lastName: LAST_NAMES[number % LAST_NAMES.length] ?? '',
        phone: `+9899${String(80_000_000 + number)}`,
        started: true,
      });
      return { person, messenger };
    });
    for (let from = 0; from < count; from += AT_ONCE) {
      await Promise.all(arrived.slice(from, from + AT_ONCE).map(({ person }) => enrol(app, person, messenger)));
    }
    for (const { person } of arrived.slice(0, Math.max(1, Math.round(count * BLOCKED_SHARE)))) {
      person.block();
      blocked.add(person);
    }
    people.push(...arrived);
  }
  return { people, blocked };
}

async function enrol(app: App, person: Person, messenger: MessengerName): Promise<void> {
  const { members } = app.features;
  const { id } = await members.identify({ messenger, userId: person.id, chatId: person.id });
  const place = PLACES[person.id % PLACES.length] ?? { provinceCode: '03', cityCode: '03-tabriz' };
  await members.saveProfile(id, { name: person.name, phone: `+${person.record.phone}`, ...place });
}
