import type { Connection } from 'mongoose';
import type { Config } from '../config.ts';
import { describeUnfinished, findUnfinishedRestore } from '../database/unfinished-restore.ts';
import { createSealing } from '../features/members/sealing.service.ts';
import { secretKeySource } from '../secret-key.ts';
import { finding, type Finding } from './report.ts';

/** That no restore was killed in it. */
export function checkWhole(connection: Connection): Promise<Finding> {
  return finding('Restore', async () => {
    const unfinished = connection.db && (await findUnfinishedRestore(connection.db));
    return unfinished
      ? { verdict: 'error', detail: describeUnfinished(unfinished) }
      : { verdict: 'ok', detail: 'none that was not finished' };
  });
}

/** That the key that is here is the one that sealed what the database holds. */
export function checkKey(connection: Connection, { secretKey, dataDir }: Config): Promise<Finding> {
  return finding('Key', async () => {
    const source = secretKeySource({ configured: secretKey, dataDir });
    const problem = await createSealing({ connection }).problem(source);
    if (problem !== null) return { verdict: 'error', detail: problem };
    return source.read()
      ? { verdict: 'ok', detail: 'the one that sealed the data' }
      : { verdict: 'info', detail: 'none yet: the first start makes it' };
  });
}
