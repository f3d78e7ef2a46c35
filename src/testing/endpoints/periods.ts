import { type TradingDay, addDays, weekdayOf } from "../../core/index.js";

/** A name for the period a day lies in: days with the same name share a bar. */
export const PERIODS: Readonly<Record<string, (day: TradingDay) => string>> = {
  D: (day) => day,
  W: (day) => addDays(day, -((weekdayOf(day) + 6) % 7)),
  M: (day) => day.slice(0, 7),
  Y: (day) => day.slice(0, 4),
};
