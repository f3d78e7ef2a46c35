import {
  ConfigError,
  type TradingDay,
  type Venue,
  checkDay,
  checkOptions,
  checkSymbol,
  checkVenue,
  kstDay,
  venueCode,
} from "../../core/index.js";
import { type DaySpan, dailyWindows, periodStart } from "./daily-windows.js";
import { type CallOptions, type KisCaller, callOptionsOf } from "../calls/index.js";
import { type DailyRow, type Period, dailyRows } from "../wire/index.js";
import { unknownSymbol } from "./unknown-symbol.js";

/** Which daily, weekly, monthly or yearly bars to ask for. */
export interface DailyBarsRequest extends CallOptions {
  readonly symbol: string;
  /** First KST date, inclusive. */
  readonly from: TradingDay;
  /** Last KST date, inclusive. */
  readonly to: TradingDay;
  /** A bar a day, week, month or year. @defaultValue "D" */
  readonly period?: Period;
  /** Prices adjusted for splits and rights; `false`: as traded. @defaultValue true */
  readonly adjusted?: boolean;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
}

/** One bar of a daily chart; prices and turnover in KRW, volume in shares, after-market included. */
export interface DailyBar {
  /** KST date; of a longer period its last trading day so far. */
  readonly tradingDay: TradingDay;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly turnover: number;
  /**
   * `false` while its period is not over, and all of its last evening: until the overnight batch KIS shows the
   * after-market's last price as the close (seen since 2026-09-14).
   */
  readonly isFinal: boolean;
}

type Checked = Required<Omit<DailyBarsRequest, keyof CallOptions>>;

function check(request: DailyBarsRequest): Checked {
  const { period = "D", adjusted = true } = checkOptions(
    request,
    "an object with `symbol`, `from` and `to`",
    "request",
  );
  const from = checkDay(request.from, "from");
  const to = checkDay(request.to, "to");
  if (from > to) throw new ConfigError("from", `no later than \`to\` (${to})`, from);
  if (!["D", "W", "M", "Y"].includes(period)) throw new ConfigError("period", '"D", "W", "M" or "Y"', period);
  if (typeof adjusted !== "boolean") throw new ConfigError("adjusted", "a boolean", adjusted);
  return {
    symbol: checkSymbol(request.symbol),
    from,
    to,
    period,
    adjusted,
    venue: checkVenue(request.venue ?? "KRX"),
  };
}

/**
 * Bars over any span, ascending, fetched as they are read: one call for each 100 bars.
 *
 * @param now - epoch ms; called at each piece.
 */
export async function* fetchDailyBars(
  request: DailyBarsRequest,
  call: KisCaller,
  now: () => number,
): AsyncGenerator<DailyBar, void, undefined> {
  const asked = check(request);
  const { symbol, venue, period } = asked;
  // A call for days ahead would only cost: KIS has nothing there.
  const today = kstDay(now());
  const to = asked.to < today ? asked.to : today;
  let known = false;
  for (const span of dailyWindows(asked.from, to, period)) {
    const wanted = dailyRows(symbol, venueCode(venue), { ...asked, ...span });
    const { value } = await call(wanted, callOptionsOf(request));
    if (!known && value.rows.length === 0 && !((value.price ?? 0) > 0))
      throw unknownSymbol(symbol, venue, "FHKST03010100");
    known = true;
    yield* barsOf(value.rows, span, period, today);
  }
}

function barsOf(rows: readonly DailyRow[], span: DaySpan, period: Period, today: TradingDay): DailyBar[] {
  const days = new Map<TradingDay, DailyRow>();
  for (const row of rows)
    if (row.day >= span.from && row.day <= span.to && !days.has(row.day)) days.set(row.day, row);
  const ascending = [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  return ascending.map(({ day, open, high, low, close, volume, turnover }) => ({
    tradingDay: day,
    open,
    high,
    low,
    close,
    volume,
    turnover,
    isFinal: periodStart(day, period, 1) <= today,
  }));
}
