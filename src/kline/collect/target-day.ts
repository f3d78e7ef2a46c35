import { ConfigError, type TradingDay, checkDay, finalCount, kstDay } from "../../core/index.js";
import type { SessionChoice } from "../session-choice.js";

/**
 * The day of a pass: the latest trading day whose session has opened, in progress or over.
 *
 * @param tradingDay - the day asked for, if one was.
 * @throws {@link ConfigError} if the day asked for is closed, or has not opened yet.
 * @throws {@link CalendarRangeError} if the calendar does not know the day.
 */
export function targetDay(choice: SessionChoice, now: number, tradingDay?: TradingDay): TradingDay {
  const { calendar, venue, hours } = choice;
  const today = kstDay(now);
  if (tradingDay === undefined) {
    const open = calendar.minutes(today, { venue, hours })[0];
    return open !== undefined && open <= now ? today : calendar.previousTradingDay(today);
  }
  const day = checkDay(tradingDay, "tradingDay");
  const open = calendar.minutes(day, { venue, hours })[0];
  if (open === undefined) {
    const why = calendar.closure(day)?.nameEn;
    const expected = `a day with a session at ${venue}${why === undefined ? "" : ` (closed: ${why})`}`;
    throw new ConfigError("tradingDay", expected, day);
  }
  if (open > now) throw new ConfigError("tradingDay", "a day whose session has opened", day);
  return day;
}

/** The day to follow: today until its last minute is final, also before its open; else the last one. */
export function dayToFollow(choice: SessionChoice, now: number, settleMs: number): TradingDay {
  const { calendar, venue, hours } = choice;
  const today = kstDay(now);
  const minutes = calendar.minutes(today, { venue, hours });
  return finalCount(minutes, now, settleMs) < minutes.length ? today : targetDay(choice, now);
}
