export { RawKis } from "./raw-kis.js";
export { PROBES, runProbes } from "./run-probes.js";
