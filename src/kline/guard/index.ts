export { type CalendarConflict, DayGate, emptyDay, hasTrade } from "./day-gate.js";
export { PrefixGuard } from "./prefix-guard.js";
