import { createCalendar } from '../../../src/features/calendar/calendar.service.ts';
import { beforeAll } from 'vitest';
import { Types, type Connection } from 'mongoose';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit, type Audit } from '../../../src/features/audit/audit.service.ts';
import { createApproval, type Approval } from '../../../src/features/businesses/approval.service.ts';
import {
  createBusinessPeople,
  type BusinessNotice,
  type BusinessPeople,
} from '../../../src/features/businesses/business-people.service.ts';
import {
  createBusinesses,
  type Business,
  type Businesses,
  type Registration,
} from '../../../src/features/businesses/businesses.service.ts';
import { createDuplicates, type Duplicates } from '../../../src/features/businesses/duplicates.service.ts';
import { createJoins } from '../../../src/features/members/joins.service.ts';
import { createMembers, type Members, type MessengerName } from '../../../src/features/members/members.service.ts';
import { createMembershipNumbers } from '../../../src/features/members/membership-number.service.ts';
import { createObstacles, type Obstacles } from '../../../src/features/obstacles/obstacles.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

export interface DataBank {
  connection: Connection;
  members: Members;
  businesses: Businesses;
  people: BusinessPeople;
  approval: Approval;
  duplicates: Duplicates;
  obstacles: Obstacles;
  audit: Audit;
  /** What members would be told, by key: the outbox takes each key once. */
  told: Map<string, { memberId: string; payload: BusinessNotice }>;
  /** Moves the clock of offers. */
  later(days: number): void;
  /** A member with a name and a phone. */
  member(name?: string, phone?: string, messenger?: MessengerName): Promise<string>;
  register(ownerId: string, facts?: Partial<Registration>): Promise<Business>;
}

export const OFFICER = { id: new Types.ObjectId().toHexString(), roles: ['officer'] as const };

/** The services of the data bank on a database of its own, without a chat. */
export function useDataBank(): DataBank {
  const database = useDatabase();
  let made: DataBank | undefined;
  let ahead = 0;
  let count = 0;
  beforeAll(async () => {
    const { connection } = database;
    const now = () => new Date(Date.now() + ahead);
    const told: DataBank['told'] = new Map();
    const members = createMembers({ now: systemNow, connection });
    const businesses = createBusinesses({ now: systemNow, connection });
    const audit = createAudit({ now: systemNow, connection });
    const calendar = createCalendar({ now: systemNow, connection, audit });
    const obstacles = createObstacles({ now: systemNow, connection, audit, calendar, notify: async () => {} });
    const numbers = createMembershipNumbers({ connection });
    const notify = async ({ key, memberId, payload }: { key: string; memberId: string; payload: BusinessNotice }) => {
      if (!told.has(key)) told.set(key, { memberId, payload });
    };
    const giveNumber = (memberId: string) => numbers.give(memberId);
    const joins = createJoins({
      now: systemNow,
      connection,
      members,
      audit,
      tell: async () => {},
      movers: [
        { name: 'businesses', move: (from, to) => businesses.moveMember(from, to) },
        { name: 'obstacles', move: (from, to) => obstacles.moveMember(from, to) },
      ],
    });
    const duplicates = createDuplicates({
      now: systemNow,
      connection,
      audit,
      notify,
      members,
      hasRefused: (one, other) => joins.hasRefused(one, other),
      moveCases: (from, into) => obstacles.moveBusiness(from, into),
      joinMembers: (from, to) => joins.merge({ from, to }),
    });
    made = {
      connection,
      members,
      businesses,
      obstacles,
      audit,
      told,
      duplicates,
      people: createBusinessPeople({
        connection,
        businesses,
        notify,
        merge: (merge) => duplicates.mergeAgreed(merge),
        giveNumber,
        now,
      }),
      approval: createApproval({ now: systemNow, connection, audit, notify, giveNumber }),
      later: (days) => void (ahead += days * 86_400_000),
      async member(name = 'مریم احمدی', phone, messenger = 'bale') {
        count += 1;
        const { id } = await members.identify({ messenger, userId: count, chatId: count });
        await members.saveProfile(id, {
          name,
          phone: phone ?? `+98999${String(count).padStart(7, '0')}`,
          provinceCode: '03',
          cityCode: '03-tabriz',
        });
        return id;
      },
      register: (ownerId, facts = {}) =>
        businesses.register({
          draftId: new Types.ObjectId().toHexString(),
          ownerId,
          name: `رایانهٔ ${new Types.ObjectId().toHexString()}`,
          kind: 'company',
          fields: ['sw_custom'],
          provinceCode: '03',
          cityCode: '03-tabriz',
          ...facts,
        }),
    };
    await ensureIndexes(connection);
  });
  return new Proxy({} as DataBank, {
    get(_target, name) {
      if (!made) throw new Error('the data bank is open from beforeAll on: use it within a test or a hook');
      return made[name as keyof DataBank];
    },
  });
}

/** What a business has of cases. */
export async function report(bank: DataBank, { reporterId, businessId }: { reporterId: string; businessId: string }) {
  return bank.obstacles.report({
    draftId: new Types.ObjectId().toHexString(),
    reporterId,
    businessId,
    category: 'tax',
    title: 'صورتحساب الکترونیکی باز نمی‌شود',
    description: 'سامانه از دیروز باز نمی‌شود.',
    evidence: [],
  });
}
