export type { BarSource, SourceCapacity } from "./bar-source.js";
export { type CompactOptions, type CompactReport, compact } from "./compact.js";
export { type Coverage, type CoverageOptions, coverage } from "./coverage.js";
export {
  type CoverageRow,
  type CoverageStatus,
  type CoverageTotal,
  type MissingMinutes,
  type MissingReason,
  summarizeCoverage,
} from "./coverage-row.js";
export {
  type ExportParquetOptions,
  type ExportReport,
  type ExportedFile,
  exportParquet,
} from "./export-parquet.js";
export type { KlineField, KlineRecord } from "./kline-record.js";
export type { WrittenObject } from "./kline-store.js";
export { DEFAULT_PREFIX, type ParsedKey } from "./object-key.js";
export { type ReadBarsOptions, readBars } from "./read-bars.js";
export { type ReadKlinesOptions, readKlines } from "./read-klines.js";
export type { DamagedObject } from "./read-objects.js";
export type { RangeOptions } from "./read-range.js";
export {
  type ResampleDayOptions,
  type ResampleMinutesOptions,
  type ResampleOptions,
  type ResampledBar,
  type ResampleVenueOptions,
  resample,
} from "./resample.js";
export type { BackfillProgress } from "./backfill-pace.js";
export type { BackfillPlan, BackfillTotals, PlannedTarget, SkipReason } from "./backfill-plan.js";
export type { BackfillOrder, BackfillSelection, ListedInstrument } from "./backfill-selection.js";
export type { BackfillStep } from "./backfill-step.js";
export { type PlanBackfillOptions, planBackfill } from "./backfill-survey.js";
export { type BackfillOptions, type BackfillSummary, backfill } from "./backfill.js";
export {
  type CatchUpOptions,
  type CatchUpReport,
  type DegradedTarget,
  type HealedTarget,
  catchUp,
} from "./catch-up.js";
export { readTargets } from "./read-targets.js";
export { type BackfillTarget, type TargetList, type TargetProblem, parseTargets } from "./targets.js";
export { type Cadence, type CadenceInput, planCadence } from "./cadence.js";
export type { Checkpoint } from "./day-writer.js";
export { HantooKlineLogger, type RunOptions, type SyncOptions } from "./kline-logger.js";
export type { HantooKlineLoggerOptions } from "./kline-logger-options.js";
export type { SyncProgress } from "./sync.js";
export type { Shard } from "./sync-plan.js";
export type { RevisedMinutes, SyncFailure, SyncReport } from "./sync-report.js";
