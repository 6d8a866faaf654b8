import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAgendas, type AgendaOutcome, type NewDecision } from '../../../src/features/agenda/agenda.service.ts';
import { NOBODY, type Role } from '../../../src/features/members/members.service.ts';
import { createPlans } from '../../../src/features/programmes/plans.service.ts';
import { createProgrammes } from '../../../src/features/programmes/programmes.service.ts';
import { useDatabase } from '../../support/database.ts';
import { DAY, newId, roomOn, type Room } from '../obstacles/support.ts';

const database = useDatabase();

beforeAll(async () => {
  await room();
  await ensureIndexes(database.connection);
});

const as = (...roles: Role[]) => ({ id: newId(), roles });

async function room({ seats = 3 }: { seats?: number } = {}) {
  const { connection } = database;
  const cases = roomOn(connection);
  const { audit, clock } = cases;
  const now = () => clock.now;
  const told: string[] = [];
  const council = Array.from({ length: seats }, () => as('council'));
  const programmes = createProgrammes({
    connection,
    audit,
    now,
    notify: () => Promise.resolve(),
    casePeople: (id) => cases.cases.peopleOf(id),
  });
  const plans = createPlans({ programmes });
  const agendas = createAgendas({
    connection,
    audit,
    now,
    obstacles: cases.cases,
    plans: () => plans,
    council: () => Promise.resolve(council.map(({ id }) => id)),
    tell: (news, id) => {
      told.push(`${news} ${id}`);
      return Promise.resolve();
    },
  });
  return { ...cases, told, council, programmes, plans, agendas, head: as('head') };
}
type Council = Awaited<ReturnType<typeof room>>;

const weighing = (cases: Room['cases'], cost: { days?: number; rials?: number; people?: number }, title = 'مانع') =>
  cases.report({
    draftId: newId(),
    reporterId: newId(),
    businessId: null,
    category: 'license',
    title,
    description: 'سه ماه است که پاسخی نیامده است.',
    cost: { days: null, rials: null, people: null, ...cost },
    evidence: [],
  });

const agendaOf = (outcome: AgendaOutcome) => {
  if (!('agenda' in outcome)) throw new Error(outcome.kind);
  return outcome.agenda;
};

const decision = (obstacleId: string, values: Partial<NewDecision> = {}): NewDecision => ({
  obstacleId,
  outcome: 'act',
  text: 'دبیرخانه کار را آغاز می‌کند.',
  body: '',
  dueOn: '',
  programme: '',
  alsoCodes: [],
  source: newId(),
  ...values,
});

/** An open agenda with one case on it, on which two of three have voted. */
async function voted(there: Council) {
  const { agendas, head, council, cases } = there;
  const obstacle = await weighing(cases, { people: 40 });
  const proposed = await agendas.propose({ month: '1405-09', origin: newId(), actor: null });
  const id = proposed?.id ?? '';
  await agendas.confirm(head, id, newId());
  const [first = head, second = head] = council;
  await agendas.vote(first, id, { obstacleId: obstacle.id, vote: 'support', source: newId() });
  await agendas.vote(second, id, {
    obstacleId: obstacle.id,
    vote: 'object',
    comment: 'بودجه روشن نیست.',
    source: newId(),
  });
  return { id, obstacle };
}

