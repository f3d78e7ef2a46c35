export { readTargets } from "./read-targets.js";
export {
  parseTargets,
  type BackfillTarget,
  type TargetList,
  type TargetOptions,
  type TargetProblem,
} from "./targets.js";
