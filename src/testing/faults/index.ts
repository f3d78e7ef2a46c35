export { createFaultDraw, type Fault, type FaultAction, type FaultPlan } from "./fault.js";
export { relabelled, spoilResponse } from "./spoil-response.js";
