import { createAudit } from '../src/features/audit/audit.service.ts';
import { ROLES, createDesk, readAccount } from '../src/features/desk/desk.service.ts';
import { createMembers } from '../src/features/members/members.service.ts';
import { ensureIndexes } from '../src/database/indexes.ts';
import { readArguments, reasonOf, wrongUsage } from './arguments.ts';
import { openConfiguredDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run grant -- telegram:123456789 head            gives a role
npm run grant -- telegram:123456789 head --revoke   takes it
Roles: ${ROLES.join(', ')}`;

const { values, positionals } = readArguments(USAGE, {
  options: { revoke: { type: 'boolean' } },
  operands: ['The account', 'The role'],
});
const [typed = '', roleName = ''] = positionals;
const account = readAccount(typed);
const role = ROLES.find((one) => one === roleName);
if (!account) wrongUsage(USAGE, 'The account must be like telegram:123456789 or bale:987654321');
if (!role) wrongUsage(USAGE, `There is no role «${roleName}»`);

try {
  const database = await openConfiguredDatabase();
  try {
    const { connection } = database;
    const members = createMembers({ now: systemNow, connection });
    const audit = createAudit({ now: systemNow, connection });
    await ensureIndexes(connection);
    const granted = !values.revoke;
    const source = `console:${systemNow().toISOString()}`;
    await createDesk({ now: systemNow, connection, members, audit }).setRole(null, { account, role, granted, source });
    const roles = (await members.behind(account))?.roles ?? [];
    console.log(`${typed} has now: ${roles.join(', ') || 'no role'}`);
  } finally {
    await database.close();
  }
} catch (error) {
  console.error(`The role was not changed: ${reasonOf(error)}`);
  process.exit(1);
}
