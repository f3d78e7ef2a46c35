export { Desk } from "./desk.js";
export { PROBES, runProbes } from "./run-probes.js";
