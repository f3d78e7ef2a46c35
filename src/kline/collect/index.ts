export { planCadence, type Cadence, type CadenceInput } from "./follow/index.js";
export type { Checkpoint, HantooKlineLoggerOptions } from "./kline-logger-options.js";
export { HantooKlineLogger, type RunOptions, type SyncOptions } from "./kline-logger.js";
export type { RevisedMinutes, SyncFailure, SymbolMinutes, SyncProgress, SyncReport } from "./sync-report.js";