describe('the agenda', () => {
  beforeEach(async () => {
    for (const name of ['agendas', 'agendaVotes', 'obstacles', 'council'])
      await database.connection.collection(name).deleteMany({});
  });

  it('proposes what weighs most, each case once and for every reason it has, at most twelve', async () => {
    const { cases, agendas, clock, told } = await room();
    expect(await agendas.propose({ month: '1405-09', origin: newId(), actor: null })).toBeNull();
    const old = await weighing(cases, { people: 500, rials: 9_000_000 }, 'سنگین‌ترین');
    const idea = await cases.report({
      draftId: newId(),
      reporterId: newId(),
      businessId: null,
      kind: 'idea',
      category: 'license',
      title: 'ایده',
      description: 'ایده‌ای برای بازار',
      evidence: [],
    });
    clock.now = new Date(clock.now.getTime() + 40 * DAY);
    const fresh = await weighing(cases, {}, 'تازه و سبک');
    for (let count = 0; count < 15; count += 1) await weighing(cases, { days: count + 1 });
    const made = await agendas.propose({ month: '1405-10', origin: 'month:1405-10', actor: null });
    expect(made?.items).toHaveLength(12);
    expect(made?.items[0]).toMatchObject({ obstacleId: old.id, why: ['people', 'cost', 'overdue', 'old'] });
    const ids = made?.items.map(({ obstacleId }) => obstacleId) ?? [];
    expect(new Set(ids).size).toBe(12);
    expect(ids).not.toContain(idea.id);
    expect(ids).not.toContain(fresh.id);
    expect(told).toEqual([`proposed ${made?.id}`]);
    // Again, by another process, or for another reason: the one that is there.
    const again = await Promise.all(
      ['month:1405-10', newId()].map((origin) => agendas.propose({ month: '1405-10', origin, actor: null })),
    );
    expect(again.map((one) => one?.id)).toEqual([made?.id, made?.id]);
  });

  it('gives who leads an empty one where nothing weighs, which takes what weighs in a later month', async () => {
    const { agendas, cases, head } = await room();
    const made = await agendas.propose({ month: '1405-09', origin: 'press:1', actor: head });
    expect(made).toMatchObject({ state: 'proposed', items: [] });
    const heavy = await weighing(cases, { people: 40 });
    const byClock = (month: string) => agendas.propose({ month, origin: `month:${month}`, actor: null });
    expect(await byClock('1405-09')).toMatchObject({ id: made?.id, items: [] });
    expect(await byClock('1405-10')).toMatchObject({
      id: made?.id,
      month: '1405-10',
      items: [{ obstacleId: heavy.id }],
    });
  });

  it('makes one agenda where two processes propose at the same moment', async () => {
    const there = await room();
    await weighing(there.cases, { people: 40 });
    const made = await Promise.all(
      [1, 2, 3].map(() => there.agendas.propose({ month: '1405-09', origin: newId(), actor: null })),
    );
    expect(new Set(made.map((one) => one?.id)).size).toBe(1);
    expect(await database.connection.collection('agendas').countDocuments({})).toBe(1);
  });

  it('is put together by those who lead, read by the council too, and by nobody else', async () => {
    const there = await room();
    const { agendas, cases, council, head } = there;
    const obstacle = await weighing(cases, { people: 40 });
    const other = await weighing(cases, {});
    const id = (await agendas.propose({ month: '1405-09', origin: newId(), actor: null }))?.id ?? '';
    const [member = head] = council;
    for (const actor of [as(), as('officer'), member]) {
      expect(await agendas.add(actor, id, { code: other.code, source: newId() })).toEqual({ kind: 'forbidden' });
      expect(await agendas.remove(actor, id, { obstacleId: obstacle.id, source: newId() })).toEqual({
        kind: 'forbidden',
      });
      expect(await agendas.confirm(actor, id, newId())).toEqual({ kind: 'forbidden' });
      expect(await agendas.decide(actor, id, decision(obstacle.id))).toEqual({ kind: 'forbidden' });
      expect(await agendas.close(actor, id, newId())).toEqual({ kind: 'forbidden' });
      expect(await agendas.setQuorum(actor, 1, newId())).toBe(false);
    }
    for (const actor of [as(), as('officer')]) {
      expect(await agendas.find(actor, id)).toBeNull();
      expect(await agendas.current(actor)).toBeNull();
      expect(await agendas.vote(actor, id, { obstacleId: obstacle.id, vote: 'support', source: newId() })).toEqual({
        kind: 'forbidden',
      });
    }
    expect(await agendas.find(member, id)).not.toBeNull();

    await agendas.add(head, id, { code: other.code, source: newId() });
    const twice = agendaOf(await agendas.add(head, id, { code: other.code, source: newId() }));
    expect(twice.items.map(({ obstacleId }) => obstacleId)).toEqual([obstacle.id, other.id]);
    const less = agendaOf(await agendas.remove(head, id, { obstacleId: obstacle.id, source: newId() }));
    expect(less.items).toMatchObject([{ obstacleId: other.id, why: [] }]);
  });

  it('takes votes while it is open, the last word of each, and counts who is of the council now', async () => {
    const there = await room();
    const { agendas, cases, council, head } = there;
    const obstacle = await weighing(cases, { people: 40 });
    const id = (await agendas.propose({ month: '1405-09', origin: newId(), actor: null }))?.id ?? '';
    const [first = head] = council;
    const vote = { obstacleId: obstacle.id, vote: 'support' as const, source: newId() };
    expect(await agendas.vote(first, id, vote)).toMatchObject({ kind: 'moved-on' });
    await agendas.confirm(head, id, newId());
    await agendas.vote(first, id, vote);
    await agendas.vote(first, id, { ...vote, vote: 'object', comment: 'زود است.', source: newId() });
    expect((await agendas.find(head, id))?.items[0]?.tally).toEqual({ support: 0, info: 0, object: 1 });
    council.splice(0, 1);
    expect((await agendas.find(head, id))?.items[0]?.tally).toEqual({ support: 0, info: 0, object: 0 });
  });

  it('needs half of the council and one, or as many as is set', async () => {
    const there = await room({ seats: 5 });
    const { agendas, head } = there;
    const { id, obstacle } = await voted(there);
    expect(await agendas.decide(head, id, decision(obstacle.id))).toMatchObject({
      kind: 'no-quorum',
      agenda: { quorum: 3 },
    });
    await expect(agendas.setQuorum(head, 0, newId())).rejects.toThrow(/1 to 99/);
    await agendas.setQuorum(head, 2, newId());
    expect(await agendas.decide(head, id, decision(obstacle.id))).toMatchObject({ kind: 'done' });
    await agendas.setQuorum(head, null, newId());
    expect((await agendas.find(head, id))?.quorum).toBe(3);
  });
});

