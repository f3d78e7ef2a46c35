import type { TradingCalendar } from "../calendar/index.js";
import type { Hours, Venue } from "../core/index.js";

/** Which session is meant. */
export interface SessionChoice {
  readonly calendar: TradingCalendar;
  readonly venue: Venue;
  readonly hours: Hours;
}
