export { Desk } from "./desk.js";
export type { Probe } from "./probe.js";
export { PROBES, runProbes } from "./run-probes.js";
