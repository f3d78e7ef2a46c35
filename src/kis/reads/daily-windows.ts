import type { TradingCalendar } from "../../calendar/index.js";
import { ConfigError, type TradingDay, addDays, checkDay, weekdayOf } from "../../core/index.js";
import type { Period } from "../wire/index.js";

/** A span of days, both inclusive. */
export interface DaySpan {
  readonly from: TradingDay;
  readonly to: TradingDay;
}

/**
 * @returns `from` and `to`, checked.
 * @throws {@link ConfigError} if one of them is no day, or `from` is later than `to`.
 */
export function checkDaySpan(request: DaySpan): DaySpan {
  const from = checkDay(request.from, "from");
  const to = checkDay(request.to, "to");
  if (from > to) throw new ConfigError("from", `no later than \`to\` (${to})`, from);
  return { from, to };
}

/**
 * @returns `period`, checked.
 * @throws {@link ConfigError} if it is none.
 */
export function checkPeriod(period: Period): Period {
  if (!["D", "W", "M", "Y"].includes(period)) throw new ConfigError("period", '"D", "W", "M" or "Y"', period);
  return period;
}

/** Saturdays were trading days up to 1998-12-05. */
const FIVE_DAYS_A_WEEK_FROM = "1998-12-07";

const yearOf = (day: TradingDay): number => Number(day.slice(0, 4));
const monthsOf = (day: TradingDay): number => yearOf(day) * 12 + Number(day.slice(5, 7)) - 1;
const firstOfMonth = (months: number): TradingDay =>
  `${String(Math.floor(months / 12)).padStart(4, "0")}-${String((months % 12) + 1).padStart(2, "0")}-01`;

/** The first day of the period that begins `count` periods after the one of `day`; weeks begin on Monday. */
export function periodStart(day: TradingDay, period: Period, count: number): TradingDay {
  if (period === "D") return addDays(day, count);
  if (period === "W") return addDays(day, -((weekdayOf(day) + 6) % 7) + 7 * count);
  const months = period === "M" ? monthsOf(day) + count : (yearOf(day) + count) * 12;
  return firstOfMonth(months);
}

/**
 * Cuts a span into ascending pieces of whole bars, `rows` at most in each. So every piece is one call, and an answer that
 * is cut short is noticed.
 *
 * @param calendar - counts the trading days of daily bars. Without it pieces are smaller than they could be.
 */
export function* dailyWindows(
  from: TradingDay,
  to: TradingDay,
  period: Period,
  rows = 100,
  calendar?: Pick<TradingCalendar, "first" | "coveredThrough" | "tradingDays">,
): Generator<DaySpan> {
  if (period === "D" && calendar !== undefined && calendar.first <= from && to <= calendar.coveredThrough) {
    const days = from <= to ? calendar.tradingDays(from, to) : [];
    // At least one piece: KIS may know a trading day that the calendar does not.
    for (let at = 0, start = from; at === 0 ? from <= to : at < days.length; at += rows) {
      const next = days[at + rows];
      const end = next === undefined ? to : addDays(next, -1);
      yield { from: start, to: end };
      start = next ?? to;
    }
    return;
  }
  for (let start = from; start <= to;) {
    const daysAWeek = start < FIVE_DAYS_A_WEEK_FROM ? 6 : 5;
    const count = period === "D" ? 7 * Math.floor(rows / daysAWeek) : rows;
    const next = periodStart(start, period, count);
    const end = addDays(next, -1);
    yield { from: start, to: end < to ? end : to };
    start = next;
  }
}
