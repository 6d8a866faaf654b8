import type { AccountId } from '../src/config.ts';
import { examine } from '../src/doctor/examine.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { readArguments, wrongUsage } from './arguments.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run doctor -- [--chat telegram:123456789] [--chat bale:987654321] [--wait 60]

Checks the settings, this machine, the database and the messengers, and prints a report without tokens and passwords.
With --chat, a private chat with the bot, it also sends a dozen probes there that show how the messenger really behaves.
With --wait, it then asks you there to share your contact and waits so many seconds, at most 600; stop the bot for that.
Ends with 0 if nothing keeps the bot from working, with 1 if something does (ERROR), and with 2 if it was called wrongly.`;

const { values } = readArguments(USAGE, {
  options: { chat: { type: 'string', multiple: true }, wait: { type: 'string' } },
});
const chats = (values.chat ?? []).map(readChat);
const waitSeconds = Number(values.wait ?? 0);
const isWaitRight = Number.isInteger(waitSeconds) && waitSeconds >= 0 && waitSeconds <= 600;
if (!isWaitRight) wrongUsage(USAGE, '--wait takes a number of seconds from 0 to 600');
const inFile = loadSettingsFile();
const { report, healthy } = await examine({ now: systemNow, env: process.env, inFile, waitSeconds, chats });
console.log(report);
process.exitCode = healthy ? 0 : 1;

function readChat(text: string): AccountId {
  const [, messenger, userId] = /^(telegram|bale):(\d{1,16})$/.exec(text) ?? [];
  if (!messenger || !userId) wrongUsage(USAGE, '--chat takes a chat like telegram:123456789 or bale:987654321');
  return { messenger: messenger as AccountId['messenger'], userId: Number(userId) };
}
