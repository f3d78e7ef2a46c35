import { CalendarRangeError, type TradingDay, kstInstant } from "../core/index.js";
import type { TradingCalendar } from "./trading-calendar.js";

/**
 * KST. By then KIS's nightly batch has corrected the rows of the trading day before. Of its daily rows 26 of 30 were
 * wrong at 23:12 the evening before, 1 of 11 at 05:28, and none of 25 at 07:56 (facts of 2026-09 and 2026-10).
 */
const MORNING = "06:00";

/** @returns epoch ms of 06:00 KST of a day. */
export function morningOf(day: TradingDay): number {
  return kstInstant(day, MORNING);
}

/**
 * When KIS's rows of a day become final: on the morning of the next trading day. Until then the daily row has the
 * after-market's last trade as its close, and minutes may still be corrected.
 *
 * @returns epoch ms; `Infinity` where the calendar does not know the next trading day.
 */
export function morningAfter(calendar: Pick<TradingCalendar, "nextTradingDay">, day: TradingDay): number {
  const next = tradingDayAfter(calendar, day);
  return next === undefined ? Number.POSITIVE_INFINITY : morningOf(next);
}

/** @returns the next trading day; `undefined` where the calendar ends before one. */
export function tradingDayAfter(
  calendar: Pick<TradingCalendar, "nextTradingDay">,
  day: TradingDay,
): TradingDay | undefined {
  try {
    return calendar.nextTradingDay(day);
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}

/** Whether a calendar knows a trading day before this one. */
export function hasTradingDayBefore(calendar: TradingCalendar, day: TradingDay): boolean {
  return calendar.first < day && calendar.countTradingDays(calendar.first, day) > 1;
}
