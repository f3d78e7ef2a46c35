export { HantooDailyLogger, type DailySyncOptions } from "./daily-logger.js";
export type { HantooDailyLoggerOptions } from "./daily-logger-options.js";
export type { DailyProgress, DailyReport } from "./daily-report.js";
export type {
  DailySource,
  SourceAction,
  SourceActionsRequest,
  SourceDailyBar,
  SourceDailyRequest,
  SourceIndexRequest,
} from "./daily-source.js";
export type { ListedInstrument, ListedMaster } from "./detect.js";
export {
  type DailyColumns,
  type ReadDailyOptions,
  type ReadDailyTableOptions,
  type StoredDailyBar,
  readDaily,
  readDailyTable,
} from "./read-daily.js";
export type { Shard } from "../engine/index.js";
export { DAILY_PREFIX, INDEX_PREFIX } from "./rows/index.js";
export {
  FACTOR_PREFIX,
  type Factor,
  type FactorKind,
  type ReadFactorsOptions,
  readFactors,
} from "../factors/index.js";
