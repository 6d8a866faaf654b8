import { describe, expect, it, vi } from 'vitest';
import { newsSendingButton } from '../../src/features/audience/sendings.views.ts';
import type { NewsItem } from '../../src/features/news/news.service.ts';
import { actButton, officeButton } from '../../src/features/news/office.views.ts';
import type { ChatMessage, Person } from '../../src/simulator/simulator.ts';
import { MESSENGERS, answer, fa, faBegins, useWorld } from '../support/app.ts';
import { PICTURE, memberOf, officerOf, persianDigits, pressSure } from '../support/journeys.ts';

const BODY = 'شورای راهبری نشست تازهٔ خود را برگزار کرد و برنامهٔ کار را تصویب کرد.';
/** Another small picture. */
const OTHER = Buffer.concat([PICTURE, Buffer.from('x')]);
const labelsOf = (message: ChatMessage): string[] => message.inlineKeyboard.flat().map(({ label }) => label);
const sendsTo = (message: ChatMessage): string | undefined =>
  labelsOf(message).find((label) => label.startsWith('ارسال به'));

describe.each(MESSENGERS)('what becomes of a sending on %s', (messenger) => {
  const world = useWorld();

  const published = (headline: string): Promise<NewsItem> =>
    world.app.features.news.publish({ origin: headline, headline, body: BODY, source: '' });
  function press(officer: Person, data: string): void {
    officer.pressData(data, officer.lastMessage!);
  }
  async function office(officer: Person, { id }: NewsItem): Promise<ChatMessage> {
    press(officer, officeButton.data(id, 'new'));
    return officer.waitFor((message) => labelsOf(message).includes(fa('news.button.preview')));
  }
  /** Chooses the whole audience and sends; resolves with the message that shows how it goes. */
  async function send(officer: Person, { id }: NewsItem): Promise<ChatMessage> {
    press(officer, newsSendingButton.data(id));
    const ready = await officer.waitFor((message) => sendsTo(message) !== undefined);
    await pressSure(officer, sendsTo(ready)!);
    return officer.waitFor((message) => message.id === ready.id && labelsOf(message).length === 2);
  }
  const ended = (officer: Person): Promise<ChatMessage> => officer.waitFor('پایان یافت', { timeoutMs: 20_000 });
  const has = (person: Person, headline: string): number =>
    person.chat.filter(({ from, text }) => from === 'bot' && text.includes(headline)).length;
  /** Nothing of news gets out while it lasts. */
  const outage = () => {
    const ends = MESSENGERS.map((name) =>
      world.server(name).faults.add({ method: 'sendMessage', kind: 'rate-limited' }),
    );
    return () => ends.forEach((end) => end());
  };

  it('is paused and goes on by the buttons below its bar', async () => {
    const people = [await memberOf(world, messenger), await memberOf(world, messenger)];
    const officer = await officerOf(world, messenger);
    const item = await published(`خبر با وقفه ${messenger}`);
    press(officer, newsSendingButton.data(item.id));
    const ready = await officer.waitFor((message) => sendsTo(message) !== undefined);
    const mend = outage();
    await pressSure(officer, sendsTo(ready)!);
    const going = await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.pause')));
    officer.press(fa('news.button.pause'), { message: going });
    const paused = await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.resume')));
    // What was in hand has come back.
    const deliveries = world.app.database.connection.collection('deliveries');
    await vi.waitFor(async () => expect(await deliveries.countDocuments({ state: 'claimed' })).toBe(0), 5000);
    mend();
    await world.settled();
    for (const { person } of people) expect(has(person, item.headline)).toBe(0);
    officer.press(fa('news.button.resume'), { message: paused });
    const report = await ended(officer);
    expect(report.id).toBe(ready.id);
    for (const { person } of people) expect(has(person, item.headline)).toBe(1);
  });

  it('is stopped for good, says how many have it, and may later go to those who do not', async () => {
    const { person } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const item = await published(`خبر نیمه‌کاره ${messenger}`);
    press(officer, newsSendingButton.data(item.id));
    const ready = await officer.waitFor((message) => sendsTo(message) !== undefined);
    const mend = outage();
    await pressSure(officer, sendsTo(ready)!);
    const going = await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.stop')));
    officer.press(fa('news.button.stop'), { message: going });
    await officer.waitFor(faBegins('news.send.cancelled').split('.')[0] ?? '', { timeoutMs: 20_000 });
    mend();
    await world.settled();
    expect(has(person, item.headline)).toBe(0);

    await office(officer, item);
    officer.press(fa('audience.button.further'));
    const again = await officer.waitFor((message) => sendsTo(message) !== undefined);
    await pressSure(officer, sendsTo(again)!);
    await ended(officer);
    expect(has(person, item.headline)).toBe(1);
  });

  it('goes on to who has come since, and to nobody twice', async () => {
    const { person: early } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const item = await published(`خبر دو گروه ${messenger}`);
    await send(officer, item);
    await ended(officer);
    const { person: late } = await memberOf(world, messenger);
    expect(labelsOf(await office(officer, item))).toContain(fa('audience.button.further'));
    officer.press(fa('audience.button.further'));
    const again = await officer.waitFor((message) => sendsTo(message) === fa('audience.button.send', { people: 1 }));
    expect(again.text).toContain(faBegins('audience.count.already').trim());
    await pressSure(officer, fa('audience.button.send', { people: 1 }));
    await officer.waitUntil(() => has(late, item.headline) === 1);
    await world.settled();
    expect([has(early, item.headline), has(late, item.headline)]).toEqual([1, 1]);
  });

  it('counts to its author what the messenger refuses to delete after two days', async () => {
    const { person } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const item = await published(`خبر کهنه ${messenger}`);
    await send(officer, item);
    await ended(officer);
    await world.settled();
    world.pass(49);
    await office(officer, item);
    await pressSure(officer, fa('news.button.recall'));
    const report = await officer.waitFor('پس گرفته شد.', { timeoutMs: 20_000 });
    const count = world.server(messenger).people.filter((one) => has(one, item.headline) > 0 && one !== officer).length;
    expect(report.text).toContain(fa('news.reason.too-late'));
    expect(report.text).toMatch(new RegExp(`${fa(`news.messenger.${messenger}`)}\\): ${persianDigits(String(count))}`));
    expect(has(person, item.headline)).toBe(1);
    person.command('start', `n_${item.number}`);
    await person.waitFor('دیگر معتبر نیست');
  });

  it('brings another picture to those who have the item, or says where it could not', async () => {
    const { person } = await memberOf(world, messenger);
    const officer = await officerOf(world, messenger);
    const item = await published(`خبر مصور ${messenger}`);
    await send(officer, item);
    await ended(officer);
    for (const bytes of [PICTURE, OTHER]) {
      await office(officer, item);
      officer.press(fa('news.button.edit'));
      await officer.waitFor(fa('bot.dialogue.reviewHint'));
      officer.press(fa('bot.dialogue.edit', { what: fa('news.field.attachment') }));
      await officer.waitFor(fa('news.write.question.attachment'));
      officer.sendPhoto(bytes);
      await answer(officer, 'bot.dialogue.reviewHint', () => officer.press(fa('news.edit.send')));
      await officer.waitFor(fa('news.edit.savedSent'));
      await pressSure(officer, fa('news.button.everywhere'));
      const report = await officer.waitFor('به‌روز شد.', { timeoutMs: 20_000 });
      const [got] = person.chat.filter(({ from, text }) => from === 'bot' && text.includes(item.headline));
      if (messenger === 'telegram') {
        expect(report.text).not.toContain(fa('news.reason.file-kept'));
        expect(got?.media).toMatchObject({ kind: 'photo', size: bytes.length });
      } else {
        expect(report.text).toContain(fa('news.reason.file-kept'));
        expect(got?.media).toBeNull();
      }
    }
  });

  it('does not wake who chose quiet hours after it was made', async () => {
    const { person: sleeper, id } = await memberOf(world, messenger);
    const app = await world.restart({ telling: { togetherMs: 0, quiet: true } });
    // Everybody but the sleeper is awake, whatever the time is where the test runs.
    const hour = Number(
      new Intl.DateTimeFormat('en', { timeZone: 'Asia/Tehran', hour: 'numeric', hourCycle: 'h23' }).format(),
    );
    const awake = { from: (hour + 12) % 24, to: (hour + 13) % 24 };
    const { preferences } = app.features.audience;
    await preferences.change(id, { quiet: awake });
    const item = await published(`خبر شبانه ${messenger}`);
    const plan = {
      audience: { kind: 'people', ids: [id] },
      frozenAt: new Date().toISOString(),
      newsId: item.id,
      topic: null,
      urgent: true,
    };
    const { campaigns } = app.delivery;
    const made = await campaigns.create({ kind: 'news', payload: { newsId: item.id }, audience: plan, by: id });
    await vi.waitFor(async () => expect((await campaigns.progress(made))?.prepared).toBe(true));
    await preferences.change(id, { quiet: { from: hour, to: (hour + 2) % 24 } });
    await campaigns.start(made);
    await world.settled();
    expect(has(sleeper, item.headline)).toBe(0);
    expect((await campaigns.progress(made))?.byState).toMatchObject({ waiting: 1, sent: 0 });
    await preferences.change(id, { quiet: awake });
    await sleeper.waitUntil(() => has(sleeper, item.headline) === 1);
    await world.restart();
  });

  it('leaves earlier versions to be looked at and brought back, over what was seen', async () => {
    const officer = await officerOf(world, messenger);
    const { news, members } = world.app.features;
    const { id: actorId } = (await members.behind({ messenger, userId: officer.id }))!;
    const actor = { id: actorId, roles: ['officer'] as const };
    const item = await published(`نسخهٔ نخست ${messenger}`);
    const change = (revision: number, headline: string) =>
      news.edit(actor, item.id, { revision, source: headline, change: (content) => ({ ...content, headline }) });
    await change(1, `نسخهٔ دوم ${messenger}`);
    press(officer, actButton.data(item.id, 'versions'));
    await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.version', { revision: 1 })));
    officer.press(fa('news.button.version', { revision: 1 }));
    await officer.waitFor(item.headline);
    const asked = await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.restore')));
    await change(2, `نسخهٔ سوم ${messenger}`);
    officer.press(fa('news.button.restore'), { message: asked });
    await officer.waitUntil(() => officer.toasts.at(-1)?.text === fa('news.edit.changed'));
    expect((await news.find(item.id))?.revision).toBe(3);

    press(officer, actButton.data(item.id, 'versions'));
    await officer.waitFor((message) => labelsOf(message).includes(fa('news.button.version', { revision: 2 })));
    officer.press(fa('news.button.version', { revision: 1 }));
    await officer.waitFor((message) => message.id > asked.id && labelsOf(message).includes(fa('news.button.restore')));
    officer.press(fa('news.button.restore'));
    await officer.waitFor(fa('news.edit.saved'));
    expect(await news.find(item.id)).toMatchObject({ headline: item.headline, revision: 4 });
  });
});
