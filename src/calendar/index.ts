export type { AddedClosure, AddedRegime, AddedSession, CalendarAdditions } from "./additions.js";
export type { Closure, ClosureKind } from "./closure.js";
export type { CalendarDifference, HolidayRow } from "./differences.js";
export { checkCalendar, createCalendar, krx } from "./krx-calendar.js";
export { hasTradingDayBefore, morningAfter, morningOf, tradingDayAfter } from "./morning-after.js";
export type { Session, SessionOptions, SessionWindow, SessionWindowKind, SpecialHours } from "./session.js";
export type { ExtendedWindow, Regime, Span, VenueHours } from "./session-regimes.data.js";
export type { HoursGrade } from "./special-hours.data.js";
export type { TradingCalendar } from "./trading-calendar.js";
