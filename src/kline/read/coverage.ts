import type { TradingCalendar } from "../../calendar/index.js";
import {
  type ClockOption,
  ConfigError,
  type Hours,
  SETTLE_MS,
  type TradingDay,
  addDays,
  checkClock,
  checkDay,
  checkOptions,
  checkSymbol,
  finalCount,
  kstDay,
} from "../../core/index.js";
import {
  LIVE_CAPACITY,
  type CoverageRow,
  type CoverageTotal,
  coverageRow,
  summarizeCoverage,
  unknownRow,
} from "../evidence/index.js";

import { DayTable, type DayRead, type RangeOptions, checkRange } from "../../archive/index.js";

/** What to look at, see {@link coverage}. */
export interface CoverageOptions extends RangeOptions {
  /** @defaultValue those with at least one minute stored in the range */
  readonly symbols?: Iterable<string>;
  /** Which minutes are expected. @defaultValue "regular" */
  readonly hours?: Hours;
  /** Tells what can be there already. @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** How long after its end a minute is final, in milliseconds. @defaultValue 10000 */
  readonly settleMs?: number;
  /** What could not be fetched, as a `SyncReport` or a backfill step tells it. @defaultValue none */
  readonly failures?: Iterable<{ readonly symbol: string; readonly tradingDay?: TradingDay }>;
}

/** How much of a range is stored, by the content of the objects and not by their names. */
export interface Coverage {
  /** All rows summed up. */
  readonly total: CoverageTotal;
  /** A row for every symbol and calendar day, by day, then in the order of `symbols` (by code unit without). */
  readonly days: readonly CoverageRow[];
}

/**
 * Tells what is stored of each symbol and day, what is missing and why.
 *
 * @returns a row for every symbol and calendar day of the range, and their sum.
 * @throws {@link ConfigError} if an option is not usable, before any I/O.
 * @throws {@link StorageError} if the store fails.
 */
export async function coverage(options: CoverageOptions): Promise<Coverage> {
  checkOptions(options, "an object with `store`, `from` and `to`");
  const clock = checkClock(options.clock);
  const { settleMs = SETTLE_MS, signal } = options;
  const {
    klineStore,
    calendar,
    from,
    to,
    symbols: wanted,
    ...day
  } = checkRange(options, options.hours ?? "regular");
  if (!(settleMs >= 0)) throw new ConfigError("settleMs", "milliseconds >= 0", settleMs);
  const failures = failureSet(options.failures ?? []);
  const now = clock.now();

  const byDay: { rows: Map<string, CoverageRow>; empty: EmptyRow }[] = [];
  for (let tradingDay = from; tradingDay <= to; tradingDay = addDays(tradingDay, 1)) {
    signal?.throwIfAborted();
    const minutes = minutesOf(calendar, tradingDay, day);
    const rows = new Map<string, CoverageRow>();
    if (minutes === undefined) {
      byDay.push({ rows, empty: (symbol) => unknownRow(symbol, tradingDay) });
      continue;
    }
    const read: Pick<DayRead, "table" | "damaged"> =
      minutes.length === 0
        ? { table: new DayTable({ tradingDay, venue: day.venue, minutes }), damaged: [] }
        : await klineStore.readDay({
            ...day,
            tradingDay,
            ...(wanted && { symbols: wanted }),
            ...(signal && { signal }),
          });
    const facts = {
      final: finalCount(minutes, now, settleMs),
      damaged: read.damaged,
      tooOld: isTooOld(calendar, tradingDay, kstDay(now)),
    };
    const failed = (symbol: string): boolean =>
      failures.has(symbol) || failures.has(`${symbol} ${tradingDay}`);
    for (const symbol of read.table.symbols()) {
      rows.set(symbol, coverageRow(read.table, symbol, { ...facts, failed: failed(symbol) }));
    }
    // Rows outlive the day: they must not hold its table.
    const none = new DayTable({ tradingDay, venue: day.venue, minutes });
    const empty = (symbol: string): CoverageRow =>
      coverageRow(none, symbol, { ...facts, failed: failed(symbol) });
    byDay.push({ rows, empty });
  }

  const symbols = wanted ?? [...new Set(byDay.flatMap(({ rows }) => [...rows.keys()]))].sort();
  const days = byDay.flatMap(({ rows, empty }) => symbols.map((symbol) => rows.get(symbol) ?? empty(symbol)));
  return { total: summarizeCoverage(days), days };
}

type EmptyRow = (symbol: string) => CoverageRow;

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

function failureSet(failures: NonNullable<CoverageOptions["failures"]>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { symbol, tradingDay } of failures) {
    checkSymbol(symbol, "failures");
    keys.add(tradingDay === undefined ? symbol : `${symbol} ${checkDay(tradingDay, "failures")}`);
  }
  return keys;
}
