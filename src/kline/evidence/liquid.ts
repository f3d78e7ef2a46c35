import type { TradingCalendar } from "../../calendar/index.js";
import type { DayTable } from "../../archive/index.js";

/** Of a symbol that trades in so many of its minutes it is known that its closing auction trades; of a thin one it is not. */
const LIQUID_SHARE = 0.5;

/** @param traded - how many of `minutes` did. */
export function isLiquid(traded: number, minutes: number): boolean {
  return traded >= minutes * LIQUID_SHARE;
}

/** Index of the closing auction's minute in a day; -1 where it has none: Nextrade holds no auction. */
export function closingIndex(day: DayTable, calendar: TradingCalendar): number {
  if (day.venue === "NXT") return -1;
  return day.indexOf(calendar.minutes(day.tradingDay, { venue: "KRX" }).at(-1) ?? Number.NaN);
}
