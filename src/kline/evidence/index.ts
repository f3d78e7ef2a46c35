export {
  LIVE_CAPACITY,
  type BarSource,
  type SourceBars,
  type SourceCapacity,
  type SourceIndexMinutes,
  type SourceIndexMinutesRequest,
  type SourcePace,
  type SourceTokens,
} from "./bar-source.js";
export {
  coverageRow,
  isRescaled,
  summarizeCoverage,
  type CoverageRow,
  type CoverageStatus,
  type CoverageTotal,
  type MissingMinutes,
  type MissingReason,
  unknownRow,
} from "./coverage-row.js";
export { tableBars } from "./table-bars.js";
export { soundPrefix } from "./cell-kind.js";
export { closingIndex, isLiquid } from "./liquid.js";
export type { NewCell } from "./merge-answer.js";
export { emptyDay, fetchSymbolDay, type SymbolDay } from "./symbol-day.js";
export {
  type LiveGap,
  type LiveTrade,
  type TradeSource,
  type TradeSourceEvent,
  leaveTrades,
} from "./trade-source.js";
export { witnessedSource, type WitnessedSource } from "./trade-witness.js";
