import type { TradingCalendar } from "../../calendar/index.js";
import {
  type ClockOption,
  ConfigError,
  type Hours,
  SETTLE_MS,
  type TradingDay,
  checkClock,
  checkDay,
  checkIterable,
  checkOptions,
  checkSymbolOrIndex,
  eachDay,
  finalCount,
  isIndexCode,
  kstDay,
} from "../../core/index.js";
import {
  LIVE_CAPACITY,
  type CoverageRow,
  type CoverageTotal,
  isRescaled,
  summarizeCoverage,
  unknownRow,
} from "../evidence/index.js";
import {
  DAYS_AHEAD,
  type DayListing,
  type Range,
  type RangeOptions,
  checkRange,
  readAhead,
} from "../../archive/index.js";
import { type DayCoverage, dayCoverage, emptyRows } from "./day-coverage.js";

/** What to report on, see {@link coverage}. */
export interface CoverageOptions extends RangeOptions {
  /** @defaultValue those with at least one minute stored in the range */
  readonly symbols?: Iterable<string>;
  /** Which minutes are expected. @defaultValue "regular" */
  readonly hours?: Hours;
  /** Tells what can be there already. @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** How long after its end a minute is final, in milliseconds. @defaultValue 10000 */
  readonly settleMs?: number;
  /**
   * What could not be fetched, as a `SyncReport` or a backfill step tells it: the reason is `"failed"`, or `"rescaled"`
   * where the error says so. @defaultValue none
   */
  readonly failures?: Iterable<{
    /** Symbol that failed. */
    readonly symbol: string;
    /** KST day on which it did; every day where absent. */
    readonly tradingDay?: TradingDay;
    /** What was thrown. */
    readonly error?: unknown;
  }>;
  /** `"stream"`: rows one by one, in bounded memory. @defaultValue "all" */
  readonly rows?: "all" | "stream";
}

/** How much of a range is stored, by the content of the objects and not by their names. */
export interface Coverage {
  /** All rows summed up. */
  readonly total: CoverageTotal;
  /** A row for every symbol and calendar day, by day, then in the order of `symbols` (by code unit without). */
  readonly days: readonly CoverageRow[];
}

/**
 * Tells what is stored of each symbol and day, what is missing and why. Days whose columns are in step are read from
 * their manifests.
 *
 * @example
 * ```ts
 * const { total, days } = await coverage({ store, from: "2026-11-02", to: "2026-11-20" });
 * console.log(total.rate, days.filter(({ status }) => status === "partial"));
 * ```
 * @returns a row for every symbol and calendar day of the range, and their sum; with `rows: "stream"` the rows alone, a
 * day in memory at a time.
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link StorageError} if the store fails.
 */
export function coverage(
  options: CoverageOptions & { readonly rows: "stream" },
): AsyncGenerator<CoverageRow, void, undefined>;
export function coverage(options: CoverageOptions): Promise<Coverage>;
export function coverage(
  options: CoverageOptions,
): Promise<Coverage> | AsyncGenerator<CoverageRow, void, undefined> {
  if ((options as CoverageOptions | undefined)?.rows === "stream") return streamRows(prepare(options));
  return allRows(options);
}

async function allRows(options: CoverageOptions): Promise<Coverage> {
  const prepared = prepare(options);
  const days: DayCoverage[] = [];
  for await (const day of readDays(prepared)) days.push(day);
  const symbols = prepared.range.symbols ?? symbolsOf(days);
  const rows = days.flatMap((day) => symbols.map((symbol) => day.rows.get(symbol) ?? day.emptyRow(symbol)));
  return { total: summarizeCoverage(rows), days: rows };
}

async function* streamRows(prepared: Prepared): AsyncGenerator<CoverageRow, void, undefined> {
  let { symbols } = prepared.range;
  if (symbols === undefined) {
    // The symbols are known only after a look at all days.
    const found = new Set<string>();
    for await (const { rows } of readDays(prepared)) for (const symbol of rows.keys()) found.add(symbol);
    symbols = [...found].sort();
  }
  for await (const day of readDays(prepared))
    for (const symbol of symbols) yield day.rows.get(symbol) ?? day.emptyRow(symbol);
}

const symbolsOf = (days: readonly DayCoverage[]): readonly string[] =>
  [...new Set(days.flatMap(({ rows }) => [...rows.keys()]))].sort();

