import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { parseArgs } from 'node:util';
import type { AccountId } from '../src/config.ts';
import { examine } from '../src/doctor/examine.ts';

const USAGE = `npm run doctor -- [--chat telegram:123456789] [--chat bale:987654321]

Checks the settings, this machine, the database and the messengers, and prints a report without tokens and passwords.
With --chat, a private chat with the bot, it also sends a dozen probes there that show how the messenger really behaves.
Ends with 0 if nothing keeps the bot from working.`;

const { values } = parseArgs({ options: { chat: { type: 'string', multiple: true }, help: { type: 'boolean' } } });
const chats = (values.chat ?? []).map(readChat);
if (values.help || chats.includes(null)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
if (existsSync('.env')) loadEnvFile('.env');
const { report, healthy } = await examine({
  env: process.env,
  chats: chats.filter((chat): chat is AccountId => chat !== null),
});
console.log(report);
process.exitCode = healthy ? 0 : 1;

function readChat(text: string): AccountId | null {
  const [, messenger, userId] = /^(telegram|bale):(\d{1,16})$/.exec(text) ?? [];
  return messenger && userId ? { messenger: messenger as AccountId['messenger'], userId: Number(userId) } : null;
}
