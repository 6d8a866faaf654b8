import { Bot, InputFile } from 'grammy';
import { describe, expect, it } from 'vitest';
import { PIXEL, refusalOf, resultOf, simulator } from './support.ts';

async function download(server: { apiRoot: string; token: string }, path: string): Promise<Response> {
  return fetch(`${server.apiRoot}/file/bot${server.token}/${path}`);
}

describe.each(['telegram', 'bale'] as const)('files on %s', (name) => {
  it('come down as they were sent, under a link that works for an hour', async () => {
    let now = Date.UTC(2026, 10, 22);
    const server = (await simulator({ clock: () => now }))[name];
    const sara = server.person({ firstName: 'Sara' });
    sara.sendDocument(Buffer.from('evidence'), { name: 'مدرک.txt', mimeType: 'text/plain', caption: 'look' });
    const [update] = server.pendingUpdates;
    expect(update).toMatchObject({ message: { caption: 'look', document: { file_name: 'مدرک.txt', file_size: 8 } } });
    const file_id = update?.message?.document?.file_id;

    const { file_path } = await resultOf(server, 'getFile', { file_id });
    const found = await download(server, file_path as string);
    expect(found.headers.get('content-type')).toBe('text/plain');
    expect(await found.text()).toBe('evidence');
    expect((await download({ ...server, apiRoot: server.apiRoot, token: 'wrong' }, file_path as string)).ok).toBe(
      false,
    );
    now += 61 * 60 * 1000;
    expect((await download(server, file_path as string)).status).toBe(404);
  });

  it('go up once and are sent again by their id, never as another kind', async () => {
    const server = (await simulator())[name];
    const sara = server.person({ firstName: 'Sara' });
    sara.say('hello');
    const form = new FormData();
    form.set('chat_id', String(sara.id));
    form.set('caption', 'one pixel');
    form.set('photo', new Blob([PIXEL], { type: 'image/png' }), 'pixel.png');
    const sent = await resultOf<{ photo: { file_id: string; width: number }[] }>(server, 'sendPhoto', form);
    const photo = sent.photo.at(-1);
    expect(photo).toMatchObject({ width: 1 });
    expect(sara.lastMessage).toMatchObject({ text: 'one pixel', media: { kind: 'photo', size: PIXEL.length } });

    const again = { chat_id: sara.id, photo: photo?.file_id };
    expect(await resultOf(server, 'sendPhoto', again)).toBeTruthy();
    expect(await refusalOf(server, 'sendDocument', { chat_id: sara.id, document: photo?.file_id })).toMatch(/^400 /);
    expect(server.calls.at(-3)?.payload).toMatchObject({ photo: { fileName: 'pixel.png', size: PIXEL.length } });
  });

  it('are refused when empty or too large, and not handed out over 20 MB', async () => {
    const server = (await simulator())[name];
    const sara = server.person({ firstName: 'Sara' });
    const upload = (bytes: Uint8Array<ArrayBuffer>) => {
      const form = new FormData();
      form.set('chat_id', String(sara.id));
      form.set('photo', new Blob([bytes]), 'a.jpg');
      return form;
    };
    sara.sendVideo(Buffer.alloc(21 * 1024 * 1024));
    const file_id = server.pendingUpdates[0]?.message?.video?.file_id;
    expect(await refusalOf(server, 'getFile', { file_id })).toBe('400 Bad Request: file is too big');
    expect(await refusalOf(server, 'sendPhoto', upload(new Uint8Array(0)))).toMatch(/^400 /);
    expect(await refusalOf(server, 'sendPhoto', upload(new Uint8Array(10 * 1024 * 1024 + 1)))).toBe(
      '400 Bad Request: file is too big',
    );
  });

  it('belong to one bot: the other messenger doesn’t know their ids', async () => {
    const simulation = await simulator();
    const server = simulation[name];
    const other = name === 'telegram' ? simulation.bale : simulation.telegram;
    server.person({ firstName: 'Sara' }).sendPhoto(PIXEL);
    const file_id = server.pendingUpdates[0]?.message?.photo?.[0]?.file_id;
    expect(await resultOf(server, 'getFile', { file_id })).toBeTruthy();
    expect(await refusalOf(other, 'getFile', { file_id })).toMatch(/^400 /);
  });

  it('arrive of every kind, with albums held together', async () => {
    const server = (await simulator())[name];
    const sara = server.person({ firstName: 'Sara' });
    const bytes = Buffer.from('x');
    sara.sendVoice(bytes);
    sara.sendAudio(bytes);
    sara.sendSticker(bytes);
    sara.sendAlbum([
      { kind: 'photo', bytes: PIXEL, caption: 'first' },
      { kind: 'photo', bytes: PIXEL },
    ]);
    const messages = server.pendingUpdates.map((update) => update.message);
    const kinds = ['voice', 'audio', 'sticker', 'photo', 'photo'] as const;
    expect(kinds.map((kind, index) => messages[index]?.[kind] !== undefined)).toEqual(kinds.map(() => true));
    expect(messages[3]?.media_group_id).toBeTypeOf('string');
    expect(messages[4]?.media_group_id).toBe(messages[3]?.media_group_id);
    // Bale documents only a voice message's ids.
    expect(messages[0]?.voice?.duration).toBe(name === 'bale' ? undefined : 1);
  });
});

describe('what grammY uploads', () => {
  it('reaches Telegram: one file, an album, another medium in an edit', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    sara.say('hello');
    const { api } = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
    const pixel = () => new InputFile(PIXEL, 'pixel one.png');

    const sent = await api.sendPhoto(sara.id, pixel(), { caption: 'a' });
    expect(sara.lastMessage?.media).toMatchObject({ kind: 'photo', size: PIXEL.length });
    await api.editMessageMedia(sara.id, sent.message_id, { type: 'document', media: pixel(), caption: 'b' });
    expect(sara.lastMessage).toMatchObject({ text: 'b', edits: 1, media: { kind: 'document' } });
    await api.sendMediaGroup(sara.id, [
      { type: 'photo', media: pixel(), caption: 'c' },
      { type: 'photo', media: sent.photo.at(-1)?.file_id ?? '' },
    ]);
    const albums = sara.chat.slice(2).map(({ albumId }) => albumId);
    expect(albums).toEqual([expect.any(String), albums[0]]);
    expect(sara.chat.map(({ text }) => text)).toEqual(['hello', 'b', 'c', '']);
  });

  it('is refused by strict Bale, which wants the part named like the parameter', async () => {
    const { bale } = await simulator();
    const sara = bale.person({ firstName: 'Sara' });
    sara.say('hello');
    const { api } = new Bot(bale.token, { client: { apiRoot: bale.apiRoot } });
    await expect(api.sendPhoto(sara.id, new InputFile(PIXEL, 'pixel.png'))).rejects.toThrow('400');
  });
});
