import { fillCases } from './0001-fill-cases.ts';
import { fillNews } from './0002-fill-news.ts';
import { fillCaseTimes } from './0003-fill-case-times.ts';
import { partBoards } from './0004-part-boards.ts';
import { closeSendings } from './0005-close-sendings.ts';
import { replaceAuditIndexes } from './0006-replace-audit-indexes.ts';
import { forgetSendersNames } from './0007-forget-senders-names.ts';
import { unnameTakenBackPurchases } from './0008-unname-taken-back-purchases.ts';
import { bindCodes } from './0009-bind-codes.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  fillCases,
  fillNews,
  fillCaseTimes,
  partBoards,
  closeSendings,
  replaceAuditIndexes,
  forgetSendersNames,
  unnameTakenBackPurchases,
  bindCodes,
];

/** What this version of the bot writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
