import type { Role } from '../../src/features/members/members.service.ts';
import type { Obstacle, Status } from '../../src/features/obstacles/obstacles.service.ts';
import type { World } from '../support/app.ts';

export interface Actor {
  id: string;
  roles: readonly Role[];
}

/** What an act is tried on: made anew for each try. */
export interface Room {
  world: World;
  /** A case of somebody else's, as it came in. */
  newCase(): Promise<Obstacle & { draftId: string }>;
  caseIn(status: Status): Promise<Obstacle>;
  /** A business that waits for the secretariat, and its owner. */
  waiting(): Promise<{ businessId: string; version: number; ownerId: string }>;
  /** An officer who may be given cases. */
  colleague: Actor;
  newId(): string;
}

export interface Act {
  /** `<folder>/<file> <method>` under src/features. */
  name: string;
  allowed: readonly Role[];
  /** Whether it leaves a line with its actor in the audit log. Reading for one's own work does not. */
  isAudited: boolean;
  /** True where it was done, or shown. */
  attempt: (room: Room, actor: Actor) => Promise<boolean>;
}
