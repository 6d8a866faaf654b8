import type { Host } from '../host.ts';
import type { UserRecord } from '../world/records.ts';
import { normalisePhone } from './phone.ts';

export interface PersonOptions {
  /** Default: the next free id. A known id gives the person who has it, with these details. */
  id?: number;
  firstName: string;
  lastName?: string;
  username?: string;
  /** In any usual form: 09…, +98…, 98…. */
  phone?: string;
  languageCode?: string;
  /** Bale: a client that can't show answers to presses. */
  oldClient?: boolean;
  /** Takes no voice messages from others. */
  noVoices?: boolean;
  /** Has written to the bot before, so that it may write first. Default: not until the person writes. */
  started?: boolean;
}

/** The record of a new person, or of a known one with changed details. */
export function userRecordOf(host: Host, options: PersonOptions): UserRecord {
  const id = options.id ?? host.world.nextPersonId;
  const { phone, ...details } = options;
  return {
    ...host.world.users.get(id),
    ...details,
    id,
    ...(phone === undefined ? {} : { phone: normalisePhone(phone) }),
  };
}
