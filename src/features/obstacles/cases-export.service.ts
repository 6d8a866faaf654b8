import { trusted, Types, type Connection } from 'mongoose';
import type { ReportKind } from '../../language/taxonomies.ts';
import type { Scope } from './case-desk.ts';
import { obstacleModel } from './obstacle.model.ts';
import type { Status } from './obstacle-status.ts';
import { NO_SUPPORT, boardGroupOf } from './public-face.ts';

export interface ExportedCase {
  id: string;
  code: string;
  kind: ReportKind;
  category: string;
  title: string;
  /** As everybody may read it; empty where the case is not for everybody. */
  publicTitle: string;
  cityCode: string | null;
  body: string | null;
  status: Status;
  reporterId: string;
  hiddenName: boolean;
  people: number;
  rials: number | null;
  /** As everybody may know them; null where too few are behind them. */
  shownPeople: number | null;
  shownRials: number | null;
  reportedAt: Date;
  firstAnsweredAt: Date | null;
  endedAt: Date | null;
}

const LEFT_OUT = { history: 0, notes: 0, description: 0, grams: 0, evidence: 0, additions: 0, details: 0 } as const;

export type CasesExport = ReturnType<typeof createCasesExport>;

/** Reads all cases, page by page, for sheets: in as much memory as one page takes. */
export function createCasesExport({ connection }: { connection: Connection }) {
  const Obstacle = obstacleModel(connection);
  return {
    /** Within the part that an officer answers for; null for all. */
    async page(
      within: Scope | null,
      { after, limit }: { after: string | null; limit: number },
    ): Promise<ExportedCase[]> {
      const { categories = [], cities = [] } = within ?? {};
      const found = await Obstacle.find(
        {
          ...(categories.length > 0 ? { category: trusted({ $in: categories }) } : {}),
          ...(cities.length > 0 ? { cityCode: trusted({ $in: cities }) } : {}),
          ...(after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) }),
        },
        LEFT_OUT,
      )
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
      return found.map((one) => {
        const support = one.support ?? { ...NO_SUPPORT, totals: one.cost };
        return {
          id: one._id.toHexString(),
          code: one.code,
          kind: one.kind,
          category: one.category,
          title: one.title,
          publicTitle: boardGroupOf(one) === null ? '' : (one.publicTitle ?? ''),
          cityCode: one.cityCode,
          body: one.body,
          status: one.status,
          reporterId: one.reporterId.toHexString(),
          hiddenName: one.hiddenName,
          people: support.people,
          rials: support.totals.rials,
          shownPeople: support.shownPeople || null,
          shownRials: support.shownRials || null,
          reportedAt: one.reportedAt,
          firstAnsweredAt: one.firstAnsweredAt ?? null,
          endedAt: one.endedAt ?? null,
        };
      });
    },
  };
}
