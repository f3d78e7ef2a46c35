export { LIVE_CAPACITY, type BarSource, type SourceBars, type SourceCapacity } from "./bar-source.js";
export {
  coverageRow,
  summarizeCoverage,
  type CoverageRow,
  type CoverageStatus,
  type CoverageTotal,
  type MissingMinutes,
  type MissingReason,
  unknownRow,
} from "./coverage-row.js";
export { cellKind, soundPrefix, type CellKind } from "./cell-kind.js";
export type { NewCell } from "./fill.js";
export { fetchSymbolDay, type SymbolDay } from "./symbol-day.js";
