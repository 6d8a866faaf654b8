import type { FileStore } from './world/file-store.ts';
import type { Profile } from './profiles/profile.ts';
import type { UserRecord } from './world/records.ts';
import type { UpdateQueue } from './updates/update-queue.ts';
import type { World } from './world/world.ts';

/** One simulated messenger with its one bot: what API methods and people act upon. */
export interface Host {
  readonly profile: Profile;
  readonly world: World;
  readonly files: FileStore;
  readonly updates: UpdateQueue;
  readonly bot: UserRecord;
  readonly token: string;
  /** Refuse what the real messenger silently ignores or repairs. */
  readonly strict: boolean;
  /** Milliseconds since 1970. */
  now(): number;
}

export const secondsNow = (host: Pick<Host, 'now'>): number => Math.floor(host.now() / 1000);
