import { trusted, Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import { businessModel } from './business.model.ts';
import { NOBODY } from '../members/members.service.ts';
import { offerModel } from './offer.model.ts';

export interface Leaving {
  /**
   * A person is deleted: what only they belonged to goes too; where they were the only owner, the business leaves the
   * directory until somebody answers for it. Safe to repeat.
   */
  forgetMember(id: string): Promise<void>;
}

export function createLeaving({
  connection,
  audit,
}: {
  connection: Connection;
  audit: Pick<Audit, 'forget'>;
}): Leaving {
  const Business = businessModel(connection);
  const Offer = offerModel(connection);

  return {
    async forgetMember(id) {
      const leaver = new Types.ObjectId(id);
      await Offer.deleteMany({ $or: [{ fromId: leaver }, { toId: leaver }, { answeredBy: leaver }] });
      const alone = { people: trusted({ $size: 1 }), 'people.memberId': leaver };
      for (const { _id } of await Business.find(alone).select({ _id: 1 }).lean()) {
        await audit.forget({ kind: 'business', id: _id.toHexString() });
        await Business.deleteOne({ _id, ...alone });
      }
      await Business.updateMany(
        {
          people: trusted({
            $elemMatch: { memberId: leaver, role: 'owner' },
            $not: { $elemMatch: { memberId: { $ne: leaver }, role: 'owner' } },
          }),
        },
        { $set: { listed: false } },
      );
      await Business.updateMany({ 'people.memberId': leaver }, { $pull: { people: { memberId: leaver } } });
      await Business.updateMany({ 'review.by': leaver }, { $set: { 'review.by': new Types.ObjectId(NOBODY) } });
    },
  };
}
