import type { TradingCalendar } from "../../../calendar/index.js";
import type { TradingDay } from "../../../core/index.js";
import type { DailyRow } from "../../wire/index.js";
import type { DaySpan } from "../daily-windows.js";
import type { DayRow, TradedRow, PossibleTurnover } from "./day-rows.js";

/** Trading days that one question about daily rows covers: KIS's rows of one answer. */
const WITNESS_DAYS = 100;

/** What KIS's daily rows, as traded, say of a day. */
export interface DailyWitness {
  /** `undefined` where KIS has none for the day. */
  readonly row: DailyRow | undefined;
  /** Daily rows lie on both sides of the day, before it alone, after it alone, or there is none to see. */
  readonly around: "both" | "before" | "after" | "none";
  /** Epoch ms by which the row is judged: it may be kept from earlier that day. */
  readonly asOf: number;
}

/**
 * The span of daily rows to ask for to learn about `day`. Spans are counted back from today in steps of
 * {@link WITNESS_DAYS}, so that all days of a step share one call.
 */
export function witnessSpan(calendar: TradingCalendar, day: TradingDay, today: TradingDay): DaySpan {
  const newest = calendar.isTradingDay(today) ? today : calendar.previousTradingDay(today);
  const back = day >= newest ? 0 : calendar.countTradingDays(day, newest) - 1;
  const step = Math.floor(back / WITNESS_DAYS);
  const from = stepBack(calendar, newest, step * WITNESS_DAYS + WITNESS_DAYS - 1);
  return { from: from > day ? day : from, to: stepBack(calendar, newest, step * WITNESS_DAYS) };
}

/** The trading day `count` trading days before `day`; the calendar's first day if it does not reach back as far. */
function stepBack(calendar: TradingCalendar, day: TradingDay, count: number): TradingDay {
  if (count === 0) return day;
  const known = calendar.countTradingDays(calendar.first, day) - 1;
  return count >= known ? calendar.first : calendar.addTradingDays(day, -count);
}

/** @param rows - of a span that holds `day`, in any order. */
export function sidesOf(rows: readonly Pick<DailyRow, "day">[], day: TradingDay): DailyWitness["around"] {
  const isBefore = rows.some((row) => row.day < day);
  const isAfter = rows.some((row) => row.day > day);
  if (isBefore) return isAfter ? "both" : "before";
  return isAfter ? "after" : "none";
}

/**
 * Whether daily rows prove that a day rightly has no minute row: nothing was traded in the regular session, or the
 * symbol was not listed.
 *
 * @param hasQuote - KIS still has a price. Then rows that end before the day do not show a delisting: a holiday that the
 * calendar does not know has no row either, and no row follows it until the next session.
 */
export function provesQuiet({ row, around }: DailyWitness, hasQuote: boolean): boolean {
  if (row === undefined) return around === "after" || (around === "before" && !hasQuote);
  return row.volume === 0 || row.odd === "no-regular-trade";
}

/** The span of all years: its rows show whether, and when, KIS had a symbol. */
export function everySpan(calendar: TradingCalendar, today: TradingDay): DaySpan {
  return { from: calendar.first, to: today };
}

/** Prices and rescaled prices are both rounded to a won. */
const ROUNDING = 1;

/**
 * The factor between the prices of minutes and the day's prices as traded (348080 of 2025-10-02 showed a close of 8327
 * where 953 was traded). It is proved if the minutes leave the day's range, and most of open, high, low and close show
 * the same factor.
 *
 * @param bars - of the regular session, ascending.
 * @param row - the day as traded, in which KIS never changes a price.
 * @returns 1 where nothing proves another scale.
 */
export function priceScale(bars: readonly TradedRow[], row: DailyRow | undefined): number {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined || row === undefined || !(row.low > 0)) return 1;
  const high = Math.max(...bars.map((bar) => bar.high));
  const low = Math.min(...bars.map((bar) => bar.low));
  if (low >= row.low && high <= row.high) return 1;
  const pairs = [
    [last.close, row.close],
    [first.open, row.open],
    [high, row.high],
    [low, row.low],
  ] as const;
  if (low > row.high + ROUNDING || high < row.low - ROUNDING) return last.close / row.close;
  const same = pairs.filter(([minutes, day]) => Math.abs(minutes - day) < ROUNDING).length;
  if (same >= 2) return 1;
  const agree = (factor: number): number =>
    pairs.filter(([minutes, day]) => Math.abs(minutes - factor * day) <= ROUNDING * Math.max(1, factor))
      .length;
  const found = pairs.find(([minutes, day]) => agree(minutes / day) >= 3);
  return found === undefined ? 1 : found[0] / found[1];
}

/**
 * Rows on another scale, with the turnover that their shares can have made at the prices as traded. It is not known
 * whether KIS scales their volumes as well, so both readings are given. Both allow for rounded prices and shares.
 */
export function rescaledReadings(rows: readonly DayRow[], scale: number): readonly (readonly DayRow[])[] {
  const read = (possibleIn: (bar: TradedRow) => PossibleTurnover): readonly DayRow[] =>
    rows.map((row) => (row.bar === undefined ? row : { ...row, possible: possibleIn(row.bar) }));
  const range = (bar: TradedRow, shares: number, unit: number): PossibleTurnover => {
    const prices = [bar.open, bar.high, bar.low, bar.close];
    const atHigh = ((Math.max(...prices) + ROUNDING) / unit) * (bar.volume + shares);
    const least = ((Math.min(...prices) - ROUNDING) / unit) * Math.max(0, bar.volume - shares);
    return { least, most: atHigh, atHigh };
  };
  return [read((bar) => range(bar, 0, scale)), read((bar) => range(bar, 1, 1))];
}
