export { planCadence, type Cadence, type CadenceInput } from "./follow/index.js";
export type { Checkpoint, HantooKlineLoggerOptions } from "./kline-logger-options.js";
export { HantooKlineLogger, type RunOptions, type SyncOptions } from "./kline-logger.js";
export type { RevisedMinutes, SyncFailure, SymbolMinutes, SyncProgress, SyncReport } from "./sync-report.js";
export {
  formatMetrics,
  type LoggerStatus,
  minuteStates,
  type MinuteMap,
  type MinuteSpan,
  type MinuteState,
  type StatusError,
  type StatusFailure,
  type StatusOpening,
  type StatusSession,
  type StatusTokens,
  type StatusWork,
  type StatusLag,
  type StatusPace,
  type StatusPass,
  type StatusProblem,
  statusOf,
} from "./status/index.js";
export { targetDay } from "./target-day.js";
