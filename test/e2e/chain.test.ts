import { describe, expect, it } from 'vitest';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import type { Person } from '../../src/simulator/simulator.ts';
import { ADMIN_ID, MESSENGERS, fa, useWorld } from '../support/app.ts';
import * as acts from '../support/chain-acts.ts';
import { fillReport, memberOf, officerOf, report } from '../support/journeys.ts';
import { leaksIn, type Marker } from '../support/leaks.ts';
import { createRollCall, type Expected, type Present } from '../support/roll-call.ts';

/** What somebody is to the obstacle. */
type Role =
  /** Whose report the obstacle is. */
  | 'reporter'
  /** Whose own report, which only the secretariat may see, is decided together with it. */
  | 'linked'
  /** Whose report became part of it. */
  | 'merged'
  | 'meToo'
  /** Who said «me too» instead of sending a report of their own. */
  | 'similar'
  | 'follower'
  /** Who took their «me too» back. */
  | 'withdrawn'
  /** Who followed it and does no more. */
  | 'unfollowed'
  /** Who follows the programme alone. */
  | 'programme'
  /** Who said «me too» and wants to hear nothing of the programme. */
  | 'leaver'
  | 'bystander'
  | 'officer'
  | 'council'
  | 'head'
  | 'admin';

interface Somebody extends Present<Role> {
  /** Null for those of the secretariat and the council, who have registered nothing. */
  name: string | null;
}
type Told = Expected<Role, Somebody>;

/** The members, twenty on each messenger: these, and the reporter on the one, who is linked on the other. */
const ON_EACH: readonly [Role, number][] = [
  ['merged', 1],
  ['meToo', 6],
  ['similar', 1],
  ['follower', 3],
  ['withdrawn', 1],
  ['unfollowed', 1],
  ['programme', 1],
  ['leaver', 1],
  ['bystander', 4],
];
const STAFF = [
  ['officer', 'telegram', 9501],
  ['head', 'bale', 9502],
  ['admin', 'telegram', ADMIN_ID],
  ['admin', 'bale', ADMIN_ID],
  ['council', 'telegram', 9503],
  ['council', 'telegram', 9504],
  ['council', 'bale', 9505],
] as const;

const SURNAMES = 'آذرنوش بهمنی پیروزان تهمتنی جهانبانی خرسندیان دلاوری رامین‌فر زرین‌کلاه سهرابیان'.split(' ');
const NAMES = ['کیومرث', 'منیژه', 'فرنگیس', 'گشتاسب'].flatMap((first) => SURNAMES.map((last) => `${first} ${last}`));

const TITLE = 'اینترنت شهرک هر روز عصر قطع می‌شود';
const STORY = 'سه هفته است که عصرها اینترنت شهرک صنعتی قطع است و مخابرات جواب نمی‌دهد.';
const LINKED = 'کارت‌خوان مغازه کار نمی‌کند';
const MERGED = { telegram: 'مودم بی‌نور مانده', bale: 'خط ثابت مغازه صدا ندارد' };
const PROGRAMME = 'فیبر نوری شهرک';

/** Words of one to another that nobody else may read. */
const HIDDEN = {
  story: 'سررسید چک‌های انبار شمالی',
  linked: 'اجارهٔ عقب‌ماندهٔ مغازهٔ شرقی',
  meToo: 'فروش قسطی ما خوابید',
  similar: 'شاگرد مغازه رفت',
  merging: 'ریشهٔ هر دو یکی است',
  objection: 'بودجهٔ آن روشن نیست',
  decision: 'شورا کشیدن کابل تازه را تصویب کرد.',
  solution: 'کابل تازه وصل شد؛ سرعت را بسنجید.',
};
const PROGRESS = 'کندن مسیر به شهرک رسید.';

