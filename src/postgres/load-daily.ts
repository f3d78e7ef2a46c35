import { type TradingCalendar, krx } from "../calendar/index.js";
import {
  type Logger,
  type TradingDay,
  type Venue,
  checkOptions,
  kstInstant,
  silentLogger,
} from "../core/index.js";
import { type DailyColumns, readDailyTable } from "../daily/index.js";
import type { ObjectStore } from "../storage/index.js";
import type { PgClient } from "./pg-client.js";
import { type BarRow, DAILY_LAYOUT } from "./sql.js";
import {
  type LoadProgress,
  type LoadReport,
  type Untraded,
  checkLoad,
  createRowWriter,
  listening,
} from "./write-rows.js";

/** Which stored days to load, and where. */
export interface LoadDailyOptions {
  /** Your own connection or pool. */
  readonly client: PgClient;
  /** Where the objects are; only read. */
  readonly store: ObjectStore;
  /** First KST day, inclusive. */
  readonly from: TradingDay;
  /** Last KST day, inclusive. */
  readonly to: TradingDay;
  /** @defaultValue "KRX" */
  readonly venue?: Venue;
  /** As {@link createDailyTable} made it, or one like it; `turnover` and `is_final` may be absent. @defaultValue "stock_prices_daily" */
  readonly table?: string;
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** Days without a trade: flat at their close with volume 0, or left out. @defaultValue "flat" */
  readonly untraded?: Untraded;
  /** For the column of that name. @defaultValue "KIS" for KRX, "KIS-NXT", "KIS-UN" */
  readonly source?: string;
  /** Rows in one statement. @defaultValue 5000 */
  readonly batchRows?: number;
  /** Beginning of every key. @defaultValue "hantoo-stock-kline-1d" */
  readonly prefix?: string;
  /** @defaultValue {@link krx} */
  readonly calendar?: TradingCalendar;
  /** Told of what had to be left out. @defaultValue silent */
  readonly logger?: Logger;
  /** Ends the load with its reason; rows already sent stay. */
  readonly signal?: AbortSignal;
  /** Called after each statement. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Days that are read at a time; with 4,000 symbols they take some 50 MB. */
const DAYS_AT_ONCE = 100;

/**
 * Loads stored daily bars into a PostgreSQL table, as they were traded: adjusted prices would be wrong after the next
 * split, so multiply on read by `readFactors`. An equal row in the table is left untouched and a different one is
 * replaced, but a final row never by one that is not final. Running it again, or twice at once, is harmless.
 *
 * Each statement commits by itself: after an error, what was sent before stays, and a second run goes on.
 *
 * @example
 * ```ts
 * const client = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
 * await createDailyTable({ client });
 * const { rows, written } = await loadDaily({ client, store, from: "2026-01-02", to: "2026-11-20" });
 * ```
 * @throws `ConfigError` if an option is not usable, before any I/O; if the table's `datetime` is no timestamptz, or it
 * holds another venue's bars, before anything is written.
 * @throws `CalendarRangeError` if the range leaves the calendar's.
 * @throws `StorageError` if the store or the database fails.
 */
export async function loadDaily(options: LoadDailyOptions): Promise<LoadReport> {
  checkOptions(options, "an object with `client`, `store`, `from` and `to`");
  const settings = checkLoad(options, DAILY_LAYOUT);
  const { calendar = krx } = options;
  const damaged = new Map<string, string>();
  const logger = listening(options.logger ?? silentLogger, damaged);
  const writer = createRowWriter(settings);
  const read = (from: TradingDay, to: TradingDay): Promise<DailyColumns> =>
    readDailyTable({
      store: options.store,
      from,
      to,
      venue: settings.venue,
      calendar,
      logger,
      ...(options.symbols !== undefined && { symbols: options.symbols }),
      ...(options.prefix !== undefined && { prefix: options.prefix }),
      ...(options.signal !== undefined && { signal: options.signal }),
    });
  for (const { from, to } of parts(calendar, options)) {
    const table = await read(from, to);
    for (const [index, tradingDay] of table.days.entries()) {
      const rows = rowsOf(table, index, settings.untraded);
      if (rows.length === 0) continue;
      await writer.openDay(tradingDay);
      for (const row of rows) writer.add(row);
      await writer.sendWhole();
    }
  }
  return writer.end(damaged);
}

/** The range in parts of few days. A wrong range is passed on unchanged, so that the reader reports it. */
function parts(
  calendar: TradingCalendar,
  { from, to }: Pick<LoadDailyOptions, "from" | "to">,
): readonly { readonly from: TradingDay; readonly to: TradingDay }[] {
  const days = from <= to ? calendar.tradingDays(from, to) : [];
  if (days.length <= DAYS_AT_ONCE) return [{ from, to }];
  return Array.from({ length: Math.ceil(days.length / DAYS_AT_ONCE) }, (_, at) => {
    const part = days.slice(at * DAYS_AT_ONCE, (at + 1) * DAYS_AT_ONCE);
    return { from: part[0] as TradingDay, to: part.at(-1) as TradingDay };
  });
}

function rowsOf(table: DailyColumns, index: number, untraded: Untraded): BarRow[] {
  const rows: BarRow[] = [];
  const time = kstInstant(table.days[index] as TradingDay, "00:00");
  for (const [at, symbol] of table.symbols.entries()) {
    const cell = index * table.symbols.length + at;
    const of = (name: Exclude<keyof DailyColumns, "days" | "symbols">): number | null => {
      const value = table[name][cell] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    };
    const [close, volume] = [of("close"), of("volume")];
    if (close === null || volume === null) continue;
    if (volume === 0 && untraded === "skip") continue;
    rows.push({
      symbol,
      time,
      values: {
        open: of("open") ?? close,
        high: of("high") ?? close,
        low: of("low") ?? close,
        close,
        volume,
        turnover: of("turnover"),
        is_final: of("final") === 1,
      },
    });
  }
  return rows;
}
