import { Types, type Model, type mongo } from 'mongoose';
import { normalised, type Audience } from './audience.ts';

/** Puts one member in another's place, or takes one out, in stored audiences that were picked by hand. */
export async function replacePicked(
  { collection }: Pick<Model<unknown>, 'collection'>,
  from: string,
  to: string | null,
): Promise<void> {
  // A member's id is hexadecimal, so it is its own pattern.
  if (!Types.ObjectId.isValid(from)) return;
  const stored = collection as unknown as mongo.Collection<{ _id: Types.ObjectId; audience: string }>;
  for (const { _id, audience } of await stored.find({ audience: { $regex: from } }).toArray()) {
    const value = JSON.parse(audience) as Audience;
    if (value.kind !== 'people') continue;
    const ids = value.ids.flatMap((id) => (id === from ? (to === null ? [] : [to]) : [id]));
    await stored.updateOne({ _id, audience }, { $set: { audience: JSON.stringify(normalised({ ...value, ids })) } });
  }
}
