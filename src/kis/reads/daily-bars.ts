import { type TradingCalendar, morningAfter } from "../../calendar/index.js";
import {
  ConfigError,
  type Logger,
  type TradingDay,
  type Venue,
  addDays,
  checkOptions,
  checkSymbol,
  checkVenue,
  kstDay,
  venueCode,
} from "../../core/index.js";
import { type DaySpan, checkDaySpan, checkPeriod, dailyWindows, periodStart } from "./daily-windows.js";
import { type CallOptions, type Fetched, type KisCaller, callOptionsOf } from "../calls/index.js";
import { type DailyPage, type DailyRow, type OddDay, type Period, dailyRows } from "../wire/index.js";
import { unknownSymbol } from "./unknown-symbol.js";

/** Which daily, weekly, monthly or yearly bars to ask for. */
export interface DailyBarsRequest extends CallOptions {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** First KST date, inclusive. */
  readonly from: TradingDay;
  /** Last KST date, inclusive. */
  readonly to: TradingDay;
  /** One bar for each day, week, month or year. @defaultValue "D" */
  readonly period?: Period;
  /** Prices adjusted for splits and rights; `false`: as traded. @defaultValue true */
  readonly adjusted?: boolean;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** Called before each request. If it throws, nothing is sent and the call fails with that error. @defaultValue none */
  readonly onCall?: () => void;
}

/** Most rows of one answer. */
const ROWS = 100;

/** One bar of a daily chart; prices and turnover in KRW, volume in shares, after-market included. */
export interface DailyBar {
  /** KST date; of a longer period its last trading day so far. */
  readonly tradingDay: TradingDay;
  /** First price of the period, KRW. */
  readonly open: number;
  /** Highest price of the period, KRW. */
  readonly high: number;
  /** Lowest price of the period, KRW. */
  readonly low: number;
  /** Last price of the period, KRW. */
  readonly close: number;
  /** Shares traded in the period. */
  readonly volume: number;
  /** KRW traded in the period; absent where KIS left it blank. */
  readonly turnover?: number;
  /**
   * `false` until 06:00 KST of the trading day after its period: until the batch of that night KIS shows the
   * after-market's last price as the close, over a weekend or a holiday as well (seen since 2026-09-14). By KIS's
   * clock, where the host's is ahead of it.
   */
  readonly isFinal: boolean;
  /**
   * Which rule the bar breaks. The bar is given as KIS sent it. `"no-regular-trade"`: all trades were off hours, so
   * open, high and low are 0.
   */
  readonly odd?: OddDay;
}

type Checked = Required<Omit<DailyBarsRequest, keyof CallOptions | "onCall">>;

function check(request: DailyBarsRequest): Checked {
  const { period = "D", adjusted = true } = checkOptions(
    request,
    "an object with `symbol`, `from` and `to`",
    "request",
  );
  const span = checkDaySpan(request);
  checkPeriod(period);
  if (typeof adjusted !== "boolean") throw new ConfigError("adjusted", "a boolean", adjusted);
  return {
    symbol: checkSymbol(request.symbol),
    ...span,
    period,
    adjusted,
    venue: checkVenue(request.venue ?? "KRX"),
  };
}

/** An answer, and epoch ms by which its rows are judged: KIS's clock, where the host's is ahead of it. */
export type DatedPage = DailyPage & Pick<Fetched<DailyPage>, "dayAsOf">;

interface DailyPorts {
  readonly call: KisCaller;
  readonly calendar: TradingCalendar;
  readonly logger: Logger;
  /** Epoch ms; read before each call. */
  readonly now: () => number;
}

/** Bars over any span, ascending, fetched as they are read: one call for each 100 bars. */
export async function* fetchDailyBars(
  request: DailyBarsRequest,
  ports: DailyPorts,
): AsyncGenerator<DailyBar, void, undefined> {
  const asked = check(request);
  const { symbol, venue, period } = asked;
  const { call, calendar, logger, now } = ports;
  // KIS has nothing for days ahead, so no call is spent on them.
  const today = kstDay(now());
  const to = asked.to < today ? asked.to : today;
  const ask = async (span: DaySpan, over: Period): Promise<DatedPage> => {
    const demand = { ...asked, ...span, period: over };
    const { value, dayAsOf } = await call(dailyRows(symbol, venueCode(venue), demand), {
      ...callOptionsOf(request),
      onSend: request.onCall,
    });
    for (const { field, received } of value.unreadable)
      logger.warn(
        { symbol, venue, ...span, field, received },
        "a daily row of KIS's cannot be read and is left out",
      );
    return { ...value, dayAsOf };
  };
  // A full answer may be cut: there may be trades on a day that the calendar calls closed.
  const rest = async (
    newest: readonly DailyRow[],
    span: DaySpan,
  ): Promise<Pick<DatedPage, "rows" | "dayAsOf">> => {
    const oldest = newest.at(-1)?.day;
    if (newest.length < ROWS || oldest === undefined || period !== "D") return NOTHING;
    const isWhole = oldest <= (calendar.tradingDays(span.from, span.to)[0] ?? span.from);
    return isWhole ? NOTHING : ask({ from: span.from, to: addDays(oldest, -1) }, period);
  };
  let isKnown = false;
  for (const span of dailyWindows(asked.from, to, period, ROWS, calendar)) {
    const newest = await ask(span, period);
    const older = await rest(newest.rows, span);
    const rows = [...newest.rows, ...older.rows];
    const { price = 0 } = newest;
    isKnown ||= rows.length > 0 || price > 0;
    if (!isKnown) {
      // Neither rows nor a price: delisted, not listed yet, or unknown. A bar of any year decides it.
      const years = await ask({ from: calendar.first, to: today }, "Y");
      if (years.rows.length === 0) throw unknownSymbol(symbol, venue, "FHKST03010100");
      isKnown = true;
    }
    const readAt = Math.min(now(), newest.dayAsOf, older.dayAsOf);
    yield* barsOf(rows, span, (day) => isFinal(day, period, { calendar, now: readAt }));
  }
}

const NOTHING = { rows: [], dayAsOf: Number.POSITIVE_INFINITY } as const;

/** No closure lasts as long, so the calendar need not know the days before. */
const LONGEST_CLOSURE_DAYS = 31;

/** Whether a row that is read now can no longer change. @param now - never ahead of KIS's clock. */
export function isFinal(
  day: TradingDay,
  period: Period,
  { calendar, now }: { readonly calendar: TradingCalendar; readonly now: number },
): boolean {
  const end = addDays(periodStart(day, period, 1), -1);
  const today = kstDay(now);
  if (end >= today) return false;
  if (end < addDays(today, -LONGEST_CLOSURE_DAYS)) return true;
  return now >= morningAfter(calendar, end);
}

function barsOf(
  rows: readonly DailyRow[],
  span: DaySpan,
  isFinalOn: (day: TradingDay) => boolean,
): DailyBar[] {
  const days = new Map<TradingDay, DailyRow>();
  for (const row of rows)
    if (row.day >= span.from && row.day <= span.to && !days.has(row.day)) days.set(row.day, row);
  const ascending = [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  return ascending.map(({ day, odd, ...bar }) => ({
    tradingDay: day,
    ...bar,
    isFinal: isFinalOn(day),
    ...(odd === undefined ? {} : { odd }),
  }));
}
