export { readTargets } from "./read-targets.js";
export { parseTargets, type BackfillTarget, type TargetList, type TargetProblem } from "./targets.js";
