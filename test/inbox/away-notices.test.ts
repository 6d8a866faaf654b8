import type { Update } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAwayNotices } from '../../src/inbox/away-notices.ts';
import { silentLogger as logger } from '../support/database.ts';
import { messageUpdate } from '../support/updates.ts';

const from = { id: 5, is_bot: false, first_name: 'مریم' };
const inGroup = {
  update_id: 1,
  message: { message_id: 1, date: 1, chat: { id: -5, type: 'group', title: 'دبیرخانه' }, from, text: 'سلام' },
} as Update;
const pressed = {
  update_id: 2,
  callback_query: { id: '1', from, chat_instance: '1', data: 'x', message: messageUpdate(2, 5).message },
} as Update;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function hearing(tell: (chatId: number) => Promise<void> = () => Promise.resolve()) {
  const told: number[] = [];
  const notices = createAwayNotices({
    logger,
    tell: (chatId) => {
      told.push(chatId);
      return tell(chatId);
    },
  });
  return { told, notices };
}

describe('while the database is away', () => {
  test('everybody who writes or presses is told once, however often their updates are seen', async () => {
    const { told, notices } = hearing();
    for (let times = 0; times < 3; times += 1)
      await notices.hear([messageUpdate(1, 4), messageUpdate(2, 4), pressed, messageUpdate(3, 6)]);
    expect(told).toEqual([4, 5, 6]);
  });

  test('every press is answered', async () => {
    const answered: string[] = [];
    const notices = createAwayNotices({
      logger,
      tell: () => Promise.reject(new Error('blocked')),
      answerPress: async (id) => void answered.push(id),
    });
    await notices.hear([messageUpdate(1, 4), pressed]);
    expect(answered).toEqual(['1']);
  });

  test('groups are not told', async () => {
    const { told, notices } = hearing();
    await notices.hear([inGroup]);
    expect(told).toEqual([]);
  });

  test('one who can’t be told does not keep the others from it', async () => {
    const { told, notices } = hearing(() => Promise.reject(new Error('blocked')));
    await notices.hear([messageUpdate(1, 4), messageUpdate(2, 6)]);
    expect(told).toEqual([4, 6]);
  });

  test('a database that comes and goes is one outage, the next one another', async () => {
    const { told, notices } = hearing();
    await notices.hear([messageUpdate(1, 4)]);
    notices.over();
    vi.advanceTimersByTime(30_000);
    await notices.hear([messageUpdate(2, 4)]);
    notices.over();
    vi.advanceTimersByTime(61_000);
    await notices.hear([messageUpdate(3, 4)]);
    expect(told).toEqual([4, 4]);
  });

  test('what is kept of very many people has an end', async () => {
    const { told, notices } = hearing();
    await notices.hear(Array.from({ length: 6_000 }, (_, index) => messageUpdate(index, index + 1)));
    expect(told).toHaveLength(5_000);
  });
});
