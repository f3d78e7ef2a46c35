export { type AskedLog, createAskedLog } from "./asked-log.js";
export { type SuspectLog, createSuspectLog } from "./suspect-log.js";
export { type SweepLog, createSweepLog } from "./sweep-log.js";
