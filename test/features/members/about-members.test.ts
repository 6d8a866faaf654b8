import { readdirSync } from 'node:fs';
import { Schema } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { useWorld } from '../../support/app.ts';
import { documentAbout, memberPaths } from '../../support/member-paths.ts';

const world = useWorld();
/** In no schema: GridFS has none, and what an entry of the audit is about is told by its kind. */
const WITHOUT_SCHEMA = ['files.files.metadata.ownerId', 'audit.subject.id'];

/** Paths that may hold a member's id and that no room has said a word about. */
function unnamed(): string[] {
  const { connection } = world.app.database;
  const holds = new Set(world.app.features.people.about.holds);
  return memberPaths(connection).filter((path) => !holds.has(path));
}

describe('what is kept about members', () => {
  it('is named by the room that keeps it, wherever a schema can hold a member’s id', () => {
    expect(unnamed()).toEqual([]);
    const named = world.app.features.people.about.holds.filter((path) => !WITHOUT_SCHEMA.includes(path));
    const paths = memberPaths(world.app.database.connection);
    expect(named.filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('has every feature’s word', () => {
    const features = readdirSync('src/features');
    const rooms = Object.keys(world.app.features.people.about.everywhere);
    expect(features.filter((name) => !rooms.includes(name))).toEqual([]);
  });

  it.each([
    ['an id of its own kind', 'courses', { trainerId: Schema.Types.ObjectId }, 'courses.trainerId'],
    [
      'an id in a list of parts',
      'surveys',
      { answers: [{ by: Schema.Types.ObjectId, text: String }] },
      'surveys.answers.by',
    ],
    ['an id as text', 'partners', { createdBy: String }, 'partners.createdBy'],
    ['ids in a list', 'visits', { guests: [Schema.Types.ObjectId] }, 'visits.guests'],
    ['a key of its own', 'badges', { _id: Schema.Types.ObjectId, level: Number }, 'badges._id'],
  ])('does not miss %s that a feature forgets', (_what, collection, definition, path) => {
    const { connection } = world.app.database;
    connection.model(collection, new Schema(definition as never, { collection }));
    try {
      expect(unnamed()).toEqual([path]);
    } finally {
      connection.deleteModel(collection);
    }
  });

  // Searches the whole database for each place.
  it('is the other’s after two became one, and nobody’s after a deletion, in every place, also when repeated', async () => {
    const { connection } = world.app.database;
    const { about } = world.app.features.people;
    const { members } = world.app.features;
    const person = async (userId: number) => (await members.identify({ messenger: 'bale', userId, chatId: userId })).id;
    const [from, to] = [await person(71), await person(72)];
    for (const path of about.holds.filter((one) => !JOURNAL.includes(one.split('.')[0] ?? ''))) {
      const model = Object.values(connection.models).find(({ collection }) => path.startsWith(`${collection.name}.`));
      const name = model?.collection.name ?? 'files.files';
      const document = model ? documentAbout(model.schema, name, { id: from, path }) : { metadata: { ownerId: from } };
      await connection.collection(name).insertOne(document);
      for (const _ of [1, 2]) for (const { move } of about.movers) await move(from, to);
      expect({ [path]: await placesOf(from) }).toEqual({ [path]: [] });
      expect({ [path]: await holds(name, to) }).toEqual({ [path]: !LEFT_BEHIND.includes(name) });

      for (const _ of [1, 2]) for (const { forget } of about.forgetters) await forget({ id: to, chats: [] });
      expect({ [path]: await placesOf(to) }).toEqual({ [path]: name === 'audit' ? ['audit'] : [] });
      await connection.collection(name).deleteMany({});
    }
  }, 120_000);
});

/** The journal of merging is written and read by merging itself. */
const JOURNAL = ['members', 'joins'];
/** What nobody needs from whoever became somebody else. */
const LEFT_BEHIND = ['directorySearches', 'desk_selections'];

/** Whether a collection holds an id, wherever in it and however written. */
async function holds(collection: string, id: string): Promise<boolean> {
  const documents = await world.app.database.connection.collection(collection).find({}).toArray();
  return documents.some((document) => JSON.stringify(document).includes(id));
}

async function placesOf(id: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await world.app.database.connection.listCollections())
    if (!JOURNAL.includes(name) && (await holds(name, id))) found.push(name);
  return found;
}
