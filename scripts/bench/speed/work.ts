import { mongo } from 'mongoose';
import type { Kind, Surroundings } from './contender.ts';

export interface IncomingUpdate {
  update_id: number;
  message?: { chat: { id: number }; text?: string };
  callback_query?: { id: string; from: { id: number }; message?: { message_id: number } };
}

const chatOf = (update: IncomingUpdate): number => update.message?.chat.id ?? update.callback_query?.from.id ?? 0;

function kindOf({ message, callback_query }: IncomingUpdate): Kind {
  if (callback_query) return 'back';
  if (message?.text === '/start') return 'start';
  return message?.text?.startsWith('📋') ? 'cases' : 'step';
}

type Call = (method: string, parameters: Record<string, unknown>) => Promise<unknown>;

/**
 * What Khoosheh does with the database for each of the measured updates, with the bare driver: the same documents, filters
 * and changes, in the same order, one by one (Khoosheh gathers what many updates ask for at once). What it sends is what
 * Khoosheh was seen to send.
 */
export async function openWork({ mongoUri, dbName, recorded }: Surroundings) {
  const client = await new mongo.MongoClient(mongoUri, { maxPoolSize: 50 }).connect();
  const db = client.db(dbName);
  const inbox = db.collection<mongo.Document & { _id: string }>('inbox');
  const members = db.collection('members');
  const drafts = db.collection('drafts');
  const held = db.collection('held');
  const obstacles = db.collection('obstacles');
  const idOf = (update: IncomingUpdate) => `telegram:1:${update.update_id}`;
  let order = 0;

  const entryOf = (update: IncomingUpdate) => ({
    _id: idOf(update),
    messenger: 'telegram',
    botId: 1,
    chatKey: `telegram:${chatOf(update)}`,
    receivedAt: new Date(),
    order: ++order,
    tries: 0,
    postponed: 0,
    state: 'waiting',
    update: JSON.stringify(update),
  });

  async function read(kind: Kind, update: IncomingUpdate, member: mongo.Document): Promise<void> {
    const memberId = member['_id'] as mongo.ObjectId;
    if (kind === 'start') {
      const unfinished = { memberId, status: { $in: ['open', 'waiting'] } };
      await drafts.find(unfinished).sort({ updatedAt: -1 }).limit(5).toArray();
      await held.find({ memberId, state: 'waiting' }).sort({ at: 1 }).limit(5).toArray();
      const phone = { $eq: member['phone'], $type: 'string' };
      await members.findOne({ phone, mergedInto: null, source: 'import', accounts: [] });
    } else if (kind === 'cases') {
      await obstacles.find({ reporterId: memberId }).sort({ reportedAt: -1 }).limit(20).toArray();
    } else {
      const draft = await drafts.findOne({ memberId, status: 'open' });
      if (!draft) throw new Error('There is no draft to go on with');
      const source = idOf(update);
      await drafts.findOneAndUpdate(
        { _id: draft._id, status: 'open', lastUpdate: { $ne: source } },
        {
          $set: { 'answers.business': update.message?.text ?? '', at: kind, lastUpdate: source, updatedAt: new Date() },
        },
        { returnDocument: 'after' },
      );
    }
  }

  async function afterAsking(
    kind: Kind,
    update: IncomingUpdate,
    member: mongo.Document,
    messageId: number,
  ): Promise<void> {
    if (kind === 'start' || kind === 'cases') return;
    const asked = { key: kind, messenger: 'telegram', messageId };
    await drafts.updateOne(
      { memberId: member['_id'], status: 'open', lastUpdate: idOf(update) },
      { $set: { asked, updatedAt: new Date() } },
    );
  }

  return {
    store: async (updates: readonly IncomingUpdate[]): Promise<void> => {
      await inbox.insertMany(updates.map(entryOf), { ordered: false });
    },

    /** Everything after the update is stored. */
    work: async (update: IncomingUpdate, call: Call): Promise<void> => {
      const kind = kindOf(update);
      const chatId = chatOf(update);
      const member = await members.findOne({
        accounts: { $elemMatch: { messenger: 'telegram', userId: chatId } },
        'accounts.userId': chatId,
      });
      if (!member) throw new Error(`Nobody has the account ${chatId}`);
      await read(kind, update, member);
      let messageId = 0;
      for (const { method, parameters } of recorded[kind]) {
        const own: Record<string, unknown> = { ...parameters };
        if ('chat_id' in own) own['chat_id'] = chatId;
        if ('callback_query_id' in own) own['callback_query_id'] = update.callback_query?.id;
        if ('message_id' in own) own['message_id'] = update.callback_query?.message?.message_id;
        const result = await call(method, own);
        if (method === 'sendMessage') messageId = (result as { message_id: number }).message_id;
      }
      await afterAsking(kind, update, member, messageId);
      await inbox.updateMany(
        { _id: { $in: [idOf(update)] } },
        { $set: { state: 'done', doneAt: new Date() }, $unset: { update: 1, chatKey: 1, error: 1 } },
      );
    },
  };
}
