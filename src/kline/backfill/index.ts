export type { BackfillPlan, BackfillTotals, PlannedTarget, SkipReason } from "./plan.js";
export type { BackfillOrder, BackfillSelection, ListedInstrument } from "./selection.js";
export type { BackfillProgress, BackfillStep } from "./step.js";
export { planBackfill, type PlanBackfillOptions } from "./survey.js";
export { backfill, type BackfillOptions, type BackfillSummary } from "./backfill.js";
export {
  catchUp,
  type CatchUpOptions,
  type CatchUpReport,
  type DegradedTarget,
  type HealedTarget,
  type RevisedTarget,
} from "./catch-up.js";
export {
  parseTargets,
  readTargets,
  type BackfillTarget,
  type TargetList,
  type TargetOptions,
  type TargetProblem,
} from "./targets/index.js";
