import { expect, it } from 'vitest';
import { createGroupCards, type StaffGroupDeps } from '../../../src/features/desk/staff-group.chat.ts';
import { createStaffGroups } from '../../../src/features/desk/staff-group.service.ts';
import type { Obstacle } from '../../../src/features/obstacles/obstacles.service.ts';
import { createTranslations } from '../../../src/language/translator.ts';
import { MessengerError, type MessengerClient, type MessengerName } from '../../../src/messengers/messenger.ts';
import { useDatabase } from '../../support/database.ts';
import { newId } from '../obstacles/support.ts';

const database = useDatabase();
const t = createTranslations({ onProblem: () => {} }).translator('fa');

it('draws cards on one messenger while the other pauses, and there when the pause is over', async () => {
  const groups = createStaffGroups({
    connection: database.connection,
    audit: { record: () => Promise.resolve() },
    now: () => new Date(),
  });
  const cases = new Map(
    ['first', 'second', 'third'].map((title) => {
      const id = newId();
      return [id, { id, title, code: 'K-1', status: 'new', assigneeId: null, additions: [] } as unknown as Obstacle];
    }),
  );
  let pausing = true;
  const waited: MessengerName[] = [];
  const drawn: string[] = [];
  /** As the client does while its pacer waits for the end of a pause. */
  const clientOf = (name: MessengerName) => ({
    name,
    edit: () => Promise.resolve(),
    send: async (_chatId: number, _message: unknown, { signal }: { signal?: AbortSignal } = {}) => {
      if (name === 'telegram' && pausing) {
        waited.push(name);
        await new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(new MessengerError('down', 'sendMessage', 'called off'))),
        );
      }
      drawn.push(name);
      return [{ messageId: drawn.length }];
    },
  });
  const cards = createGroupCards({
    groups,
    obstacles: { find: (id: string) => Promise.resolve(cases.get(id) ?? null) } as StaffGroupDeps['obstacles'],
    members: undefined as never,
    clients: new Map(
      (['telegram', 'bale'] as const).map((name) => [name, clientOf(name) as unknown as MessengerClient]),
    ),
    t,
    factsOf: () => [],
    statusText: (_t, status) => status,
    nameOf: () => Promise.resolve(''),
    lost: () => Promise.resolve(),
    patienceMs: 50,
  });
  for (const messenger of ['telegram', 'bale'] as const) {
    await groups.choose({ id: newId(), roles: ['admin'] }, { messenger, chatId: -1, source: messenger });
  }
  for (const id of cases.keys()) await groups.cardsOf(id);

  await cards.redraw();
  expect(drawn).toEqual(['bale', 'bale', 'bale']);
  expect(waited).toHaveLength(1);

  pausing = false;
  await cards.redraw();
  expect(drawn.filter((name) => name === 'telegram')).toHaveLength(3);
  expect(await groups.stale()).toEqual([]);
});
