import { Types, type Connection } from 'mongoose';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { directoryTerms } from '../../../src/features/businesses/directory-terms.ts';
import { searchKey } from '../../../src/language/persian-text.ts';
import type { MadeUp } from './made-up.ts';

const BATCH = 1000;
const DAY = 86_400_000;
/** Of a hundred businesses. */
const WAITING = 2;
const UNLISTED = 15;

/** Fills the data bank with members and their businesses, past the services: making 220,000 one by one takes an hour. */
export async function fillDataBank(
  connection: Connection,
  { madeUp, members, businesses }: { madeUp: MadeUp; members: number; businesses: number },
): Promise<void> {
  await ensureIndexes(connection);
  const now = Date.now();
  const ids: Types.ObjectId[] = [];
  await inBatches(members, async (numbers) => {
    const documents = numbers.map((number) => {
      const { name, ...person } = madeUp.person(number);
      const _id = new Types.ObjectId();
      ids.push(_id);
      return {
        _id,
        ...person,
        name,
        nameKey: searchKey(name),
        accounts: [
          { messenger: 'telegram', userId: number + 1, chatId: number + 1, reachable: true, conversation: null },
        ],
        preferredMessenger: null,
        source: 'chat',
        membershipNumber: null,
        phoneVerifiedAt: new Date(now - number),
        language: 'fa',
        roles: [],
        nationalCode: null,
        consent: { version: 1, at: new Date(now - number) },
        consentAsked: 1,
        deletion: null,
        mergedInto: null,
        registeredAt: new Date(now - (number % 1000) * DAY),
        createdAt: new Date(now),
      };
    });
    await connection.collection('members').insertMany(documents, { ordered: false });
  });
  await inBatches(businesses, async (numbers) => {
    const documents = numbers.map((number) => {
      const facts = madeUp.business(number);
      const share = madeUp.random() * 100;
      const since = new Date(now - (number % 1000) * DAY);
      return {
        ...facts,
        draftId: `bench-${number}`,
        people: [{ memberId: ids[number % ids.length], role: 'owner', since }],
        nameKey: searchKey(facts.name),
        terms: directoryTerms(facts),
        workplace: null,
        headcount: null,
        since: null,
        documents: [],
        companyId: null,
        website: null,
        listed: share >= WAITING && share < 100 - UNLISTED,
        status: share < WAITING ? 'waiting' : 'approved',
        review: null,
        version: 1,
        mergedInto: null,
        registeredAt: since,
      };
    });
    await connection.collection('businesses').insertMany(documents, { ordered: false });
  });
}

async function inBatches(count: number, write: (numbers: number[]) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += BATCH)
    await write(Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => start + index));
}
