import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Connection } from 'mongoose';
import type { Now } from '../clock.ts';
import { lookAtStorage, storageFault, storageText } from '../database/storage.ts';
import { finding, type Finding } from './report.ts';

const GIGABYTE = 1024 ** 3;
const LOW_DISK_BYTES = 2 * GIGABYTE;
/** What the bot is tested with; older ones lack what `$$NOW` in updates and partial indexes need. */
const OLDEST_SERVER = 5;

/** The machine: Node, the clock's zone, the disk. */
export async function checkMachine({ dataDir, now }: { dataDir: string; now: () => Date }): Promise<Finding[]> {
  return [
    await finding('Node', () => ({
      verdict: Number(process.versions.node.split('.')[0]) >= 24 ? 'ok' : 'error',
      detail: `${process.versions.node} (24 or newer is needed)`,
    })),
    await finding('Time zone', () => {
      const format = new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Asia/Tehran',
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return { verdict: 'ok', detail: `the machine is in ${own}; in Tehran it is ${format.format(now())}` };
    }),
    await finding('Disk', () => {
      let place = dataDir;
      while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
      const { bavail, bsize } = statfsSync(place);
      const free = bavail * bsize;
      return {
        verdict: free < LOW_DISK_BYTES ? 'warning' : 'ok',
        detail: `${(free / GIGABYTE).toFixed(1)} GB are free for DATA_DIR`,
      };
    }),
  ];
}

/** The database: that it answers, its version, what it promises of a write, and the indexes that the bot relies on. */
export async function checkDatabase(connection: Connection, now: Now): Promise<Finding[]> {
  const ask = async (command: object): Promise<object> => {
    const answer = await connection.db?.admin().command({ ...command });
    if (!answer) throw new Error('The connection is not open');
    return answer;
  };
  return [
    await finding('Version', async () => {
      const { version } = (await ask({ buildInfo: 1 })) as { version: string };
      return { verdict: Number(version.split('.')[0]) >= OLDEST_SERVER ? 'ok' : 'error', detail: version };
    }),
    await finding('Write concern', async () => {
      const hello = (await ask({ hello: 1 })) as { setName?: string; isWritablePrimary?: boolean };
      const { w, journal } = connection.getClient().options.writeConcern ?? {};
      const asked = w === undefined ? 'the server’s default' : `w=${String(w)}${journal ? ', journal' : ''}`;
      // Acknowledged by nobody, an update would be confirmed to the messenger and lost.
      return {
        verdict: w === 0 || hello.isWritablePrimary !== true ? 'error' : 'ok',
        detail: `${asked}; ${hello.setName ? `replica set ${hello.setName}` : 'a single server'}${hello.isWritablePrimary ? '' : ', which takes no writes'}`,
      };
    }),
    await finding('Clock', async () => {
      const { localTime } = (await ask({ hello: 1 })) as { localTime?: Date };
      // The embedded engine runs on this machine and says none.
      if (!localTime) return { verdict: 'ok', detail: 'this machine’s own' };
      const apart = Math.abs(now().getTime() - localTime.getTime()) / 1000;
      return { verdict: apart > 5 ? 'warning' : 'ok', detail: `${apart.toFixed(1)} s from this machine’s` };
    }),
    await finding('Storage', async () => {
      const found = await lookAtStorage(connection);
      return { verdict: storageFault(found) === null ? 'ok' : 'warning', detail: storageText(found) };
    }),
    ...(await checkIndexes(connection)),
  ];
}

/** One line for all that is in order and one for each collection that is not. */
async function checkIndexes(connection: Connection): Promise<Finding[]> {
  const there = new Set((await connection.listCollections()).map(({ name }) => name));
  const models = Object.values(connection.models);
  const looks = await Promise.all(
    models
      .filter(({ collection }) => there.has(collection.name))
      .map((model) =>
        finding(`Indexes of ${model.collection.name}`, async () => {
          const { toCreate } = await model.diffIndexes();
          const missing = toCreate.map((index) => Object.keys(index as object).join('+'));
          if (missing.length === 0) return { verdict: 'ok', detail: 'complete' };
          return { verdict: 'warning', detail: `missing ${missing.join(', ')}; the next start builds them` };
        }),
      ),
  );
  const complete = looks.filter(({ verdict }) => verdict === 'ok').length;
  const absent = models.length - looks.length;
  const first = complete > 0 ? `complete in ${complete} of ${models.length} collections` : 'none yet';
  const later = absent > 0 ? `; ${absent} collections are made by the next start` : '';
  return [
    { what: 'Indexes', verdict: absent > 0 ? 'info' : 'ok', detail: first + later },
    ...looks.filter(({ verdict }) => verdict !== 'ok'),
  ];
}
