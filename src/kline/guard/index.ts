export { type CalendarConflict, DayGate, hasTrade } from "./day-gate.js";
export { PrefixGuard } from "./prefix-guard.js";
