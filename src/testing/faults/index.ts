export type { Fault, FaultAction, FaultPlan } from "./fault.js";
export { createFaultDraw, type FaultDraw } from "./fault-draw.js";
export { PASSING_CODES } from "./passing-codes.js";
export type { RowFaultName, RowStrike } from "./row-fault.js";
export { relabelled, spoilResponse } from "./spoil-response.js";
