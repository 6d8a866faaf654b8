import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import type { Status } from '../../src/features/obstacles/obstacles.service.ts';
import { reporterButton } from '../../src/features/obstacles/obstacles.views.ts';
import { ENDED, STATUSES, mayMove } from '../../src/features/obstacles/obstacles.service.ts';
import { MESSENGERS, fa, useWorld } from '../support/app.ts';
import { REPORT, memberOf } from '../support/journeys.ts';

const PRESSES = ['solved', 'reopen', 'explain', 'withdraw', 'withdraw-sure', 'still', 'rate5'] as const;

/** Whether the press still means something where the case stands now. */
function holds(press: (typeof PRESSES)[number], status: Status): boolean {
  switch (press) {
    case 'explain':
      return status === 'needs_information';
    case 'still':
      return status === 'solved';
    case 'rate5':
      return ENDED.includes(status) && status !== 'withdrawn' && status !== 'merged';
    case 'solved':
      return mayMove(status, 'solved', 'reporter');
    case 'reopen':
      return mayMove(status, 'reopened', 'reporter');
    case 'withdraw':
    case 'withdraw-sure':
      return mayMove(status, 'withdrawn', 'reporter');
  }
}

describe.each(MESSENGERS)('old buttons on the own case, on %s', (messenger) => {
  const world = useWorld();

  async function press(person: Person, data: string): Promise<string> {
    const presses = person.toasts.length;
    person.pressData(data, person.lastMessage!);
    await person.waitUntil(() => person.toasts.length > presses && person.toasts.at(-1)?.answered === true);
    await world.settled();
    return person.toasts.at(-1)?.text ?? '';
  }

  let reporter: Awaited<ReturnType<typeof memberOf>>;
  beforeAll(async () => {
    reporter = await memberOf(world, messenger);
  });

  const worthless = STATUSES.flatMap((status) =>
    PRESSES.filter((one) => !holds(one, status)).map((one) => [one, status] as const),
  );
  it.each(worthless)('«%s» on a case that is %s says where it stands', async (what, status) => {
    const { person, id } = reporter;
    const { obstacles } = world.app.features;
    const draftId = `${what}-${status}`;
    const about = { draftId, reporterId: id, businessId: null, category: 'license', evidence: [] };
    const one = await obstacles.report({ ...REPORT, ...about });
    await world.app.database.connection.collection('obstacles').updateOne({ draftId }, { $set: { status } });
    const said = await press(person, reporterButton.data(one.id, what));
    expect(said).toBe(
      status === 'solved'
        ? fa('obstacles.act.alreadySolved')
        : fa('obstacles.act.nowIs', { status: fa(`obstacles.status.${status}`) }),
    );
    expect((await obstacles.find(one.id))?.status).toBe(status);
  });
});
