import { Schema, Types, trusted, type Connection } from 'mongoose';
import { withoutAddresses } from '../../language/addresses.ts';
import { modelOn } from '../../database/model.ts';
import { GRAMS_VERSION, grams, similarity, type GramStatistics } from '../../language/similarity.ts';
import { BOARD_SIDES, placeOf, type ObstacleDocument, type ObstacleModel } from './obstacle.model.ts';
import { OPEN } from './obstacle-status.ts';
import { faceFields, similarityText, toPublicCase, type PublicCase } from './public-face.ts';

/** From this score on the member is asked. Measured by `npm run bench -- similar`; nothing is ever merged by it. */
export const ASK_FROM = 0.4;
const SHOWN = 3;
/** The rarest grams say most; each gives its newest cases, and the best of them are compared in full. */
const RAREST = 15;
const CASES_OF_A_GRAM = 400;
const COMPARED = 150;
/** Rarity settles long before every case is counted. */
const COUNTED_CASES = 20_000;
const REREAD_MS = 600_000;
const OWN_CASES = 20;
const OPEN_PLACES = BOARD_SIDES.map((side) => placeOf(side, 'open'));

export type Similar =
  | { own: false; score: number; found: PublicCase }
  /** The member's own open case, public or not. */
  | { own: true; score: number; found: { id: string; code: string; title: string } };

interface StatisticsDocument {
  _id: string;
  texts: number;
  grams: string[];
  counts: number[];
  at: Date;
}

const statisticsSchema = new Schema<StatisticsDocument>(
  { _id: String, texts: Number, grams: [String], counts: [Number], at: Date },
  { collection: 'gram_statistics', versionKey: false },
);

export type SimilarCases = ReturnType<typeof createSimilarCases>;

/** Finds cases that tell of the same problem, among those that a member may see: public open ones, and their own. */
export function createSimilarCases(Obstacle: ObstacleModel, connection: Connection, now: () => Date) {
  const Statistics = modelOn(connection, 'GramStatistics', statisticsSchema);
  const ID = `open-cases-${GRAMS_VERSION}`;
  let known: { statistics: GramStatistics; readAt: number } | null = null;

  async function statistics(): Promise<GramStatistics> {
    const at = now().getTime();
    if (known && at - known.readAt < REREAD_MS) return known.statistics;
    const stored = await Statistics.findById(ID).lean();
    const textsWith = new Map(stored?.grams.map((gram, index) => [gram, stored.counts[index] ?? 0] as const));
    known = { statistics: { texts: stored?.texts ?? 0, textsWith }, readAt: at };
    return known.statistics;
  }

  /** The cases that share the rarest grams, those with the most of them first; read from the index alone. */
  async function candidates(own: readonly string[], { texts, textsWith }: GramStatistics): Promise<Types.ObjectId[]> {
    const rarity = (gram: string) => Math.log(1 + (texts + 1) / ((textsWith.get(gram) ?? 0) + 0.5)) ** 2;
    // A gram that none of so many cases has finds none: a slip of the pen, or a name.
    const useful = texts < COUNTED_CASES ? own : own.filter((gram) => textsWith.has(gram));
    const rarest = useful.toSorted((one, other) => rarity(other) - rarity(one)).slice(0, RAREST);
    const shared = new Map<string, number>();
    await Promise.all(
      rarest.map(async (gram) => {
        const found = await Obstacle.find({ gramsVersion: GRAMS_VERSION, grams: gram }, { _id: 1 })
          .sort({ _id: -1 })
          .limit(CASES_OF_A_GRAM)
          .lean();
        for (const { _id } of found) {
          const id = _id.toHexString();
          shared.set(id, (shared.get(id) ?? 0) + rarity(gram));
        }
      }),
    );
    return [...shared]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, COMPARED)
      .map(([id]) => new Types.ObjectId(id));
  }

  return {
    /** At most three, the most alike first; empty where nothing reaches {@link ASK_FROM}. */
    async find(memberId: string, report: { title: string; description: string }): Promise<Similar[]> {
      const own = grams(similarityText(report));
      if (own.length === 0) return [];
      const rarities = await statistics();
      const member = new Types.ObjectId(memberId);
      const [others, mine] = await Promise.all([
        candidates(own, rarities).then((ids) => Obstacle.find({ _id: trusted({ $in: ids }) }, { grams: 1 }).lean()),
        Obstacle.find({ reporterId: member, status: trusted({ $in: OPEN }) }, { title: 1, description: 1, code: 1 })
          .sort({ reportedAt: -1 })
          .limit(OWN_CASES)
          .lean(),
      ]);
      const ownIds = new Set(mine.map(({ _id }) => _id.toHexString()));
      const score = (gramsOf: readonly string[]) => similarity(own, gramsOf, rarities);
      const best = [
        ...mine.map((one) => ({ _id: one._id, own: true, score: score(grams(similarityText(one))) })),
        ...others
          .filter(({ _id }) => !ownIds.has(_id.toHexString()))
          .map((one) => ({ _id: one._id, own: false, score: score(one.grams ?? []) })),
      ]
        .filter((one) => one.score >= ASK_FROM)
        .toSorted((one, other) => other.score - one.score)
        .slice(0, SHOWN);
      const documents = await Obstacle.find({ _id: trusted({ $in: best.map(({ _id }) => _id) }) }).lean();
      return best.flatMap((one): Similar[] => {
        const document = documents.find(({ _id }) => _id.equals(one._id));
        if (!document) return [];
        const { code } = document;
        const title = withoutAddresses(document.title);
        if (one.own) return [{ own: true, score: one.score, found: { id: one._id.toHexString(), code, title } }];
        const found = toPublicCase(document, { showsCity: false });
        return found?.group === 'open' ? [{ own: false, score: one.score, found }] : [];
      });
    },

    /** Counts how rare each gram is among the newest open cases. Done by the clock; any process may. */
    async countGrams(): Promise<void> {
      const newest: ObstacleDocument['_id'][] = (
        await Obstacle.find({ board: trusted({ $in: OPEN_PLACES }) }, { _id: 1 })
          .sort({ reportedAt: -1 })
          .limit(COUNTED_CASES)
          .lean()
      ).map(({ _id }) => _id);
      const counts = new Map<string, number>();
      for (let from = 0; from < newest.length; from += 1000) {
        const page = newest.slice(from, from + 1000);
        for (const { grams: found = [] } of await Obstacle.find({ _id: trusted({ $in: page }) }, { grams: 1 }).lean())
          for (const gram of found) counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
      await Statistics.updateOne(
        { _id: ID },
        { $set: { texts: newest.length, grams: [...counts.keys()], counts: [...counts.values()], at: now() } },
        { upsert: true },
      );
      known = null;
    },

    /** Makes the grams of open cases anew that were cut by an older version. */
    async renewGrams(): Promise<void> {
      for (;;) {
        const stale = await Obstacle.find({
          board: trusted({ $in: OPEN_PLACES }),
          gramsVersion: trusted({ $ne: GRAMS_VERSION }),
        })
          .limit(500)
          .lean();
        for (const one of stale)
          await Obstacle.updateOne({ _id: one._id, status: one.status }, { $set: faceFields(one).set });
        if (stale.length < 500) return;
      }
    },
  };
}
