export type { Fault, FaultAction, FaultPlan } from "./fault.js";
export { createFaultInjector, type FaultInjector } from "./fault-injector.js";
export { PASSING_CODES } from "./passing-codes.js";
export type { RowFaultName, RowStrike } from "./row-fault.js";
export { relabelled, spoilResponse } from "./spoil-response.js";
