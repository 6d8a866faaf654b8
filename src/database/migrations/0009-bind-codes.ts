import type { mongo } from 'mongoose';
import type { Migration } from './migration.ts';

interface WithCode {
  _id: mongo.ObjectId;
  nationalCode: { cipher: string; keyId: string; hash: string };
}

const WITH_CODE = { 'nationalCode.cipher': { $type: 'string' as const } };

/** Done twice, what is bound already can't be opened without its member, and stays. */
export const bindCodes: Migration = {
  version: 9,
  what: 'sealed national codes are bound to their members',
  pending: (db) => db.collection('members').countDocuments(WITH_CODE),
  async run(db, { bindCode } = {}) {
    const members = db.collection<WithCode>('members');
    for await (const { _id, nationalCode } of members.find(WITH_CODE, { projection: { nationalCode: 1 } })) {
      if (!bindCode)
        throw new Error(
          'National codes are to be sealed anew, and their key is not here: set SECRET_KEY, or DATA_DIR to the folder with secret.key',
        );
      const bound = bindCode(nationalCode, _id.toHexString());
      await members.updateOne({ _id, 'nationalCode.cipher': nationalCode.cipher }, { $set: { nationalCode: bound } });
    }
  },
};
