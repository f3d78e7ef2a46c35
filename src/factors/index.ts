export { type Multipliers, type Scale, UNADJUSTED, createScale, factorsInForce } from "./apply-factors.js";
export {
  FACTOR_PREFIX,
  type FactorLog,
  type ReadFactorsOptions,
  checkAsOf,
  createFactorLog,
  readFactors,
} from "./factor-log.js";
export type { Factor, FactorKind } from "./factor.js";
export { type ComparedDay, type FactorHint, addEvidence, newFactors } from "./new-factors.js";
