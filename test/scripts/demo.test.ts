import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { checksOf, holds, tally, type Received, type Recorded } from '../../scripts/demo/audit.ts';

const MEMBERS = 40;

/** Plays the demo in a process of its own, as people do. */
function playDemo(...more: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const given = ['scripts/demo.ts', '--fast', '--members', String(MEMBERS), ...more];
    execFile(process.execPath, given, { timeout: 100_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

describe('the demo', () => {
  it('plays the three jobs, sends both news items and ends with right figures', { timeout: 120_000 }, async () => {
    const { code, output } = await playDemo();

    expect(output).toContain('مریم احمدی · تلگرام');
    expect(output).toContain('جاسم کعبی · بله');
    expect(output).toMatch(/کد پیگیری: .*\d{8}/);
    expect(output).toContain('[بله، حل شد]');
    for (const figure of ['sent, by the database', 'received, by the members'])
      expect(output.match(new RegExp(`${figure}\\s+29\\s+9\\s+38`, 'g'))).toHaveLength(2);
    // Telegram tells of a block at once, Bale only when it is written to.
    expect(output).toMatch(/left out: .*\s+1\s+0\s+1\n/);
    expect(output).toMatch(/unreachable: .*\s+0\s+1\s+1\n/);
    for (const figure of ['failed', 'duplicates', 'lost'])
      expect(output.match(new RegExp(`${figure}\\s+0\\s+0\\s+0`, 'g'))).toHaveLength(2);
    expect(output).toContain('checks hold');
    expect(code).toBe(0);
  });

  it('fails when one delivery is missing from the database', { timeout: 120_000 }, async () => {
    const { code, output } = await playDemo('--quiet', '--spoil', 'record');

    expect(output).not.toContain('مریم احمدی · تلگرام');
    expect(output).toContain('sent, by the database: 37 instead of 38');
    expect(code).toBe(1);
  });

  it('says how it is used when an option is wrong', async () => {
    const { code, output } = await playDemo('--members', 'many');

    expect(output).toContain('--members takes a number');
    expect(code).toBe(2);
  });
});

describe('the count of a sending', () => {
  const recorded = (chatId: number, over: Partial<Recorded> = {}): Recorded => ({
    messenger: 'bale',
    chatId,
    state: 'sent',
    messageIds: [chatId * 10, chatId * 10 + 1],
    ...over,
  });
  const received = (chatId: number, over: Partial<Received> = {}): Received => ({
    messenger: 'bale',
    chatId,
    blocked: false,
    copies: 1,
    messageIds: [chatId * 10, chatId * 10 + 1],
    ...over,
  });
  const blockedOne = received(3, { blocked: true, copies: 0, messageIds: [] });
  const sides = {
    recorded: [recorded(1), recorded(2), recorded(3, { state: 'unreachable', messageIds: [] })],
    received: [received(1), received(2), blockedOne],
  };
  const failing = (changed: Partial<typeof sides>) =>
    checksOf('', tally(null, { ...sides, ...changed }), { members: 3, blocked: 1, knownUnreachable: 0 })
      .filter((check) => !holds(check))
      .map(({ what }) => what.replace(': ', ''));

  it('finds nothing wrong where both sides agree', () => {
    expect(failing({})).toEqual([]);
  });

  it.each([
    [
      'a message that never arrived',
      { received: [received(1), received(2, { copies: 0, messageIds: [] }), blockedOne] },
      ['received, by the members', 'lost', 'messages on one side only'],
    ],
    [
      'half of a message',
      { received: [received(1), received(2, { messageIds: [20] }), blockedOne] },
      ['lost', 'messages on one side only'],
    ],
    [
      'a message that came twice',
      { received: [received(1), received(2, { copies: 2, messageIds: [20, 21, 22, 23] }), blockedOne] },
      ['duplicates', 'messages on one side only'],
    ],
    [
      'a delivery that failed',
      { recorded: [recorded(1), recorded(2, { state: 'unknown' }), sides.recorded[2] as Recorded] },
      ['sent, by the database', 'failed'],
    ],
  ])('finds %s', (_what, changed, expected) => {
    expect(failing(changed)).toEqual(expected);
  });
});
