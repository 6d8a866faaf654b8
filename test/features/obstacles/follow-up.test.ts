import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { workingCalendar } from '../../../src/features/calendar/calendar.service.ts';
import {
  changesToTell,
  type DueNotice,
  type Obstacle,
  type Status,
} from '../../../src/features/obstacles/obstacles.service.ts';
import { useDatabase } from '../../support/database.ts';
import { DAY, HOUR, SATURDAY, newId, roomOn, type Room } from './support.ts';

const database = useDatabase();
let room: Room;
let heard: DueNotice[];
const tell = (notice: DueNotice) => {
  heard.push(notice);
  return Promise.resolve();
};
beforeAll(async () => {
  roomOn(database.connection);
  await ensureIndexes(database.connection);
});
beforeEach(async () => {
  await database.connection.collection('obstacles').deleteMany({});
  room = roomOn(database.connection);
  heard = [];
});

const calendar = workingCalendar({ weekend: [4, 5], holidays: [] });
const workingDaysLater = (days: number, from = SATURDAY) => calendar.addWorkingDays(from, days);
const wait = (ms: number) => (room.clock.now = new Date(room.clock.now.getTime() + ms));

async function word(
  there: Obstacle,
  to: Status,
  reason = 'خبر',
  by: 'staff' | 'reporter' = 'staff',
): Promise<Obstacle> {
  const actor = by === 'staff' ? room.officer : { id: there.reporterId, roles: [] };
  const outcome = await room.cases.move(actor, there.id, { from: there.status, to, reason, source: newId() });
  if (outcome.kind !== 'moved') throw new Error(`${there.status} did not go to ${to}: ${outcome.kind}`);
  return outcome.obstacle;
}

describe('the clocks of a case', () => {
  it('gives the first answer three working days, then each next word ten', async () => {
    const there = await room.report();
    expect(there.clock.due).toEqual(workingDaysLater(3));
    const taken = await room.cases.take(room.officer, there.id, newId());
    expect(taken.kind === 'moved' && taken.obstacle.clock.due).toEqual(workingDaysLater(3));
    wait(2 * DAY);
    const answered = await word((await room.cases.find(there.id)) as Obstacle, 'in_progress');
    expect(answered.clock.due).toEqual(workingDaysLater(10, room.clock.now));
    wait(DAY);
    const further = await word(answered, 'in_progress');
    expect(further.clock.due).toEqual(workingDaysLater(10, room.clock.now));
  });

  it('stands still while the member is asked, and goes on with what was left', async () => {
    const there = await room.report();
    wait(DAY);
    const asked = await word(there, 'needs_information', 'کدام شعبه؟');
    expect(asked.clock.due).toBeNull();
    wait(20 * DAY);
    const askedAgain = await word(asked, 'needs_information', 'و کدام تاریخ؟');
    const answered = await word(askedAgain, 'under_review', 'شعبهٔ مرکزی', 'reporter');
    // One of three working days had passed.
    expect(answered.clock.due).toEqual(workingDaysLater(2, room.clock.now));
    expect(answered.clock.answered).toBe(false);
  });

  it('begins anew when a case is reopened, and stops at every end', async () => {
    const solved = await room.caseIn('declared_solved');
    expect(solved.clock.due).toBeNull();
    const again = await word(solved, 'reopened', 'حل نشده است', 'reporter');
    expect(again.clock.due).toEqual(workingDaysLater(3));
    for (const end of ['solved', 'not_possible', 'not_ours', 'withdrawn', 'merged'] as const) {
      expect({ end, due: (await room.caseIn(end)).clock.due }).toEqual({ end, due: null });
    }
  });

  it('reminds before a deadline, tells when it has passed, and a working day later the head; each once', async () => {
    const there = await room.report();
    await room.cases.take(room.officer, there.id, newId());
    const told = async () => {
      heard = [];
      await room.cases.followUp.tellDeadlines(tell);
      await room.cases.followUp.tellDeadlines(tell);
      return heard.map((notice) => (notice.what === 'deadline' ? notice.stage : notice.what));
    };
    expect(await told()).toEqual([]);
    room.clock.now = new Date(workingDaysLater(2).getTime());
    expect(await told()).toEqual([1]);
    room.clock.now = new Date(workingDaysLater(3).getTime() + HOUR);
    expect(await told()).toEqual([2]);
    room.clock.now = new Date(workingDaysLater(4).getTime() + HOUR);
    expect(await told()).toEqual([3]);
    // A word moves the deadline, and its telling begins anew.
    await word((await room.cases.find(there.id)) as Obstacle, 'in_progress');
    expect(await told()).toEqual([]);
  });

  it('goes to the head at once where nobody has taken the case', async () => {
    await room.report();
    room.clock.now = new Date(workingDaysLater(3).getTime() + HOUR);
    await room.cases.followUp.tellDeadlines(tell);
    expect(heard).toMatchObject([{ what: 'deadline', stage: 3 }]);
  });

  it('reminds after 7 days, closes after 14, and counts it apart from solved', async () => {
    const there = await room.caseIn('declared_solved');
    wait(7 * DAY - HOUR);
    await room.cases.followUp.remindToConfirm(tell);
    expect(heard).toEqual([]);
    wait(HOUR);
    await room.cases.followUp.remindToConfirm(tell);
    await room.cases.followUp.remindToConfirm(tell);
    expect(heard).toMatchObject([{ what: 'confirm', obstacle: { id: there.id } }]);
    wait(7 * DAY - HOUR);
    await room.cases.followUp.closeUnconfirmed();
    expect((await room.cases.find(there.id))?.status).toBe('declared_solved');
    wait(HOUR);
    room.told.length = 0;
    await Promise.all([room.cases.followUp.closeUnconfirmed(), room.cases.followUp.closeUnconfirmed()]);
    const closed = await room.cases.find(there.id);
    expect(closed?.status).toBe('closed_unconfirmed');
    expect(closed?.history.filter(({ to }) => to === 'closed_unconfirmed')).toMatchObject([{ party: 'clock' }]);
    expect(room.told.map(({ memberId }) => memberId)).toEqual([there.reporterId]);
  });

  it('asks once, four weeks after a solution, whether it stayed so', async () => {
    const there = await room.caseIn('solved');
    wait(28 * DAY - HOUR);
    await room.cases.followUp.checkBack(tell);
    expect(heard).toEqual([]);
    wait(HOUR);
    await room.cases.followUp.checkBack(tell);
    await room.cases.followUp.checkBack(tell);
    expect(heard).toMatchObject([{ what: 'check-back', obstacle: { id: there.id } }]);
    const again = await word(there, 'reopened', 'دوباره پیش آمد', 'reporter');
    expect(again.clock.checkBackAt).toBeNull();
  });

  it('makes an officer’s list of the day', async () => {
    const late = await room.report();
    wait(DAY);
    const soon = await room.report();
    for (const one of [late, soon]) await room.cases.take(room.officer, one.id, newId());
    room.clock.now = new Date(late.firstAnswerDue.getTime() + HOUR);
    const day = await room.cases.followUp.dayOf(room.officer.id);
    expect(day.overdue.map(({ id }) => id)).toEqual([late.id]);
    expect(day.soon.map(({ id }) => id)).toEqual([soon.id]);
    expect(day.open).toBe(2);
  });
});

