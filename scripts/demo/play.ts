import { createActor, fillForm, type Actor, type Reply, type Stage } from './actor.ts';
import { pictureOfALetter } from './picture.ts';

/** The people of the play, once their jobs are done. */
export interface Cast {
  producer: Actor;
  shopkeeper: Actor;
  officer: Actor;
  /** The id of the case that was reported, answered and confirmed. */
  caseId: string;
}

export const OFFICER_ID = 1009;

const PRODUCER_NAME = 'کارگاه نرم‌افزار مریم';
const SHOP_NAME = 'رایانهٔ کارون';
const CASE_TITLE = 'خریدهای خارج استانی از سامانهٔ تدارکات دولت';

/** The three jobs on both messengers, up to the news: register twice, report with a photo, answer, confirm. */
export async function playTheJobs(stage: Stage): Promise<Cast> {
  const { say, t } = stage;

  say('1. A home-based software producer in Tabriz registers, on Telegram');
  const producer = createActor(stage, 'telegram', { firstName: 'مریم', lastName: 'احمدی', phone: '+989990000001' });
  await register(stage, producer, {
    name: 'مریم احمدی',
    province: 'آذربایجان شرقی',
    city: 'تبریز',
    business: PRODUCER_NAME,
    kind: t.text('taxonomy.kinds.freelance'),
    field: t.text('taxonomy.fields.sw_custom'),
    headcount: '۱',
    since: '۱۳۹۸',
    description: 'برای فروشگاه‌های کوچک نرم‌افزار حسابداری می‌سازم.',
  });

  say('2. A computer shop in Ahvaz registers, on Bale');
  const shopkeeper = createActor(stage, 'bale', { firstName: 'جاسم', lastName: 'کعبی', phone: '+989990000002' });
  await register(stage, shopkeeper, {
    name: 'جاسم کعبی',
    province: 'خوزستان',
    city: 'اهواز',
    business: SHOP_NAME,
    kind: t.text('taxonomy.kinds.shop'),
    field: t.text('taxonomy.fields.hw_sale'),
    headcount: '۴',
    since: '۱۳۸۹',
    description: 'فروش و نصب رایانه برای اداره‌ها و مغازه‌های اهواز.',
    document: t.text('taxonomy.documents.guild_licence'),
  });

  say('3. An officer of the secretariat approves both, on Telegram, and they are told');
  const officer = createActor(stage, 'telegram', { id: OFFICER_ID, firstName: 'کارشناس', lastName: 'دبیرخانه' });
  await approve(stage, officer, [PRODUCER_NAME, SHOP_NAME]);
  for (const member of [producer, shopkeeper]) await member.looks();

  say('4. The shop reports an obstacle with a photo, on Bale');
  await report(stage, shopkeeper);

  say('5. The officer takes the case and answers');
  await answer(stage, officer);
  say('6. The member is told, on Bale');
  await shopkeeper.looks();

  say('7. The officer declares it solved, and the member confirms');
  await declareSolved(stage, officer);
  await shopkeeper.looks();
  await shopkeeper.presses(t.text('obstacles.button.solved'));

  const account = { messenger: shopkeeper.messenger, userId: shopkeeper.person.id, chatId: shopkeeper.person.id };
  const { id } = await stage.app.features.members.identify(account);
  const [reported] = await stage.app.features.obstacles.ofReporter(id);
  if (!reported) throw new Error('The report is not in the database; look at the conversation above');
  return { producer, shopkeeper, officer, caseId: reported.id };
}

interface Registration {
  name: string;
  province: string;
  city: string;
  business: string;
  kind: string;
  field: string;
  headcount: string;
  since: string;
  description: string;
  document?: string;
}

async function register({ t }: Stage, actor: Actor, told: Registration): Promise<void> {
  const says = (text: string) => (person: Actor) => person.does((one) => one.say(text));
  const ticks = (label: string) => async (person: Actor) => {
    await person.chooses(label);
    await person.presses(t.text('bot.dialogue.button.done'));
  };
  const replies: Reply[] = [
    { question: 'members.question.name', reply: says(told.name) },
    { question: 'members.question.phone', reply: (one) => one.presses(t.text('bot.dialogue.button.shareContact')) },
    { question: 'members.question.province', reply: (one) => one.chooses(told.province) },
    { question: 'members.question.city', reply: (one) => one.chooses(told.city) },
    { question: 'businesses.question.business', reply: says(told.business) },
    { question: 'businesses.question.kind', reply: (one) => one.chooses(told.kind) },
    { question: 'businesses.question.fields', reply: ticks(told.field) },
    {
      question: 'businesses.question.documents',
      reply: told.document === undefined ? (one) => one.chooses(t.text('businesses.none')) : ticks(told.document),
    },
  ];
  // What is not here (the document's number, a website) may be skipped.
  replies.push(
    { question: 'businesses.question.headcount', reply: says(told.headcount) },
    { question: 'businesses.question.since', reply: says(told.since) },
    { question: 'businesses.question.description', reply: says(told.description) },
    { question: 'businesses.question.listed', reply: (one) => one.chooses(t.text('businesses.listed.yes')) },
  );
  await actor.does((person) => person.command('start'));
  await actor.presses(t.text('businesses.menu.register'));
  await fillForm(actor, t, { replies, send: 'businesses.registration.send' });
}

