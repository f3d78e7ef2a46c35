import type { TradingDay } from "../core/index.js";
import type { Closure } from "./closure.js";
import type { CalendarDifference, HolidayRow } from "./differences.js";
import type { Session, SessionOptions } from "./session.js";

/**
 * Tells on which days an exchange trades, and when. Every answer depends on its arguments alone, and is in KST whatever
 * the host's time zone.
 *
 * Every method throws {@link CalendarRangeError} for a day, or an answer, outside `first..coveredThrough`
 * (unknown is not open), and {@link ConfigError} for what is no `"YYYY-MM-DD"` of an existing day: a `Date`,
 * `"20261120"`, `"2026-2-30"`.
 */
export interface TradingCalendar {
  /** First day known, KST. */
  readonly first: TradingDay;
  /** Last day known, KST, inclusive. */
  readonly coveredThrough: TradingDay;
  /**
   * Last day known from the exchange itself, KST, inclusive. Later days follow law and almanac; a temporary
   * holiday can still close one.
   */
  readonly confirmedThrough: TradingDay;

  /** True if there is a session on the day. */
  isTradingDay(day: TradingDay): boolean;
  /** The first trading day after `day`; `day` need not be one. */
  nextTradingDay(day: TradingDay): TradingDay;
  /** The last trading day before `day`; `day` need not be one. */
  previousTradingDay(day: TradingDay): TradingDay;
  /**
   * The latest trading day whose regular KRX session has opened by an instant: today from 09:00 (10:00 on a late
   * open), the one before until then.
   *
   * @param atMs - epoch ms. @defaultValue now
   */
  lastTradingDay(atMs?: number): TradingDay;
  /**
   * @returns the trading days from `from` to `to`, both inclusive, ascending, in an array of the caller's own.
   * @throws {@link ConfigError} if `from` is later than `to`.
   */
  tradingDays(from: TradingDay, to: TradingDay): TradingDay[];
  /**
   * @returns how many trading days lie from `from` to `to`, both inclusive.
   * @throws {@link ConfigError} if `from` is later than `to`.
   */
  countTradingDays(from: TradingDay, to: TradingDay): number;
  /**
   * The trading day `count` trading days after `day`, or before it if negative. From a closed day, 1 is the next
   * trading day and -1 the previous one.
   *
   * @throws {@link ConfigError} if `count` is no integer, or 0 on a closed day.
   */
  addTradingDays(day: TradingDay, count: number): TradingDay;

  /**
   * The hours of a day, as they were or will be on that day: late opens, CSAT days, the end of the noon break
   * (2000-05-22) and of the 15:00 close (2016-08-01), the single-price session and the after-market that took its
   * place (2026-09-14), Nextrade (from 2025-03-04).
   *
   * @returns epoch ms; `undefined` on a closed day, and at `NXT` before Nextrade. `UN` is KRX alone before it.
   * @see decisions/003-calendar.md for sources and for what is assumed.
   */
  session(day: TradingDay, options?: SessionOptions): Session | undefined;
  /**
   * The minute labels (starts) at which a bar can exist: 381 on a plain KRX day, 09:00 to 15:19 and the closing
   * auction's 15:30.
   *
   * @returns epoch ms, ascending, frozen; empty where {@link session} is `undefined`. The same array for the same
   * arguments while it is kept: up to 400 days of each venue and hours, then all are dropped.
   */
  minutes(day: TradingDay, options?: SessionOptions): readonly number[];
  /**
   * True if orders can meet at the instant: from the open to the close, closing auction included, break and
   * opening auctions not. Half-open: false at the close itself.
   *
   * @param atMs - epoch ms.
   */
  isOpen(atMs: number, options?: SessionOptions): boolean;
  /** Why the day is closed; `undefined` on a trading day and on a weekend without an entry of its own. */
  closure(day: TradingDay): Closure | undefined;
  /**
   * Where KIS's chk-holiday says otherwise. Nothing is applied: add what is right with {@link createCalendar}.
   *
   * @param rows - as `KisClient.holidays()` returns them; a day may come more than once.
   * @returns one row a day in question, ascending; empty if all agree. Days outside the range are `"unknown"`.
   */
  differences(rows: readonly HolidayRow[]): CalendarDifference[];
}
