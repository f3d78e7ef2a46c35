export { DayWatch } from "./day-watch.js";
export { formatMetrics } from "./format-metrics.js";
export type {
  LoggerStatus,
  StatusError,
  StatusFailure,
  StatusOpening,
  StatusSession,
  StatusTokens,
  StatusWork,
  StatusLag,
  StatusPace,
  StatusPass,
  StatusProblem,
} from "./logger-status.js";
export { type MinuteMap, type MinuteSpan, type MinuteState, minuteStates } from "./minute-map.js";
export { statusOf } from "./status-of.js";
