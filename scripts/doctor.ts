import { parseArgs } from 'node:util';
import type { AccountId } from '../src/config.ts';
import { examine } from '../src/doctor/examine.ts';
import { loadSettingsFile } from '../src/env-file.ts';

const USAGE = `npm run doctor -- [--chat telegram:123456789] [--chat bale:987654321] [--wait 60]

Checks the settings, this machine, the database and the messengers, and prints a report without tokens and passwords.
With --chat, a private chat with the bot, it also sends a dozen probes there that show how the messenger really behaves.
With --wait, it then asks you there to share your contact and waits so many seconds, at most 600; stop the bot for that.
Ends with 0 if nothing keeps the bot from working, with 1 if something does (ERROR), and with 2 if it was called wrongly.`;

const { values } = parseArgs({
  options: { chat: { type: 'string', multiple: true }, wait: { type: 'string' }, help: { type: 'boolean' } },
});
const chats = (values.chat ?? []).map(readChat);
const waitSeconds = Number(values.wait ?? 0);
const isWaitRight = Number.isInteger(waitSeconds) && waitSeconds >= 0 && waitSeconds <= 600;
if (values.help || chats.includes(null) || !isWaitRight) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
loadSettingsFile();
const { report, healthy } = await examine({
  env: process.env,
  waitSeconds,
  chats: chats.filter((chat): chat is AccountId => chat !== null),
});
console.log(report);
process.exitCode = healthy ? 0 : 1;

function readChat(text: string): AccountId | null {
  const [, messenger, userId] = /^(telegram|bale):(\d{1,16})$/.exec(text) ?? [];
  return messenger && userId ? { messenger: messenger as AccountId['messenger'], userId: Number(userId) } : null;
}
