import { type TradingDay, addDays, expandDay, weekdayOf } from "../../core/index.js";
import type { WireRequest, WireResponse } from "../wire/index.js";
import { type EndpointContext, invalidField, queryOf } from "./endpoint.js";

/** A name for the period a day lies in: days with the same name share a bar. */
export const PERIODS: Readonly<Record<string, (day: TradingDay) => string>> = {
  D: (day) => day,
  W: (day) => addDays(day, -((weekdayOf(day) + 6) % 7)),
  M: (day) => day.slice(0, 7),
  Y: (day) => day.slice(0, 4),
};

/** Days of a chart, both inclusive, and the length of its bars. */
export interface PeriodSpan {
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly period: (day: TradingDay) => string;
}

/** The span that a chart's request asks for, or KIS's refusal of it. */
export function askedSpan(request: WireRequest): PeriodSpan | WireResponse {
  const from = expandDay(queryOf(request, "FID_INPUT_DATE_1"));
  const to = expandDay(queryOf(request, "FID_INPUT_DATE_2"));
  const period = PERIODS[queryOf(request, "FID_PERIOD_DIV_CODE")];
  if (from === undefined) return invalidField("FID_INPUT_DATE_1");
  if (to === undefined) return invalidField("FID_INPUT_DATE_2");
  return period === undefined ? invalidField("FID_PERIOD_DIV_CODE") : { from, to, period };
}

/** The bar of each trading day, and how two of one period become one. */
interface DailyBars<Bar> {
  /** Bars of the answer, at the most. */
  readonly most: number;
  /** The first day that can have one. @defaultValue the calendar's first */
  readonly oldest?: TradingDay | undefined;
  readonly barOf: (day: TradingDay) => Bar | undefined;
  /** Puts the bar of a day in front of the bar of the days after it. */
  readonly join: (day: Bar, later: Bar) => Bar;
}

/** Bars of the periods that touch a span, newest first; each carries its last business day as its date. */
export function periodBars<Bar>(
  { market, today }: EndpointContext,
  { from, to, period }: PeriodSpan,
  { most, oldest = market.calendar.first, barOf, join }: DailyBars<Bar>,
): Bar[] {
  const { calendar } = market;
  const floor = from < calendar.first ? calendar.first : from;
  const bars: Bar[] = [];
  let name: string | undefined;
  const end = oldest < calendar.first ? calendar.first : oldest;
  // In steps of calendar days: the calendar's first trading day has none before it to step back to.
  for (let day = to < today ? to : today; day >= end; day = addDays(day, -1)) {
    if (day < floor && period(day) !== period(floor)) break;
    const bar = calendar.isTradingDay(day) ? barOf(day) : undefined;
    if (bar === undefined) continue;
    const later = bars.at(-1);
    if (later !== undefined && period(day) === name) bars[bars.length - 1] = join(bar, later);
    else if (bars.length === most) break;
    else {
      name = period(day);
      bars.push(bar);
    }
  }
  return bars;
}