async function report({ t }: Stage, actor: Actor): Promise<void> {
  const replies: Reply[] = [
    { question: 'obstacles.question.kind', reply: (one) => one.chooses(t.text('taxonomy.reports.obstacle')) },
    { question: 'obstacles.question.category', reply: (one) => one.chooses(t.text('taxonomy.categories.procurement')) },
    { question: 'obstacles.question.title', reply: (one) => one.does((person) => person.say(CASE_TITLE)) },
    {
      question: 'obstacles.question.description',
      reply: (one) =>
        one.does((person) =>
          person.say(
            'اداره‌ها و شرکت‌های بزرگ استان باید از سامانهٔ تدارکات دولت خرید کنند و سفارش‌ها به شرکت‌های بیرون از استان می‌رسد. ' +
              'هزینهٔ ما در اینجا بیشتر است و نمی‌توانیم رقابت کنیم.',
          ),
        ),
    },
    {
      question: 'obstacles.question.evidence',
      values: { max: 10 },
      async reply(one) {
        await one.does((person) => person.sendPhoto(pictureOfALetter(), { name: 'letter.png', mimeType: 'image/png' }));
        await one.presses(t.text('bot.dialogue.button.done'));
      },
    },
    { question: 'obstacles.question.more', reply: (one) => one.presses(t.text('bot.dialogue.button.yes')) },
    { question: 'obstacles.question.costDays', reply: (one) => one.does((person) => person.say('۲۰')) },
    { question: 'obstacles.question.body', reply: (one) => one.chooses(t.text('taxonomy.bodies.client')) },
    { question: 'obstacles.question.visibility', reply: (one) => one.presses(t.text('obstacles.visibility.public')) },
    { question: 'obstacles.question.naming', reply: (one) => one.presses(t.text('obstacles.naming.hidden')) },
  ];
  await actor.presses(t.text('obstacles.menu.report'));
  await fillForm(actor, t, { replies, send: 'obstacles.report.send' });
}

async function approve({ t }: Stage, officer: Actor, names: readonly string[]): Promise<void> {
  await officer.does((person) => person.command('start'));
  await officer.presses(t.text('desk.menu.desk'));
  await officer.presses(t.text('businesses.review.queueButton', { count: names.length }));
  for (const name of names) {
    await officer.presses(name);
    await officer.presses(t.text('businesses.review.act.approve'));
    await officer.presses(t.text('businesses.review.act.approveSure'));
    await officer.presses(t.text('businesses.review.act.back'));
  }
}

async function answer({ t }: Stage, officer: Actor): Promise<void> {
  await officer.presses(t.text('desk.menu.desk'));
  await officer.presses(t.text('desk.home.new', { count: 1 }));
  await officer.presses(CASE_TITLE);
  await officer.presses(t.text('desk.button.evidence'));
  await officer.presses(t.text('desk.button.take'));
  await officer.presses(t.text('desk.button.answer'));
  await fillForm(officer, t, {
    replies: [
      {
        question: 'desk.answer.question',
        reply: (one) =>
          one.does((person) =>
            person.say('موضوع را با استانداری در میان گذاشتیم تا خریدهای کوچک در اولویت شرکت‌های استان باشد.'),
          ),
      },
    ],
    send: 'desk.answer.send',
  });
}

async function declareSolved({ t }: Stage, officer: Actor): Promise<void> {
  await officer.presses(t.text('desk.menu.desk'));
  await officer.presses(t.text('desk.home.mine', { count: 1 }));
  await officer.presses(CASE_TITLE);
  await officer.presses(t.text('desk.button.solved'));
  await fillForm(officer, t, {
    replies: [
      {
        question: 'desk.solution.question',
        reply: (one) =>
          one.does((person) =>
            person.say('خریدهای تا سقف معاملات کوچک از این ماه با اولویت شرکت‌های استان انجام می‌شود.'),
          ),
      },
    ],
    send: 'desk.solution.send',
  });
}
