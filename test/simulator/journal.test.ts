import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Update } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { PIXEL, closeAfterTest, resultOf, simulator } from './support.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'simulator-'));
  closeAfterTest({ close: () => rmSync(path, { recursive: true, force: true }) });
  return path;
}

describe.each(['telegram', 'bale'] as const)('a restart with a journal on %s', (name) => {
  it('brings back chats, people, files, settings and unconfirmed updates, and goes on counting', async () => {
    const journalDir = directory();
    const before = await startSimulator({ apiPort: 0, journalDir });
    const server = before[name];
    const sara = server.person({ firstName: 'Sara', phone: '09120000001' });
    const confirmed = sara.say('first') as number;
    const photoId = sara.sendPhoto(PIXEL, 'picture') as number;
    const keyboard = { inline_keyboard: [[{ text: 'a', callback_data: 'x' }]] };
    await resultOf(server, 'sendMessage', { chat_id: sara.id, text: 'gone soon' });
    const { message_id } = await resultOf(server, 'sendMessage', {
      chat_id: sara.id,
      text: 'hi',
      reply_markup: keyboard,
    });
    await resultOf(server, 'deleteMessage', { chat_id: sara.id, message_id: (message_id as number) - 1 });
    const menu = await resultOf(server, 'sendMessage', {
      chat_id: sara.id,
      text: 'm',
      reply_markup: { keyboard: [['b']] },
    });
    await resultOf(server, 'deleteMessage', { chat_id: sara.id, message_id: menu['message_id'] });
    const group = server.group({ title: 'Staff', members: [sara] });
    await resultOf(server, 'setMyCommands', { commands: [{ command: 'start', description: 'Begin' }] });
    sara.press('a');
    await resultOf(server, 'getUpdates', { offset: photoId });
    const seen = { chat: sara.chat, pending: server.pendingUpdates, toasts: sara.toasts };
    await before.close();

    const after = (await simulator({ journalDir }))[name];
    const again = after.person({ id: sara.id, firstName: 'Sara' });
    expect(after.people).toHaveLength(1);
    const plain = (messages: typeof seen.chat) => messages.map((message) => ({ ...message, revision: 0 }));
    expect(plain(again.chat)).toEqual(plain(seen.chat));
    expect(again.record.phone).toBe('989120000001');
    expect(again.toasts).toEqual(seen.toasts);
    expect(again.replyKeyboard?.keyboard).toEqual([[{ text: 'b' }]]);
    expect(after.pendingUpdates).toEqual(seen.pending);
    expect(after.pendingUpdates.map((update) => update.update_id)).not.toContain(confirmed);
    expect(after.group({ id: group.id, title: 'Staff' }).chat).toHaveLength(1);
    expect(await resultOf(after, 'getMyCommands')).toEqual([{ command: 'start', description: 'Begin' }]);

    const { file_path } = await resultOf(after, 'getFile', { file_id: again.chat[1]?.media?.fileId });
    const file = await fetch(`${after.apiRoot}/file/bot${after.token}/${file_path as string}`);
    expect(Buffer.from(await file.arrayBuffer()).equals(PIXEL)).toBe(true);

    const highest = Math.max(...seen.pending.map((update) => update.update_id));
    expect(again.say('second')).toBe(highest + 1);
    // Neither deleted message's id is given out again.
    expect(again.lastMessage?.id).toBe((menu['message_id'] as number) + 1);
    expect(after.person({ firstName: 'New' }).id).toBe(sara.id + 1);
  });
});

it('loses nothing that was acknowledged when the process is killed', async () => {
  const journalDir = directory();
  const script = `
    const { startSimulator } = await import(${JSON.stringify(join(process.cwd(), 'src/simulator/simulator.ts'))});
    const { bale } = await startSimulator({ apiPort: 0, journalDir: ${JSON.stringify(journalDir)} });
    const sara = bale.person({ firstName: 'Sara' });
    for (let count = 0; ; count += 1) {
      process.stdout.write(sara.say(String(count)) + '\\n');
      if (count % 100 === 0) await new Promise(setImmediate);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    if (output.length > 2_000 && !child.killed) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const acknowledged = output.split('\n').slice(0, -1).map(Number);

  const { bale } = await simulator({ journalDir });
  const ids = bale.pendingUpdates.map((update) => update.update_id);
  const first = ids[0] ?? 0;
  expect(acknowledged.length).toBeGreaterThan(100);
  expect(ids).toEqual(expect.arrayContaining(acknowledged.filter((id) => id >= first)));
  expect(bale.people[0]?.say('after')).toBe(Math.max(...ids) + 1);
});

describe('a journal', () => {
  it('leaves out a last line that a kill cut short', async () => {
    const journalDir = directory();
    const before = await startSimulator({ apiPort: 0, journalDir });
    before.bale.person({ firstName: 'Sara' }).say('whole');
    await before.close();
    appendFileSync(join(journalDir, 'bale.jsonl'), '[{"t":"message","mess');
    const { bale } = await simulator({ journalDir });
    expect(bale.people[0]?.chat.map(({ text }) => text)).toEqual(['whole']);
    expect(bale.people[0]?.say('next')).toBe(1);
    const updates = await resultOf<Update[]>(bale, 'getUpdates');
    expect(updates.map((update) => update.message?.text)).toEqual(['whole', 'next']);
  });

  it('is made short at each start', async () => {
    const journalDir = directory();
    const before = await startSimulator({ apiPort: 0, journalDir });
    const sara = before.bale.person({ firstName: 'Sara' });
    sara.say('hello');
    const { message_id } = await resultOf(before.bale, 'sendMessage', { chat_id: sara.id, text: '0' });
    for (let count = 1; count <= 50; count += 1) {
      await resultOf(before.bale, 'editMessageText', { chat_id: sara.id, message_id, text: String(count) });
    }
    await before.close();
    const linesIn = () => readFileSync(join(journalDir, 'bale.jsonl'), 'utf8').split('\n').length;
    const grown = linesIn();
    const after = await simulator({ journalDir });
    expect(linesIn()).toBeLessThan(grown / 2);
    expect(after.bale.people[0]?.lastMessage).toMatchObject({ text: '50', edits: 50 });
  });

  it('that is broken is named, with the line', async () => {
    const journalDir = directory();
    await (await startSimulator({ apiPort: 0, journalDir })).close();
    appendFileSync(join(journalDir, 'telegram.jsonl'), 'nonsense\n');
    await expect(startSimulator({ apiPort: 0, journalDir })).rejects.toThrow(/telegram\.jsonl is broken at line \d+/);
  });
});
