export type { Checkpoint } from "./day-writer.js";
export { planCadence, type Cadence, type CadenceInput } from "./follow/index.js";
export type { HantooKlineLoggerOptions } from "./kline-logger-options.js";
export { HantooKlineLogger, type RunOptions, type SyncOptions } from "./kline-logger.js";
export type { RevisedMinutes, SyncFailure, SyncReport } from "./sync-report.js";
export type { SyncProgress } from "./sync.js";
