import { InputFile } from 'grammy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bold, concat, plain, type RichText, styled } from '../../src/language/rich-text.ts';
import { createMessengerClient, mediaOf } from '../../src/messengers/index.ts';
import type { FailureKind, Keyboard, MessengerClient, MessengerName } from '../../src/messengers/messenger.ts';
import { MessengerError } from '../../src/messengers/messenger.ts';
import type { BotServer, ChatMessage, Person, Simulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { systemClock } from '../../src/system-clock.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const choices: Keyboard = {
  kind: 'inline',
  rows: [
    [
      { label: 'بله', data: 'm1:yes' },
      { label: 'خیر', data: 'm1:no' },
    ],
    [{ label: 'سایت', url: 'https://khoosheh.ir/' }],
    [{ label: 'رونوشت', copy: '140327' }],
  ],
};

/**
 * What every messenger's client must do, seen from both sides: the bot's, through the port, and the person's, through
 * the simulator. Whatever holds here for one messenger holds for the other, or it isn't in the port.
 */
export function describeMessenger({ name, strict }: { name: MessengerName; strict: boolean }): void {
  let simulator: Simulator;
  let server: BotServer;
  let client: MessengerClient;
  let sara: Person;
  let offset: number | undefined;

  const connectClient = (token = server.token): MessengerClient => {
    const silent = (): void => undefined;
    const logger = { debug: silent, info: silent, warn: silent };
    return createMessengerClient({ clock: systemClock, name, token, apiRoot: server.apiRoot, logger });
  };

  /** What came since the last time, as features see it, confirmed. */
  async function receive(): Promise<NonNullable<ReturnType<MessengerClient['normalise']>>[]> {
    const raw = await client.getUpdates({ offset, timeout: 0, signal: new AbortController().signal });
    const last = raw.at(-1) as { update_id: number } | undefined;
    if (last !== undefined) offset = last.update_id + 1;
    return raw.map((update) => client.normalise(update)).filter((update) => update !== null);
  }

  const failure = async (doing: Promise<unknown>): Promise<FailureKind> => {
    const error = await doing.then(
      () => new Error('it succeeded'),
      (caught: unknown) => caught as Error,
    );
    if (!(error instanceof MessengerError)) throw error;
    return error.kind;
  };

  const seen = (messageId: number): ChatMessage => {
    const message = sara.chat.find(({ id }) => id === messageId);
    if (message === undefined) throw new Error(`Sara sees no message ${messageId}:\n${sara.transcript()}`);
    return message;
  };

  const sendOne = async (text: RichText | string, more: object = {}): Promise<number> => {
    const parts = await client.send(sara.id, { text: typeof text === 'string' ? plain(text) : text, ...more });
    expect(parts).toHaveLength(1);
    return parts[0]!.messageId;
  };

  const callsOf = (method: string): number => server.calls.filter((call) => call.method === method).length;

  beforeEach(async () => {
    simulator = await startSimulator({ apiPort: 0, strict });
    server = simulator[name];
    client = connectClient();
    sara = server.person({ firstName: 'سارا', lastName: '*راد*', phone: '09140000001' });
    offset = undefined;
    sara.command('start');
    await client.connect();
  });

  afterEach(async () => {
    await client.close();
    await simulator.close();
  });

  describe('the bot itself', () => {
    test('knows its name after connecting, and not before', async () => {
      expect(client.me.username).toBe('khoosheh_bot');
      expect(client.deepLink('n_12')).toMatch(/^https:\/\/\S+\/khoosheh_bot\?start=n_12$/);
      const stranger = connectClient();
      expect(() => stranger.me).toThrow(/connect/);
      await stranger.close();
    });

    test('with a wrong token is told so', async () => {
      const stranger = connectClient('123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhIIi');
      expect(await failure(stranger.connect())).toBe('bad-token');
      await stranger.close();
    });

    test('polls although a webhook was set before', async () => {
      await client.setWebhook({ url: 'http://127.0.0.1:9/hook', secret: 'a-secret' });
      await client.removeWebhook();
      expect(await receive()).toHaveLength(1);
    });

    test('may set a profile where there is one, and is not refused where there is none', async () => {
      await client.api.setMyName('خوشه');
      await client.api.setMyDescription('بات خوشه');
      await client.api.setMyCommands([{ command: 'start', description: 'شروع' }]);
      await client.api.setMyCommands([{ command: 'start', description: 'Start' }], { language_code: 'en' });
      const call = server.calls.find(({ method }) => method === 'setMyCommands');
      expect(call).toMatchObject({ ok: true, payload: { commands: [{ command: 'start', description: 'شروع' }] } });
    });
  });

  describe('what arrives', () => {
    test('is all that is not confirmed, the very first update included, and nothing twice', async () => {
      sara.say('سلام');
      const updates = await receive();
      expect(updates.map(({ message }) => message?.text)).toEqual(['/start', 'سلام']);
      expect(await receive()).toEqual([]);
    });

    test('marks commands, with what a deep link carried', async () => {
      await receive();
      sara.command('start', 'o_1403');
      const [update] = await receive();
      expect(update?.message).toMatchObject({
        text: '/start o_1403',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      });
    });

    test('has no null anywhere', async () => {
      server.person({ firstName: 'x', id: 5 }).say('y');
      expect(JSON.stringify(await receive())).not.toContain('null');
    });

    test("tells a person's own contact from another's", async () => {
      await receive();
      const reza = server.person({ firstName: 'رضا', phone: '09140000002' });
      sara.shareContact();
      sara.shareContact({ of: reza });
      const [own, other] = await receive();
      expect(own?.message?.contact?.user_id).toBe(sara.id);
      expect(own?.message?.contact?.phone_number).toMatch(/989140000001$/);
      expect(other?.message?.contact?.user_id).not.toBe(sara.id);
    });

    test('knows own contacts of people whose ids are wider than 32 bits', async () => {
      await receive();
      const ali = server.person({ id: 4_503_599_627_370_001, firstName: 'علی', phone: '09140000003' });
      ali.shareContact();
      const [update] = await receive();
      expect(update?.message?.contact?.user_id).toBe(ali.id);
    });

    test('has files that can be told apart, fetched and sent again', async () => {
      await receive();
      sara.sendPhoto(PNG, 'مدرک');
      sara.sendVoice(Buffer.from('ogg'));
      sara.sendDocument(Buffer.from('%PDF'), { name: 'گزارش.pdf' });
      const files = (await receive()).map(({ message }) => mediaOf(message));
      expect(files.map((file) => file?.kind)).toEqual(['photo', 'voice', 'document']);
      expect(Buffer.from((await client.download(files[0]!.fileId)).bytes).equals(PNG)).toBe(true);
      for (const file of files) {
        await client.send(sara.id, {
          text: plain(''),
          media: { kind: file!.sentAs, file: { fileId: file!.fileId } },
        });
      }
      expect(sara.chat.slice(-3).map(({ media }) => media?.kind)).toEqual(['photo', 'voice', 'document']);
    });

    test('says where a forwarded message is from', async () => {
      const id = await sendOne('خبر');
      await receive();
      sara.forward(seen(id));
      const [update] = await receive();
      expect(update?.message?.forward_origin).toMatchObject({ type: 'user', sender_user: { id: client.me.id } });
    });

    test('has presses with what the button carried', async () => {
      const id = await sendOne('می‌آیید؟', { keyboard: choices });
      await receive();
      sara.press('بله');
      const [update] = await receive();
      expect(update?.callback_query).toMatchObject({
        data: 'm1:yes',
        from: { id: sara.id },
        message: { message_id: id },
      });
    });

    test('leaves out what the bot never works on', async () => {
      await receive();
      const chat = { id: 77, type: 'group', title: 'گروه' };
      const from = { id: sara.id, is_bot: false, first_name: 'سارا' };
      server.inject({ message: { message_id: 1, date: 1, chat, from } });
      server.inject({ message: { message_id: 2, date: 1, chat: { id: 78, type: 'channel' }, text: 'پست' } });
      server.inject({ message: { message_id: 'x', text: { $gt: '' } } });
      expect(await receive()).toEqual([]);
    });
  });

  describe('what is sent', () => {
    test('is read as it was meant, with its styles', async () => {
      const link = styled('سایت خوشه', { style: 'link', url: 'https://khoosheh.ir/a_b' });
      const id = await sendOne(concat(bold('عنوان'), '\nکد ', bold('۱۲'), ' در ', link, ' است'));
      const { text, ranges } = seen(id);
      expect(text).toBe('عنوان\nکد ۱۲ در سایت خوشه است');
      expect(ranges.map(({ offset, length, style, url }) => [text.slice(offset, offset + length), style, url])).toEqual(
        [
          ['عنوان', 'bold', undefined],
          ['۱۲', 'bold', undefined],
          ['سایت خوشه', 'link', 'https://khoosheh.ir/a_b'],
        ],
      );
    });

    test.each(['*ستاره*', 'x _خط_ y', '[بانک](http://evil.ir)', '```[عنوان]پنهان```', '<b>x</b>', '&lt;', '\\*x\\*'])(
      "shows people's words as words: %s",
      async (words) => {
        const { text, ranges } = seen(await sendOne(concat('نام: ', words)));
        const looks: Record<string, string> = { '∗': '*', ˋ: '`', '［': '[', '］': ']', '＿': '_' };
        expect(text.replace(/[∗ˋ［］＿]/g, (sign) => looks[sign]!)).toBe(`نام: ${words}`);
        expect(ranges.filter(({ style, url }) => style !== 'link' || url !== 'http://evil.ir)')).toEqual([]);
      },
    );

    test('has its buttons where reading starts', async () => {
      const rtl = seen(await sendOne('الف', { keyboard: choices }));
      expect(rtl.inlineKeyboard[0]!.map(({ label }) => label)).toEqual(['خیر', 'بله']);
      expect(rtl.inlineKeyboard.slice(1)).toEqual([
        [{ label: 'سایت', url: 'https://khoosheh.ir/' }],
        [{ label: 'رونوشت', copy: '140327' }],
      ]);
      const ltr = seen(await sendOne('a', { keyboard: choices, direction: 'ltr' }));
      expect(ltr.inlineKeyboard[0]!.map(({ label }) => label)).toEqual(['بله', 'خیر']);
    });

    test('brings a reply keyboard and takes it away', async () => {
      const rows = [[{ label: 'گزارش مانع' }, { label: 'اخبار' }], [{ label: 'شماره', request: 'contact' as const }]];
      await sendOne('فهرست', { keyboard: { kind: 'reply', rows } });
      expect(sara.replyKeyboard?.keyboard).toEqual([
        [{ text: 'اخبار' }, { text: 'گزارش مانع' }],
        [{ text: 'شماره', request_contact: true }],
      ]);
      expect(sara.replyKeyboard?.resize_keyboard).toBe(true);
      await sendOne('بی‌صفحه‌کلید', { keyboard: { kind: 'remove' } });
      expect(sara.replyKeyboard).toBeNull();
    });

    test('answers a certain message', async () => {
      const question = sara.chat.find(({ text }) => text === '/start')!;
      expect(seen(await sendOne('پاسخ', { replyTo: question.id })).replyTo).toBe(question.id);
    });

    test('is cut at paragraph ends when it is too long, the keyboard under the last part', async () => {
      const paragraph = 'این بند دربارهٔ موانع است. '.repeat(60).trim();
      const text = Array.from({ length: 5 }, () => paragraph).join('\n\n');
      const parts = await client.send(sara.id, { text: plain(text), keyboard: choices });
      const messages = parts.map(({ messageId }) => seen(messageId));
      // What `parts` says beforehand is what was sent.
      const planned = client.parts({ text: plain(text), keyboard: choices });
      expect(messages.map((message) => message.text)).toEqual(planned.map((part) => part.text.text));
      expect(messages.length).toBeGreaterThan(1);
      expect(messages.map((message) => message.text).join('\n\n')).toBe(text);
      expect(messages.map(({ inlineKeyboard }) => inlineKeyboard.length > 0)).toEqual(
        messages.map((_message, index) => index === messages.length - 1),
      );
    });

    test('may be a file with a Persian name and a styled caption', async () => {
      const file = { bytes: Buffer.from('%PDF-1.7'), fileName: 'گزارش شورا.pdf', mimeType: 'application/pdf' };
      const [sent] = await client.send(sara.id, {
        text: concat('گزارش ', bold('تازه')),
        media: { kind: 'document', file },
        keyboard: choices,
      });
      const message = seen(sent!.messageId);
      expect(message).toMatchObject({ text: 'گزارش تازه', media: { kind: 'document', size: 8 } });
      expect(message.media!.name).toMatch(/\.pdf$/);
      expect(message.ranges).toMatchObject([{ style: 'bold' }]);
      expect(message.inlineKeyboard).toHaveLength(3);
      expect(Buffer.from((await client.download(sent!.fileId!)).bytes).toString()).toBe('%PDF-1.7');
    });

    test('may be a photo, sent again by what came back the first time', async () => {
      const file = { bytes: PNG, fileName: 'p.png', mimeType: 'image/png' };
      const [first] = await client.send(sara.id, { text: plain('یک'), media: { kind: 'photo', file } });
      const [second] = await client.send(sara.id, {
        text: plain('دو'),
        media: { kind: 'photo', file: { fileId: first!.fileId! } },
      });
      expect(seen(second!.messageId)).toMatchObject({ text: 'دو', media: { kind: 'photo' } });
    });

    test('arrives as a document where its kind, or its id, is refused', async () => {
      const omid = server.person({ firstName: 'امید', noVoices: true, started: true });
      const file = { bytes: Buffer.from('OggS'), fileName: 'v.ogg', mimeType: 'audio/ogg' };
      const [heard] = await client.send(sara.id, { text: plain('یک'), media: { kind: 'voice', file } });
      const known = { fileId: heard!.fileId!, reload: async () => file };
      for (const source of [file, known]) {
        const [sent] = await client.send(omid.id, { text: plain('دو'), media: { kind: 'voice', file: source } });
        const got = omid.chat.find(({ id }) => id === sent!.messageId);
        expect(got).toMatchObject({ text: 'دو', media: { kind: 'document', name: 'v.ogg' } });
        // By a document's id no voice can be sent.
        expect(sent!.fileId).toBeUndefined();
      }
      const lost = { fileId: 'of another bot', reload: async () => file };
      const [again] = await client.send(sara.id, { text: plain('سه'), media: { kind: 'voice', file: lost } });
      expect(seen(again!.messageId)).toMatchObject({ text: 'سه', media: { kind: 'voice' } });
      const nowhere = { fileId: 'of another bot' };
      const refused = client.send(sara.id, { text: plain('چهار'), media: { kind: 'voice', file: nowhere } });
      expect(await failure(refused)).toBe('rejected');
    });

    test('goes on below the file when the caption is too long', async () => {
      const text = 'متن بلند خبر شورا. '.repeat(400).trim();
      const media = { kind: 'photo' as const, file: { bytes: PNG, fileName: 'p.png', mimeType: 'image/png' } };
      const parts = await client.send(sara.id, { text: plain(text), media });
      const messages = parts.map(({ messageId }) => seen(messageId));
      expect(messages.map((message) => message.media !== null)).toEqual(messages.map((_m, index) => index === 0));
      expect(messages.map((message) => message.text).join(' ')).toBe(text);
    });

    test('is refused before it leaves when it makes no sense', async () => {
      const before = server.calls.length;
      const long: Keyboard = { kind: 'inline', rows: [[{ label: 'x', data: 'ی'.repeat(33) }]] };
      expect(await failure(sendOne('x', { keyboard: long }))).toBe('rejected');
      expect(await failure(sendOne(' \n '))).toBe('rejected');
      expect(server.calls).toHaveLength(before);
    });
  });

  describe('what is changed afterwards', () => {
    test('takes another file, and a text takes one, where the messenger can, or is left as it is', async () => {
      const file = { bytes: PNG, fileName: 'p.png', mimeType: 'image/png' };
      const text = await sendOne('متن');
      const [other] = await client.send(sara.id, { text: plain('پیش'), media: { kind: 'photo', file } });
      const photo = { text: concat('اکنون ', bold('عکس')), media: { kind: 'photo' as const, file }, keyboard: choices };
      if (client.capabilities.editMedia.includes('photo')) {
        const { fileId } = await client.editFile(sara.id, text, photo);
        const again = { ...photo, media: { kind: 'photo' as const, file: { fileId: fileId! } } };
        expect(await client.editFile(sara.id, text, again)).toMatchObject({ messageId: text });
        await client.editFile(sara.id, other!.messageId, photo);
        for (const id of [text, other!.messageId])
          expect(seen(id)).toMatchObject({ text: 'اکنون عکس', media: { kind: 'photo' }, ranges: [{ style: 'bold' }] });
      } else {
        const before = server.calls.length;
        expect(await failure(client.editFile(sara.id, other!.messageId, photo))).toBe('rejected');
        expect(server.calls).toHaveLength(before);
      }
      const voice = { ...photo, media: { kind: 'voice' as const, file } };
      expect(await failure(client.editFile(sara.id, text, voice))).toBe('rejected');
    });

    test('shows the new text and keyboard under the same id', async () => {
      const id = await sendOne('پیش', { keyboard: choices });
      const keyboard: Keyboard = { kind: 'inline', rows: [[{ label: 'پس', data: 'm1:x' }]] };
      await client.edit(sara.id, id, { text: concat('اکنون ', bold('پس')), keyboard });
      expect(seen(id)).toMatchObject({
        text: 'اکنون پس',
        inlineKeyboard: [[{ label: 'پس', data: 'm1:x' }]],
        ranges: [{ style: 'bold' }],
        edits: 1,
      });
      await client.edit(sara.id, id, { text: plain('بی دکمه') });
      expect(seen(id)).toMatchObject({ text: 'بی دکمه', inlineKeyboard: [] });
    });

    test('may be a caption', async () => {
      const media = { kind: 'photo' as const, file: { bytes: PNG, fileName: 'p.png', mimeType: 'image/png' } };
      const [sent] = await client.send(sara.id, { text: plain('پیش'), media });
      await client.edit(sara.id, sent!.messageId, { text: plain('پس'), media });
      expect(seen(sent!.messageId)).toMatchObject({ text: 'پس', media: { kind: 'photo' } });
    });

    test('may be nothing at all', async () => {
      const id = await sendOne('همان', { keyboard: choices });
      await client.edit(sara.id, id, { text: plain('همان'), keyboard: choices });
      expect(seen(id).text).toBe('همان');
    });

    test('loses its buttons and keeps its text', async () => {
      const id = await sendOne('متن', { keyboard: choices });
      await client.removeKeyboard(sara.id, id);
      await client.removeKeyboard(sara.id, id);
      expect(seen(id)).toMatchObject({ text: 'متن', inlineKeyboard: [] });
    });

    test('may be gone: an edit says so, the rest does not mind', async () => {
      const id = await sendOne('متن', { keyboard: choices });
      expect(await client.delete(sara.id, id)).toBe('deleted');
      expect(sara.chat.some((message) => message.id === id)).toBe(false);
      expect(await client.delete(sara.id, id)).toBe('gone');
      await client.removeKeyboard(sara.id, id);
      expect(await failure(client.edit(sara.id, id, { text: plain('نو') }))).toBe('message-gone');
    });

    test('takes only what an edit can carry', async () => {
      const id = await sendOne('متن');
      const reply: Keyboard = { kind: 'reply', rows: [[{ label: 'x' }]] };
      expect(await failure(client.edit(sara.id, id, { text: plain('x'), keyboard: reply }))).toBe('rejected');
      expect(await failure(client.edit(sara.id, id, { text: plain('x'.repeat(4097)) }))).toBe('rejected');
    });
  });

  describe('a press', () => {
    async function press(person: Person): Promise<{ id: string; chatId: number }> {
      await client.send(person.id, { text: plain('؟'), keyboard: choices });
      await receive();
      person.press('بله');
      const [update] = await receive();
      return { id: update!.callback_query!.id, chatId: person.id };
    }

    test('is answered, with a text cut to what fits', async () => {
      await client.answerPress(await press(sara), 'ثبت شد. '.repeat(40));
      expect(sara.toasts.at(-1)).toMatchObject({ answered: true });
      expect(sara.toasts.at(-1)!.text).toMatch(/^ثبت شد\. .*…$/s);
      expect(sara.toasts.at(-1)!.text.length).toBeLessThanOrEqual(200);
    });

    test('is answered without a text too', async () => {
      await client.answerPress(await press(sara));
      expect(sara.toasts.at(-1)).toMatchObject({ answered: true, text: '' });
      expect(sara.lastMessage?.text).toBe('؟');
    });

    test('that nobody knows any more is no error', async () => {
      await client.answerPress({ id: '4999999999999', chatId: sara.id }, 'دیر');
      expect(callsOf('answerCallbackQuery')).toBe(1);
    });

    test('is answered where it can be read, whatever the client', async () => {
      const old = server.person({ firstName: 'پیر', oldClient: true });
      old.command('start');
      await client.answerPress(await press(old), 'ثبت شد');
      const shown = [...old.toasts.map(({ text }) => text), ...old.chat.map(({ text }) => text)];
      expect(shown).toContain('ثبت شد');
    });
  });

  describe("what can't be delivered", () => {
    test('because the person blocked the bot, left, never came or is nobody', async () => {
      const send = (chatId: number): Promise<FailureKind> => failure(client.send(chatId, { text: plain('x') }));
      sara.block();
      expect(await send(sara.id)).toBe('unreachable');
      expect(await send(server.person({ firstName: 'نو' }).id)).toBe('unreachable');
      expect(await send(987_654_321_012)).toBe('unreachable');
      const gone = server.person({ firstName: 'رفته' });
      gone.command('start');
      gone.deactivate();
      expect(await send(gone.id)).toBe('unreachable');
    });

    test('for a while is delivered once', async () => {
      server.faults.add({ method: 'sendMessage', kind: 'bad-gateway', times: 1 });
      server.faults.add({ method: 'sendMessage', kind: 'server-error', times: 1 });
      const id = await sendOne('یک بار');
      expect(sara.chat.filter(({ text }) => text === 'یک بار').map((message) => message.id)).toEqual([id]);
      expect(callsOf('sendMessage')).toBe(3);
    });

    test('for its rate is delivered after the pause, or handed up', async () => {
      server.faults.add({ method: 'sendMessage', kind: 'rate-limited', retryAfter: 1, times: 1 });
      await sendOne('پس از درنگ');
      server.faults.add({ method: 'sendMessage', kind: 'rate-limited-text', times: 1 });
      expect(await failure(client.send(sara.id, { text: plain('x') }, { lane: 'bulk' }))).toBe('rate-limited');
    });

    test('for sure is never doubled', async () => {
      server.faults.add({ method: 'sendMessage', kind: 'drop-after', times: 1 });
      const error = await client.send(sara.id, { text: plain('شاید') }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ kind: 'down', ambiguous: true });
      expect(sara.chat.filter(({ text }) => text === 'شاید')).toHaveLength(1);
    });
  });

  describe("grammY's own calls", () => {
    test("carry Telegram's parameters, and each messenger gets those it knows", async () => {
      const question = sara.chat[0]!;
      const sent = await client.api.sendMessage(sara.id, 'متن *خام* و پررنگ', {
        entities: [{ type: 'bold', offset: 12, length: 5 }],
        link_preview_options: { is_disabled: true },
        disable_notification: true,
        protect_content: true,
        reply_parameters: { message_id: question.id, allow_sending_without_reply: true },
        reply_markup: { keyboard: [[{ text: 'الف' }]], is_persistent: true, input_field_placeholder: '…' },
      });
      const message = seen(sent.message_id);
      expect(message.replyTo).toBe(question.id);
      expect(message.text.replaceAll('∗', '*')).toBe('متن *خام* و پررنگ');
      expect(message.ranges).toEqual([{ offset: 12, length: 5, style: 'bold' }]);
      expect(sara.replyKeyboard?.keyboard).toEqual([[{ text: 'الف' }]]);
    });

    test('get the id of what they edited', async () => {
      const id = await sendOne('پیش');
      expect(await client.api.editMessageText(sara.id, id, 'پس')).toMatchObject({ message_id: id });
    });

    test('upload one file and several', async () => {
      await client.api.sendPhoto(sara.id, new InputFile(PNG, 'عکس.png'), { caption: 'تک' });
      const album = await client.api.sendMediaGroup(sara.id, [
        { type: 'photo', media: new InputFile(PNG, 'a.png'), caption: 'یک *ستاره*' },
        { type: 'photo', media: new InputFile(PNG, 'b.png') },
      ]);
      expect(album).toHaveLength(2);
      expect(seen(album[0]!.message_id).text.replaceAll('∗', '*')).toBe('یک *ستاره*');
      expect(new Set(album.map(({ message_id }) => seen(message_id).albumId)).size).toBe(1);
    });

    test('in the plural do it to each', async () => {
      const ids = [await sendOne('یک'), await sendOne('دو'), await sendOne('سه')];
      const copies = await client.api.copyMessages(sara.id, sara.id, ids);
      expect(copies.map(({ message_id }) => seen(message_id).text)).toEqual(['یک', 'دو', 'سه']);
      await client.api.deleteMessages(sara.id, [...ids, 999_999]);
      expect(sara.chat.filter(({ id }) => ids.includes(id))).toEqual([]);
    });

    test('show that the bot is at work', async () => {
      for (const action of ['typing', 'upload_document', 'find_location'] as const) {
        await client.api.sendChatAction(sara.id, action);
      }
      expect(callsOf('sendChatAction')).toBe(3);
    });
  });
}