/** The month of the agenda and the day of a promise are today's. */
const dateless = (text: string): string =>
  text.replace(/(?<=دستور جلسهٔ |شورا · )\S+ [۰-۹]{4}/u, 'ماه').replace(/(?<=خبر بعدی: ).+/u, 'روز');

describe('the whole chain', () => {
  const world = useWorld();
  const everyone: Somebody[] = [];
  const rollCall = createRollCall<Role, Somebody>(everyone, dateless);

  const all = (role: Role): Person[] => everyone.filter((one) => one.role === role).map(({ person }) => person);
  function the(role: Role): Person {
    const [one] = all(role);
    if (!one) throw new Error(`There is nobody who is ${role}`);
    return one;
  }
  /** The two messengers side by side, on each one person after the other. */
  async function each(role: Role, act: (person: Person, messenger: MessengerName) => Promise<void>): Promise<void> {
    const onOne = async (messenger: MessengerName) => {
      for (const one of everyone)
        if (one.role === role && one.messenger === messenger) await act(one.person, messenger);
    };
    await Promise.all(MESSENGERS.map(onOne));
  }

  async function gather(): Promise<void> {
    const names = [...NAMES];
    const gatherOn = async (messenger: MessengerName) => {
      const own: Role = messenger === 'telegram' ? 'reporter' : 'linked';
      for (const [role, count] of [[own, 1] as const, ...ON_EACH])
        for (let index = 0; index < count; index += 1) {
          const name = names.pop() ?? '';
          const { person } = await memberOf(world, messenger, { name, business: `رایانه‌سرای ${name}` });
          everyone.push({ role, messenger, person, name });
        }
    };
    await Promise.all(MESSENGERS.map(gatherOn));
    for (const [role, messenger, userId] of STAFF)
      everyone.push({ role, messenger, name: null, person: await officerOf(world, messenger, { userId, role }) });
    await world.settled();
    rollCall.begin();
  }

  /** Lets some act, and then looks at every message that everybody has got, and that no other has been queued. */
  async function stage(
    what: string,
    actors: readonly Role[],
    act: () => Promise<unknown>,
    told: () => Told = () => ({}),
  ) {
    const deliveries = world.app.database.connection.collection('deliveries');
    const before = await deliveries.countDocuments();
    await act();
    await world.settled();
    const messages = rollCall.check(what, told(), actors);
    expect((await deliveries.countDocuments()) - before).toBe(messages);
  }

  /** Who may read what, on one messenger: names the secretariat, phones nobody, words those between whom they passed. */
  function markersOn(messenger: MessengerName): Marker[] {
    const here = everyone.filter((one) => one.messenger === messenger);
    const of = (...roles: Role[]) =>
      new Set(here.flatMap(({ role, person }) => (roles.includes(role) ? [person.id] : [])));
    const readers: Record<keyof typeof HIDDEN, Set<number>> = {
      story: of('reporter', 'officer'),
      linked: of('linked', 'officer'),
      meToo: new Set([the('meToo').id, ...of('officer')]),
      similar: of('similar', 'officer'),
      merging: of('merged', 'officer'),
      objection: of('council', 'head'),
      decision: of('reporter', 'linked', 'council', 'head', 'officer'),
      solution: of('reporter', 'linked', 'officer'),
    };
    const people = everyone.flatMap((one): Marker[] => {
      const own = new Set(one.messenger === messenger ? [one.person.id] : []);
      return one.name === null
        ? []
        : [
            // The first admin hears of registrations while there is no officer.
            { text: one.name, allowed: new Set([...own, ...of('officer'), ADMIN_ID]) },
            { text: String(one.person.record.phone).slice(2), allowed: own },
          ];
    });
    const words = (Object.keys(HIDDEN) as (keyof typeof HIDDEN)[]).map((key) => ({
      text: HIDDEN[key],
      allowed: readers[key],
    }));
    return [...people, ...words];
  }

  it('brings a report back to everyone who was hurt, each once, and to nobody else', async () => {
    await gather();
    expect(everyone.filter(({ name }) => name !== null)).toHaveLength(40);
    const [officer, head, reporter, linked] = [the('officer'), the('head'), the('reporter'), the('linked')];
    const codes = { own: '', linked: '', telegram: '', bale: '' };
    const status = (name: 'merged' | 'planned' | 'declared_solved' | 'solved') =>
      `وضعیت تازه: ${fa(`obstacles.status.${name}`)}`;
    const caseHead = (title: string, code: string) => `${title}\nکد پیگیری: ${code}\n\n`;
    /** What those hear of the obstacle whose report it is not, for as long as they want to. */
    const othersHear = (text: string): Told => {
      const told = [`📌 خبری از مانعی که همراه آن هستید\n${caseHead(TITLE, codes.own)}${text}`];
      return { merged: told, meToo: told, similar: told, follower: told, leaver: told };
    };
    /** What the two hear whose report the council decided on. */
    const reportersHear = (text: string): Told => ({
      reporter: [`📌 ${caseHead(TITLE, codes.own)}${text}`],
      linked: [`📌 ${caseHead(LINKED, codes.linked)}${text}`],
    });
    const programmeTells = (text: string): Told => {
      const told = [`🎯 خبری از برنامهٔ عمل ۱\n${PROGRAMME}\n\n${text}`];
      const { leaver: _left, ...hurt } = othersHear('');
      const hearers = [...Object.keys(hurt), 'reporter', 'linked', 'programme'];
      return Object.fromEntries(hearers.map((role) => [role, told]));
    };
    const agenda = (state: 'proposed' | 'open') =>
      [
        `${fa(`agenda.notice.${state}`)}\n`,
        `دستور جلسهٔ ماه · شمارهٔ ۱\nوضعیت: ${fa(`agenda.state.${state}`)}\nحد نصاب: ۲ رأی از ۳ عضو شورا\n`,
        `۱. ${TITLE}\nدلیل: شمار افراد؛ میزان زیان`,
      ].join('\n');

    const deskHears = (title: string, code: string) =>
      `📬 تازه‌ها از اعضا\n\nگزارش تازه: ۱\n\n• گزارش تازه: ${title} (${code})`;
    const reported = (): Told => ({
      officer: [
        deskHears(TITLE, codes.own),
        deskHears(LINKED, codes.linked),
        ...MESSENGERS.map((messenger) => deskHears(MERGED[messenger], codes[messenger])),
      ],
    });
    const reports = async () => {
      const description = `${STORY} ${HIDDEN.story}`;
      codes.own = await report(reporter, { title: TITLE, description, visibility: 'public' });
      await world.settled();
      codes.linked = await report(linked, { title: LINKED, description: `بانک پاسخ نمی‌دهد. ${HIDDEN.linked}` });
      // One after the other: what comes at the same time is told the desk in one message.
      for (const { person, messenger } of everyone.filter(({ role }) => role === 'merged')) {
        await world.settled();
        codes[messenger] = await report(person, { title: MERGED[messenger], description: 'از اول ماه خراب است.' });
      }
      await acts.beginProgramme(head, PROGRAMME);
    };
    await stage('reports', ['reporter', 'linked', 'merged', 'head'], reports, reported);

    const joining: Role[] = ['meToo', 'similar', 'follower', 'withdrawn', 'unfollowed', 'leaver', 'programme'];
    await stage('sharing it', joining, async () => {
      await each('meToo', (person) => acts.sayMeToo(person, codes.own));
      await each('leaver', (person) => acts.sayMeToo(person, codes.own));
      await acts.addToMeToo(the('meToo'), HIDDEN.meToo);
      await each('similar', async (person) => {
        await fillReport(person, { title: TITLE, description: `${STORY} ${HIDDEN.similar}` });
        await acts.joinInstead(person);
      });
      await each('withdrawn', async (person) => {
        await acts.sayMeToo(person, codes.own);
        await acts.takeMeTooBack(person);
      });
      await each('follower', (person) => acts.follow(person, codes.own));
      await each('unfollowed', async (person) => {
        await acts.follow(person, codes.own);
        await acts.unfollow(person);
      });
      await each('programme', (person) => acts.turnProgramme(person, 1, 'follow'));
    });

    const merging = async () => {
      for (const messenger of MESSENGERS)
        await acts.merge(officer, MERGED[messenger], { code: codes.own, reason: HIDDEN.merging });
    };
    await stage('merging', ['officer'], merging, () => ({
      merged: ({ messenger }) => [
        `📌 ${caseHead(MERGED[messenger], codes[messenger])}${status('merged')}\n${HIDDEN.merging}\nگزارش مرتبط: ${codes.own}`,
      ],
    }));

    const monthly = world.app.features.council.jobs.find(({ name }) => name === 'agenda');
    await stage(
      'the proposal',
      [],
      async () => monthly?.run(new Date()),
      () => ({ head: [agenda('proposed')], admin: [agenda('proposed')] }),
    );
    await stage(
      'the agenda',
      ['head'],
      () => acts.confirmAgenda(head),
      () => ({ council: [agenda('open')] }),
    );

    await stage('the votes', ['council'], async () => {
      const [first, second, third] = all('council') as [Person, Person, Person];
      await acts.support(first, TITLE);
      await acts.object(second, TITLE, HIDDEN.objection);
      await acts.support(third, TITLE);
    });

    const decision = { programme: PROGRAMME, words: HIDDEN.decision, alsoCode: codes.linked };
    await stage(
      'the decision',
      ['head'],
      () => acts.decide(head, TITLE, decision),
      () => ({
        ...reportersHear(`${status('planned')}\n${HIDDEN.decision}\nبرنامهٔ عمل: ${PROGRAMME}\n\nمهلت خبر بعدی: روز`),
        ...othersHear(`${status('planned')}\nبرنامهٔ عمل: ${PROGRAMME}`),
      }),
    );
    const minutes = ['[document] 🏛 صورت‌جلسهٔ شمارهٔ ۱ شورا · ماه'];
    await stage(
      'the minutes',
      ['head'],
      () => acts.closeAgenda(head),
      () => ({ council: minutes, head: minutes, admin: minutes }),
    );

    await stage('leaving the programme', ['leaver'], () =>
      each('leaver', (person) => acts.turnProgramme(person, 1, 'leave')),
    );
    const progress = { percent: '۴۰', text: PROGRESS };
    await stage(
      'progress',
      ['officer'],
      () => acts.noteProgress(officer, 1, progress),
      () => programmeTells(`▰▰▰▰▱▱▱▱▱▱ ۴۰٪\n\n${PROGRESS}`),
    );
    await stage(
      'the end of the programme',
      ['head'],
      () => acts.finishProgramme(head, 1),
      () => programmeTells(`▰▰▰▰▰▰▰▰▰▰ ۱۰۰٪\n\nوضعیت: ${fa('programmes.state.finished')}`),
    );

    const declaring = async () => {
      for (const title of [TITLE, LINKED]) await acts.declareSolved(officer, title, HIDDEN.solution);
    };
    await stage('the solution', ['officer'], declaring, () => ({
      ...reportersHear(`${status('declared_solved')}\n${HIDDEN.solution}\n\n${fa('obstacles.changed.askConfirm')}`),
      ...othersHear(status('declared_solved')),
    }));
    const confirming = async () => {
      for (const one of [reporter, linked]) await acts.confirmSolved(one);
    };
    await stage('the confirmation', ['reporter', 'linked'], confirming, () => othersHear(status('solved')));

    for (const messenger of MESSENGERS) expect(leaksIn(world.server(messenger), markersOn(messenger))).toEqual([]);
  }, 60_000);
});
