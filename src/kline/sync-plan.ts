import type { TradingCalendar } from "../calendar/index.js";
import {
  ConfigError,
  type Hours,
  type TradingDay,
  type Venue,
  checkDay,
  finalCount,
  kstDay,
} from "../core/index.js";

/** Which session is meant. */
export interface SessionChoice {
  readonly calendar: TradingCalendar;
  readonly venue: Venue;
  readonly hours: Hours;
}

/**
 * The day a pass is for: the latest trading day whose session has opened, in progress or over.
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

/** A part of the symbols: those whose name falls to `index` of `count`, the same on every host and in any list. */
export interface Shard {
  /** 0 to `count - 1`. */
  readonly index: number;
  readonly count: number;
}

/** Whether a symbol falls to a shard. FNV-1a of the name: adding a symbol moves no other one. */
export function isInShard(symbol: string, { index, count }: Shard): boolean {
  let hash = 0x811c9dc5; // http://www.isthe.com/chongo/tech/comp/fnv/ (read 2026-11-21)
  for (const character of symbol) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0) % count === index;
}
