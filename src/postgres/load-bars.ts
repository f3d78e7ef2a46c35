import { type Hours, checkOptions, kstDay, silentLogger } from "../core/index.js";
import { type KlineRecord, type RangeOptions, readKlines } from "../kline/index.js";
import type { PgClient } from "./pg-client.js";
import { type BarRow, MINUTE_LAYOUT } from "./sql.js";
import {
  type LoadProgress,
  type LoadReport,
  type Untraded,
  checkLoad,
  createRowWriter,
  listening,
} from "./write-rows.js";

/** Which stored bars to load, and where. */
export interface LoadBarsOptions extends RangeOptions {
  /** Your own connection or pool. */
  readonly client: PgClient;
  /** As {@link createTable} made it, or one like it. @defaultValue "stock_prices_minute" */
  readonly table?: string;
  /** @defaultValue all that are stored */
  readonly symbols?: Iterable<string>;
  /** @defaultValue "all": whatever is stored of the day, after-market among it */
  readonly hours?: Hours;
  /** Minutes without trades: flat at the last price with volume 0, or left out. @defaultValue "flat" */
  readonly untraded?: Untraded;
  /** For the column of that name. @defaultValue "KIS" for KRX, "KIS-NXT", "KIS-UN" */
  readonly source?: string;
  /** Rows in one statement. @defaultValue 5000 */
  readonly batchRows?: number;
  /** Called after each statement. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads stored bars into a PostgreSQL table, from each symbol's first trade of a day on. An equal row in the table is left
 * untouched and a different one is replaced, so running it again, or twice at once, is harmless.
 *
 * Each statement commits by itself: after an error, what was sent before stays, and a second run goes on.
 *
 * @example
 * ```ts
 * const client = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
 * await createTable({ client });
 * const { rows, written } = await loadBars({ client, store, from: "2026-11-02", to: "2026-11-20" });
 * ```
 * @throws `ConfigError` if an option is not usable, before any I/O; if the table's `datetime` is no timestamptz, or it
 * holds another venue's bars, before anything is written.
 * @throws `CalendarRangeError` if the range leaves the calendar's.
 * @throws `StorageError` if the store or the database fails.
 */
export async function loadBars(options: LoadBarsOptions): Promise<LoadReport> {
  checkOptions(options, "an object with `client`, `store`, `from` and `to`");
  const settings = checkLoad(options, MINUTE_LAYOUT);
  const damaged = new Map<string, string>();
  const records = readKlines({ ...options, logger: listening(options.logger ?? silentLogger, damaged) });
  const writer = createRowWriter(settings);
  for await (const record of records) {
    const tradingDay = kstDay(record.time);
    await writer.openDay(tradingDay);
    for (const row of rowsOf(record))
      if (settings.untraded === "flat" || row.values["volume"] !== 0) writer.add(row);
    await writer.sendWhole();
  }
  return writer.end(damaged);
}

/** Before a symbol's first trade of the day there is no price, and so no row; a hole has none either. */
function rowsOf({ time, fields, data }: KlineRecord): BarRow[] {
  const [open, high, low, close, volume] = (["open", "high", "low", "close", "volume"] as const).map((name) =>
    fields.indexOf(name),
  );
  const rows: BarRow[] = [];
  for (const [symbol, values] of Object.entries(data)) {
    const at = (index = -1): number | null => values[index] ?? null;
    const bar = { open: at(open), high: at(high), low: at(low), close: at(close), volume: at(volume) };
    if (Object.values(bar).every((value) => value !== null)) rows.push({ symbol, time, values: bar });
  }
  return rows;
}
