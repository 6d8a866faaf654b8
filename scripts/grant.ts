import { createAudit } from '../src/features/audit/audit.service.ts';
import { ROLES, createDesk, readAccount } from '../src/features/desk/desk.service.ts';
import { createMembers } from '../src/features/members/members.service.ts';
import { ensureIndexes } from '../src/database/indexes.ts';
import { openConfiguredDatabase } from './open-database.ts';

const USAGE = `npm run grant -- telegram:123456789 head            gives a role
npm run grant -- telegram:123456789 head --revoke   takes it
Roles: ${ROLES.join(', ')}`;

const [typed = '', roleName = '', flag] = process.argv.slice(2);
const account = readAccount(typed);
const role = ROLES.find((one) => one === roleName);
if (!account || !role || (flag !== undefined && flag !== '--revoke')) {
  console.error(USAGE);
  process.exit(2);
}

try {
  const database = await openConfiguredDatabase();
  try {
    const { connection } = database;
    const members = createMembers({ connection });
    const audit = createAudit({ connection });
    await ensureIndexes(connection);
    const granted = flag === undefined;
    const source = `console:${new Date().toISOString()}`;
    await createDesk({ connection, members, audit }).setRole(null, { account, role, granted, source });
    const roles = (await members.behind(account))?.roles ?? [];
    console.log(`${typed} has now: ${roles.join(', ') || 'no role'}`);
  } finally {
    await database.close();
  }
} catch (error) {
  console.error(`The role was not changed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
