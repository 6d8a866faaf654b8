import Chromium from '@sparticuz/chromium';
import { Bot, InlineKeyboard, Keyboard } from 'grammy';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { castOf } from '../../src/simulator/simulator.ts';
import type { BotServer, Simulator } from '../../src/simulator/simulator.ts';
import { PIXEL, closeAfterTest, resultOf, simulator } from './support.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: await Chromium.executablePath(),
    // Two of the package's arguments don't fit: one process ends with its first context, and the page's own guard
    // against other pages must be tried with the web's security on.
    args: [
      ...Chromium.args.filter((arg) => !['--single-process', '--disable-web-security'].includes(arg)),
      '--no-sandbox',
      '--disable-gpu',
    ],
    headless: true,
  });
}, 60_000);

afterAll(() => browser.close());

/** A bot that shows each thing that the page must be able to draw and send. */
async function runBot(server: BotServer): Promise<void> {
  const bot = new Bot(server.token, { client: { apiRoot: server.apiRoot } });
  bot.command('start', (ctx) =>
    ctx.reply(`سلام ${ctx.match}`, { reply_markup: new Keyboard().requestContact('شماره').text('انتخاب').resized() }),
  );
  bot.hears('انتخاب', (ctx) =>
    ctx.reply('یکی را بزنید', {
      reply_markup: new InlineKeyboard().text('یک', 'one').text('هشدار', 'alert').text('خاموش', 'mute'),
    }),
  );
  bot.callbackQuery('one', async (ctx) => {
    await ctx.answerCallbackQuery('یک ثبت شد');
    await ctx.editMessageText('یک را زدید');
  });
  bot.callbackQuery('alert', (ctx) => ctx.answerCallbackQuery({ text: 'حواستان باشد', show_alert: true }));
  bot.callbackQuery('mute', () => undefined);
  bot.on('message:contact', (ctx) => ctx.reply(`شماره رسید: ${ctx.message.contact.phone_number}`));
  bot.on('message:photo', (ctx) => ctx.reply(`عکس رسید: ${ctx.message.caption}`));
  bot.on('message:text', (ctx) => ctx.reply(`گفتید ${ctx.message.text}`));
  // grammY begins at offset 1 and so never sees the update 0 with which Bale begins.
  if (server.profile === 'bale') server.resetUpdateIds(1);
  closeAfterTest({ close: () => bot.stop() });
  await new Promise<void>((resolve) => void bot.start({ onStart: () => resolve() }));
}

async function openPage(): Promise<{ started: Simulator; page: Page; url: string }> {
  const started = await simulator({ pagePort: 0 });
  await runBot(started.telegram);
  await runBot(started.bale);
  const url = started.pageUrl ?? '';
  const context = await browser.newContext({ viewport: { width: 1100, height: 860 } });
  closeAfterTest(context);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  await page.waitForSelector('.person');
  return { started, page, url };
}

const bubble = (page: Page, text: string) => page.locator('.bubble', { hasText: text }).last();

describe.each(['telegram', 'bale'] as const)('the chat page on %s', (messenger) => {
  it('starts the bot, presses an inline button, shows the answer and the edit', async () => {
    const { page } = await openPage();
    await page.click(`[data-messenger-choice=${messenger}]`);
    await page.click('#start');
    await bubble(page, 'سلام').waitFor();
    await page.locator('.keyboard button', { hasText: 'انتخاب' }).click();
    await bubble(page, 'یکی را بزنید').waitFor();

    await page.locator('.inline-keyboard button', { hasText: 'خاموش' }).click();
    await page.waitForSelector('.inline-keyboard [aria-busy=true]');
    await page.locator('.inline-keyboard button', { hasText: 'هشدار' }).click();
    await page.locator('dialog[open]', { hasText: 'حواستان باشد' }).waitFor();
    await page.locator('dialog button').click();

    await page.locator('.inline-keyboard button', { hasText: /^یک$/ }).click();
    await page.locator('#toast', { hasText: 'یک ثبت شد' }).waitFor();
    await bubble(page, 'یک را زدید').waitFor();
    expect(await bubble(page, 'یک را زدید').locator('.meta').textContent()).toContain('ویرایش‌شده');
    expect(await page.locator('.inline-keyboard').count()).toBe(0);
  });

  it('shares the contact after a question, and sends a photo with its caption', async () => {
    const { page } = await openPage();
    await page.click(`[data-messenger-choice=${messenger}]`);
    await page.click('#start');
    await page.locator('.keyboard button', { hasText: 'شماره' }).click();
    await page.locator('dialog button.primary').click();
    await bubble(page, 'شماره رسید').waitFor();
    expect(await bubble(page, 'شماره رسید').textContent()).toContain('989990000001');

    const chooser = page.waitForEvent('filechooser');
    await page.click('#attach');
    await page.click('[data-attach=photo]');
    await (await chooser).setFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL });
    await page.fill('dialog input[name=caption]', 'ویترین');
    await page.locator('dialog button.primary').click();
    await bubble(page, 'عکس رسید: ویترین').waitFor();
    const photo = page.locator('.bubble img.photo');
    await expect
      .poll(() => photo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
      .toBe(1);
  });
});

