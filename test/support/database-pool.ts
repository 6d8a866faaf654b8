import { randomUUID } from 'node:crypto';
import { mongo } from 'mongoose';
import { inject } from 'vitest';
import { afterThisFile } from './clean-up.ts';

/**
 * Databases go from world to world, emptied: making the collections and indexes of one takes the engine a second and some
 * three hundred open files, emptying them a tenth of that.
 */
let client: mongo.MongoClient | undefined;

async function connected(): Promise<mongo.MongoClient> {
  if (client) return client;
  const opened = await new mongo.MongoClient(inject('mongoUri'), { maxPoolSize: 4 }).connect();
  afterThisFile(async () => {
    client = undefined;
    await opened.close();
  });
  client = opened;
  return opened;
}

const freeIn = (connection: mongo.MongoClient) => connection.db('test_pool').collection<{ _id: string }>('free');

/** The name of a database that nobody uses, with nothing in it but collections and indexes. */
export async function borrowDatabase(): Promise<string> {
  const free = await freeIn(await connected()).findOneAndDelete({});
  return free?._id ?? `e2e_${randomUUID().replaceAll('-', '')}`;
}

/** Empties it for the next one; nobody may write to it any more. */
export async function giveBackDatabase(name: string): Promise<void> {
  const connection = await connected();
  const database = connection.db(name);
  const collections = await database.listCollections({}, { nameOnly: true }).toArray();
  await Promise.all(collections.map((collection) => database.collection(collection.name).deleteMany({})));
  await freeIn(connection).insertOne({ _id: name });
}