describe('a decision', () => {
  beforeEach(async () => {
    for (const name of ['agendas', 'agendaVotes', 'obstacles', 'council'])
      await database.connection.collection(name).deleteMany({});
  });

  it('moves every linked case once, tells their people, and links them to the programme', async () => {
    const there = await room();
    const { agendas, head, cases, programmes } = there;
    const { id, obstacle } = await voted(there);
    const also = await weighing(cases, {});
    const ended = await there.caseIn('not_possible');
    const written = await programmes.write(
      head,
      {
        title: 'فیبر نوری',
        aim: 'اینترنت پایدار',
        section: '',
        body: '',
        partners: [],
        startOn: '2026-03-21',
        endOn: '2027-03-20',
        milestones: [],
        budgetRials: null,
      },
      newId(),
    );
    const programme = written.kind === 'done' ? written.programme : { id: '', number: 0 };
    await programmes.move(head, programme.id, { to: 'running', source: newId() });
    const made = decision(obstacle.id, {
      outcome: 'plan',
      programme: `programme-${programme.number}`,
      dueOn: '2026-12-21',
      alsoCodes: [also.code, ended.code, obstacle.code],
    });
    const first = agendaOf(await agendas.decide(head, id, made));
    // The update is worked again after a crash.
    const again = agendaOf(await agendas.decide(head, id, made));
    for (const agenda of [first, again])
      expect(agenda.items[0]?.decision).toMatchObject({
        programme: 'فیبر نوری',
        moved: [obstacle.code, also.code],
        tally: { support: 1, info: 0, object: 1 },
        comments: [{ vote: 'object', text: 'بودجه روشن نیست.' }],
      });
    for (const one of [obstacle, also]) {
      const after = await cases.find(one.id);
      expect(after).toMatchObject({ status: 'planned' });
      expect(after?.history.filter(({ to }) => to === 'planned')).toHaveLength(1);
      expect(after?.history.at(-1)?.facts).toMatchObject({ programme: 'فیبر نوری', dueOn: '2026-12-21' });
    }
    expect((await cases.find(ended.id))?.status).toBe('not_possible');
    const linked = await programmes.find(head, programme.id);
    expect(linked?.cases.map(({ code }) => code)).toEqual([obstacle.code, also.code]);
    expect(await agendas.decide(head, id, decision(obstacle.id))).toMatchObject({ kind: 'moved-on' });
    const [member = head] = there.council;
    expect(await agendas.vote(member, id, { obstacleId: obstacle.id, vote: 'support', source: newId() })).toMatchObject(
      {
        kind: 'moved-on',
      },
    );
    const acts = (await there.audit.list({ subject: { kind: 'agenda', id }, limit: 20 })).map(({ act }) => act);
    expect(acts).toEqual(['agenda.decide', 'agenda.vote', 'agenda.vote', 'agenda.confirm']);
  });

  it.each([
    ['refer', 'referred', { body: 'تأمین اجتماعی' }],
    ['act', 'in_progress', {}],
  ] as const)('%s takes a case to %s', async (outcome, status, facts) => {
    const there = await room();
    const { id, obstacle } = await voted(there);
    await there.agendas.decide(there.head, id, decision(obstacle.id, { outcome, ...facts }));
    const after = await there.cases.find(obstacle.id);
    expect(after).toMatchObject({ status });
    expect(after?.history.at(-1)?.facts).toMatchObject(facts);
  });

  it('moves the whole case where the one on the agenda has become part of it meanwhile', async () => {
    const there = await room();
    const { agendas, head, cases } = there;
    const { id, obstacle } = await voted(there);
    const whole = await weighing(cases, { people: 60 }, 'مانع بزرگ‌تر');
    const merge = { code: whole.code, reason: 'ریشهٔ هر دو یکی است', source: newId() };
    expect(await cases.merge(head, obstacle.id, merge)).toMatchObject({ kind: 'merged' });
    const made = decision(obstacle.id);
    const decided = agendaOf(await agendas.decide(head, id, made));
    expect(decided.items[0]?.decision?.moved).toEqual([whole.code]);
    expect(await cases.find(whole.id)).toMatchObject({ status: 'in_progress' });
    expect(await cases.find(obstacle.id)).toMatchObject({ status: 'merged' });
  });

  it('keeps how the council stood when votes are forgotten, and is not proposed again for a while', async () => {
    const there = await room();
    const { agendas, head, council, clock } = there;
    const { id, obstacle } = await voted(there);
    await agendas.decide(head, id, decision(obstacle.id));
    const closed = agendaOf(await agendas.close(head, id, newId()));
    expect(closed).toMatchObject({ state: 'closed', quorum: 2, councilSize: 3 });
    for (const { id: member } of council) await agendas.forgetMember(member, NOBODY);
    expect(await database.connection.collection('agendaVotes').countDocuments({})).toBe(0);
    expect((await agendas.find(head, id))?.items[0]?.decision?.tally).toEqual({ support: 1, info: 0, object: 1 });

    expect(await agendas.propose({ month: '1405-10', origin: newId(), actor: null })).toBeNull();
    clock.now = new Date(clock.now.getTime() + 61 * DAY);
    const next = await agendas.propose({ month: '1405-11', origin: newId(), actor: null });
    expect(next?.items).toMatchObject([{ obstacleId: obstacle.id }]);
    expect(next?.number).toBe(closed.number + 1);
  });

  it('moves a vote to the other account of one person, whose own word stays', async () => {
    const there = await room();
    const { agendas, council, head } = there;
    const { id, obstacle } = await voted(there);
    const [first, second, third] = council.map((one) => one.id);
    await agendas.moveMember(first ?? '', third ?? '');
    await agendas.moveMember(second ?? '', third ?? '');
    const words = (await agendas.find(head, id))?.items[0]?.words;
    expect(words).toEqual([{ memberId: third, vote: 'support', comment: '' }]);
    expect(obstacle.id).toBe((await agendas.find(head, id))?.items[0]?.obstacleId);
  });
});
