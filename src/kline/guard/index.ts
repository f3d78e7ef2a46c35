export {
  type CalendarConflict,
  DayGate,
  type FetchedDay,
  type GatedDay,
  emptyDay,
  hasTrade,
} from "./day-gate.js";
export { PrefixGuard } from "./prefix-guard.js";
