export type { BackfillProgress } from "./backfill-pace.js";
export type { BackfillPlan, BackfillTotals, PlannedTarget, SkipReason } from "./backfill-plan.js";
export type { BackfillOrder, BackfillSelection, ListedInstrument } from "./backfill-selection.js";
export type { BackfillStep } from "./backfill-step.js";
export { planBackfill, type PlanBackfillOptions } from "./backfill-survey.js";
export { backfill, type BackfillOptions, type BackfillSummary } from "./backfill.js";
export {
  catchUp,
  type CatchUpOptions,
  type CatchUpReport,
  type DegradedTarget,
  type HealedTarget,
} from "./catch-up.js";
export {
  parseTargets,
  readTargets,
  type BackfillTarget,
  type TargetList,
  type TargetProblem,
} from "./targets/index.js";