describe('telling of changes', () => {
  const MINUTE = 60_000;

  it('makes one message of several changes within ten minutes, and another of what comes after', async () => {
    let there = await room.report();
    there = await word(there, 'under_review', 'یک');
    wait(4 * MINUTE);
    there = await word(there, 'in_progress', 'دو');
    wait(5 * MINUTE);
    there = await word(there, 'referred', 'سه');
    expect(room.told).toHaveLength(1);
    expect(room.told[0]).toMatchObject({ memberId: there.reporterId, urgent: false });
    expect(room.told[0]?.dueAt).toEqual(new Date(SATURDAY.getTime() + 10 * MINUTE));
    wait(2 * MINUTE);
    there = await word(there, 'in_progress', 'چهار');
    expect(room.told).toHaveLength(2);
    const [first, second] = room.told.map(({ payload }) => payload.batch);
    const reasons = (batch = 0) => changesToTell(there, batch, 'reporter').map(({ reason }) => reason);
    expect(reasons(first)).toEqual(['یک', 'دو', 'سه']);
    expect(reasons(second)).toEqual(['چهار']);
  });

  it('asks a question at once, and takes along what waited', async () => {
    let there = await room.report();
    there = await word(there, 'in_progress', 'نوشتیم');
    wait(MINUTE);
    there = await word(there, 'needs_information', 'کدام شعبه؟');
    const [waiting, question] = room.told;
    expect(question).toMatchObject({ urgent: true, dueAt: room.clock.now });
    const reasons = (batch = 0) => changesToTell(there, batch, 'reporter').map(({ reason }) => reason);
    expect(reasons(question?.payload.batch)).toEqual(['نوشتیم', 'کدام شعبه؟']);
    expect(reasons(waiting?.payload.batch)).toEqual([]);
  });

  it('tells who said «me too» what became of the case, but not what the reporter was asked or did in private', async () => {
    const supporter = newId();
    room = roomOn(database.connection, { followersOf: () => Promise.resolve([supporter]) });
    let there = await room.report();
    there = await word(there, 'needs_information', 'کدام شعبه؟');
    there = await word(there, 'under_review', 'شعبهٔ مرکزی', 'reporter');
    expect(room.told.filter(({ memberId }) => memberId === supporter)).toEqual([]);
    wait(11 * MINUTE);
    there = await word(there, 'declared_solved');
    wait(11 * MINUTE);
    await word(there, 'solved', '', 'reporter');
    const others = room.told.filter(({ memberId }) => memberId === supporter);
    expect(others.map(({ payload }) => payload.hearer)).toEqual(['other', 'other']);
    // The reporter needs no news of what the reporter did.
    expect(room.told.filter(({ memberId }) => memberId === there.reporterId)).toHaveLength(2);
  });

  it('tells after a crash between the change and its telling, from the mark that was left', async () => {
    let broken = true;
    const told: string[] = [];
    room = roomOn(database.connection, {
      notify: ({ key }) => {
        if (broken) return Promise.reject(new Error('the process died'));
        told.push(key);
        return Promise.resolve();
      },
    });
    const there = await room.report();
    await expect(word(there, 'in_progress')).rejects.toThrow('died');
    broken = false;
    await room.cases.followUp.tellUntold();
    await room.cases.followUp.tellUntold();
    expect(told).toEqual([`case:${there.id}:1:reporter`]);
  });
});
