import type { App } from '../../src/app.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';

interface Somebody {
  name: string;
  messenger: MessengerName;
  person: { id: number };
  marker: string;
}

interface Cast {
  app: App;
  people: readonly Somebody[];
}

/** What the cast would take days to make, so that there is something behind the screens of the council and of admins. */
export async function furnish(world: Cast): Promise<void> {
  const chief = world.people[0]!;
  const actor = { id: await memberIdOf(world, chief), roles: ['admin'] as const };
  const { council, obstacles } = world.app.features;
  const written = await council.programmes.write(
    actor,
    {
      title: `برنامه ${chief.marker}`,
      aim: 'آسان شدن کار',
      section: 'آموزش',
      body: 'اتحادیه',
      partners: [],
      startOn: '2026-05-01',
      endOn: '2027-05-01',
      milestones: [{ title: 'آغاز', dueOn: null }],
      budgetRials: null,
    },
    'monkey-programme',
  );
  if (written.kind === 'done')
    await council.programmes.move(actor, written.programme.id, { to: 'running', source: 'monkey-running' });

  // An idea that so many stand behind must be answered by the council.
  await obstacles.official.setRule(actor, { threshold: 5, days: 5 }, 'monkey-rule');
  const stored = world.app.database.connection.collection('obstacles');
  for (const kind of ['idea', 'obstacle'])
    for (const { _id } of await stored.find({ kind, visibility: 'public' }).limit(3).toArray())
      for (const player of world.people.slice(-8))
        await obstacles.support.endorse(await memberIdOf(world, player), _id.toHexString(), {
          source: `monkey-${kind}`,
        });
  await council.agendas.propose({ month: '1405-09', origin: 'monkey-agenda', actor });

  const { handover } = world.app.features;
  const head = world.people.find(({ name }) => name.endsWith('-head'))!;
  const incoming = { id: await memberIdOf(world, head), roles: ['head'] as const };
  const begun = await handover.begin(actor, { incomingId: incoming.id, source: 'monkey-handover' });
  const current = await handover.noteExport({ sha256: '0123456789abcdef'.repeat(4), bytes: 3_000_000 });
  if (begun.kind !== 'begun' || !current) throw new Error('The hand-over did not begin');
  for (const { code, by } of current.items.slice(0, -1))
    await handover.tick(by === 'outgoing' ? actor : incoming, current.id, {
      code,
      done: true,
      source: `monkey-${code}`,
    });

  const { news, cases, audience } = world.app.features;
  const content = { lead: '', body: 'متن خبر' };
  for (const number of [1, 2])
    await news.publish({ ...content, origin: `monkey-news-${number}`, headline: `خبر ${chief.marker}` });
  await news.draft(actor, { ...content, origin: 'monkey-draft', headline: `پیش‌نویس ${chief.marker}` });
  const everybody = { kind: 'all' } as const;
  await audience.segments.add(actor, { name: 'همهٔ اعضا', audience: everybody }, 'monkey-segment');
  const later = await news.publish({ ...content, origin: 'monkey-later', headline: `خبر بعدی ${chief.marker}` });
  const sending = await audience.sendings.draft(actor, later.id);
  if (!sending) throw new Error('An admin may send news');
  const at = new Date(Date.now() + 20 * 3_600_000);
  await audience.sendings.plan(actor, sending.id, { audience: everybody, at });
  await cases.desk.saveTemplate(
    actor,
    { name: 'دریافت شد', act: 'answer', body: 'گزارش شما رسید.' },
    'monkey-template',
  );
}

async function memberIdOf({ app }: Cast, { messenger, person }: Somebody): Promise<string> {
  const account = { messenger, userId: person.id, chatId: person.id };
  return (await app.features.members.identify(account)).id;
}