describe('the chat page', () => {
  it('shows what a person wrote as text, whatever it looks like', async () => {
    const { page, started } = await openPage();
    await page.click('#start');
    await page.fill('#input', '<img src=x onerror=alert(1)> *a*');
    await page.keyboard.press('Enter');
    await bubble(page, 'گفتید <img src=x onerror=alert(1)> *a*').waitFor();
    expect(await page.locator('.bubble img').count()).toBe(0);
    expect(started.telegram.findPerson(castOf('telegram')[0]?.id ?? 0)?.chat).toHaveLength(4);
  });

  it('keeps several tabs and the marks of unread chats up to date', async () => {
    const { page, started, url } = await openPage();
    const second = await page.context().newPage();
    await second.goto(url);
    await second.locator('.person').nth(1).click();
    await page.click('#start');
    await second.locator('.person').first().locator('.person-text', { hasText: 'سلام' }).waitFor();

    const [, other] = castOf('telegram');
    started.telegram.findPerson(other?.id ?? 0)?.say('از جای دیگر');
    await second.locator('.bubble', { hasText: 'گفتید از جای دیگر' }).waitFor();
    const third = castOf('telegram')[2];
    started.telegram.findPerson(third?.id ?? 0)?.say('خبر');
    await page.locator('.person').nth(2).locator('.unread').waitFor();
    await page.locator('.person').nth(2).click();
    await bubble(page, 'گفتید خبر').waitFor();
    await second.locator('.person').nth(2).locator('.unread').waitFor({ state: 'detached' });
    expect(await page.locator('.person').nth(2).locator('.unread').count()).toBe(0);
  });

  it('answers a card in a group, and blocks the bot', async () => {
    const { page, started } = await openPage();
    const officer = started.telegram.findPerson(castOf('telegram').at(-1)?.id ?? 0);
    if (!officer) throw new Error('There is no officer');
    const group = started.telegram.group({ title: 'دبیرخانه', members: [officer] });
    const { message_id } = await resultOf(started.telegram, 'sendMessage', { chat_id: group.id, text: 'پروندهٔ تازه' });
    await page.locator('.person').last().click();
    await page.selectOption('#place', { label: 'دبیرخانه' });
    await bubble(page, 'پروندهٔ تازه').hover();
    await bubble(page, 'پروندهٔ تازه').locator('[title=پاسخ]').click();
    await page.fill('#input', 'پیگیری می‌کنم');
    await page.keyboard.press('Enter');
    await bubble(page, 'گفتید پیگیری می‌کنم').waitFor();
    expect(group.chat.find(({ text }) => text === 'پیگیری می‌کنم')?.replyTo).toBe(message_id);

    await page.selectOption('#place', { label: 'ربات' });
    await page.click('#start');
    await bubble(page, 'سلام').waitFor();
    await page.click('#block');
    await page.locator('dialog button.primary').click();
    await page.locator('#unblock').waitFor();
    expect(officer.record.blocked).toBe(true);
  });

  it('makes a new person, and opens links to the bot in the chat', async () => {
    const { page, started } = await openPage();
    await page.click('#add-person');
    await page.fill('dialog input[name=name]', 'سارا راد');
    await page.fill('dialog input[name=phone]', '۰۹۹۹ ۰۰۰ ۰۰۷۷');
    await page.locator('dialog button.primary').click();
    await page.locator('#bar-subtitle', { hasText: 'سارا راد' }).waitFor();
    await page.click('#start');
    await bubble(page, 'سلام').waitFor();
    const sara = started.telegram.people.at(-1);
    expect(sara?.record).toMatchObject({ firstName: 'سارا', lastName: 'راد', phone: '989990000077' });
    const link = `https://t.me/${started.telegram.bot.username ?? ''}?start=o_12`;
    await resultOf(started.telegram, 'sendMessage', { chat_id: sara?.id, text: link });
    await page.locator('.bubble a', { hasText: 't.me' }).click();
    await bubble(page, 'سلام o_12').waitFor();
  });
});

describe('the page server refuses', () => {
  const body = (person: number) => JSON.stringify({ person, chat: person, action: 'say', text: 'forged' });

  it('what another web page sends, and names that lead here by DNS', async () => {
    const started = await simulator({ pagePort: 0 });
    const url = `${started.pageUrl ?? ''}page/act?messenger=bale`;
    const person = castOf('bale')[0]?.id ?? 0;
    const send = async (headers: Record<string, string>) => {
      const options = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: body(person),
      };
      return (await fetch(url, options)).status;
    };
    expect(await send({})).toBe(403);
    expect(await send({ origin: 'http://evil.example' })).toBe(403);
    expect(await send({ origin: new URL(url).origin, 'content-type': 'text/plain' })).toBe(415);
    expect(started.bale.findPerson(person)?.chat).toEqual([]);
    expect(await send({ origin: new URL(url).origin })).toBe(200);
    expect(started.bale.findPerson(person)?.chat).toMatchObject([{ text: 'forged' }]);
  });

  it('paths outside its folder', async () => {
    const { pageUrl } = await simulator({ pagePort: 0 });
    for (const path of ['simulator.ts', '..%2fsimulator.ts', 'page.css.map']) {
      expect((await fetch(`${pageUrl ?? ''}${path}`)).status).toBe(404);
    }
    const { headers } = await fetch(pageUrl ?? '');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
