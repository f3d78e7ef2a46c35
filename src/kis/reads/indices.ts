import type { TradingCalendar } from "../../calendar/index.js";
import {
  MINUTE_MS,
  SETTLE_MS,
  type TradingDay,
  checkIndexCode,
  checkOptions,
  finalAt,
  kstDay,
} from "../../core/index.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../calls/index.js";
import { isFinal } from "./daily-bars.js";
import { checkDaySpan, checkPeriod, dailyWindows } from "./daily-windows.js";
import { INDEX_PAGE_ROWS, type IndexRow, type Period, indexBars, indexMinutes } from "../wire/index.js";

/** Which bars of an index to ask for. */
export interface IndexBarsRequest extends CallOptions {
  /** KIS's code: `"0001"` KOSPI, `"1001"` KOSDAQ, `"2001"` KOSPI 200. KRX's own codes are others. */
  readonly index: string;
  /** First KST date, inclusive. */
  readonly from: TradingDay;
  /** Last KST date, inclusive. */
  readonly to: TradingDay;
  /** One bar for each day, week, month or year. @defaultValue "D" */
  readonly period?: Period;
  /** Called before each request. If it throws, nothing is sent and the call fails with that error. @defaultValue none */
  readonly onCall?: () => void;
}

/** One bar of an index. */
export interface IndexBar {
  /** KST date; of a longer period its last trading day so far. */
  readonly tradingDay: TradingDay;
  /** First level, in points. */
  readonly open: number;
  /** Highest level, in points. */
  readonly high: number;
  /** Lowest level, in points. */
  readonly low: number;
  /** Last level, in points. */
  readonly close: number;
  /** Shares, to the thousand. */
  readonly volume: number;
  /** KRW, to the million. */
  readonly turnover: number;
  /** False until 06:00 KST of the next trading day, as for stocks. */
  readonly isFinal: boolean;
}

/** Which index's last minutes to ask for. */
export interface IndexMinutesRequest extends CallOptions {
  /** KIS's code, see {@link IndexBarsRequest.index}. */
  readonly index: string;
  /** Called before each request. If it throws, nothing is sent and the call fails with that error. @defaultValue none */
  readonly onCall?: () => void;
}

/** The last minutes of an index. */
export interface IndexMinuteBars {
  /** Code of the index as KIS writes it, such as `0001` for KOSPI. */
  readonly index: string;
  /** Name of the index as KIS writes it. */
  readonly name: string;
  /** Ended minutes, ascending; about the last 102. */
  readonly bars: readonly IndexMinuteBar[];
  /** Requests that this answer cost. */
  readonly calls: number;
}

/** One minute of an index. */
export interface IndexMinuteBar extends Omit<IndexBar, "tradingDay" | "isFinal"> {
  /** Epoch ms of the START of the minute. */
  readonly time: number;
}

/** Bars of an index over any span, ascending: one call for each 50 of them. */
export async function fetchIndexBars(
  request: IndexBarsRequest,
  call: KisCaller,
  { calendar, now: clock }: { readonly calendar: TradingCalendar; readonly now: () => number },
): Promise<IndexBar[]> {
  checkOptions(request, "an object with `index`, `from` and `to`", "request");
  const index = checkIndexCode(request.index);
  const { from, to } = checkDaySpan(request);
  const { onCall } = request;
  const period = checkPeriod(request.period ?? "D");
  const today = kstDay(clock());
  const rows = new Map<TradingDay, IndexRow>();
  let leastAsOf = Number.POSITIVE_INFINITY;
  for (const span of dailyWindows(from, to < today ? to : today, period, INDEX_PAGE_ROWS, calendar)) {
    const { value, dayAsOf } = await call(indexBars(index, { ...span, period }), {
      ...callOptionsOf(request),
      onSend: onCall,
    });
    leastAsOf = Math.min(leastAsOf, dayAsOf);
    for (const row of value)
      if (row.day >= from && row.day <= to && !rows.has(row.day)) rows.set(row.day, row);
  }
  const now = Math.min(clock(), leastAsOf);
  return [...rows.values()]
    .sort((a, b) => (a.day < b.day ? -1 : 1))
    .map(({ day, ...bar }) => ({
      tradingDay: day,
      ...bar,
      isFinal: isFinal(day, period, { calendar, now }),
    }));
}

/** The last ended minutes of an index, in one call. */
export async function fetchIndexMinutes(
  request: IndexMinutesRequest,
  call: KisCaller,
  calendar: TradingCalendar,
): Promise<IndexMinuteBars> {
  checkOptions(request, "an object with `index`", "request");
  const index = checkIndexCode(request.index);
  const { value, asOf } = await call(indexMinutes(index), {
    ...callOptionsOf(request),
    onSend: request.onCall,
  });
  const ascending = value.rows.toSorted((a, b) => a.time - b.time);
  const bars: IndexMinuteBar[] = [];
  let last: { readonly time: number; readonly acc: number } | undefined;
  for (const { time, accTurnover, ...bar } of ascending) {
    const isFirst = calendar.session(kstDay(time))?.open === time;
    // A minute's turnover is a difference of totals. The oldest row of a cut answer has none before it, and if the
    // second row does not follow it at once, the same holds for that one: such rows are left out.
    const isAlone = bars.length === 0 && last !== undefined && time - last.time > MINUTE_MS;
    const before = isFirst ? 0 : isAlone ? undefined : last?.acc;
    last = { time, acc: accTurnover };
    if (before === undefined || finalAt(time, SETTLE_MS) > asOf || bars.at(-1)?.time === time) continue;
    bars.push({ time, ...bar, turnover: Math.max(0, accTurnover - before) });
  }
  return { index, name: value.name, bars, calls: 1 };
}
