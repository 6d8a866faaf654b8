import { describe, expect, it } from 'vitest';
import { useWorld, type World } from '../support/app.ts';
import { memberOf } from '../support/journeys.ts';
import type { Asker } from './own-things.ts';
import { OWN } from './rights-of-own.ts';

/** What the app keeps of its own work, which goes on beside. */
const MACHINERY = new Set(['inbox', 'leases', 'deliveries', 'campaigns', 'jobRuns']);

/** Every document that holds one of the words, as text. */
async function documentsWith({ app }: World, words: readonly string[]): Promise<string[]> {
  const collections = await app.database.connection.db!.collections();
  const kept = collections.filter(({ collectionName }) => !MACHINERY.has(collectionName));
  const found = await Promise.all(kept.map((collection) => collection.find({}).toArray()));
  const texts = found.flatMap((documents) => documents.map((one) => JSON.stringify(one)));
  return texts.filter((text) => words.some((word) => text.includes(word))).toSorted();
}

/** A word of its own in Persian letters, since names are shown. */
const markOf = (place: number): string =>
  `نشان${String(place).replaceAll(/./g, (digit) => 'ابپتجدرسمن'.charAt(Number(digit)))}ویژه`;

describe("what is somebody's own", () => {
  const world = useWorld();

  async function newMember(): Promise<Asker> {
    const { id, person } = await memberOf(world, 'bale');
    return { id, account: { messenger: 'bale', userId: person.id, chatId: person.id } };
  }

  it('is changed and shown by its owner alone', { timeout: 60_000 }, async () => {
    const stranger = await newMember();
    const wrong: string[] = [];
    for (const [place, { name, isAboutAsker, make }] of OWN.entries()) {
      const [owner, mark] = [await newMember(), markOf(place)];
      const { by = owner, attempt } = await make({ world, owner, mark, newMember });
      await world.settled();
      const words = [by.id, owner.id, mark];
      const isShown = (result: unknown) =>
        (result === true && !isAboutAsker) || words.some((word) => (JSON.stringify(result) ?? '').includes(word));
      const before = await documentsWith(world, words);
      const strangers = await attempt(stranger).catch(() => null);
      if (isShown(strangers)) wrong.push(`${name}: shows a stranger ${JSON.stringify(strangers)}`);
      const after = await documentsWith(world, words);
      if (JSON.stringify(after) !== JSON.stringify(before))
        wrong.push(`${name}: a stranger changes ${after.filter((one) => !before.includes(one)).join(' ')}`);
      const owners = await attempt(by);
      const own = await documentsWith(world, words);
      if (!isShown(owners) && JSON.stringify(own) === JSON.stringify(after))
        wrong.push(`${name}: does nothing for its owner ${JSON.stringify(owners)}`);
    }
    expect(wrong).toEqual([]);
  });
});
