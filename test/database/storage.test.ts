import { describe, expect, it } from 'vitest';
import { STORAGE_ALARM } from '../../src/bounds.ts';
import { lookAtStorage, storageFault } from '../../src/database/storage.ts';
import { createFiles } from '../../src/features/files/files.service.ts';
import { useDatabase } from '../support/database.ts';

const MB = 1024 * 1024;

describe('what files hold and the disk has left', () => {
  const database = useDatabase();

  it('is told by the database, from the first file on', async () => {
    expect((await lookAtStorage(database.connection)).held).toBe(0);
    const files = createFiles({ connection: database.connection, now: () => new Date() });
    const noise = Buffer.from(Array.from({ length: MB }, (_one, index) => (index * 7919) % 251));
    await files.keep({ bytes: noise, kind: 'document', ownerId: 'somebody', source: 'update' });
    await expect.poll(async () => (await lookAtStorage(database.connection)).held).toBeGreaterThan(0);
    expect((await lookAtStorage(database.connection)).free).toBeGreaterThan(MB);
  });

  it('is an alarm where files hold too much or the disk runs full, and none where nobody knows', () => {
    const { heldBytes, freeBytes } = STORAGE_ALARM;
    expect(storageFault({ held: heldBytes, free: freeBytes })).toBeNull();
    expect(storageFault({ held: 0, free: null })).toBeNull();
    expect(storageFault({ held: heldBytes + 1, free: null })).toMatch(/^files hold 20\.0 GB$/);
    expect(storageFault({ held: 0, free: freeBytes - MB })).toMatch(/1\.0 GB are free/);
  });
});
