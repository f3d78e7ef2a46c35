import { type TradingCalendar, hasTradingDayBefore, morningOf } from "../../calendar/index.js";
import { ConfigError, type TradingDay, kstDay } from "../../core/index.js";

/** For how many trading days KIS corrects a day (a closing print was gone on the second or third). */
export const DEFAULT_REVISIT_DAYS = 3;

/** @throws {@link ConfigError} unless it is a whole number from 0. */
export function checkRevisitDays(days: number): number {
  if (!Number.isInteger(days) || days < 0)
    throw new ConfigError("revisitDays", "a whole number of trading days, 0 for none", days);
  return days;
}

/** The last trading day whose morning has come; on a weekend it is Friday. */
function lastMorningDay(calendar: TradingCalendar, now: number): TradingDay {
  const today = kstDay(now);
  const hasCome = calendar.isTradingDay(today) && now >= morningOf(today);
  return hasCome ? today : calendar.previousTradingDay(today);
}

/** When the last trading day's morning came, epoch ms: from then on KIS shows its corrections. */
export function lastMorning(calendar: TradingCalendar, now: number): number {
  return morningOf(lastMorningDay(calendar, now));
}

/**
 * @returns the days that KIS may still correct: so many trading days before the last one whose morning has come,
 * ascending; fewer where the calendar begins later.
 */
export function revisitWindow(calendar: TradingCalendar, now: number, days: number): TradingDay[] {
  if (days === 0) return [];
  const newest = lastMorningDay(calendar, now);
  const window: TradingDay[] = [];
  for (let day = newest; window.length < days; window.unshift(day)) {
    if (!hasTradingDayBefore(calendar, day)) break;
    day = calendar.previousTradingDay(day);
  }
  return window;
}
