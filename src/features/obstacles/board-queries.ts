import { Schema, Types, trusted, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import {
  BOARD_GROUPS,
  placeOf,
  type BoardGroup,
  type BoardSide,
  type ObstacleDocument,
  type ObstacleModel,
} from './obstacle.model.ts';
import { FEWEST, sideOf, toPublicCase, type PublicCase } from './public-face.ts';

export const BOARD_SORTS = ['newest', 'people', 'cost'] as const;
export type BoardSort = (typeof BOARD_SORTS)[number];

export interface BoardQuery {
  /** Default: what stands in members' way. */
  side?: BoardSide;
  group: BoardGroup;
  sort: BoardSort;
  category?: string | undefined;
  cityCode?: string | undefined;
}

export interface BoardCounts {
  /** How many public cases are open, solved, and closed without anybody's having confirmed it. */
  groups: Record<BoardGroup, number>;
  categories: readonly { category: string; cases: number }[];
  /** Places and subjects together that enough different people report from. */
  cells: readonly { cityCode: string; category: string }[];
}

export type BoardPage =
  | { kind: 'page'; cases: PublicCase[]; more: boolean }
  /** Too few people are behind what was asked for to show it. */
  | { kind: 'few' };

interface CountsDocument extends BoardCounts {
  _id: string;
  at: Date;
}

const part = (definition: object) => new Schema(definition, { _id: false });
const countsSchema = new Schema<CountsDocument>(
  {
    _id: String,
    at: Date,
    groups: part({ open: Number, solved: Number, closed: Number }),
    categories: [part({ category: String, cases: Number })],
    cells: [part({ cityCode: String, category: String })],
  },
  { collection: 'board_counts', versionKey: false },
);

/** Each side is counted apart: a place is shown only by those who report there on this side. */
const IDS: Record<BoardSide, string> = { problems: 'board', ideas: 'ideas' };
/** Figures of a public board may be some minutes old; counting costs more than a page. */
const FRESH_MS = 300_000;
/** Among so many reports of one place and subject it is seen whether enough people are behind them. */
const LOOKED_AT = 60;

const SORTS: Record<BoardSort, Record<string, -1>> = {
  newest: { reportedAt: -1 },
  people: { 'support.shownPeople': -1, reportedAt: -1 },
  cost: { 'support.shownRials': -1, reportedAt: -1 },
};

export type Board = ReturnType<typeof createBoard>;

/** What everybody may see of cases, without knowing who asks. */
export function createBoard(Obstacle: ObstacleModel, connection: Connection, now: () => Date) {
  const Counts = modelOn(connection, 'BoardCounts', countsSchema);

  async function count(side: BoardSide): Promise<BoardCounts> {
    const places = BOARD_GROUPS.map((group) => placeOf(side, group));
    const groups = { open: 0, solved: 0, closed: 0 };
    for (const group of BOARD_GROUPS)
      groups[group] = await Obstacle.collection.countDocuments({ board: placeOf(side, group) });
    const cells = await Obstacle.collection
      .aggregate<{ _id: { category: string; cityCode: string | null }; cases: number }>([
        { $match: { board: { $in: places } } },
        { $group: { _id: { category: '$category', cityCode: '$cityCode' }, cases: { $sum: 1 } } },
      ])
      .toArray();
    const categories = new Map<string, number>();
    const shown: { cityCode: string; category: string }[] = [];
    for (const { _id, cases } of cells) {
      const { category, cityCode } = _id;
      categories.set(category, (categories.get(category) ?? 0) + cases);
      if (cityCode === null || cases < FEWEST) continue;
      const reporters = new Set<string>();
      for (const board of places) {
        const found = Obstacle.collection
          .find({ board, category, cityCode }, { projection: { _id: 0, reporterId: 1 } })
          .limit(LOOKED_AT);
        for await (const { reporterId } of found) reporters.add(String(reporterId));
      }
      if (reporters.size >= FEWEST) shown.push({ cityCode, category });
    }
    return {
      groups,
      categories: [...categories].map(([category, cases]) => ({ category, cases })),
      cells: shown,
    };
  }

  async function refresh(side: BoardSide = 'problems'): Promise<BoardCounts> {
    const counts = await count(side);
    await Counts.updateOne({ _id: IDS[side] }, { $set: { ...counts, at: now() } }, { upsert: true });
    return counts;
  }

  async function counts(side: BoardSide = 'problems'): Promise<BoardCounts> {
    const stored = await Counts.findById(IDS[side]).lean();
    if (!stored || now().getTime() - stored.at.getTime() > FRESH_MS) return refresh(side);
    return stored;
  }

  const isShown = ({ cells }: BoardCounts, { cityCode, category }: { cityCode: string | null; category: string }) =>
    cells.some((cell) => cell.cityCode === cityCode && cell.category === category);

  async function face(document: ObstacleDocument | null): Promise<PublicCase | null> {
    let there = document;
    for (let depth = 0; there?.mergedInto && depth < 20; depth += 1)
      there = await Obstacle.findById(there.mergedInto).lean();
    if (!there) return null;
    return toPublicCase(there, { showsCity: isShown(await counts(sideOf(there)), there) });
  }

  return {
    counts,
    /** Counts now, whatever the age of the figures. */
    refresh,

    /** The public page of a case, or of the one that it became part of; null where it is nobody's business. */
    byId: async (id: string): Promise<PublicCase | null> =>
      Types.ObjectId.isValid(id) ? face(await Obstacle.findById(new Types.ObjectId(id)).lean()) : null,

    byCode: async (code: string): Promise<PublicCase | null> => face(await Obstacle.findOne({ code }).lean()),

    /**
     * A page of the board. By city only subjects are listed that enough people of the city report: the list of a city beside
     * the list of a subject would else tell where a lone case comes from.
     */
    async page(
      { side = 'problems', group, sort, category, cityCode }: BoardQuery,
      { page, size }: { page: number; size: number },
    ): Promise<BoardPage> {
      const where: Record<string, unknown> = { board: placeOf(side, group) };
      if (category !== undefined) where['category'] = category;
      if (cityCode !== undefined) {
        const { cells } = await counts(side);
        const shown = cells.filter((cell) => cell.cityCode === cityCode).map((cell) => cell.category);
        if (category === undefined ? shown.length === 0 : !shown.includes(category)) return { kind: 'few' };
        where['cityCode'] = cityCode;
        if (category === undefined) where['category'] = trusted({ $in: shown });
      }
      const found = await Obstacle.find(where, { grams: 0, notes: 0, description: 0 })
        .sort(SORTS[sort])
        .skip(page * size)
        .limit(size + 1)
        .lean();
      const cases = found.slice(0, size).flatMap((one) => toPublicCase(one, { showsCity: false }) ?? []);
      return { kind: 'page', cases, more: found.length > size };
    },
  };
}