/** Options, checked. */
interface Prepared {
  readonly range: Range;
  readonly now: number;
  readonly settleMs: number;
  /** By symbol, or symbol and day: why. */
  readonly failures: ReadonlyMap<string, "failed" | "rescaled">;
  readonly signal: AbortSignal | undefined;
}

function prepare(options: CoverageOptions): Prepared {
  checkOptions(options, "an object with `store`, `from` and `to`");
  const clock = checkClock(options.clock);
  const { settleMs = SETTLE_MS, signal, rows = "all" } = options;
  const range = checkRange(options, options.hours ?? "regular");
  if (!(typeof settleMs === "number" && settleMs >= 0))
    throw new ConfigError("settleMs", "milliseconds >= 0", settleMs);
  if (rows !== "all" && rows !== "stream") throw new ConfigError("rows", '"all" or "stream"', rows);
  return { range, now: clock.now(), settleMs, failures: failuresOf(options.failures ?? []), signal };
}

async function* readDays(prepared: Prepared): AsyncGenerator<DayCoverage, void, undefined> {
  const { klineStore, calendar, from, to, venue, hours } = prepared.range;
  const lookUp = async (tradingDay: TradingDay): Promise<Day> => {
    prepared.signal?.throwIfAborted();
    const minutes = minutesOf(calendar, tradingDay, { venue, hours });
    const isOpen = minutes !== undefined && minutes.length > 0;
    return {
      tradingDay,
      minutes,
      listing: isOpen ? await klineStore.readListing(tradingDay, venue) : undefined,
    };
  };
  for await (const day of readAhead(eachDay(from, to), DAYS_AHEAD, lookUp))
    yield await readDay(prepared, day);
}

/** A calendar day that was looked up. */
interface Day {
  readonly tradingDay: TradingDay;
  /** `undefined` where the calendar does not know. */
  readonly minutes: readonly number[] | undefined;
  /** Absent without a session. */
  readonly listing: DayListing | undefined;
}

async function readDay(
  { range, now, settleMs, failures, signal }: Prepared,
  { tradingDay, minutes, listing }: Day,
): Promise<DayCoverage> {
  const { klineStore, calendar, venue, hours, symbols } = range;
  if (minutes === undefined) return { rows: new Map(), emptyRow: (symbol) => unknownRow(symbol, tradingDay) };
  const final = finalCount(minutes, now, settleMs);
  const today = kstDay(now);
  const isOld = { stock: isTooOld(calendar, tradingDay, today), index: tradingDay < today };
  const factsOf = (symbol: string) => {
    const tooOld = isIndexCode(symbol) ? isOld.index : isOld.stock;
    const failure = failures.get(`${symbol} ${tradingDay}`) ?? failures.get(symbol);
    return { final, tooOld, failed: failure !== undefined, rescaled: failure === "rescaled" };
  };
  const day = { klineStore, tradingDay, venue, hours, symbols, minutes, factsOf, signal };
  return listing === undefined
    ? { rows: new Map(), emptyRow: emptyRows(day, []) }
    : dayCoverage({ ...day, listing });
}

/** The session's minutes: none on a closed day, `undefined` where the calendar does not know. */
function minutesOf(
  calendar: TradingCalendar,
  tradingDay: TradingDay,
  options: Parameters<TradingCalendar["minutes"]>[1],
): readonly number[] | undefined {
  const isKnown = tradingDay >= calendar.first && tradingDay <= calendar.coveredThrough;
  return isKnown ? calendar.minutes(tradingDay, options) : undefined;
}

/** True if KIS no longer has the day's minutes. A `today` beyond the calendar is counted from its end. */
function isTooOld(calendar: TradingCalendar, tradingDay: TradingDay, today: TradingDay): boolean {
  const end = today > calendar.coveredThrough ? calendar.coveredThrough : today;
  return tradingDay < end && calendar.countTradingDays(tradingDay, end) > LIVE_CAPACITY.keptDays;
}

function failuresOf(failures: NonNullable<CoverageOptions["failures"]>): Prepared["failures"] {
  const found = new Map<string, "failed" | "rescaled">();
  for (const failure of checkIterable(failures, "failures", "an array of { symbol, tradingDay, error }")) {
    const { symbol, tradingDay, error } = checkOptions(failure, "made of { symbol }", "failures");
    checkSymbolOrIndex(symbol, "failures");
    const place = tradingDay === undefined ? symbol : `${symbol} ${checkDay(tradingDay, "failures")}`;
    found.set(place, isRescaled(error) ? "rescaled" : "failed");
  }
  return found;
}
