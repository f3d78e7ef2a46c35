export { type CalendarConflict, DayGate, type GatedDay, emptyDay, hasTrade } from "./day-gate.js";
export { PrefixGuard } from "./prefix-guard.js";
