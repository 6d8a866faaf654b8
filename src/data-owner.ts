import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';

/** Files lie in the data folder, in the database's, and in one below. */
const DEEPEST = 3;

/** A user as people know it: the name, where this machine has one for it. */
export function userName(uid: number): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    const found = lines.find((line) => line.split(':')[2] === String(uid));
    return found?.split(':')[0] ?? `user ${uid}`;
  } catch {
    return `user ${uid}`;
  }
}

/** `chown` knows users by name or number. */
const forChown = (uid: number): string => userName(uid).replace('user ', '');

/**
 * Whose the bot is: the user who made the database, else the one who has the folder. A volume's own folder may be root's,
 * whoever works in it.
 */
function ownerOf(dataDir: string): number | undefined {
  const paths = [join(dataDir, 'mongo'), dataDir];
  return paths.map((path) => lstatSync(path, { throwIfNoEntry: false })?.uid).find((uid) => uid !== undefined);
}

function* filesIn(folder: string, depth = 1): Generator<string> {
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // Another user's folder that this one may not read: it was given itself.
  }
  for (const entry of entries) {
    if (entry.name === 'lost+found') continue;
    const path = join(folder, entry.name);
    yield path;
    if (depth < DEEPEST && entry.isDirectory()) yield* filesIn(path, depth + 1);
  }
}

/** The first file below `dataDir` that fits, with its owner; null on machines without owners, or where there is no folder. */
function findFile(
  dataDir: string,
  fits: (file: { path: string; uid: number }) => boolean,
): { path: string; uid: number } | null {
  if (process.getuid === undefined || !existsSync(dataDir)) return null;
  for (const path of filesIn(dataDir)) {
    // A socket or a temporary file may go while we look.
    const uid = lstatSync(path, { throwIfNoEntry: false })?.uid;
    if (uid !== undefined && fits({ path, uid })) return { path, uid };
  }
  return null;
}

/** What is wrong with the owners of the data folder's files, and the cure; null where all belong to one user. */
export function foreignFile(dataDir: string): string | null {
  const owner = ownerOf(dataDir);
  if (owner === undefined) return null;
  const found = findFile(dataDir, ({ uid }) => uid !== owner);
  return found && foreignOwner(found, { dataDir, owner });
}

const foreignOwner = (file: { path: string; uid: number }, { dataDir, owner }: { dataDir: string; owner: number }) =>
  `${file.path} belongs to ${userName(file.uid)}, and the bot to ${userName(owner)}: give it back with: chown -R ${forChown(owner)}: ${dataDir}`;

/**
 * What a command run as root left in the folder would stop the database in ways that name neither file nor owner.
 * @throws ConfigError naming the first file that this user may not read and write
 */
export function refuseForeignFiles(dataDir: string): void {
  const self = process.getuid?.();
  if (self === undefined || self === 0) return;
  const found = findFile(dataDir, ({ path, uid }) => uid !== self && !mayUse(path));
  if (found) throw new ConfigError(foreignOwner(found, { dataDir, owner: self }));
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * For a command: whatever it leaves in the data folder of another user, the bot of that user could not open.
 * @throws ConfigError where the folder is there and belongs to another user
 */
export function refuseOtherOwner(dataDir: string): void {
  const self = process.getuid?.();
  const owner = ownerOf(dataDir);
  if (self === undefined || owner === undefined || owner === self) return;
  throw new ConfigError(
    `DATA_DIR ${dataDir} belongs to ${userName(owner)}, and this runs as ${userName(self)}: what it left there the bot could not open. Run it as ${userName(owner)}, for example: sudo -u ${userName(owner).replace('user ', '#')} npm run doctor`,
  );
}
