import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/simulator/simulator.ts';
import { MESSENGERS, faBegins, startWorld } from '../support/app.ts';
import { memberOf, officerOf, report } from '../support/journeys.ts';

const isList = ({ text }: ChatMessage) => text.startsWith(faBegins('desk.daily.title').split('\n')[0] ?? '');
const isWeek = ({ text, media }: ChatMessage) =>
  media === null && text.startsWith(faBegins('weekly.title').split('\n')[0] ?? '');

/** 10:00 in Tehran on Friday 29 Aban 1405, on Sunday and Monday after it. */
const FRIDAY = new Date('2026-11-20T06:30:00Z');
const SUNDAY = new Date('2026-11-22T06:30:00Z');

describe.each(MESSENGERS)('an hour at which no process ran, on %s', (messenger) => {
  it('costs neither the council its week nor the officers their list, and each comes once', async () => {
    const clock = { now: FRIDAY };
    const now = () => clock.now;
    const world = await startWorld({ now });
    const council = await officerOf(world, messenger, { userId: 7401, role: 'council' });
    const officer = await officerOf(world, messenger, { userId: 7402, role: 'officer' });
    const { person, id } = await memberOf(world, messenger);
    await report(person);
    const { members, obstacles } = world.app.features;
    const [own] = await obstacles.ofReporter(id);
    const actor = await members.identify({ messenger, userId: officer.id, chatId: officer.id });
    await obstacles.take(actor, own!.id, 'taken by hand');
    await world.settled();
    const before = { week: council.chat.filter(isWeek).length, list: officer.chat.filter(isList).length };
    expect(before).toEqual({ week: 0, list: 0 });

    // Away on Saturday and on Sunday at half past eight.
    clock.now = SUNDAY;
    await world.restart();
    await world.app.jobs.look();
    await world.settled();
    expect(council.chat.filter(isWeek)).toHaveLength(1);
    expect(officer.chat.filter(isList)).toHaveLength(1);

    await world.restart();
    await world.app.jobs.look();
    await world.settled();
    expect(council.chat.filter(isWeek)).toHaveLength(1);
    expect(officer.chat.filter(isList)).toHaveLength(1);
  });
});
