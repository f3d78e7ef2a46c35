import { type TradingDay, CalendarRangeError, checkDay, eachDay, weekdayOf } from "../core/index.js";

/** The trading days of a range, by position, so that every question is answered in constant time. */
export interface DayIndex {
  /** Ascending. */
  readonly tradingDays: readonly TradingDay[];
  /**
   * How many trading days lie before `day`: its position in `tradingDays` if it is one of them.
   *
   * @throws {@link ConfigError} naming `option`, or {@link CalendarRangeError}.
   */
  readonly rank: (day: TradingDay, option: string) => number;
}

/** The weekdays from `first` to `last`, both inclusive, without those that are closed. */
export function createDayIndex(
  first: TradingDay,
  last: TradingDay,
  isClosed: (day: TradingDay) => boolean,
): DayIndex {
  const tradingDays: TradingDay[] = [];
  const ranks = new Map<TradingDay, number>();
  let weekday = weekdayOf(first);
  for (const day of eachDay(first, last)) {
    ranks.set(day, tradingDays.length);
    if (weekday !== 0 && weekday !== 6 && !isClosed(day)) tradingDays.push(day);
    weekday = (weekday + 1) % 7;
  }
  return {
    tradingDays,
    rank: (day, option) => {
      const rank = ranks.get(day);
      if (rank === undefined) throw new CalendarRangeError(checkDay(day, option), first, last);
      return rank;
    },
  };
}
